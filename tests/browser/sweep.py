# SPDX-License-Identifier: Apache-2.0
"""sweep.py TRITSIM SOURCE-DIR DIR: explores the page of a sweep of 10,000 points in a real browser.

A shard of a shipped sweep is simulated; the other rows of the database are made from its rows, so
that every point is there at once. Screenshots stay in DIR. Exit code 77: no browser.
"""
import csv
import io
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import time

TRITSIM, SOURCE, DIR = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
sys.path.insert(0, str(SOURCE / "tools"))
from browser import Browser, find_chromium  # noqa: E402

POINTS = 10368
DIMENSIONS = {"lanes": 24, "core": 2, "width": 27, "memory": 2, "channels": 4}
FRAME = "new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)))"
COUNT = "Number(document.getElementById('sweep-count').textContent.match(/^[0-9]+/)[0])"
FIRST = "[...document.querySelectorAll('#sweep-table tbody tr:first-child > *')].map(e => e.textContent)"


def make_database(path):
    """All points of the sweep; lanes and channels of a row that was not simulated scale it."""
    for old in path.parent.glob(path.name + "*"):
        old.unlink()
    subprocess.run([TRITSIM, "sweep", SOURCE / "configs/sweeps/u250_370m_memory.yaml", "-o", path,
                    "--shard", "1/199"], check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    database = sqlite3.connect(path)
    names = [c[1] for c in database.execute("PRAGMA table_info(points)")]
    known = {row[0]: row for row in database.execute("SELECT * FROM points")}
    real = sorted(known)
    at = names.index
    for point in range(POINTS):
        if point in known:
            continue
        row = list(known[real[point * len(real) // POINTS]])
        row[at("point")] = point
        rest = point
        place = {}
        for name, size in reversed(DIMENSIONS.items()):
            rest, place[name] = divmod(rest, size)
        row[at("lanes")] = place["lanes"] + 1
        if point < 8:
            row[at("status")], row[at("reason")] = "failed", "the weights do not fit"
        row[at("tokens_per_s")] = (place["lanes"] + 1) * (40 + place["width"]) * (1 + place["channels"])
        row[at("power_w")] = 38 + row[at("tokens_per_s")] ** 0.7 / 15 + 3 * place["memory"] + point % 7
        database.execute(f"INSERT INTO points VALUES ({', '.join('?' * len(row))})", row)
    database.commit()
    database.execute("PRAGMA journal_mode = DELETE")
    return database


def ask(database, sql):
    return database.execute(f"SELECT {sql}").fetchall()


def set_value(browser, element, value, event="input"):
    browser.evaluate(f"(() => {{ const e = document.getElementById({element!r}); e.value = {value!r};"
                     f" e.dispatchEvent(new Event({event!r})); }})()")
    browser.evaluate(FRAME)


def click(browser, selector):
    browser.evaluate(f"document.querySelector({selector!r}).click()")
    browser.evaluate(FRAME)


def header(browser, name):
    """Clicks the head of a column."""
    browser.evaluate("[...document.querySelectorAll('#sweep-table thead button')]"
                     f".find(b => b.textContent === {name!r}).click()")


class Checks:
    def __init__(self, browser, database):
        self.browser, self.database, self.faults = browser, database, []
        self.all = ask(database, "count(*) FROM points WHERE status = 'ok'")[0][0]
        self.feasible = ask(database, "count(*) FROM points WHERE status = 'ok' AND fits = 1")[0][0]

    def equal(self, what, found, expected):
        if found != expected:
            self.faults.append(f"{what}: {found!r}, {expected!r} expected")

    def picture(self):
        """Colours of the canvas: those of the two cores cover some of it."""
        drawn = self.browser.evaluate("""(() => {
          const c = document.querySelector('#explorer canvas');
          const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
          let n = 0;
          for (let i = 0; i < d.length; i += 4) {
            if (d[i + 3] > 100 && Math.max(d[i], d[i + 1], d[i + 2]) -
                Math.min(d[i], d[i + 1], d[i + 2]) > 60) ++n;
          }
          return n;
        })()""")
        if drawn < 2000:
            self.faults.append(f"{drawn} coloured pixels: the points are not drawn")

    def filtering(self):
        b = self.browser
        if not 0 < self.feasible < self.all:
            self.faults.append(f"{self.feasible} of {self.all} points fit: nothing is tested")
        self.equal("points at first", b.evaluate(COUNT), self.feasible)
        self.equal("all of the first table are feasible", b.evaluate(
            "[...document.querySelectorAll('#sweep-table tbody tr')].map(r => [...r.children].at(-2).textContent)"),
            ["yes"] * 20)
        set_value(b, "f-only", "all", "change")
        self.equal("points", b.evaluate(COUNT), self.all)
        self.equal("and still of the first table", b.evaluate(
            "[...document.querySelectorAll('#sweep-table tbody tr')].map(r => [...r.children].at(-2).textContent)"),
            ["yes"] * 20)
        set_value(b, "f-lanes-from", "19")  # the twentieth value
        expected = ask(self.database, "count(*) FROM points WHERE lanes >= 20 AND status = 'ok'")
        self.equal("20 lanes or more", b.evaluate(COUNT), expected[0][0])
        click(b, "#f-memory-0")
        some = "lanes >= 20 AND (point / 4) % 2 = 1 AND status = 'ok'"
        self.equal("and hbm2", b.evaluate(COUNT),
                   ask(self.database, f"count(*) FROM points WHERE {some}")[0][0])
        set_value(b, "f-power_w-most", "60")
        some += " AND power_w <= 60"
        left = ask(self.database, f"count(*) FROM points WHERE {some}")[0][0]
        self.equal("and 60 W", b.evaluate(COUNT), left)
        return some

    def sorting(self, some):
        b = self.browser
        for name, order in (("power", "power_w, point"), ("power", "power_w DESC, point"),
                            ("point", "point")):
            header(b, name)
            first = ask(self.database, f"point FROM points WHERE {some} ORDER BY {order} LIMIT 1")
            self.equal(f"first by {order}", b.evaluate(FIRST)[0], str(first[0][0]))
        self.equal("order told", b.evaluate("document.querySelector('#sweep-table [aria-sort]')"
                                            ".getAttribute('aria-sort')"), "ascending")
        click(b, "#sweep-after")
        second = ask(self.database, f"point FROM points WHERE {some} ORDER BY point LIMIT 1 OFFSET 20")
        self.equal("second page", b.evaluate(FIRST)[0], str(second[0][0]))

    def file(self, some):
        self.browser.evaluate("page.download = text => { window.saved = text; }; 0")
        click(self.browser, "#sweep-csv")
        rows = list(csv.DictReader(io.StringIO(self.browser.evaluate("window.saved"))))
        expected = ask(self.database,
                       f"point, tokens_per_s, lanes FROM points WHERE {some} ORDER BY point")
        found = [(int(r["point"]), float(r["tokens_per_s"]), float(r["lanes"])) for r in rows]
        if found != expected:
            self.faults.append(f"file: {len(found)} rows, not the {len(expected)} that pass")

    def point(self):
        b = self.browser
        click(b, "#sweep-table tbody button")
        number = int(b.evaluate(FIRST)[0])
        lines = b.evaluate("[...document.querySelectorAll('.command code')].map(e => e.textContent)")
        lanes = ask(self.database, f"lanes FROM points WHERE point = {number}")[0][0]
        self.equal("ways to run it", len(lines), 2)
        in_view = b.evaluate("""(() => { const r = document.getElementById('sweep-point').getBoundingClientRect();
          return r.top >= 0 && r.height > 20 && Math.min(r.bottom, r.top + 200) <= innerHeight; })()""")
        if not in_view:
            self.faults.append("the details of the point are out of view")
        for words in (f"--set cores.0.lanes={lanes} ", "--batch 0", "configs/memories/hbm2_u280.yaml"):
            if words not in lines[0]:
                self.faults.append(f"'{words}' is not in: {lines[0]}")
        if not lines[1].endswith(f"--point {number}"):
            self.faults.append("the other does not name the point: " + lines[1])

    def rectangle(self):
        """Dragged with the mouse: fewer points in the table, as many in the picture."""
        b = self.browser
        click(b, "#f-reset")
        self.equal("reset", b.evaluate(COUNT), self.feasible)
        b.evaluate("document.querySelector('#explorer canvas').scrollIntoView({block: 'center'}); 0")
        left, top, width, height = b.evaluate("""(() => {
          const r = document.querySelector('#explorer canvas').getBoundingClientRect();
          return [r.left, r.top, r.width, r.height]; })()""")
        spots = [(left + f * width, top + g * height) for f, g in ((.3, .3), (.5, .6), (.6, .7))]
        for kind, (x, y) in (("mouseMoved", spots[0]), ("mousePressed", spots[0]), ("mouseMoved", spots[1]),
                             ("mouseMoved", spots[2]), ("mouseReleased", spots[2])):
            b.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", buttons=1,
                   clickCount=1)
            b.evaluate(FRAME)
        b.evaluate(FRAME)
        inside = b.evaluate(COUNT)
        if not 0 < inside < self.feasible:
            self.faults.append(f"{inside} points are inside the rectangle")
        if "inside the rectangle" not in b.evaluate(
                "document.getElementById('sweep-count').textContent"):
            self.faults.append("the rectangle is not told")

    def axes(self):
        b = self.browser
        set_value(b, "sweep-x", "energy_per_token_j", "change")
        set_value(b, "sweep-colour", "lanes", "change")
        click(b, "#sweep-y-log")
        self.equal("title", b.evaluate("document.querySelector('figure figcaption').textContent"),
                   "tokens per second over energy per token")
        self.picture()

    def front(self):
        """With the sweep's objectives and no filter the line joins the front of the sweep."""
        marked = subprocess.run([TRITSIM, "sweep", "show", DIR / "sweep.sqlite", "--pareto", "--csv",
                                 "--columns", "point"], check=True, capture_output=True, text=True)
        label = self.browser.evaluate("document.querySelector('#explorer .vega').ariaLabel")
        front = f"Front of {len(marked.stdout.splitlines()) - 1} points"
        if front not in label:
            self.faults.append(f"'{front}' is not in: {label}")

    def keyboard(self):
        b = self.browser
        click(b, "#f-reset")
        b.evaluate("document.getElementById('f-lanes-to').focus(); 0")
        b.press("ArrowLeft", 37)
        b.evaluate(FRAME)
        expected = ask(self.database,
                       "count(*) FROM points WHERE lanes <= 23 AND status = 'ok' AND fits = 1")
        self.equal("by arrow key", b.evaluate(COUNT), expected[0][0])

    def width(self):
        for scheme, width in (("light", 1120), ("dark", 1120), ("light", 400)):
            self.browser.look(width=width, scheme=scheme)
            self.browser.open(DIR / "sweep.html")
            self.picture()
            out = self.browser.evaluate("document.documentElement.scrollWidth - innerWidth")
            if out > 0:
                self.faults.append(f"{width} px: the page is {out} px wider than the window")
            self.browser.screenshot(DIR / f"sweep-{scheme}-{width}.png")


def main():
    chromium = find_chromium()
    if chromium is None:
        print("chromium is not installed (tools/setup.sh test does it)")
        return 77
    shutil.rmtree(DIR, ignore_errors=True)
    DIR.mkdir(parents=True)
    database = make_database(DIR / "sweep.sqlite")
    subprocess.run([TRITSIM, "sweep", "show", DIR / "sweep.sqlite", "-o", DIR / "sweep.html"],
                   check=True, stdout=subprocess.DEVNULL)
    with Browser(chromium) as browser:
        browser.look()
        begin = time.monotonic()
        drawn = browser.open(DIR / "sweep.html")
        print(f"{POINTS} points: open in {time.monotonic() - begin:.2f} s")
        checks = Checks(browser, database)
        if not drawn:
            checks.faults.append("nothing is drawn")
        else:
            checks.picture()
            checks.front()
            some = checks.filtering()
            checks.sorting(some)
            checks.file(some)
            checks.point()
            checks.rectangle()
            checks.axes()
            checks.keyboard()
            checks.width()
    for fault in checks.faults + browser.faults:
        print(fault)
    return 1 if checks.faults or browser.faults else 0


sys.exit(main())
