// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/processor/gpu_kernel_law.hpp"

namespace tritsim {

/// Time of one kernel, from its start to that of the next one in a graph, by cause.
struct GpuKernelTime {
  Time start;    ///< without work
  Time memory;   ///< of bytes, or of the thread block that takes longest
  Time compute;  ///< where operations take longer

  [[nodiscard]] Time total() const { return start + memory + compute; }
};

/// Time of a kernel by its shape:
///
/// - small: SmallKernelSpec.
/// - product: start + cbrt(stream^3 + compute^3): a kernel that is near both of its bounds reaches
///   neither. stream = min over s = 1, 2 of sqrt((inputs / s x input)^2 + (bytes / bandwidth)^2)
///   + (s = 2: split); a thread block has `tile` outputs and goes along the inputs, whatever the
///   others do. compute = max(thread blocks, multiprocessors) x operations of a block / rate: what
///   does not fill the multiprocessors takes as long as what does.
/// - attention of a token: start + min over s = 1 and least part x 2^n of sqrt((positions / s x
/// width x
///   element)^2 + (bytes / bandwidth)^2) + (s > 1: split) + thread blocks / multiprocessors x
///   block, a thread block for each head of keys, each sequence and each part; operations bound a
///   prompt.
/// - packed: start + max(vectors x outputs x (row + inputs x element), bytes / bandwidth).
/// - fused: start + elements of a row x element + bytes / bandwidth.
[[nodiscard]] GpuKernelTime gpu_kernel_time(const ProcessorSpec& processor, const GpuKernel& call);

}  // namespace tritsim
