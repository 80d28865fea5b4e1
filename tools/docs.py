#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Keeps what the documents show equal to what the tool prints.

In README.md and docs/*.md a block

    <!-- output [lines=N]: tritsim ... -->
    ...
    <!-- end -->

holds the output of that command (its first N lines), as a code block, or as it is if the command
prints Markdown. docs/configuration.md is the output of `tritsim schema --markdown`.

    tools/docs.py --check TRITSIM    fails, with a difference, if a document is out of date
    tools/docs.py --write TRITSIM    brings the documents up to date
"""
import difflib
import pathlib
import re
import shlex
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"(<!-- output(?: lines=(\d+))?: (tritsim .*?) -->\n).*?(<!-- end -->)", re.S)


def output_of(tritsim, command):
    arguments = []
    for word in shlex.split(command)[1:]:
        matches = sorted(ROOT.glob(word)) if "*" in word else []
        arguments += [str(m.relative_to(ROOT)) for m in matches] or [word]
    run = subprocess.run([tritsim, *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    return run.stdout


def render(tritsim, lines, command):
    text = output_of(tritsim, command)
    if lines:
        text = "\n".join(text.splitlines()[: int(lines)]) + "\n"
    if "--markdown" in command:
        return text
    return f"```text\n{text.rstrip()}\n```\n"


def expected(path, tritsim):
    if path.name == "configuration.md":
        return output_of(tritsim, "tritsim schema --markdown")
    return BLOCK.sub(
        lambda m: m[1] + render(tritsim, m[2], m[3]) + m[4], path.read_text(encoding="utf-8")
    )


def main():
    if len(sys.argv) != 3 or sys.argv[1] not in ("--check", "--write"):
        sys.exit(__doc__)
    write, tritsim = sys.argv[1] == "--write", str(pathlib.Path(sys.argv[2]).resolve())
    stale = 0
    for path in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]:
        old = path.read_text(encoding="utf-8")
        new = expected(path, tritsim)
        if new == old:
            continue
        if write:
            path.write_text(new, encoding="utf-8")
            print(f"updated {path.relative_to(ROOT)}")
        else:
            stale += 1
            name = str(path.relative_to(ROOT))
            sys.stdout.writelines(
                difflib.unified_diff(
                    old.splitlines(True), new.splitlines(True), name, name + " (current)"
                )
            )
    if stale:
        sys.exit("documents are out of date: run 'make docs'")


if __name__ == "__main__":
    main()
