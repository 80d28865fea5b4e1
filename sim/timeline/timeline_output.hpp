// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "arch/base/output_file.hpp"
#include "sim/timeline/trace_events.hpp"
#include "sim/timeline/waveform.hpp"

namespace tritsim {

/// Where a timeline goes: trace events, a VCD, or both.
struct TimelineOutput {
  std::optional<TraceEventFile> events;
  std::optional<OutputFile> vcd;
  Waveform wave{};

  /// Does not fit into a signal, which shows x.
  static constexpr std::uint32_t unknown = std::numeric_limits<std::uint32_t>::max();

  std::uint32_t add_signal(Waveform::Signal signal) {
    wave.signals.push_back(std::move(signal));
    return static_cast<std::uint32_t>(wave.signals.size() - 1);
  }

  /// A signal has a value from `at` on; times in ps.
  void change(std::uint32_t signal, std::uint64_t at, std::uint32_t value) {
    if (vcd) wave.changes.push_back({at, signal, value});
  }

  /// A signal is one more for a while.
  void pulse(std::uint32_t signal, std::uint64_t from, std::uint64_t to) {
    change(signal, from, 1);
    change(signal, to, unknown);  // less one
  }
};

}  // namespace tritsim
