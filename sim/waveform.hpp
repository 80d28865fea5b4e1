// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

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

/// Makes the file; throws ConfigError if it cannot be written or is not named .vcd.
void check_vcd_file(const std::string& file);

/// Writes the waveform by SystemC's tracing: a module whose process sets the signals at their
/// times, in a simulation of its own.
void write_vcd(const Waveform& waveform, const std::string& file);

}  // namespace tritsim
