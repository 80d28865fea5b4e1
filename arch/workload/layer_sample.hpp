// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "arch/workload/mapping.hpp"
#include "arch/workload/trace.hpp"

namespace tritsim {

/// Which of a model's blocks are simulated: the first `simulated` of `layers`. The first of all may
/// differ from the others (it has no bound on its forget gate, say) and stands for itself; those
/// after it stand for the blocks that are left out, in turn.
struct LayerSample {
  std::uint32_t layers = 0;
  std::uint32_t simulated = 0;

  bool operator==(const LayerSample&) const = default;

  /// The simulated block that a block is taken to be like.
  [[nodiscard]] std::uint32_t like(std::uint32_t layer) const {
    return layer < simulated ? layer : 1 + (layer - simulated) % (simulated - 1);
  }

  /// Blocks that are taken to be like a simulated one, itself not among them.
  [[nodiscard]] std::uint32_t copies(std::uint32_t layer) const {
    if (layer == 0) return 0;
    const std::uint32_t turns = simulated - 1;
    return (layers - simulated + turns - layer) / turns;
  }

  template <class Io>
  void fields(Io& io) {
    io.required("layers", layers, "blocks of the model");
    io.required("simulated", simulated, "blocks that were simulated");
  }
};

/// Blocks of a trace.
[[nodiscard]] std::uint32_t layers_of(const Trace& trace);

/// The trace without the blocks that a sample leaves out; what read a value of theirs reads that of
/// the last one simulated. Throws ConfigError with the first op of a block after the first that
/// differs from its counterpart in block 1 (another kind or shape, other zeros, another place in
/// the mapping), or of block 2 (other inputs: those of block 1 may come from a block unlike the
/// others).
[[nodiscard]] Trace thin(const Trace& trace, const LayerSample& sample, const MappingSpec& mapping);

}  // namespace tritsim
