# SPDX-License-Identifier: Apache-2.0
"""kill.py POINTS SWEEP: twenty sweeps, each killed at a random moment and resumed, two of three of
them killed again while they are resumed; each ends with the rows of an undisturbed one."""
import glob
import os
import random
import sqlite3
import subprocess
import sys
import time

from rows import compare

points, sweep = int(sys.argv[1]), sys.argv[2]
tool = os.environ["TRITSIM"]
moments = random.Random(1)


def command(database, jobs, *more):
    return [tool, "sweep", sweep, "-o", database, "-j", str(jobs), *more]


def run(*args):
    return subprocess.run(command(*args), check=True, capture_output=True, text=True).stdout


def killed_rows(*args):
    """Kills the sweep, and nobody else; how many rows it leaves behind."""
    process = subprocess.Popen(command(*args), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(moments.uniform(0, longest))
    process.kill()
    process.wait()
    if not os.path.exists("killed.sqlite"):
        return 0
    db = sqlite3.connect("killed.sqlite")
    return db.execute("SELECT count(*) FROM points").fetchone()[0]


begin = time.monotonic()
run("whole.sqlite", 1)
longest = time.monotonic() - begin

in_the_middle = 0
for n in range(20):
    for name in glob.glob("killed.sqlite*"):
        os.remove(name)
    had = killed_rows("killed.sqlite", 2)
    in_the_middle += 0 < had < points
    if n % 3 > 0:
        now = killed_rows("killed.sqlite", 2, "--resume")
        if now < had:
            sys.exit(f"round {n}: {had} rows were there, {now} are left")
        had = now
    said = run("killed.sqlite", 1, "--resume")
    if not said.startswith(f"{points - had} points run in ") or " 0 without a result" not in said:
        sys.exit(f"round {n}: {had} rows were there, and then: {said}")
    compare(points, "whole.sqlite", ["killed.sqlite"])
# Else the moments were none of those that matter.
if in_the_middle < 4:
    sys.exit(f"only {in_the_middle} of 20 sweeps were killed with some points done and some not")
