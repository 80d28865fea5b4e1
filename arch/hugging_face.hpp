// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include "arch/trace_file.hpp"

namespace tritsim {

/// The trace of a Hugging Face directory: shapes from its config.json. If there is a checkpoint
/// (model.safetensors, or shards with model.safetensors.index.json) each matrix gets the statistics
/// of its weights. `progress` is told the name of each tensor before it is read.
[[nodiscard]] TraceFile import_hugging_face(
    const std::string& directory, const std::function<void(const std::string&)>& progress = {});

}  // namespace tritsim
