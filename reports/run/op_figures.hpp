// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "sim/result/result.hpp"

namespace tritsim {

/// Cycles of one or several ops over the whole run.
struct OpFigures {
  std::string name;
  std::uint64_t ops = 0;  ///< ops of a step that it stands for
  std::uint64_t instructions = 0;
  std::uint64_t busy = 0;
  std::uint64_t exposed = 0;
  std::uint64_t longest = 0;  ///< exposed cycles of the longest of the ops
};

/// The op's cycles added to the others that `figures` stands for.
void add_op(OpFigures& figures, const OpCycles& op);

/// Ops with equal `key(op)` added up, the longest exposed first.
[[nodiscard]] std::vector<OpFigures> group_ops(
    const std::vector<OpCycles>& ops, const std::function<std::string(const OpCycles&)>& key);

/// "layers.7.mlp.gate" -> "layers.*.mlp.gate".
[[nodiscard]] std::string without_layer(const std::string& name);

/// Ops of each block added up, in order.
[[nodiscard]] std::vector<OpFigures> layer_figures(const std::vector<OpCycles>& ops);

}  // namespace tritsim
