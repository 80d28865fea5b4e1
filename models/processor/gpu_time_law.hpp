// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/processor/gpu_kernel_law.hpp"

namespace tritsim {

/// Time of one kernel, from its start to that of the next one in a graph, by cause.
struct GpuKernelTime {
  Time start;       ///< without work
  Time memory;      ///< of bytes, or of the thread block that takes longest
  Time compute;     ///< where operations take longer
  Time exchange{};  ///< between cards

  [[nodiscard]] Time total() const { return start + memory + compute + exchange; }
};

/// Time of a kernel by its shape:
///
/// - small: SmallKernelSpec.
/// - product: start + cbrt(stream^3 + compute^3): a kernel that is near both of its bounds reaches
///   neither. A thread block has `tile` outputs and goes along the inputs, whatever others do:
///     stream(s) = sqrt((inputs / s x input)^2 + (bytes / bandwidth)^2) + (s = 2: split)
///   the lesser of s = 1 and 2. What does not fill the multiprocessors takes as long as what does:
///     compute = max(thread blocks, multiprocessors) x operations of a thread block / rate
/// - attention of a token: start + stream(s), the least of s = 1 and of parts that halve, with a
///   thread block for each head of keys, sequence and part; operations bound a prompt:
///     stream(s) = sqrt((positions / s x width x element)^2 + (bytes / bandwidth)^2)
///                 + (s > 1: split) + thread blocks / multiprocessors x block
/// - packed: start + max(vectors x outputs x (row + inputs x element), bytes / bandwidth).
/// - exchange between n cards, each of which sends b bytes: latency + b / bandwidth. Of a vector of
///   v bytes an all-reduce sends 2 (n - 1) / n v (its parts, then their sums), an all-gather half
///   of that.
/// - fused: start + elements of a row x element + bytes / bandwidth.
[[nodiscard]] GpuKernelTime gpu_kernel_time(const ProcessorSpec& processor, const GpuKernel& call);

}  // namespace tritsim
