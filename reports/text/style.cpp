// SPDX-License-Identifier: Apache-2.0
#include "reports/text/style.hpp"

#include <fmt/format.h>

namespace tritsim {
namespace {

constexpr std::string_view rules = R"css(* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 0 1.25rem 3rem; max-width: 1240px; background: var(--page);
  color: var(--ink); font: 16px/1.5 system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif;
  overflow-wrap: break-word;
}
header { padding: 1.1rem 0 0.3rem; }
h1 { margin: 0; font-size: 1.7rem; line-height: 1.2; letter-spacing: -0.01em; }
h2 { margin: 0 0 0.4rem; font-size: 1.3rem; }
.subtitle { margin: 0.2rem 0 0; color: var(--soft); }
a { color: var(--accent); }
a:focus-visible, button:focus-visible, summary:focus-visible, input:focus-visible,
select:focus-visible, pre:focus-visible, .scroll:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.skip { position: absolute; left: -999px; }
.skip:focus { left: 1rem; top: 0.5rem; background: var(--card); padding: 0.4rem 0.8rem; }
nav ul { display: flex; flex-wrap: wrap; gap: 0.3rem 1.2rem; margin: 0; padding: 0.3rem 0 0.7rem;
  list-style: none; }
.tiles { display: grid; gap: 0.6rem;
  grid-template-columns: repeat(auto-fill, minmax(min(225px, 47%), 1fr));
  margin: 0; }
.tiles div, section { background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
.tiles div { padding: 0.4rem 0.8rem 0.5rem; border-top: 4px solid var(--accent); }
dt { color: var(--soft); font-size: 0.88rem; }
dd { margin: 0; color: var(--soft); font-size: 0.88rem; }
dd.big { color: var(--ink); font-size: 1.55rem; font-weight: 650; line-height: 1.3;
  font-variant-numeric: tabular-nums; }
.notes { margin: 0.8rem 0 0; padding: 0 0 0 1.2rem; color: var(--soft); font-size: 0.92rem; }
section { margin-top: 1.4rem; padding: 1.2rem 1.4rem; scroll-margin-top: 1rem; }
section > p { margin: 0.2rem 0 0.8rem; max-width: 75ch; }
figure { margin: 1.2rem 0 1.6rem; }
figcaption, caption { text-align: left; font-weight: 600; padding: 0 0 0.5rem; }
figure .scroll { margin: 0; }
.vega svg { display: block; width: 100%; min-width: 560px; max-width: 900px; height: auto; }
.note { margin: 0.4rem 0 0; color: var(--soft); font-size: 0.86rem; max-width: 90ch; }
/* A shade at the side that goes on: it lies still, its cover moves with what is scrolled. */
.scroll { overflow-x: auto; margin: 1.3rem 0 0; background:
  linear-gradient(to right, var(--card) 50%, transparent) left / 3.2rem 100% no-repeat local,
  linear-gradient(to left, var(--card) 50%, transparent) right / 3.2rem 100% no-repeat local,
  linear-gradient(to right, var(--shade), transparent) left / 1.4rem 100% no-repeat scroll,
  linear-gradient(to left, var(--shade), transparent) right / 1.4rem 100% no-repeat scroll; }
.overview { display: grid; gap: 0.6rem; margin: 0.6rem 0 0;
  grid-template-columns: repeat(auto-fit, minmax(min(340px, 100%), 1fr)); }
.overview figure { margin: 0; padding: 0.6rem 0.8rem; background: var(--card);
  border: 1px solid var(--line); border-radius: 10px; }
.overview figcaption { padding-bottom: 0.2rem; font-size: 0.95rem; }
.overview .vega svg { min-width: 0; max-width: 480px; }
details.table caption { position: absolute; width: 1px; height: 1px; overflow: hidden;
  clip-path: inset(50%); }
details.table .scroll { margin-top: 0.6rem; }
table { border-collapse: collapse; font-size: 0.9rem; min-width: 55%; }
th, td { padding: 0.28rem 0.8rem 0.28rem 0; text-align: left; vertical-align: top;
  border-bottom: 1px solid var(--line); font-weight: 400; }
th + th, th + td, td + td { padding-left: 0.6rem; }
thead th { color: var(--soft); font-weight: 600; border-bottom: 2px solid var(--line);
  vertical-align: bottom; }
td:not(.n) { min-width: 9ch; }
.n { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
thead .n { white-space: normal; }
tbody th { white-space: nowrap; }
.total th, .total td { font-weight: 650; border-top: 2px solid var(--line); }
footer { margin-top: 1.6rem; color: var(--soft); font-size: 0.86rem; }
.actions { display: flex; flex-wrap: wrap; gap: 0.5rem; margin: 0.5rem 0 0; }
.actions button { font: inherit; font-size: 0.84rem; color: var(--accent); background: var(--card);
  border: 1px solid var(--line); border-radius: 6px; padding: 0.2rem 0.7rem; cursor: pointer; }
.law { font-size: 0.9rem; max-width: 100ch; overflow-wrap: anywhere; }
.law p, .law ul { margin: 0.5rem 0; padding: 0; }
.law ul { padding-left: 1.2rem; }
.law table { font-size: inherit; }
h3 { margin: 1.2rem 0 0.4rem; font-size: 1.05rem; }
code { font: 0.92em ui-monospace, "DejaVu Sans Mono", monospace; }
.findings { margin: 0; padding: 0 0 0 1.4rem; max-width: 80ch; }
.next dd { margin: 0 0 0.6rem; color: var(--ink); }
.findings li { margin: 0.5rem 0; }
.explorer { display: grid; grid-template-columns: 230px minmax(0, 1fr); gap: 0 1.4rem; }
.explorer .controls, .explorer .points { grid-column: 1 / -1; }
.explorer figure { margin-top: 0.6rem; }
.controls { display: flex; flex-wrap: wrap; gap: 0.4rem 1.4rem; font-size: 0.9rem; }
.controls span, .controls label { max-width: 100%; }
.explorer select, .explorer input, .points button, .filters button { font: inherit;
  font-size: 0.86rem; color: var(--ink); background: var(--card); }
.explorer select, .explorer input[type="number"] { border: 1px solid var(--soft); border-radius: 4px;
  padding: 0.1rem 0.3rem; max-width: 100%; }
.explorer input { accent-color: var(--accent); }
.filters { display: flex; flex-direction: column; gap: 0.5rem; padding-top: 0.8rem;
  font-size: 0.86rem; }
.filters fieldset { margin: 0; padding: 0.2rem 0.6rem 0.4rem; border: 1px solid var(--line);
  border-radius: 6px; min-width: 0; }
.filters legend { color: var(--soft); padding: 0 0.3rem; }
.filters fieldset > label { display: block; overflow-wrap: anywhere; }
.filters input[type="range"] { display: block; width: 100%; margin: 0.1rem 0; }
.pair { display: flex; gap: 0.4rem; align-items: baseline; }
.pair input { width: 0; flex: 1; }
#sweep-count { font-weight: 600; margin: 0.4rem 0; }
#sweep-table { min-width: 100%; font-size: 0.85rem; }
#sweep-table td { white-space: nowrap; }
.key { margin: 0.2rem 0 0; padding: 0; list-style: none; color: var(--soft); font-size: 0.86rem; }
.key b { color: var(--ink); display: inline-block; min-width: 1.1em; }
#sweep-table th button, .key button { font: inherit; color: inherit; background: none; border: 0; padding: 0;
  cursor: pointer; text-align: inherit; text-decoration: underline; text-underline-offset: 3px;
  text-decoration-color: var(--line); }
#sweep-table tbody button, .key button { color: var(--accent); }
#sweep-table [aria-sort="ascending"] button::after { content: " \25B2"; }
#sweep-table [aria-sort="descending"] button::after { content: " \25BC"; }
#sweep-table [aria-current] { background: var(--band); }
.pager { align-items: center; }
.filters button, .points .actions button, .command button { color: var(--accent);
  border: 1px solid var(--line); border-radius: 6px; padding: 0.2rem 0.7rem; cursor: pointer; }
.actions button:disabled { color: var(--soft); cursor: default; opacity: 0.6; }
.command p { margin: 0.5rem 0 0.2rem; }
pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
details pre { font: 0.8rem/1.4 ui-monospace, "DejaVu Sans Mono", monospace; }
.command pre { padding: 0.5rem 0.8rem; background: var(--page); border-radius: 6px;
  font: 0.84rem/1.45 ui-monospace, "DejaVu Sans Mono", monospace; }
details { margin: 0.8rem 0 0; }
summary { cursor: pointer; color: var(--accent); }
@media (max-width: 860px) {
  .explorer { grid-template-columns: minmax(0, 1fr); }
  .filters { display: grid; grid-template-columns: repeat(auto-fill, minmax(150px, 1fr)); }
}
@media print {
  body { background: #fff; max-width: none; padding: 0; font-size: 11pt; }
  nav, .skip, .actions, .controls, .filters, .command button { display: none; }
  .explorer { display: block; }
  .explorer canvas { max-width: 100%; height: auto !important; }
  section, .tiles div { border-color: #bbb; }
  figure, tr, .tiles div { break-inside: avoid; }
  h2, h3, caption, figcaption, thead, section > p { break-after: avoid; }
  .vega svg { min-width: 0; max-height: 235mm; }
  #sweep-table thead { display: table-row-group; }
  #sweep-table th button { text-decoration: none; }
  .scroll { overflow: visible; background: none; }
  table { font-size: 8.5pt; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
)css";

std::string variables(std::string_view Shade::*value) {
  std::string out;
  for (const Shade& s : palette) out += fmt::format("--{}: {}; ", s.name, s.*value);
  return out;
}

}  // namespace

std::string page_style() {
  return fmt::format(
      ":root {{ color-scheme: light dark; --page: #f4f5f7; --accent: #0066a1; --shade: #1a1d2180; "
      "{} }}\n"
      "@media screen and (prefers-color-scheme: dark) {{\n"
      "  :root {{ --page: #14171b; --accent: #6cc1f0; --shade: #e8eaed8c; {} }}\n}}{}",
      variables(&Shade::light), variables(&Shade::dark), rules);
}

}  // namespace tritsim
