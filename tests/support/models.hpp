// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "arch/base/reader.hpp"
#include "arch/workload/trace.hpp"
#include "tests/support/files.hpp"

namespace tritsim::test {

inline ModelSpec shipped_model(const std::string& name) {
  return load<ModelSpec>(source_dir() + "configs/models/" + name + ".yaml");
}

/// A MatMul-free model of other sizes.
inline ModelSpec hgrn_bit(const std::string& name, std::uint64_t layers, std::uint64_t hidden,
                          std::uint64_t intermediate, std::uint64_t vocabulary) {
  ModelSpec m = shipped_model("mmfreelm_370m");
  m.name = name;
  m.source = "made up";
  m.set("layers", layers);
  m.set("hidden", hidden);
  m.set("intermediate", intermediate);
  m.set("vocabulary", vocabulary);
  return m;
}

/// Weights of the matrices of one block.
inline std::uint64_t block_weights(const ModelSpec& model, std::int32_t layer = 0) {
  std::uint64_t sum = 0;
  const Trace trace = expand(model);
  for (const Op& op : trace.ops) {
    if (op.layer == layer) sum += trace.weights(op);
  }
  return sum;
}

/// Width of the queries of a token, and of its keys.
inline std::uint64_t query_width(const ModelSpec& m) {
  return m.size("heads") * m.size("head_width");
}

inline std::uint64_t kv_width(const ModelSpec& m) {
  return m.size("kv_heads") * m.size("head_width");
}

}  // namespace tritsim::test
