// SPDX-License-Identifier: Apache-2.0
#include "arch/board/device_fit.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "arch/board/core_parts.hpp"

namespace tritsim {
namespace {

bool is_logic(RamBlock block) {
  return block == RamBlock::mlab || block == RamBlock::lutram;
}

AreaEstimate exactly(double n) {
  return {n, n, n};
}

AreaEstimate limit_of(const BoardSpec& board, Coefficient<double> UtilisationLimits::*which) {
  const auto& limits = board.device.family.limits;
  if (!limits) return exactly(1);
  const Coefficient<double>& c = (*limits).*which;
  return {c.low, c.value, c.high};
}

/// Blocks that input memories take if they are not distributed memory.
double all_input_memories(const BoardSpec& board) {
  double sum = 0;
  for (const CoreGroup& g : board.cores) {
    sum += input_memory_blocks(g.core, board.device.core_block) * g.lanes * g.kernels();
  }
  return sum;
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
    AreaEstimate need = exactly(memory_blocks(board, block));
    if (block == board.device.core_block) need.high += all_input_memories(board);
    if (have > 0 || need.value > 0) {
      uses.push_back(
          {std::string(name), need, have, false, limit_of(board, &UtilisationLimits::blocks)});
    }
  }
}

void add_logic(const BoardSpec& board, std::vector<ResourceUse>& uses) {
  const auto& logic = board.device.logic;
  if (!logic || !board.device.family.area) return;
  const AreaEstimate limit = limit_of(board, &UtilisationLimits::cells);
  const double cells = logic->user(logic->cells);
  uses.push_back({"logic cells", logic_cells(board), cells, false, limit});
  if (logic->regions > 1) {
    uses.push_back({"logic cells of the fullest SLR", fullest_region(board), cells / logic->regions,
                    false, limit});
  }
  uses.push_back({"registers", logic_registers(board), logic->user(logic->registers), false,
                  limit_of(board, &UtilisationLimits::registers)});
  const double need = multipliers(board);
  const double have = logic->user(logic->multipliers);
  if (have > 0 || need > 0) {
    uses.push_back({"multipliers", exactly(need), have, false,
                    limit_of(board, &UtilisationLimits::multipliers)});
  }
}

/// What `lanes` lanes in every kernel of a core take.
std::vector<ResourceUse> with_lanes(BoardSpec board, const std::string& core, std::uint32_t lanes) {
  for (CoreGroup& g : board.cores) {
    if (g.core.name == core) g.lanes = lanes;
  }
  std::vector<ResourceUse> uses = device_fit(board).resources;
  // Regions are taken into account by whole lanes.
  std::erase_if(uses, [](const ResourceUse& u) { return u.name.find("SLR") != std::string::npos; });
  return uses;
}

/// Lanes that a resource has room for, where one takes `lane` of it and everything else `rest`.
double lanes_in(double have, double rest, double lane, double regions) {
  if (lane <= 0) return std::numeric_limits<double>::infinity();
  const double each = std::max(have - rest, 0.0) / regions;
  return std::floor(each / lane + 1e-9) * regions;
}

LaneRoom room_for(const BoardSpec& board, const CoreGroup& group) {
  constexpr std::uint32_t some = 8;
  LaneRoom room{group.core.name, 0, exactly(std::numeric_limits<double>::infinity()), {}};
  double kernels = 0;
  for (const CoreGroup& g : board.cores) {
    if (g.core.name != group.core.name) continue;
    kernels += g.kernels();
    room.there += std::uint64_t{g.lanes} * g.kernels();
  }
  const std::vector<ResourceUse> one = with_lanes(board, group.core.name, 1);
  const std::vector<ResourceUse> more = with_lanes(board, group.core.name, some);
  const double regions = board.device.logic ? board.device.logic->regions : 1;
  for (std::size_t i = 0; i < std::min(one.size(), more.size()); ++i) {
    const auto lanes = [&](double AreaEstimate::*need, double AreaEstimate::*limit) {
      const double lane = (more[i].need.*need - one[i].need.*need) / ((some - 1) * kernels);
      return lanes_in(one[i].have * one[i].limit.*limit, one[i].need.*need - lane * kernels, lane,
                      regions);
    };
    const double value = lanes(&AreaEstimate::value, &AreaEstimate::value);
    if (value < room.lanes.value) {
      room.lanes.value = value;
      room.binding = one[i].name;
    }
    room.lanes.low = std::min(room.lanes.low, lanes(&AreaEstimate::high, &AreaEstimate::low));
    room.lanes.high = std::min(room.lanes.high, lanes(&AreaEstimate::low, &AreaEstimate::high));
  }
  return room;
}

}  // namespace

double ResourceUse::share() const {
  if (have > 0) return need.value / have;
  return need.value > 0 ? std::numeric_limits<double>::infinity() : 0;
}

std::string ResourceUse::verdict() const {
  if (fits()) return is_tight() ? "tight" : "fits";
  return need.low > have * limit.high && need.low < need.value ? "does not fit, even at the low end"
                                                               : "does not fit";
}

std::string ResourceUse::text() const {
  if (!std::isfinite(share())) {
    return fmt::format("{:.0f} {} and there are none", need.value, name);
  }
  // A share just above 1 is not shown as "100 %".
  const double percent = 100 * share();
  const bool close = percent > 99.5 && percent < 100.5 && percent != 100;
  std::string text = fmt::format("{:.{}f} % of {}", percent, close ? 2 : 0, name);
  if (fits() || share() > 1) return text;
  return fmt::format("{} ({:.0f} % can be used)", text, 100 * limit.high);
}

bool FitVerdict::fits() const {
  return std::all_of(resources.begin(), resources.end(),
                     [](const ResourceUse& u) { return u.fits(); });
}

bool FitVerdict::is_tight() const {
  return fits() && std::any_of(resources.begin(), resources.end(),
                               [](const ResourceUse& u) { return u.is_tight(); });
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
  if (fits()) return fmt::format("{} ({})", is_tight() ? "tight" : "fits", scarcest()->text());
  return fmt::format("does not fit ({})", misfits());
}

FitVerdict device_fit(const BoardSpec& board) {
  FitVerdict fit;
  add_logic(board, fit.resources);
  add_blocks(board, fit.resources);
  return fit;
}

std::vector<LaneRoom> room_for_lanes(const BoardSpec& board) {
  std::vector<LaneRoom> rooms;
  if (!board.device.logic || !board.device.family.area) return rooms;
  for (const CoreGroup& g : board.cores) {
    const bool told = std::any_of(rooms.begin(), rooms.end(),
                                  [&](const LaneRoom& r) { return r.core == g.core.name; });
    if (!told) rooms.push_back(room_for(board, g));
  }
  return rooms;
}

}  // namespace tritsim
