// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "arch/workload/trace_file.hpp"

namespace tritsim {

struct ImportOptions {
  std::optional<WeightSpec> weights;  ///< of the blocks' projections, whatever the file says
  std::string type{};                 ///< model_type of a config.json; empty: what it says
  std::function<void(const std::string&)> progress;  ///< called with each tensor before it is read
};

struct Imported {
  TraceFile trace;
  std::vector<std::string> warnings;  ///< what the trace leaves out or counts as something else
};

/// The trace of a checkpoint: a directory of Hugging Face or its config.json, or a GGUF file (any
/// part of one that is split). Throws ConfigError; a file of another kind is named as such.
[[nodiscard]] Imported import_checkpoint(const std::string& path,
                                         const ImportOptions& options = {});

}  // namespace tritsim
