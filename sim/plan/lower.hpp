// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "arch/board/board.hpp"
#include "arch/core/program.hpp"
#include "arch/workload/partition.hpp"
#include "arch/workload/trace.hpp"

namespace tritsim {

/// The steps that a program is for.
struct LoweredSteps {
  std::uint32_t count = 1;
  std::uint32_t tokens_at_once = 1;  ///< of a sequence, in as many lanes

  bool operator==(const LoweredSteps&) const = default;

  /// Positions that the last step has more than the first.
  [[nodiscard]] std::uint32_t later_positions() const { return (count - 1) * tokens_at_once; }
};

/// What a program is made of. Trace, mapping and core must outlive it.
struct ProgramRequest {
  const Trace& trace;
  const MappingSpec& mapping;
  const CoreSpec& core;
  std::uint32_t lanes = 1;
  LoweredSteps steps{};
  SymbolMemories memories{};
  std::optional<OpRange> stage{};  ///< ops of a pipeline stage; none: the whole trace

  [[nodiscard]] OpRange range() const { return stage.value_or(OpRange{0, trace.ops.size()}); }
};

/// Trace + mapping -> the program of one token on one core. Ops that the mapping puts elsewhere
/// are left out, as are those of other stages. Adds a problem for each op that cannot run on the
/// core, naming op, need and limit; the program is empty then. How a core does an op stands in its
/// kind's row of op_table (CoreRule).
///
/// - A vector of n elements is ceil(n / D) registers' worth; a matrix is cut into D x D tiles,
///   padded at the edges.
/// - Ops keep the order of the trace. With Export::late the sums of a GO stay in the matrix unit
///   until they are needed or the unit is used again, so that the next ops run meanwhile.
/// - On a core whose instructions carry sizes nothing is padded: a matrix is one product, cut only
///   where it has more inputs or outputs than a product may have.
/// - With prepare: host the input of a bit_linear comes from memory, normalised and quantised.
/// - Attention: keys and values are appended to their caches, then scores, softmax and products
///   with the values of all heads at once. The program is that of the first of `steps`; the caches
///   have room for all.
/// - An all_gather sends the shard and takes the whole vector, register by register.
/// - A vector that is longer than the op's result gives a slice of it: that of the kernel's shard.
/// - What a later stage reads is stored, and what an earlier one made is in memory.
/// - Parameter vectors, states and values without a register go through LDV and SV.
[[nodiscard]] Program lower(const ProgramRequest& request, Problems& problems);

/// The whole trace, in the memories that the mapping names; throws ConfigError with every problem.
[[nodiscard]] Program lower(const Trace& trace, const MappingSpec& mapping, const CoreSpec& core,
                            std::uint32_t lanes, const LoweredSteps& steps = {});

/// A core with the same programs under a mapping: without clock, widths and issue rules, unless
/// instructions are ordered by how long they take.
[[nodiscard]] CoreSpec core_without_times(CoreSpec core, const MappingSpec& mapping);

}  // namespace tritsim
