// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "arch/schema.hpp"

namespace tritsim {

enum class ModelFamily { hgrn_bit };

template <>
struct EnumNames<ModelFamily> {
  static constexpr std::array<std::pair<ModelFamily, std::string_view>, 1> names{{
      {ModelFamily::hgrn_bit, "hgrn_bit"},
  }};
};

/// A language model's layers and shapes.
struct ModelSpec {
  static constexpr std::string_view kind = "model";

  std::string name;
  std::string source;
  ModelFamily family = ModelFamily::hgrn_bit;
  std::uint32_t layers = 0;
  std::uint32_t hidden = 0;
  std::uint32_t intermediate = 0;
  std::uint32_t vocabulary = 0;

  bool operator==(const ModelSpec&) const = default;

  /// Ternary weights of one block: 4 d^2 + 3 d I (arXiv 2406.02528).
  [[nodiscard]] std::uint64_t block_weights() const {
    const std::uint64_t d = hidden;
    return 4 * d * d + 3 * d * intermediate;
  }

  /// Ternary weights of all blocks and of the final projection.
  [[nodiscard]] std::uint64_t ternary_weights() const {
    return layers * block_weights() + std::uint64_t{hidden} * vocabulary;
  }

  template <class Io>
  void fields(Io& io) {
    io.required("name", name, "name of the model");
    io.required("source", source, "where the shapes come from");
    io.required("family", family, "how a block is built");
    io.required("layers", layers, "number of blocks", between(1, 10000));
    io.required("hidden", hidden, "d: width of the residual stream", between(1, 1 << 20));
    io.required("intermediate", intermediate, "I: width inside the GLU", between(1, 1 << 22));
    io.required("vocabulary", vocabulary, "entries of the vocabulary", between(1, 1 << 26));
  }
};

/// What is asked of a model.
struct Workload {
  std::uint32_t prompt = 0;    ///< prompt tokens of each sequence
  std::uint32_t generate = 1;  ///< tokens generated for each sequence
  std::uint32_t batch = 0;     ///< sequences; 0: as many as the board has lanes

  bool operator==(const Workload&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("prompt", prompt, "prompt tokens of each sequence", between(0, 10'000'000));
    io.required("generate", generate, "generated tokens of each sequence", between(0, 10'000'000));
    io.required("batch", batch, "independent sequences", between(0, 1'000'000));
  }
};

}  // namespace tritsim
