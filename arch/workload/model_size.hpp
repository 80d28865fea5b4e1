// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "arch/base/schema.hpp"

namespace tritsim {

struct ModelSpec;
struct Op;
struct Trace;

/// How large a model is. Numbers that several ops use count once.
struct ModelSize {
  std::uint64_t parameters = 0;         ///< all that is stored: matrices, norms, biases, tables
  std::uint64_t active_parameters = 0;  ///< those that a token can use
  std::uint64_t weights = 0;            ///< of matrices, that a token is multiplied by
  std::uint64_t head_weights = 0;       ///< of the final projection among them
  Bytes tables;                         ///< look-up tables that no product uses, fp16
  bool has_cache = false;               ///< a token's ops depend on its position

  bool operator==(const ModelSize&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("parameters", parameters, "stored numbers", between(0, 1e15));
    io.required("active_parameters", active_parameters, "those that a token can use",
                between(0, 1e15));
    io.required("weights", weights, "weights that a token is multiplied by", between(0, 1e15));
    io.required("head_weights", head_weights, "those of the final projection", between(0, 1e15));
    io.required("tables", tables, "look-up tables that no product uses");
    io.required("has_cache", has_cache, "whether a token's ops depend on its position");
  }
};

/// Numbers that an op stores, as far as a trace tells: matrices, norms, taps. Tables, biases and
/// the weights of a norm that heads share are not in it.
struct StoredParameters {
  std::uint64_t all = 0;
  std::uint64_t active = 0;  ///< those that a token can use
};

[[nodiscard]] StoredParameters stored_parameters(const Trace& trace, const Op& op);

/// Of a model, by its blocks; of one that is known by its trace, as that says.
[[nodiscard]] ModelSize size_of(const ModelSpec& model);

/// Of the ops of a trace, and of the dimensions hidden, vocabulary and tied of its model.
[[nodiscard]] ModelSize traced_size(const ModelSpec& model, const Trace& trace);

}  // namespace tritsim
