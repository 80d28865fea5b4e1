// SPDX-License-Identifier: Apache-2.0
#include "arch/area.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace tritsim {
namespace {

AreaEstimate estimate(const Coefficient<double>& c) {
  return {c.low, c.value, c.high};
}

bool has_vector_units(const CoreSpec& core) {
  return std::any_of(
      EnumNames<Opcode>::names.begin(), EnumNames<Opcode>::names.end(), [&](const auto& named) {
        const CoreUnit unit = shape_of(named.first).unit;
        return core.has(named.first) && (unit == CoreUnit::row_wise || unit == CoreUnit::rms);
      });
}

}  // namespace

std::vector<LogicUse> logic_uses(const BoardSpec& board) {
  std::vector<LogicUse> uses;
  for (const CoreGroup& g : board.cores) {
    const CoreSpec& core = g.core;
    const double bits = core.element.si() * 8;
    const double lanes = double{1} * g.lanes * g.kernels();
    uses.push_back(
        {g.name, "ternary adders",
         estimate(core.activity.cells_per_ternary_bit) * (bits * core.ternary.ternaries_per_cycle),
         lanes});
    // Two counters of 32 bit for each of two streams, a cell a bit; the lanes share them.
    constexpr double counters = 2 * 2 * 32;
    uses.push_back(
        {g.name, "streams", {counters, counters, counters}, double{1} * g.kernels(), false});
    const double sum = core.ternary.accumulator.si() * 8;
    uses.push_back({g.name, "accumulator", {sum, sum, sum}, lanes});
    if (has_vector_units(core)) {
      uses.push_back(
          {g.name, "vector units",
           estimate(core.activity.cells_per_row_wise_bit) * (bits * core.elements_per_cycle),
           lanes});
    }
  }
  return uses;
}

AreaEstimate logic_cells(const BoardSpec& board) {
  AreaEstimate sum;
  for (const LogicUse& u : logic_uses(board)) sum += u.all();
  return sum;
}

AreaEstimate logic_registers(const BoardSpec& board) {
  const auto& per_cell = board.device.family.registers_per_cell;
  if (!per_cell) return {};
  const AreaEstimate cells = logic_cells(board);
  return {cells.low * per_cell->low, cells.value * per_cell->value, cells.high * per_cell->high};
}

std::optional<std::uint64_t> lanes_that_fit(const BoardSpec& board, const std::string& group) {
  if (!board.device.logic) return {};
  const double budget = board.device.logic->user(board.device.logic->cells);
  double lane = 0;
  double others = 0;
  for (const LogicUse& u : logic_uses(board)) {
    if (u.group == group && u.per_lane) {
      lane += u.cells.value;
    } else {
      others += u.all().value;
    }
  }
  if (lane <= 0) return {};
  return static_cast<std::uint64_t>(std::floor(std::max(budget - others, 0.0) / lane));
}

std::string fit_warning(const BoardSpec& board) {
  if (!board.device.logic) return "";
  const double have = board.device.logic->user(board.device.logic->cells);
  const AreaEstimate need = logic_cells(board);
  if (need.value <= have) return "";
  std::vector<std::string> fit;
  for (const CoreGroup& g : board.cores) {
    if (const auto lanes = lanes_that_fit(board, g.name)) {
      fit.push_back(fmt::format("{} lanes of '{}'", *lanes, g.name));
    }
  }
  return fmt::format(
      "the device has {:.0f} logic cells for {:.0f} ({:.0f} - {:.0f}) of the board's units{}; it "
      "holds {}",
      have, need.value, need.low, need.high, need.low > have ? ", even at the low end too few" : "",
      fmt::join(fit, " or "));
}

}  // namespace tritsim
