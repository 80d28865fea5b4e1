// SPDX-License-Identifier: Apache-2.0
#include "arch/board/device_fit.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

namespace tritsim {
namespace {

bool is_logic(RamBlock block) {
  return block == RamBlock::mlab || block == RamBlock::lutram;
}

AreaEstimate exactly(double n) {
  return {n, n, n};
}

/// Blocks of the kinds that the device has, and of those that it lacks and the board needs.
void add_blocks(const BoardSpec& board, std::vector<ResourceUse>& uses) {
  if (board.device.ram.empty()) return;
  for (const auto& [block, name] : EnumNames<RamBlock>::names) {
    if (is_logic(block)) continue;
    double have = 0;
    for (const RamBudget& b : board.device.ram) {
      if (b.block == block) have += static_cast<double>(b.count - b.shell);
    }
    const double need = memory_blocks(board, block);
    if (have > 0 || need > 0) uses.push_back({std::string(name), exactly(need), have});
  }
}

}  // namespace

double ResourceUse::share() const {
  if (have > 0) return need.value / have;
  return need.value > 0 ? std::numeric_limits<double>::infinity() : 0;
}

std::string ResourceUse::verdict() const {
  if (need.low > have) {
    return need.low < need.value ? "does not fit, even at the low end" : "does not fit";
  }
  if (need.value > have) return "fits at the low end of its range alone";
  return need.high > have ? "fits, not at the high end of its range" : "fits";
}

std::string ResourceUse::text() const {
  if (!std::isfinite(share())) {
    return fmt::format("{:.0f} {} and there are none", need.value, name);
  }
  // A share just above 1 is not shown as "100 %".
  const double percent = 100 * share();
  const bool close = percent > 99.5 && percent < 100.5 && percent != 100;
  return fmt::format("{:.{}f} % of {}", percent, close ? 2 : 0, name);
}

bool FitVerdict::fits() const {
  return std::all_of(resources.begin(), resources.end(),
                     [](const ResourceUse& u) { return u.fits(); });
}

std::optional<ResourceUse> FitVerdict::scarcest() const {
  const auto most = std::max_element(
      resources.begin(), resources.end(),
      [](const ResourceUse& a, const ResourceUse& b) { return a.share() < b.share(); });
  if (most == resources.end()) return {};
  return *most;
}

std::string FitVerdict::misfits() const {
  std::vector<std::string> beyond;
  for (const ResourceUse& u : resources) {
    if (!u.fits()) beyond.push_back(u.text());
  }
  return fmt::format("{}", fmt::join(beyond, ", "));
}

std::string FitVerdict::text() const {
  if (!is_known()) return "not known (nothing is said of the device's resources)";
  if (fits()) return fmt::format("fits ({})", scarcest()->text());
  return fmt::format("does not fit ({})", misfits());
}

FitVerdict device_fit(const BoardSpec& board) {
  FitVerdict fit;
  if (const auto& logic = board.device.logic) {
    fit.resources.push_back({"logic cells", logic_cells(board), logic->user(logic->cells)});
    if (board.device.family.registers_per_cell) {
      fit.resources.push_back({"registers", logic_registers(board), logic->user(logic->registers)});
    }
    const double need = multipliers(board);
    const double have = logic->user(logic->multipliers);
    if (have > 0 || need > 0) fit.resources.push_back({"multipliers", exactly(need), have});
  }
  add_blocks(board, fit.resources);
  return fit;
}

}  // namespace tritsim
