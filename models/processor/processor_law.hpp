// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "models/energy/energy_law.hpp"
#include "models/processor/gpu_time_law.hpp"

namespace tritsim {

/// Events that energy is counted for.
struct ProcessorEvents {
  Bytes bytes;
  Bytes cached;
  double flops = 0;
  double ternaries = 0;
  Bytes exchanged;

  template <class Io>
  void fields(Io& io) {
    io.required("bytes", bytes, "from and to memory");
    io.required("cached", cached, "from and to the cache");
    io.optional("exchanged", exchanged, "sent to other cards");
    io.required("flops", flops, "fp16 operations, padding included");
    io.required("ternaries", ternaries, "packed weights x rows");
  }
};

/// Times and counts of steps, on each card of a group: sums over the calls.
struct ProcessorActivity {
  Time elapsed;    ///< of the steps, one after the other
  Time host;       ///< launches by the host where it was slower than the device
  Time throttled;  ///< added to stay below the power limit
  double gpu_kernels = 0;
  Bytes bytes;
  Bytes cached;
  double flops = 0;
  double ternaries = 0;
  Bytes exchanged;
  ProcessorEvents priced;  ///< the same; below the full voltage by the square of it

  struct Kind {
    OpKind kind = OpKind::add;
    double gpu_kernels = 0;
    Time start, memory, compute;  ///< device time by cause
    Bytes bytes;
    Bytes cached;
    double flops = 0;
    double ternaries = 0;
    Bytes exchanged{};
    Time exchange{};  ///< between cards

    [[nodiscard]] Time time() const { return start + memory + compute + exchange; }

    template <class Io>
    void fields(Io& io) {
      io.required("kind", kind, "kind of op");
      io.required("kernels", gpu_kernels, "kernels started");
      io.required("start", start, "device time without work");
      io.required("memory", memory, "device time of bytes");
      io.required("compute", compute, "device time of operations");
      io.optional("exchange", exchange, "time of exchanges between cards");
      io.required("bytes", bytes, "from and to memory");
      io.required("cached", cached, "from and to the cache");
      io.optional("exchanged", exchanged, "sent to other cards");
      io.required("flops", flops, "fp16 operations, padding included");
      io.required("ternaries", ternaries, "packed weights x rows");
    }
  };

  std::vector<Kind> kinds;

  ProcessorActivity& operator+=(const ProcessorActivity& other);

  template <class Io>
  void fields(Io& io) {
    io.required("elapsed", elapsed, "time of the steps");
    io.required("host", host, "launches by the host that the device waited for");
    io.required("throttled", throttled, "added to stay below the power limit");
    io.required("kernels", gpu_kernels, "kernels started");
    io.required("bytes", bytes, "from and to memory");
    io.required("cached", cached, "from and to the cache");
    io.optional("exchanged", exchanged, "sent to other cards");
    io.required("flops", flops, "fp16 operations, padding included");
    io.required("ternaries", ternaries, "packed weights x rows");
    io.required("priced", priced, "the same at full voltage that take as much energy");
    io.required("kinds", kinds, "the same by kind of op");
  }
};

/// Time of a step: its kernels one after the other, but no less than the host takes to start them
/// one by one (LaunchMode::eager). Where that would take more than the power limit, clock and
/// voltage go down together: the power of work goes with the cube of the clock, so that a step that
/// asks for r times what the limit leaves takes cbrt(r) times as long, and its work r^(-2/3) of its
/// energy.
[[nodiscard]] ProcessorActivity step_activity(const ProcessorSpec& processor,
                                              const std::vector<GpuKernel>& calls,
                                              LaunchMode launch);

/// Energy of all cards: idle power, bytes of memory and cache and between cards, operations, packed
/// weights.
[[nodiscard]] std::vector<EnergyTerm> price_processor(const ProcessorSpec& processor,
                                                      const ProcessorActivity& activity);

}  // namespace tritsim
