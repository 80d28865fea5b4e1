// SPDX-License-Identifier: Apache-2.0
#include "arch/board/area.hpp"

#include <algorithm>

#include <fmt/format.h>

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
      "Matrix units, accumulators, vector units and streams by their parameters, vector registers "
      "and weight FIFOs by their layout. Without sequencers, interconnect and memory controllers: "
      "a "
      "lower bound for the whole design. Memories: of each group the fullest channel, with "
      "weights, "
      "states and caches of all sequences in flight.";
  return t;
}

std::string lanes_text(const BoardSpec& board) {
  std::vector<std::string> most;
  for (const CoreGroup& g : board.cores) {
    if (const auto lanes = most_lanes(board, g.name)) {
      most.push_back(
          fmt::format("{} lanes of '{}' ({} there)", *lanes, g.name, g.lanes * g.kernels()));
    }
  }
  std::string text;
  if (!most.empty()) {
    text = fmt::format(
        "By logic cells there is room for at most {}: a bound, routing and timing are not "
        "modelled. ",
        fmt::join(most, " or "));
  }
  if (const auto& built = board.built) {
    text += fmt::format("The largest design that its authors report has {} lanes ({}). ",
                        built->lanes, built->source);
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
  return {
      "area",
      "Area and clock",
      fmt::format("The design {}. ", fit_of(r).text()) + lanes_text(r.board) + clock_text(r.board),
      {{resource_table(r), Block::Where::documents}}};
}

}  // namespace tritsim
