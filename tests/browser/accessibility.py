# SPDX-License-Identifier: Apache-2.0
"""What a reader needs who does not see a page, or not well, or uses no mouse: checked in a browser.

Contrast is that of WCAG 2.1, level AA: 4.5 for text, 3 for large text.
"""

# Of every chart: a text alternative with figures; of every table: caption or label, heads with scope;
# of every control: a name; no id twice; headings go down by one step at a time.
STRUCTURE = r"""(() => {
  const faults = [];
  const short = e => e.outerHTML.slice(0, 90);
  if (document.documentElement.lang !== 'en') faults.push('no language');
  for (const f of document.querySelectorAll('figure')) {
    const box = f.querySelector('[role=img]');
    const text = box?.ariaLabel ?? '';
    if (!/[0-9]/.test(text) || text.length < 20) faults.push(`chart without its figures: ${short(f)}`);
    if (!f.querySelector('figcaption')?.textContent) faults.push(`chart without a caption: ${short(f)}`);
  }
  for (const t of document.querySelectorAll('table')) {
    if (!t.caption && !t.closest('.law')) faults.push(`table without a caption: ${short(t)}`);
    for (const h of t.querySelectorAll('th')) if (!h.scope) faults.push(`head without scope: ${short(h)}`);
    for (const c of t.querySelectorAll('thead td')) faults.push(`head that is none: ${short(c)}`);
  }
  for (const e of document.querySelectorAll('a, button, input, select, summary')) {
    const name = e.ariaLabel || e.textContent.trim() || e.labels?.[0]?.textContent.trim();
    if (!name) faults.push(`control without a name: ${short(e)}`);
  }
  for (const e of document.querySelectorAll('[role=region]')) {
    if (!e.ariaLabel) faults.push(`region without a name: ${short(e)}`);
  }
  const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
  for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) faults.push(`id twice: ${id}`);
  let level = 0;
  for (const h of document.querySelectorAll('h1, h2, h3, h4')) {
    const next = Number(h.tagName[1]);
    if (next > level + 1) faults.push(`heading skips a level: ${short(h)}`);
    level = next;
  }
  return faults;
})()"""

# Text against the ground that it stands on, in the page and in its charts. Texts in bars are left out:
# their colour is chosen after the bar's.
CONTRAST = r"""(() => {
  const channels = text => (text.match(/[0-9.]+/g) ?? []).map(Number);
  const linear = c => c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4;
  const luminance = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const ground = e => {
    for (; e; e = e.parentElement) {
      const c = channels(getComputedStyle(e).backgroundColor);
      if (c.length === 3 || c[3] === 1) return c;
    }
    return [255, 255, 255];
  };
  const ratio = (a, b) => {
    const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
  };
  const faults = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const e = node.parentElement;
    if (!node.textContent.trim() || e.closest('script, style, noscript, .skip, :disabled')) continue;
    const box = e.getBoundingClientRect();
    if (box.width === 0 || box.height === 0) continue;
    const style = getComputedStyle(e);
    const svg = e.closest('svg');
    if (svg && e.closest('.role-mark')) continue;
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const ink = channels(svg ? style.fill : style.color);
    const found = ratio(ink.slice(0, 3), ground(svg ? svg.parentElement : e).slice(0, 3));
    if (found < (large ? 3 : 4.5)) {
      faults.add(`contrast ${found.toFixed(2)}: ${e.tagName} '${node.textContent.trim().slice(0, 40)}'`);
    }
  }
  return [...faults].slice(0, 10);
})()"""

# What is wider than its box and does not show it: a box that scrolls needs a shade on the side that
# goes on, seen through what stands in it; and nothing may be cut by a box that does not scroll.
CUT = r"""(() => {
  const faults = [];
  const opaque = e => {
    const c = getComputedStyle(e).backgroundColor.match(/[0-9.]+/g).map(Number);
    return c.length === 3 || c[3] > 0;
  };
  for (const e of document.querySelectorAll('main *')) {
    if (e.closest('svg, details:not([open]) > :not(summary)')) continue;
    const style = getComputedStyle(e);
    if (e.scrollWidth <= e.clientWidth + 1 || style.overflowX === 'visible') continue;
    if (e.closest('.skip') || e.clientWidth < 3) continue;
    const name = `${e.tagName} '${(e.ariaLabel ?? e.textContent).trim().slice(0, 40)}'`;
    if (!['auto', 'scroll'].includes(style.overflowX)) faults.push(`cut: ${name}`);
    const shade = style.backgroundImage.includes('gradient')
        && style.backgroundAttachment.includes('local') && style.backgroundAttachment.includes('scroll');
    if (!shade) faults.push(`scrolls without a cue: ${name}`);
    if ([...e.querySelectorAll('table, tbody, tr, td, .vega')].some(opaque)) {
      faults.push(`the cue is covered: ${name}`);
    }
  }
  return faults;
})()"""

FOCUS = """(() => {
  const e = document.activeElement;
  if (e === document.body) return null;
  const s = getComputedStyle(e), r = e.getBoundingClientRect();
  return [e.tagName, e.className, e.textContent.slice(0, 30), parseFloat(s.outlineWidth),
          s.outlineStyle, r.width * r.height > 0];
})()"""


def check_focus(browser):
    """Tab leads along the controls, and each one shows that it has the focus."""
    faults, seen = [], 0
    for _ in range(30):
        browser.press("Tab", 9)
        focus = browser.evaluate(FOCUS)
        if focus is None:
            break
        seen += 1
        tag, name, text, width, style, visible = focus
        if style == "none" or width < 2 or not visible:
            faults.append(f"focus is not seen: {tag} {name} '{text}'")
    return faults if seen > 3 else faults + [f"Tab reaches {seen} controls"]


def check(browser, page):
    faults = []
    for scheme in ("light", "dark"):
        browser.look(scheme=scheme)
        browser.open(page)
        if scheme == "light":
            faults += browser.evaluate(STRUCTURE)
        faults += [f"{scheme}: {fault}" for fault in browser.evaluate(CONTRAST)]
    browser.look(width=400)
    browser.open(page)
    out = browser.evaluate("document.documentElement.scrollWidth - innerWidth")
    if out > 0:
        faults.append(f"400 px: the page is {out} px wider than the window")
    browser.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    faults += [f"400 px: {fault}" for fault in browser.evaluate(CUT)]
    browser.look()
    browser.open(page)
    return faults + check_focus(browser)
