// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <variant>

#include "models/dram/dram_law.hpp"

namespace tritsim {

/// On-chip memory: each of its ports serves one request after the other. With two ports, reads take
/// one and writes the other (simple dual port), or a request takes the one that is free first (true
/// dual port). A double buffer has such ports twice: reads take those of the buffer that is being
/// read, writes those of the other. First data come SramSpec::access_cycles() after the request.
class SramLaw {
 public:
  SramLaw(const SramSpec& spec, Bytes capacity)
      : spec_(spec),
        latency_(cycles_to_time(static_cast<double>(spec.access_cycles(capacity)), spec.clock)) {}

  Access serve(Time issue, std::uint64_t address, std::uint64_t bytes, bool write);

  void settle(Time) {}

  [[nodiscard]] const MemoryActivity& activity() const { return activity_; }

 private:
  SramSpec spec_;
  Time latency_;
  std::array<Time, 4> free_{};  ///< when each port is; two of a buffer
  MemoryActivity activity_;
};

/// One request after the other at the memory's bandwidth; first data come `latency` after that.
class SimpleMemoryLaw {
 public:
  explicit SimpleMemoryLaw(const SimpleMemorySpec& spec) : spec_(spec) {}

  Access serve(Time issue, std::uint64_t address, std::uint64_t bytes, bool write);

  void settle(Time) {}

  [[nodiscard]] const MemoryActivity& activity() const { return activity_; }

 private:
  SimpleMemorySpec spec_;
  Time free_;
  MemoryActivity activity_;
};

/// Answers every request `cycles` of the requester's clock after its issue. An answer at an edge of
/// that clock has its exact time: a stream that waits for each of a million answers would else add
/// up as many roundings, and end a cycle late.
class FixedLatencyLaw {
 public:
  FixedLatencyLaw(const FixedLatencySpec& spec, Frequency requester)
      : latency_(cycles_to_time(spec.cycles, requester)), clock_(requester) {}

  Access serve(Time issue, std::uint64_t address, std::uint64_t bytes, bool write);

  void settle(Time) {}

  [[nodiscard]] const MemoryActivity& activity() const { return activity_; }

 private:
  Time latency_;
  Frequency clock_;
  MemoryActivity activity_;
};

/// A memory that is simulated elsewhere: counts what it is asked for, and serves nothing.
class OutsideLaw {
 public:
  void count(std::uint64_t bytes, bool write);

  /// Throws std::logic_error.
  Access serve(Time issue, std::uint64_t address, std::uint64_t bytes, bool write);

  void settle(Time) {}

  [[nodiscard]] const MemoryActivity& activity() const { return activity_; }

 private:
  MemoryActivity activity_;
};

using MemoryLaw = std::variant<DramLaw, SramLaw, SimpleMemoryLaw, FixedLatencyLaw, OutsideLaw>;

/// The law for a memory; `requester` is the clock that a fixed latency counts in.
[[nodiscard]] MemoryLaw make_memory_law(const MemorySpec& spec, Frequency requester);

}  // namespace tritsim
