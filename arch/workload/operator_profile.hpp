// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "arch/workload/trace.hpp"

namespace tritsim {

/// Something a model computes, in the terms that both a profiler and a trace can be brought to:
/// a word ("matrix", "norm", "quantise", "multiply", ...) and sizes (rows and columns of a matrix,
/// channels and positions of an attention, elements of a vector).
struct Operator {
  std::string word;
  std::vector<std::uint64_t> sizes;

  auto operator<=>(const Operator&) const = default;
};

using OperatorCounts = std::map<Operator, std::uint64_t>;

/// A table of a profiler: how often each operator ran with which shapes in one step of one token.
struct OperatorProfile {
  OperatorCounts counts;
  std::vector<std::string> unknown;  ///< rows that no rule maps, "aten::name shapes"
};

/// Reads a table of PyTorch's profiler in JSON: a list of maps with `name`, `shapes` (the shapes of
/// the arguments as a text, "[[1, 2048], [2048]]") and `count`. Rows without shapes are GPU kernels
/// and are skipped, as are operators that others call or that belong to another's pattern
/// (docs/traces.md). Throws ConfigError.
[[nodiscard]] OperatorProfile read_profile(const std::string& path);
[[nodiscard]] OperatorProfile parse_profile(std::string_view text, const std::string& path);

/// The operators of a trace. A bit_linear is a norm, a quantisation and a matrix; a recurrence is a
/// multiplication and an addition. Products that read one vector are one matrix where `like` has
/// the matrix of all their rows.
[[nodiscard]] OperatorCounts operators_of(const Trace& trace, const OperatorCounts& like);

}  // namespace tritsim
