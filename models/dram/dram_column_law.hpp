// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "arch/hardware/dram.hpp"
#include "models/dram/dram_timing_law.hpp"

namespace tritsim {

/// When the column commands of consecutive page hits go, if they alone keep each other waiting. The
/// order in which consecutive bursts meet the banks of a block of open rows repeats after a
/// rotation.
class DramColumnPattern {
 public:
  using Ticks = std::int64_t;

  /// A bank and its group, among those of all ranks.
  struct BankId {
    std::uint32_t bank = 0, group = 0;
  };

  /// Column commands in one direction.
  struct Stream {
    Ticks period = 0;           ///< clocks of a rotation
    std::vector<Ticks> offset;  ///< [first position][burst] from the first one
    std::vector<bool> settled;  ///< [first position] periodic from the first burst on
  };

  DramColumnPattern(const DramSpec& spec, const AddressMap& map, const DramTimingTable& table,
                    std::uint64_t rotation);

  [[nodiscard]] const Stream& stream(bool write) const { return streams_[write ? 1 : 0]; }

  /// Where the burst in a position of the rotation lies, if the block's first one lies at `first`:
  /// bits of a burst's number below the block's add to its place, each for itself.
  [[nodiscard]] BankId bank(const BankId& first, std::uint64_t position) const {
    const BankId& step = steps_[position];
    return {first.bank ^ step.bank, first.group ^ step.group};
  }

 private:
  [[nodiscard]] Stream solve(const DramTimingTable& table, bool write, const DramSpec& spec) const;

  std::vector<BankId> steps_;
  std::array<Stream, 2> streams_;
};

}  // namespace tritsim
