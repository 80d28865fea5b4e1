// SPDX-License-Identifier: Apache-2.0
#include "reports/style.hpp"

namespace tritsim {

const std::string_view page_style = R"css(
:root {
  color-scheme: light dark;
  --page: #f4f5f7; --card: #ffffff; --ink: #1a1d21; --soft: #5a626c; --line: #d9dde3;
  --accent: #0072b2; --hatch: #ffffff;
  --c1: #0072b2; --c2: #e69f00; --c3: #56b4e9; --c4: #d55e00;
  --c5: #009e73; --c6: #cc79a7; --c7: #f0e442; --c8: #9aa1ab;
  --c9: #882255; --c10: #b8a97a; --c11: #117733; --c12: #332288;
  --on1: #fff; --on2: #000; --on3: #000; --on4: #fff;
  --on5: #000; --on6: #000; --on7: #000; --on8: #000;
  --on9: #fff; --on10: #000; --on11: #fff; --on12: #fff;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --page: #14171b; --card: #1d2126; --ink: #e8eaed; --soft: #a3abb5; --line: #373d45;
    --accent: #6cc1f0; --hatch: #1d2126;
    --c1: #2f93d1; --c8: #7d8590; --c12: #8378d6; --on1: #000; --on4: #000;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 0 1.25rem 3rem; max-width: 1080px; background: var(--page);
  color: var(--ink); font: 16px/1.5 system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif;
}
header { padding: 2.2rem 0 0.6rem; }
h1 { margin: 0; font-size: 1.9rem; line-height: 1.2; letter-spacing: -0.01em; }
h2 { margin: 0 0 0.4rem; font-size: 1.3rem; }
.subtitle { margin: 0.4rem 0 0; color: var(--soft); }
a { color: var(--accent); }
a:focus-visible, .scroll:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.skip { position: absolute; left: -999px; }
.skip:focus { left: 1rem; top: 0.5rem; background: var(--card); padding: 0.4rem 0.8rem; }
nav ul { display: flex; flex-wrap: wrap; gap: 0.3rem 1.2rem; margin: 0; padding: 0.5rem 0 1rem;
  list-style: none; }
.tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(225px, 1fr)); gap: 0.8rem;
  margin: 0; }
.tiles div, section { background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
.tiles div { padding: 0.8rem 1rem; border-top: 4px solid var(--accent); }
dt { color: var(--soft); font-size: 0.88rem; }
dd { margin: 0; color: var(--soft); font-size: 0.88rem; }
dd.big { color: var(--ink); font-size: 1.55rem; font-weight: 650; line-height: 1.3;
  font-variant-numeric: tabular-nums; }
.notes { margin: 1rem 0 0; padding: 0 0 0 1.2rem; color: var(--soft); font-size: 0.92rem; }
section { margin-top: 1.4rem; padding: 1.2rem 1.4rem; scroll-margin-top: 1rem; }
section > p { margin: 0.2rem 0 0.8rem; max-width: 75ch; }
figure { margin: 1.2rem 0 1.6rem; }
figcaption, caption { text-align: left; font-weight: 600; padding: 0 0 0.5rem; }
svg { display: block; width: 100%; max-width: 940px; height: auto; }
.note { margin: 0.4rem 0 0; color: var(--soft); font-size: 0.86rem; max-width: 90ch; }
.scroll { overflow-x: auto; margin: 1.3rem 0 0; }
table { border-collapse: collapse; font-size: 0.9rem; min-width: 55%; }
th, td { padding: 0.28rem 0.8rem 0.28rem 0; text-align: left; vertical-align: top;
  border-bottom: 1px solid var(--line); font-weight: 400; }
th + th, th + td, td + td { padding-left: 0.6rem; }
thead th { color: var(--soft); font-weight: 600; border-bottom: 2px solid var(--line);
  vertical-align: bottom; }
.n { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
tbody th { white-space: nowrap; }
.total th, .total td { font-weight: 650; border-top: 2px solid var(--line); }
footer { margin-top: 1.6rem; color: var(--soft); font-size: 0.86rem; }
svg text { font: 12px system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; fill: var(--ink); }
svg text.tick { font-size: 11px; fill: var(--soft); }
svg text.value { font-weight: 600; }
svg text.on { font-size: 11px; font-weight: 600; }
.c1 { fill: var(--c1); } .c2 { fill: var(--c2); } .c3 { fill: var(--c3); } .c4 { fill: var(--c4); }
.c5 { fill: var(--c5); } .c6 { fill: var(--c6); } .c7 { fill: var(--c7); } .c8 { fill: var(--c8); }
.c9 { fill: var(--c9); } .c10 { fill: var(--c10); } .c11 { fill: var(--c11); } .c12 { fill: var(--c12); }
svg .on1 { fill: var(--on1); } svg .on2 { fill: var(--on2); } svg .on3 { fill: var(--on3); }
svg .on4 { fill: var(--on4); } svg .on5 { fill: var(--on5); } svg .on6 { fill: var(--on6); }
svg .on7 { fill: var(--on7); } svg .on8 { fill: var(--on8); }
svg .on9 { fill: var(--on9); } svg .on10 { fill: var(--on10); }
svg .on11 { fill: var(--on11); } svg .on12 { fill: var(--on12); }
svg rect { stroke: var(--card); stroke-width: 0.6; }
.hatch { fill: url(#hatch); stroke: var(--soft); }
.grid { stroke: var(--line); stroke-width: 1; }
.axis { stroke: var(--soft); stroke-width: 1; }
.whisker { stroke: var(--ink); stroke-width: 1.6; }
.halo { stroke: var(--card); stroke-width: 4; opacity: 0.7; }
.roof { stroke: var(--c1); stroke-width: 2.5; stroke-linecap: round; }
.drop { stroke: var(--soft); stroke-width: 1; stroke-dasharray: 2 4; }
.point { fill: var(--c2); stroke: var(--ink); stroke-width: 1.5; }
@media print {
  body { background: #fff; max-width: none; padding: 0; font-size: 11pt; }
  nav, .skip { display: none; }
  section, .tiles div { border-color: #bbb; }
  figure, tr, .tiles div { break-inside: avoid; }
  h2, caption, figcaption { break-after: avoid; }
  .scroll { overflow: visible; }
  table { font-size: 8.5pt; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
)css";

const std::string_view svg_patterns = R"svg(<svg width="0" height="0" aria-hidden="true"
 style="position:absolute"><defs><pattern id="hatch" width="7" height="7"
 patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="3" height="7"
 style="fill:var(--hatch);stroke:none"/></pattern></defs></svg>
)svg";

}  // namespace tritsim
