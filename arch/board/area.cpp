// SPDX-License-Identifier: Apache-2.0
#include "arch/board/area.hpp"

#include <algorithm>
#include <cmath>

#include "arch/board/core_parts.hpp"

namespace tritsim {
namespace {

AreaEstimate estimate(const Coefficient<double>& c) {
  return {c.low, c.value, c.high};
}

DspMode mode_of(const CoefficientTable& family, const std::string& mode) {
  const auto it = family.dsp.find(mode);
  return it == family.dsp.end() ? DspMode{} : it->second;
}

/// Logic of the array in the format that needs the most: formats share its elements.
AreaEstimate array_cells(const MacSpec& mac) {
  AreaEstimate most;
  for (const auto& [name, f] : mac.formats) {
    if (f.cells.value > most.value) most = estimate(f.cells);
  }
  return most * (double{1} * mac.rows * mac.columns);
}

double array_multipliers(const MacSpec& mac, const CoefficientTable& family) {
  double most = 0;
  for (const auto& [name, f] : mac.formats) {
    most = std::max(most, double{1} * f.dsp * mode_of(family, f.mode).multipliers);
  }
  return most * mac.rows * mac.columns;
}

double attention_multipliers(const AttentionSpec& attention, const CoefficientTable& family) {
  if (attention.mode.empty()) return 0;
  const DspMode mode = mode_of(family, attention.mode);
  return std::ceil(double{1} * attention.products_per_cycle / mode.products) * mode.multipliers;
}

/// Units that a core's description gives cells for; their registers by the family's ratio.
void add_described(const CoreGroup& group, const CoefficientTable& family,
                   std::vector<LogicUse>& uses) {
  const CoreSpec& core = group.core;
  const AreaEstimate ratio =
      family.registers_per_cell ? estimate(*family.registers_per_cell) : AreaEstimate{1, 1, 1};
  const double lanes = double{1} * group.lanes * group.kernels();
  const auto add = [&](const char* unit, const AreaEstimate& cells, double products, bool lane) {
    const AreaEstimate registers{cells.low * ratio.low, cells.value * ratio.value,
                                 cells.high * ratio.high};
    uses.push_back({group.name, unit, cells, registers, products,
                    lane ? lanes : double{1} * group.kernels(), lane});
  };
  if (core.ternary && core.ternary->decoder) {
    const TritDecoderSpec& d = *core.ternary->decoder;
    add("weight decoders", estimate(d.cells) * d.count, 0, false);
  }
  if (core.mac) {
    add("MAC array", array_cells(*core.mac), array_multipliers(*core.mac, family), true);
  }
  if (core.attention) {
    add("attention unit", estimate(core.attention->cells) * core.attention->products_per_cycle,
        attention_multipliers(*core.attention, family), true);
  }
}

/// DMA engines: for weights, and for vectors where the core loads or stores any.
void add_engines(const CoreGroup& group, const AreaTable& area, std::vector<LogicUse>& uses) {
  const bool vectors = group.core.has(Opcode::ldv) || group.core.has(Opcode::sv);
  uses.push_back({group.name, "DMA engines", estimate(area.dma_cells), estimate(area.dma_registers),
                  0, double{1} * group.kernels() * (vectors ? 2 : 1), false, true});
}

AreaEstimate scaled(AreaEstimate sum, const BoardSpec& board) {
  const auto& area = board.device.family.area;
  if (!area) return {};
  return {sum.low * area->scatter.low, sum.value * area->scatter.value,
          sum.high * area->scatter.high};
}

AreaEstimate sum_of(const BoardSpec& board, AreaEstimate LogicUse::*what, bool wrappers) {
  AreaEstimate sum;
  for (const LogicUse& u : logic_uses(board)) {
    if (wrappers || !u.wrapper) sum += u.*what * u.copies;
  }
  return scaled(sum, board);
}

/// Cells of a kernel's shared units and of one of its lanes, at their values.
struct KernelCells {
  double shared = 0;
  double lane = 0;
  std::uint32_t lanes = 0;

  [[nodiscard]] double all() const { return shared + lane * lanes; }
};

std::vector<KernelCells> kernels_of(const BoardSpec& board) {
  std::vector<KernelCells> kernels;
  const std::vector<LogicUse> uses = logic_uses(board);
  for (const CoreGroup& g : board.cores) {
    KernelCells one;
    one.lanes = g.lanes;
    for (const LogicUse& u : uses) {
      if (u.group != g.name) continue;
      const double of_kernel = u.all().value / g.kernels();
      (u.per_lane ? one.lane : one.shared) += u.per_lane ? of_kernel / g.lanes : of_kernel;
    }
    kernels.insert(kernels.end(), g.kernels(), one);
  }
  std::sort(kernels.begin(), kernels.end(),
            [](const KernelCells& a, const KernelCells& b) { return a.all() > b.all(); });
  return kernels;
}

}  // namespace

std::vector<LogicUse> logic_uses(const BoardSpec& board) {
  const CoefficientTable& family = board.device.family;
  std::vector<LogicUse> uses;
  if (!family.area) return uses;
  for (const CoreGroup& g : board.cores) {
    const double kernels = g.kernels();
    for (const CorePart& p : parts_of(g)) {
      uses.push_back({g.name, p.unit, cells_of(p.counts, *family.area) * p.copies,
                      registers_of(p.counts, *family.area) * p.copies, p.counts.dsp * p.copies,
                      p.per_lane ? kernels * g.lanes : kernels, p.per_lane, p.wrapper,
                      p.counts.path_levels, p.counts.path_carries});
    }
    add_described(g, family, uses);
    add_engines(g, *family.area, uses);
  }
  return uses;
}

double multipliers(const BoardSpec& board) {
  double sum = 0;
  for (const LogicUse& u : logic_uses(board)) sum += u.multipliers * u.copies;
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
  return sum_of(board, &LogicUse::cells, true);
}

AreaEstimate logic_registers(const BoardSpec& board) {
  return sum_of(board, &LogicUse::registers, true);
}

AreaEstimate core_cells(const BoardSpec& board) {
  return sum_of(board, &LogicUse::cells, false);
}

AreaEstimate core_registers(const BoardSpec& board) {
  return sum_of(board, &LogicUse::registers, false);
}

AreaEstimate fullest_region(const BoardSpec& board) {
  const AreaEstimate all = logic_cells(board);
  if (!board.device.logic || !(all.value > 0)) return all;
  const std::uint32_t regions = board.device.logic->regions;
  const double size = board.device.logic->user(board.device.logic->cells) / regions;
  std::vector<double> taken(regions, 0.0);
  double placed = 0;
  for (const KernelCells& k : kernels_of(board)) {
    placed += k.all();
    const auto emptiest = [&] { return std::min_element(taken.begin(), taken.end()); };
    if (*emptiest() + k.all() <= size) {
      *emptiest() += k.all();
      continue;
    }
    *emptiest() += k.shared;
    for (std::uint32_t i = 0; i < k.lanes; ++i) *emptiest() += k.lane;
  }
  return all * (*std::max_element(taken.begin(), taken.end()) / placed);
}

}  // namespace tritsim
