// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "arch/base/output_file.hpp"

namespace tritsim {

/// Signals over time, as a VCD file shows them.
struct Waveform {
  struct Signal {
    std::string name;    ///< parts of its path with dots between them
    unsigned width = 1;  ///< bits
    /// What it is: true: the sum of the changes, one bit of it being whether it is above zero;
    /// false: the last change.
    bool sums = true;
    std::uint32_t initial = 0;
  };

  struct Change {
    std::uint64_t at = 0;  ///< picoseconds
    std::uint32_t signal = 0;
    std::uint32_t value = 0;  ///< for a sum modulo 2^32
  };

  std::vector<Signal> signals;
  std::vector<Change> changes;        ///< in any order; of one signal and time, the last counts
  std::vector<std::string> comments;  ///< lines
};

/// Writes the waveform as a value change dump (IEEE 1364-2005, clause 18), the same bytes for the
/// same waveform.
void write_vcd(const Waveform& waveform, OutputFile& out);

}  // namespace tritsim
