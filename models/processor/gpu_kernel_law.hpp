// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "arch/board/processor.hpp"
#include "arch/workload/trace.hpp"

// Which kernels the software of a GPU or CPU starts for a step. A kernel of the card is another
// thing: these bear their own name.
namespace tritsim {

/// One kernel that the software of a GPU or CPU starts, or several equal ones of the same op.
struct GpuKernel {
  enum class Shape : std::uint8_t {
    small,      ///< moves little: a class of its own
    product,    ///< library matrix product
    attention,  ///< library attention
    fused,      ///< hand-written element-wise kernel over several ops
    packed,     ///< hand-written matrix product with packed ternary weights
    exchange,   ///< between the cards of a tensor-parallel group
  };

  OpKind kind = OpKind::add;  ///< of the op, the first op of a fused kernel
  Shape shape = Shape::small;
  SmallKernel small = SmallKernel::vector;
  double count = 1;
  double rows = 1;       ///< vectors
  double length = 0;     ///< elements of a row; inputs of a product; positions of a context
  double outputs = 0;    ///< of a product
  double sequences = 1;  ///< of attention
  double heads = 0;      ///< of attention that read keys of their own, of all sequences
  double width = 0;      ///< channels of a head
  Bytes bytes;           ///< from and to memory, each call
  Bytes cached;          ///< from and to the cache, each call
  Bytes exchanged;       ///< sent to other cards, each call
  double flops = 0;      ///< fp16 operations each call, padding included
  double ternaries = 0;  ///< packed weights x rows, each call
};

/// A kernel that is measured by itself.
[[nodiscard]] GpuKernel gpu_kernel_of(const ProcessorSpec& processor, const KernelCase& k);

/// What one step of a processor works on, and by which method.
struct ProcessorStep {
  std::uint32_t sequences = 1;
  std::uint32_t tokens = 1;  ///< new ones of each sequence
  TernaryMethod ternary = TernaryMethod::packed;
};

/// Whether the choice of a method makes a difference.
[[nodiscard]] bool has_ternary_weights(const Trace& trace);

/// The GPU kernels of one step; attention ops of the trace have the context of its last token.
///
/// - Matrix ops of one kind that read the same value are one kernel (q, k, v; gate and up).
/// - Small library kernels: as many per op and class as `launches` says, else one. Each moves its
///   op's inputs and outputs.
/// - Packed ternary kernels: the element-wise ops between two matrices are one kernel, a residual
///   right after a matrix is part of it.
/// - The final projection works on the last token of each sequence alone.
///
/// How an op is done stands in its kind's row of op_table (GpuRule). Throws ConfigError naming the
/// op if the row has no rule.
[[nodiscard]] std::vector<GpuKernel> gpu_kernels_of(const Trace& trace,
                                                    const ProcessorSpec& processor,
                                                    const ProcessorStep& step);

}  // namespace tritsim
