#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""screenshots.py TRITSIM: makes the pictures in docs/img from the reports of the demo and a sweep.

Needs Chromium (tools/setup.sh test).
"""
import pathlib
import subprocess
import sys
import tempfile

from browser import Browser, find_chromium

ROOT = pathlib.Path(__file__).resolve().parent.parent

# Picture, page of the demo, titles of the first and the last figure or heading, reader's colours.
PICTURES = [
    ("run.png", "run/report.html", "h1", ".overview", "light"),
    ("roofline.png", "run/report.html", "Roofline", "Roofline", "light"),
    ("power.png", "run/report.html", "Power over the second", "Power over the second", "light"),
    ("energy-dark.png", "run/report.html", "Energy per token by", "Energy per token by", "dark"),
    ("comparison.png", "comparison/comparison.html", "Energy of the job, from",
     "Energy of the job, from", "light"),
    ("validation.png", "validation/validation.html", "Simulated over measured: tokens/s",
     "Simulated over measured: tokens/s", "light"),
    ("sweep.png", "u250.html", ".controls", "figure", "light"),
]

BOX = """(() => {
  const find = name => document.querySelector(name.match(/^[.a-z0-9]+$/) ? name : 'none')
    ?? [...document.querySelectorAll('figure')].find(
         f => f.querySelector('figcaption').textContent.startsWith(name));
  const first = find(%r).getBoundingClientRect(), last = find(%r).getBoundingClientRect();
  const left = Math.min(first.left, last.left), right = Math.max(first.right, last.right);
  return [left - 12 + scrollX, first.top - 12 + scrollY, right - left + 24,
          last.bottom - first.top + 24];
})()"""


def sweep(tritsim, directory):
    """The page of 10,368 points."""
    description = ROOT / "configs" / "sweeps" / "u250_370m_memory.yaml"
    for words in (["sweep", description, "-o", directory / "u250.sqlite"],
                  ["sweep", "show", directory / "u250.sqlite", "-o", directory / "u250.html"]):
        subprocess.run([tritsim, *words], check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: tools/screenshots.py TRITSIM")
    chromium = find_chromium()
    if chromium is None:
        sys.exit("screenshots: chromium is not installed (tools/setup.sh test does it)")
    images = ROOT / "docs" / "img"
    images.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as demo, Browser(chromium) as browser:
        subprocess.run([ROOT / "tools" / "demo.sh", sys.argv[1], demo], check=True,
                       stdout=subprocess.DEVNULL)
        sweep(sys.argv[1], pathlib.Path(demo))
        for name, page, first, last, scheme in PICTURES:
            browser.look(scheme=scheme)
            if not browser.open(pathlib.Path(demo) / page):
                sys.exit(f"screenshots: {page} draws nothing")
            browser.screenshot(images / name, browser.evaluate(BOX % (first, last)))


main()
