// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "arch/board/device_fit.hpp"

// How large a design a device holds: two designs that each fill the same device are compared on
// equal silicon.
namespace tritsim {

/// What grows until the device is full.
enum class Growth {
  lanes,  ///< sequences: every kernel has as many lanes
  width,  ///< weights used in a cycle: matrix and attention units in step
};

template <>
struct EnumNames<Growth> {
  static constexpr std::array<std::pair<Growth, std::string_view>, 2> names{{
      {Growth::lanes, "lanes"},
      {Growth::width, "width"},
  }};
};

/// A key of a board and its new value, as `--set` takes them.
struct Setting {
  std::string path;
  std::string value;

  bool operator==(const Setting&) const = default;
};

/// A board that was made as large as its device allows.
struct FilledDevice {
  BoardSpec board;
  std::vector<Setting> settings;  ///< that make the board from the one it was grown from
  std::string limit;              ///< the resource that allows no more; "none" if none does
};

/// The largest board of its kind that takes at most `fill` of every resource of its device.
/// - Growth::lanes: the same number of lanes in every kernel.
/// - Growth::width: eighths of the width there is, as far as they are whole (trees, look-ups).
/// Memory port, FIFOs, clock and everything else stay as they are. The board is smaller than
/// before if it took more than `fill`. Throws ConfigError if the device's resources are not
/// described, or it does not hold even the smallest.
[[nodiscard]] FilledDevice fill_device(const BoardSpec& board, Growth growth, double fill);

}  // namespace tritsim
