// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/format.h>

#include "arch/area.hpp"
#include "reports/number.hpp"
#include "reports/run_sections.hpp"

namespace tritsim {
namespace {

std::string range_text(const AreaEstimate& a) {
  return fmt::format("{} ({} - {})", count(a.value), count(a.low), count(a.high));
}

const char* verdict(double low, double value, double high, double have) {
  if (low > have) return "does not fit";
  if (value > have) return "warning: fits only at the low end";
  return high > have ? "fits, but not at the high end" : "fits";
}

Table resource_table(const BoardSpec& board) {
  Table t;
  t.title = "Resources of the cores";
  t.columns = {{"resource"},
               number_column("needed (low - high)"),
               number_column("device, less shell"),
               number_column("share"),
               {"verdict"}};
  const auto add = [&](const std::string& name, const AreaEstimate& need,
                       std::optional<double> have) {
    t.rows.push_back({name, range_text(need), have ? count(*have) : "-",
                      have ? percent(ratio(need.value, *have)) : "-",
                      have ? verdict(need.low, need.value, need.high, *have) : "device unknown"});
  };
  const auto& logic = board.device.logic;
  const auto of_device = [&](std::uint64_t LogicBudget::*what) -> std::optional<double> {
    if (!logic) return {};
    return logic->user((*logic).*what);
  };
  for (const LogicUse& u : logic_uses(board)) {
    add(fmt::format("  {}: {}", u.group, u.unit), u.all(), {});
    t.rows.back()[4].clear();
  }
  add("logic cells", logic_cells(board), of_device(&LogicBudget::cells));
  if (board.device.family.registers_per_cell) {
    add("registers", logic_registers(board), of_device(&LogicBudget::registers));
  }
  for (const RamBudget& b : board.device.ram) {
    const double need = memory_blocks(board, b.block);
    add(fmt::format("{} blocks", name_of(b.block)), {need, need, need},
        static_cast<double>(b.count - b.shell));
  }
  t.note =
      "Matrix units, accumulators, vector units and streams by their parameters, vector registers "
      "and weight FIFOs by their layout. Without sequencers, interconnect and memory controllers: "
      "a "
      "lower bound for the whole design.";
  return t;
}

std::string lanes_text(const BoardSpec& board) {
  std::vector<std::string> fit;
  for (const CoreGroup& g : board.cores) {
    if (const auto lanes = lanes_that_fit(board, g.name)) {
      fit.push_back(
          fmt::format("{} lanes of '{}' ({} there)", *lanes, g.name, g.lanes * g.kernels()));
    }
  }
  if (fit.empty()) return "";
  if (const std::string warning = fit_warning(board); !warning.empty()) {
    return fmt::format("Warning: {}. ", warning);
  }
  return fmt::format("By logic cells the device holds {}. ", fmt::join(fit, " or "));
}

std::string clock_text(const BoardSpec& board) {
  const auto& limit = board.device.family.clock_limit;
  if (!limit) return "";
  double fastest = 0;
  for (const CoreGroup& g : board.cores) fastest = std::max(fastest, g.core.clock.si());
  return fmt::format(
      "Clock {} as given; pipelined ternary datapaths in this family reach {}{} ({}).",
      si(fastest, "Hz"),
      si(Range<double>{limit->low.si(), limit->value.si(), limit->high.si()}, "Hz"),
      fastest > limit->high.si() ? ": warning, the clock is above all of them" : "",
      name_of(limit->confidence));
}

}  // namespace

Section area_section(const BoardSpec& board) {
  return {"area",
          "Area and clock",
          lanes_text(board) + clock_text(board),
          {{resource_table(board), Block::Where::documents}}};
}

}  // namespace tritsim
