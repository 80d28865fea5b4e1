// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace tritsim {

/// One command on the command bus of a DRAM channel.
struct DramCommand {
  enum class Kind {
    activate,
    precharge,
    precharge_all,   ///< of a rank
    precharge_same,  ///< one bank of each group of a rank
    read,
    write,
    refresh,
    refresh_bank,
    refresh_same,  ///< one bank of each group of a rank
    power_down,
    power_up,
  };

  std::int64_t tick = 0;  ///< DRAM clock
  Kind kind = Kind::read;
  bool auto_precharge = false;  ///< of a read or write: closes the row behind it
  std::uint32_t group = 0;
  std::uint32_t bank = 0;  ///< in its group
  std::uint32_t row = 0;
  std::uint32_t column = 0;  ///< in bursts
  std::uint32_t rank = 0;

  bool operator==(const DramCommand&) const = default;
};

}  // namespace tritsim
