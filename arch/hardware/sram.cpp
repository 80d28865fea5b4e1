// SPDX-License-Identifier: Apache-2.0
#include "arch/hardware/sram.hpp"

#include <algorithm>
#include <cmath>
#include <span>

#include <fmt/format.h>

namespace tritsim {
namespace {

struct Mode {
  std::uint64_t depth, width;
};

/// What a block can be configured as. The widest modes of M20K and BRAM36 give both of its ports'
/// data lines to one read and one write: they are not there with two full ports.
struct Block {
  std::span<const Mode> modes;
  std::uint64_t widest_true_dual;  ///< 0: no second full port
};

constexpr std::array<Mode, 6> m20k_modes{
    {{512, 40}, {1024, 20}, {2048, 10}, {4096, 5}, {8192, 2}, {16384, 1}}};
constexpr std::array<Mode, 1> mlab_modes{{{32, 20}}};
constexpr std::array<Mode, 7> bram36_modes{
    {{512, 72}, {1024, 36}, {2048, 18}, {4096, 9}, {8192, 4}, {16384, 2}, {32768, 1}}};
constexpr std::array<Mode, 1> uram_modes{{{4096, 72}}};
constexpr std::array<Mode, 1> lutram_modes{{{64, 1}}};

Block block_of(RamBlock block) {
  switch (block) {
    case RamBlock::m20k:
      return {m20k_modes, 20};
    case RamBlock::mlab:
      return {mlab_modes, 0};
    case RamBlock::bram36:
      return {bram36_modes, 36};
    case RamBlock::uram:
      return {uram_modes, 72};
    case RamBlock::lutram:
      break;
  }
  return {lutram_modes, 0};
}

std::uint64_t ceil_div(std::uint64_t a, std::uint64_t b) {
  return (a + b - 1) / b;  // NOLINT(clang-analyzer-core.DivideZero): no mode has a width of 0
}

}  // namespace

BlockLayout layout_of(RamBlock block, RamPorts ports, std::uint64_t depth, std::uint64_t width) {
  const Block b = block_of(block);
  BlockLayout best;
  for (const Mode& m : b.modes) {  // from the shallowest
    if (ports == RamPorts::true_dual && m.width > b.widest_true_dual) continue;
    const BlockLayout l{ceil_div(width, m.width), ceil_div(depth, m.depth)};
    if (best.blocks() == 0 || l.blocks() < best.blocks() ||
        (l.blocks() == best.blocks() && l.deep < best.deep)) {
      best = l;
    }
  }
  return best;
}

double port_width(RamBlock block, double width) {
  const auto widest = static_cast<double>(block_of(block).modes.front().width);
  return width / std::ceil(width / widest);
}

BlockLayout SramSpec::layout(Bytes capacity) const {
  if (!block) return {};
  const auto depth = static_cast<std::uint64_t>(std::ceil(capacity / width));
  const auto bits = static_cast<std::uint64_t>(std::ceil(width.si() * 8));
  return layout_of(*block, ports, depth, bits);
}

std::uint64_t SramSpec::access_cycles(Bytes capacity) const {
  if (cascade == 0) return latency;
  return latency + ceil_div(std::max<std::uint64_t>(layout(capacity).deep, 1), cascade) - 1;
}

void SramSpec::check(Checker& c) const {
  if (cascade > 0 && !block) {
    c.fail("cascade", "counts blocks, but no block is named", "give block, or leave cascade out");
  }
  if (block && layout_of(*block, ports, 1, 1).blocks() == 0) {
    c.fail("ports", fmt::format("{} has no second full port", name_of(*block)),
           "give single or simple_dual, or another block");
  }
}

}  // namespace tritsim
