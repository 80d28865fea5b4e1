// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "arch/workload/trace_file.hpp"

namespace tritsim {

/// A trace file, ready to be run.
struct TraceSource {
  ModelSpec model;  ///< as the header describes it: without blocks
  Trace trace;
  std::optional<double> zero_weights;
  std::optional<double> zero_activations;

  /// Positions in the cache before the first token.
  [[nodiscard]] std::uint32_t context() const;
};

/// Reads a trace; messages name `name`. `context` positions are in the cache before the first
/// token, instead of those that the ops say. Throws ConfigError, also if a trace without attention
/// is given a context.
[[nodiscard]] TraceSource trace_source(const std::string& text, const std::string& name,
                                       std::optional<std::uint32_t> context);

}  // namespace tritsim
