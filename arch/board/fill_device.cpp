// SPDX-License-Identifier: Apache-2.0
#include "arch/board/fill_device.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace tritsim {
namespace {

/// Eighths, so that a width of 8 n has a size each way.
constexpr std::uint32_t steps_of_width = 8;

void set(FilledDevice& filled, std::string path, std::uint32_t& field, std::uint32_t value) {
  if (field == value) return;
  field = value;
  filled.settings.push_back({std::move(path), std::to_string(value)});
}

FilledDevice with_lanes(const BoardSpec& board, std::uint32_t lanes) {
  FilledDevice filled{board, {}, {}};
  for (std::size_t i = 0; i < filled.board.cores.size(); ++i) {
    set(filled, fmt::format("cores.{}.lanes", i), filled.board.cores[i].lanes, lanes);
  }
  return filled;
}

/// Every count that makes the width of a core, times `eighths` / 8.
std::optional<FilledDevice> with_width(const BoardSpec& board, std::uint32_t eighths) {
  FilledDevice filled{board, {}, {}};
  bool whole = true;
  const auto scale = [&](const std::string& path, std::uint32_t& field) {
    const std::uint64_t n = std::uint64_t{field} * eighths;
    whole = whole && n % steps_of_width == 0 && n > 0;
    set(filled, path, field, static_cast<std::uint32_t>(n / steps_of_width));
  };
  for (std::size_t i = 0; i < filled.board.cores.size(); ++i) {
    CoreSpec& core = filled.board.cores[i].core;
    const std::string at = fmt::format("cores.{}.core.", i);
    if (core.ternary) {
      scale(at + "ternary.ternaries_per_cycle", core.ternary->ternaries_per_cycle);
      if (core.ternary->table) scale(at + "ternary.table.tables", core.ternary->table->tables);
      const auto& tree = core.ternary->tree;
      whole = whole && (!tree || core.ternary->ternaries_per_cycle %
                                         tree->width(core.ternary->ternaries_per_cycle) ==
                                     0);
    }
    if (core.mac) scale(at + "mac.rows", core.mac->rows);
    if (core.attention) {
      scale(at + "attention.products_per_cycle", core.attention->products_per_cycle);
    }
  }
  if (!whole) return {};
  return filled;
}

}  // namespace

FilledDevice fill_device(const BoardSpec& board, Growth growth, double fill) {
  constexpr std::uint32_t largest = 4096;  // lanes, or eighths of the width
  if (!device_fit(board).is_known()) {
    throw ConfigError(
        fmt::format("{}: device '{}' says nothing of its logic and memory blocks; describe them "
                    "under logic and ram",
                    board.name, board.device.name));
  }
  const auto sized = [&](std::uint32_t size) -> std::optional<FilledDevice> {
    return growth == Growth::lanes ? with_lanes(board, size) : with_width(board, size);
  };
  std::optional<FilledDevice> best;
  for (std::uint32_t size = 1; size <= largest; ++size) {
    std::optional<FilledDevice> next = sized(size);
    if (!next) continue;
    const ResourceUse most = *device_fit(next->board).scarcest();
    if (most.share() > fill) {
      if (best) {
        best->limit = most.name;
        return *best;
      }
      throw ConfigError(fmt::format(
          "{}: its smallest size by {} takes {:.0f} of {:.0f} {}, more than {:.0f} % of device "
          "'{}'; allow a larger share or take a larger device",
          board.name, name_of(growth), most.need.value, most.have, most.name, fill * 100,
          board.device.name));
    }
    best = std::move(next);
  }
  if (!best) {
    throw ConfigError(fmt::format(
        "{}: has no size in whole numbers; give it a width that 8 divides", board.name));
  }
  best->limit = "none";
  return *best;
}

}  // namespace tritsim
