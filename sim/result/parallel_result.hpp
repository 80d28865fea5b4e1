// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "arch/base/schema.hpp"

namespace tritsim {

/// A stage of a pipeline.
struct StageResult {
  std::int32_t first_layer = 0;
  std::int32_t last_layer = 0;  ///< of its blocks
  std::uint64_t weight_bytes =
      0;  ///< of the model on the core, all kernels of the tensor-parallel group
  std::uint64_t memory_bytes = 0;  ///< what one kernel holds: weights, vectors, cache
  Time step;                       ///< mean time of a token step
  std::uint64_t handed_on = 0;     ///< bytes that one kernel sends to the next stage in a step
  Time hop;                        ///< ... and how long that takes

  bool operator==(const StageResult&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("first_layer", first_layer, "first block");
    io.required("last_layer", last_layer, "last block");
    io.required("weight_bytes", weight_bytes,
                "weights of the model, all kernels of the tensor-parallel group");
    io.required("memory_bytes", memory_bytes, "what one kernel holds");
    io.required("step", step, "mean time of a token step");
    io.required("handed_on", handed_on, "bytes that a kernel sends to the next stage in a step");
    io.required("hop", hop, "time of handing on");
  }
};

/// How a model is spread over the kernels at work, and what they exchange. Activities of kernels
/// and memories are those of all groups.
struct ParallelResult {
  std::uint32_t tensor = 1;
  std::uint32_t pipelines = 1;        ///< at work, each with the whole model
  std::uint32_t sequence_groups = 1;  ///< one behind the other in a pipeline
  std::vector<StageResult> stages;
  std::uint64_t chip_bytes = 0;  ///< between kernels of a card, all kernels, one round
  std::uint64_t link_bytes = 0;  ///< between cards, likewise

  bool operator==(const ParallelResult&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("tensor", tensor, "kernels of a tensor-parallel group");
    io.required("pipelines", pipelines, "pipelines at work, each with the whole model");
    io.required("sequence_groups", sequence_groups,
                "groups of sequences, one behind the other in a pipeline");
    io.required("stages", stages, "stages of a pipeline");
    io.required("chip_bytes", chip_bytes, "bytes between kernels of a card, one round");
    io.required("link_bytes", link_bytes, "bytes between cards, one round");
  }
};

}  // namespace tritsim
