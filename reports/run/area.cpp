// SPDX-License-Identifier: Apache-2.0
#include "arch/board/area.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "arch/board/clock_range.hpp"
#include "reports/run/sections.hpp"
#include "reports/text/number.hpp"
#include "sim/result/run_fit.hpp"

namespace tritsim {
namespace {

std::string amount(double n, bool is_bytes) {
  return is_bytes ? si(n, "B") : count(n);
}

std::string range_text(const AreaEstimate& a, bool is_bytes) {
  const std::string value = amount(a.value, is_bytes);
  if (a.low == a.high) return value;
  return fmt::format("{} ({} - {})", value, amount(a.low, is_bytes), amount(a.high, is_bytes));
}

Table resource_table(const Result& r) {
  Table t;
  t.title = "Resources of device and memories";
  t.columns = {{"resource"},
               number_column("needed (low - high)"),
               number_column("there is, less shell"),
               number_column("share"),
               {"verdict"}};
  for (const LogicUse& u : logic_uses(r.board)) {
    t.rows.push_back(
        {fmt::format("  {}: {}", u.group, u.unit), range_text(u.all(), false), "-", "-", ""});
  }
  for (const ResourceUse& u : fit_of(r).resources) {
    t.rows.push_back({u.name, range_text(u.need, u.is_bytes), amount(u.have, u.is_bytes),
                      u.have > 0 ? percent(u.share()) : "-", u.verdict()});
  }
  t.note =
      "Parts by their structure and the family's area table, blocks by their layout; memory "
      "controllers and PCIe are the shell's. Tight: more than most published designs of the family "
      "use, or too much at the high end of the range. Memories: of each group the fullest channel, "
      "with "
      "weights, "
      "states and caches of all sequences in flight.";
  return t;
}

std::string lanes_text(const BoardSpec& board) {
  std::string text;
  for (const LaneRoom& r : room_for_lanes(board)) {
    text += fmt::format(
        "There is room for {:.0f} lanes of '{}' ({:.0f} - {:.0f}), {} there; {} allow no more. ",
        r.lanes.value, r.core, r.lanes.low, r.lanes.high, r.there, r.binding);
  }
  if (const auto& built = board.built) {
    text += fmt::format("The largest design that its authors report has {} lanes ({}). ",
                        built->lanes, built->source);
  }
  return text;
}

/// What the slowest path of each core allows.
std::string path_text(const BoardSpec& board) {
  std::string text;
  for (const CoreGroup& g : board.cores) {
    const auto range = clock_range(board, g);
    const bool told = &g != &board.cores.front() && g.core.name == board.cores.front().core.name;
    if (!range || told) {
      continue;
    }
    text += fmt::format(
        " The slowest path of '{}', {} logic cells in its {}, allows {} before placement is known.",
        g.core.name, range->levels, range->unit,
        si(Range<double>{range->low.si(), range->value.si(), range->high.si()}, "Hz"));
  }
  return text;
}

std::string clock_text(const BoardSpec& board) {
  const auto& limit = board.device.family.clock_limit;
  if (!limit) return "";
  double fastest = 0;
  for (const CoreGroup& g : board.cores) fastest = std::max(fastest, g.core.clock.si());
  return fmt::format("Clock {} as given; pipelined datapaths in this family reach {}{} ({}).",
                     si(fastest, "Hz"),
                     si(Range<double>{limit->low.si(), limit->value.si(), limit->high.si()}, "Hz"),
                     fastest > limit->high.si() ? ": warning, the clock is above all of them" : "",
                     name_of(limit->confidence));
}

}  // namespace

Section area_section(const Result& r) {
  return {"area",
          "Area and clock",
          fmt::format("The design {}. ", fit_of(r).text()) + lanes_text(r.board) +
              clock_text(r.board) + path_text(r.board),
          {{resource_table(r), Block::Where::documents}}};
}

}  // namespace tritsim
