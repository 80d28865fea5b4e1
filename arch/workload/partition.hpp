// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "arch/workload/mapping.hpp"
#include "arch/workload/trace.hpp"

namespace tritsim {

/// What each of the `n` equal kernels of a tensor-parallel group does. Ops that do not run on the
/// core stay whole; the others go by the SplitRule of their kind:
///
/// - outputs: a matrix is cut by its outputs.
/// - element_wise: an op works on the shard of any input that is there as a shard alone; of a whole
///   one it takes its slice.
/// - whole: norms read whole vectors, as matrices and the host do. An all_gather before the first
///   reader makes one of the shards, once for all of them.
/// - heads: attention is cut by heads: q, k and v are shards, and so is the result.
///
/// Adds a problem for each kind of op that does not divide, with need and limit, and for each op
/// whose kind has no rule.
[[nodiscard]] Trace shard(const Trace& trace, const MappingSpec& mapping, std::uint32_t n,
                          Problems& problems);

/// The same for `n` cards with an all-reduce, as the software of GPUs shares a model: a matrix that
/// reads shards is cut by its inputs, and each card makes a part of every output; an all_reduce
/// adds the parts up before the first op that cannot work on parts. A norm of a shard takes the sum
/// of squares of all shards. Of the last vector, which is a shard of logits, every card gives the
/// largest element and its place.
[[nodiscard]] Trace shard_with_sums(const Trace& trace, std::uint32_t n, Problems& problems);

/// Ops `first` to `last` of a trace, `last` not among them.
struct OpRange {
  std::size_t first = 0;
  std::size_t last = 0;

  bool operator==(const OpRange&) const = default;

  [[nodiscard]] bool contains(std::size_t op) const { return op >= first && op < last; }
};

/// Cuts a trace at the beginnings of blocks into `n` runs of ops, so that the largest weight bytes
/// of a run on the core are as small as possible. Ops before the blocks go with the first run, ops
/// after them with the last. Adds a problem if there are fewer blocks.
[[nodiscard]] std::vector<OpRange> stages(const Trace& trace, const MappingSpec& mapping,
                                          std::uint32_t n, Problems& problems);

/// Values that ops of the core in `range` make and later ops of the core read.
[[nodiscard]] std::vector<ValueId> handed_on(const Trace& trace, const MappingSpec& mapping,
                                             OpRange range);

}  // namespace tritsim
