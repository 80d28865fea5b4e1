# SPDX-License-Identifier: Apache-2.0
"""reports.py TRITSIM SOURCE-DIR DIR: opens every report of the demo in a real browser.

Every chart has drawn marks, in light and in dark; nothing is on the console; no request leaves the
page; specifications can be copied by keyboard; what accessibility.py checks holds. Screenshots stay in DIR. Exit code 77: no browser.
"""
import json
import pathlib
import re
import subprocess
import sys

TRITSIM, SOURCE, DIR = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
sys.path.insert(0, str(SOURCE / "tools"))
import accessibility  # noqa: E402
from browser import Browser, find_chromium  # noqa: E402

LEAST_CHARTS = {"report.html": 8, "comparison.html": 2, "validation.html": 3, "sweep.html": 0,
                "index.html": 0}
MARKS = """[...document.querySelectorAll('figure:not(.live)')].map(f => [
  f.querySelector('figcaption').textContent,
  f.querySelectorAll('svg g.role-mark path, svg g.role-mark line').length])"""
# Figures that are wider than their box, or marks and texts that hang out of the picture.
CUT = """[...document.querySelectorAll('figure:not(.live)')].filter(f => {
  const outer = f.querySelector('svg').getBoundingClientRect();
  return [...f.querySelectorAll('svg text')].some(t => {
    const r = t.getBoundingClientRect();
    return r.width > 0 && (r.left < outer.left - 2 || r.right > outer.right + 2);
  });
}).map(f => f.querySelector('figcaption').textContent)"""


# Top and bottom of what a report opens with, in the order in which it must stand.
FIRST_SCREEN = """['h1', '.tiles', '.overview', '.notes', 'section'].map(name => {
  const box = document.querySelector(name).getBoundingClientRect();
  return [name, box.top + scrollY, box.bottom + scrollY];
})"""


def check_first_screen(browser, page):
    """What a run answers stands on the first screen: figures, then pictures of time and energy."""
    faults = []
    for scheme in ("light", "dark"):
        browser.look(width=1280, height=900, scheme=scheme)
        browser.open(page)
        browser.screenshot(DIR / f"{page.stem}-first-{scheme}.png", (0, 0, 1280, 900))
    parts = browser.evaluate(FIRST_SCREEN)
    for (before, _, bottom), (after, top, _) in zip(parts, parts[1:]):
        if top < bottom:
            faults.append(f"{after} stands before {before}")
    overview = parts[2]
    if overview[2] > 900:
        faults.append(f"the pictures end at {overview[2]:.0f} px, beyond the first screen of 900")
    titles = browser.evaluate("[...document.querySelectorAll('.overview figcaption')]"
                              ".map(e => e.textContent)")
    for word in ("time", "energy"):
        if not any(word in title for title in titles):
            faults.append(f"no picture of {word} on the first screen: {titles}")
    labels = browser.evaluate("[...document.querySelectorAll('.tiles dt')].map(e => e.textContent)")
    for word in ("Tokens/s", "Energy per token", "Bound by"):
        if not any(word in label for label in labels):
            faults.append(f"no '{word}' on the first screen: {labels}")
    folded = browser.evaluate("[...document.querySelectorAll('table')].filter("
                              "t => t.tBodies[0].rows.length > 12 && !t.closest('details, .law, .points'))"
                              ".map(t => t.caption.textContent)")
    faults += [f"a long table is not folded: {title}" for title in folded]
    browser.look()
    return faults


def check_validation(browser, page):
    """Opens with the errors of all boards in one picture; sources once."""
    browser.look(width=1280, height=900)
    browser.open(page)
    first = browser.evaluate("document.querySelector('figure figcaption').textContent")
    height = browser.evaluate("document.documentElement.scrollHeight")
    top = browser.evaluate("document.querySelector('figure').getBoundingClientRect().top + scrollY")
    faults = []
    if "hardware" not in first:
        faults.append(f"opens with '{first}'")
    if top > 600:
        faults.append(f"the first picture begins at {top:.0f} px")
    if height > 9500:
        faults.append(f"the page is {height} px long")
    browser.screenshot(DIR / "validation-first.png", (0, 0, 1280, 1400))
    browser.look()
    return faults


def check_charts(browser, page, scheme):
    browser.faults.clear()
    browser.look(scheme=scheme)
    drawn = browser.open(page)
    faults = [] if drawn else ["charts are not drawn"]
    marks = browser.evaluate(MARKS)
    if len(marks) < LEAST_CHARTS[page.name]:
        faults.append(f"{len(marks)} charts, at least {LEAST_CHARTS[page.name]} expected")
    faults += [f"no marks: {title}" for title, count in marks if count == 0]
    faults += [f"text cut off: {title}" for title in browser.evaluate(CUT)]
    browser.screenshot(DIR / f"{page.stem}-{scheme}.png")
    return faults + browser.faults


def check_copying(browser, page):
    """By keyboard alone to the first 'Copy specification', and what it copies."""
    browser.open(page)
    browser.evaluate("navigator.clipboard.writeText = async t => { window.copied = t; }; 0")
    for _ in range(60):
        browser.press("Tab", 9)
        if browser.evaluate("document.activeElement.className") == "copy":
            break
    else:
        return ["no button is reached by Tab"]
    browser.press("Enter", 13)
    if not browser.wait_for("document.activeElement.textContent === 'Copied'", 5):
        return ["Enter copies nothing"]
    spec = json.loads(browser.evaluate("window.copied"))
    if "vega-lite" not in spec["$schema"] or "var(--" in json.dumps(spec):
        return ["what is copied is no specification for paper"]
    return []


def check_links(browser, page):
    """The index leads to pages that are there."""
    browser.open(page)
    links = browser.evaluate("[...document.querySelectorAll('main > section > p > a')]"
                             ".map(a => a.pathname)")
    findings = browser.evaluate("[...document.querySelectorAll('.findings li')].map(e => e.textContent)")
    faults = [f"no such page: {link}" for link in links if not pathlib.Path(link).is_file()]
    if len(links) != 4:
        faults.append(f"{len(links)} links, 4 expected")
    if len(findings) != 4 or not all(re.search("[0-9]", text) for text in findings):
        faults.append(f"4 findings with figures expected: {findings}")
    return faults


def main():
    chromium = find_chromium()
    if chromium is None:
        print("chromium is not installed (tools/setup.sh test does it)")
        return 77
    DIR.mkdir(parents=True, exist_ok=True)
    subprocess.run([SOURCE / "tools" / "demo.sh", TRITSIM, DIR], check=True,
                   stdout=subprocess.DEVNULL)
    pages = [DIR / "index.html", DIR / "run" / "report.html",
             DIR / "comparison" / "comparison.html", DIR / "sweep" / "sweep.html",
             DIR / "validation" / "validation.html"]
    failed = False
    with Browser(chromium) as browser:
        for page in pages:
            faults = [f"{scheme}: {f}" for scheme in ("light", "dark")
                      for f in check_charts(browser, page, scheme)]
            if LEAST_CHARTS[page.name] > 0:
                faults += check_copying(browser, page)
            if page.name == "index.html":
                faults += check_links(browser, page)
            if page.name == "report.html":
                faults += check_first_screen(browser, page)
            if page.name == "validation.html":
                faults += check_validation(browser, page)
            faults += accessibility.check(browser, page)
            for fault in faults:
                print(f"{page.name}: {fault}")
            failed = failed or bool(faults)
    return 1 if failed else 0


sys.exit(main())
