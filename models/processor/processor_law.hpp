// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "arch/board/processor.hpp"
#include "arch/workload/trace.hpp"
#include "models/energy/energy_law.hpp"

namespace tritsim {

/// One kernel that the processor's software starts, or several equal ones of the same op.
struct KernelCall {
  enum class Shape {
    library,    ///< moves little: element-wise or a norm
    streaming,  ///< library matrix product or attention
    fused,      ///< hand-written element-wise kernel over several ops
    packed,     ///< hand-written matrix product with packed ternary weights
  };

  OpKind kind = OpKind::add;  ///< of the op, the first op of a fused kernel
  Shape shape = Shape::library;
  double count = 1;
  Bytes bytes;           ///< from and to memory, each call
  double flops = 0;      ///< fp16 operations each call, padding included
  double ternaries = 0;  ///< packed weights x rows, each call
};

/// What one step of a processor works on, and with which kernels.
struct ProcessorStep {
  std::uint32_t sequences = 1;
  std::uint32_t tokens = 1;  ///< new ones of each sequence
  TernaryKernels ternary = TernaryKernels::packed;
};

/// Whether the choice of ternary kernels makes a difference.
[[nodiscard]] bool has_ternary_weights(const Trace& trace);

/// The kernels of one step; attention ops of the trace have the context of its last token.
///
/// - Matrix ops of one kind that read the same value are one kernel (q, k, v; gate and up).
/// - Library kernels: as many per op as `launches` says. Each moves its op's inputs and outputs.
/// - Packed ternary kernels: the element-wise ops between two matrices are one kernel, a residual
///   right behind a matrix is part of it.
/// - The final projection works on the last token of each sequence alone.
[[nodiscard]] std::vector<KernelCall> kernels_of(const Trace& trace, const ProcessorSpec& processor,
                                                 const ProcessorStep& step);

/// Time of one call: what it takes without work, and the slower of its bytes and its operations.
struct KernelTime {
  Time start;    ///< without work
  Time memory;   ///< bytes over the bandwidth of a transfer of their size
  Time compute;  ///< operations over the attained rate

  [[nodiscard]] Time total() const { return start + std::max(memory, compute); }
};

[[nodiscard]] KernelTime kernel_time(const ProcessorSpec& processor, const KernelCall& call);

/// What steps took and did; sums of the calls.
struct ProcessorActivity {
  Time elapsed;    ///< of the steps, one after the other
  Time host;       ///< launches by the host where it was slower than the device
  Time throttled;  ///< added to stay below the power limit
  double kernels = 0;
  Bytes bytes;
  double flops = 0;
  double ternaries = 0;

  struct Kind {
    OpKind kind = OpKind::add;
    double kernels = 0;
    Time start, memory, compute;  ///< device time by cause
    Bytes bytes;
    double flops = 0;
    double ternaries = 0;

    [[nodiscard]] Time time() const { return start + memory + compute; }

    template <class Io>
    void fields(Io& io) {
      io.required("kind", kind, "kind of op");
      io.required("kernels", kernels, "kernels started");
      io.required("start", start, "device time without work");
      io.required("memory", memory, "device time of bytes");
      io.required("compute", compute, "device time of operations");
      io.required("bytes", bytes, "from and to memory");
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
    io.required("kernels", kernels, "kernels started");
    io.required("bytes", bytes, "from and to memory");
    io.required("flops", flops, "fp16 operations, padding included");
    io.required("ternaries", ternaries, "packed weights x rows");
    io.required("kinds", kinds, "the same by kind of op");
  }
};

/// Time of a step: its kernels one after the other, but no less than the host takes to start them
/// one by one (KernelLaunch::eager), nor than keeps the power below the limit.
[[nodiscard]] ProcessorActivity step_activity(const ProcessorSpec& processor,
                                              const std::vector<KernelCall>& calls,
                                              KernelLaunch launch);

/// Energy: idle power, bytes, operations, packed weights.
[[nodiscard]] std::vector<EnergyTerm> price_processor(const ProcessorSpec& processor,
                                                      const ProcessorActivity& activity);

}  // namespace tritsim
