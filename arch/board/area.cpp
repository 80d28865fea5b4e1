// SPDX-License-Identifier: Apache-2.0
#include "arch/board/area.hpp"

#include <algorithm>
#include <cmath>

namespace tritsim {
namespace {

AreaEstimate estimate(const Coefficient<double>& c) {
  return {c.low, c.value, c.high};
}

bool has_vector_units(const CoreSpec& core) {
  return std::any_of(
      EnumNames<Opcode>::names.begin(), EnumNames<Opcode>::names.end(), [&](const auto& named) {
        const CoreUnit unit = shape_of(named.first).unit;
        return core.has(named.first) && (unit == CoreUnit::element_wise || unit == CoreUnit::norm);
      });
}

AreaEstimate bits_of(Bytes width) {
  const double n = width.si() * 8;
  return {n, n, n};
}

/// Adders that work at once, and the bits of each.
double adder_bits(const CoreSpec& core, const TernarySpec& t) {
  if (t.table) {
    const double at_once =
        double{1} * t.table->tables * (t.table->lookups_per_cycle + t.table->entries_per_cycle);
    return at_once * t.table->entry_bits(core.activation_bits());
  }
  const double bits =
      t.bit_serial ? double{1} * t.bit_serial->bits_per_cycle : core.element.si() * 8;
  return bits * t.ternaries_per_cycle;
}

/// Logic of the array in the format that needs the most: formats share its elements.
AreaEstimate array_cells(const MacSpec& mac) {
  AreaEstimate most;
  for (const auto& [name, f] : mac.formats) {
    if (f.cells.value > most.value) most = estimate(f.cells);
  }
  return most * (double{1} * mac.rows * mac.columns);
}

}  // namespace

std::vector<LogicUse> logic_uses(const BoardSpec& board) {
  std::vector<LogicUse> uses;
  for (const CoreGroup& g : board.cores) {
    const CoreSpec& core = g.core;
    const double bits = core.element.si() * 8;
    const double lanes = double{1} * g.lanes * g.kernels();
    const auto add = [&](const char* unit, const AreaEstimate& cells) {
      if (cells.high > 0) uses.push_back({g.name, unit, cells, lanes});
    };
    const auto add_shared = [&](const char* unit, const AreaEstimate& cells) {
      uses.push_back({g.name, unit, cells, double{1} * g.kernels(), false});
    };
    // Two counters of 32 bit for each of two streams, a cell a bit; the lanes share them.
    constexpr double counters = 2 * 2 * 32;
    add_shared("streams", {counters, counters, counters});
    if (core.ternary) {
      add("ternary adders",
          estimate(core.activity.cells_per_ternary_bit.value()) * adder_bits(core, *core.ternary));
      add("accumulator", bits_of(core.ternary->accumulator));
      if (const auto& d = core.ternary->decoder) {
        add_shared("weight decoders", estimate(d->cells) * d->count);
      }
    }
    if (core.mac) {
      add("MAC array", array_cells(*core.mac));
      add("accumulators of the array", bits_of(core.mac->accumulator) * core.mac->columns);
    }
    if (core.attention) {
      add("attention unit", estimate(core.attention->cells) * core.attention->products_per_cycle);
    }
    if (has_vector_units(core)) {
      add("vector units",
          estimate(core.activity.cells_per_element_bit) * (bits * core.elements_per_cycle));
    }
  }
  return uses;
}

double multipliers(const BoardSpec& board) {
  const auto& modes = board.device.family.dsp;
  const auto of = [&](const std::string& mode) {
    const auto it = modes.find(mode);
    return it == modes.end() ? DspMode{} : it->second;
  };
  double sum = 0;
  for (const CoreGroup& g : board.cores) {
    double lane = 0;
    if (g.core.mac) {
      for (const auto& [name, f] : g.core.mac->formats) {
        lane = std::max(lane, double{1} * f.dsp * of(f.mode).multipliers);
      }
      lane *= double{1} * g.core.mac->rows * g.core.mac->columns;
    }
    if (g.core.attention && !g.core.attention->mode.empty()) {
      const DspMode mode = of(g.core.attention->mode);
      lane += std::ceil(double{1} * g.core.attention->products_per_cycle / mode.products) *
              mode.multipliers;
    }
    sum += lane * g.lanes * g.kernels();
  }
  return sum;
}

double memory_blocks(const BoardSpec& board, RamBlock block) {
  double sum = 0;
  for (const BlockUse& u : on_chip_blocks(board)) {
    if (u.block == block) sum += static_cast<double>(u.count);
  }
  return sum;
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

std::optional<std::uint64_t> most_lanes(const BoardSpec& board, const std::string& group) {
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

}  // namespace tritsim
