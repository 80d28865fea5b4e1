// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "arch/workload/trace.hpp"

namespace tritsim {

/// What the ops of equal blocks read and write of what is stored, in a step of several sequences.
struct LayerBytes {
  std::string layers;       ///< the kinds of ops that tell them apart, e.g. "attention, window 512"
  std::uint32_t count = 1;  ///< blocks that are like this
  Bytes weights;            ///< of all of them, read once for all sequences of a step
  Bytes cache;              ///< keys and values that are read, of each sequence
  Bytes state;              ///< states that are read and written, of each sequence

  bool operator==(const LayerBytes&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("layers", layers, "what tells these blocks apart");
    io.required("count", count, "how many there are");
    io.required("weights", weights, "of all of them, read once for all sequences of a step");
    io.required("cache", cache, "of each sequence, read");
    io.required("state", state, "of each sequence, read and written");
  }
};

/// The same of a whole step, by kind of block.
struct TokenBytes {
  std::uint32_t sequences = 1;     ///< that a pass over the weights is for
  std::uint32_t context = 0;       ///< positions that an attention without a window reads
  std::vector<LayerBytes> layers;  ///< in the order of the first of each, last what is outside

  bool operator==(const TokenBytes&) const = default;

  /// Of one sequence, with its share of the weights.
  [[nodiscard]] Bytes of_token(const LayerBytes& l) const {
    return l.weights * (1.0 / sequences) + l.cache + l.state;
  }

  [[nodiscard]] Bytes of_token() const;

  template <class Io>
  void fields(Io& io) {
    io.required("sequences", sequences, "that a pass over the weights is for", any_count);
    io.required("context", context, "positions that an attention without a window reads");
    io.required("layers", layers, "kinds of blocks");
  }
};

/// Only stored numbers count: weights of matrices, caches, states, and what custom ops say; not
/// vectors between ops, rows of tables, norms. Of experts the distinct ones in the mean.
[[nodiscard]] TokenBytes token_bytes(const Trace& trace, std::uint32_t sequences);

}  // namespace tritsim
