// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include "arch/trace_file.hpp"

namespace tritsim {

/// The model that the config.json of a Hugging Face directory describes. Throws ConfigError if the
/// family is not supported, or it uses a part that the trace of the family leaves out.
[[nodiscard]] ModelSpec read_hugging_face_model(const std::string& directory);

/// The trace of a Hugging Face directory. If there is a checkpoint (model.safetensors, or shards
/// with model.safetensors.index.json) each matrix gets the statistics of its ternary weights.
/// `progress` is told the name of each matrix before it is read.
[[nodiscard]] TraceFile import_hugging_face(
    const std::string& directory, const std::function<void(const std::string&)>& progress = {});

}  // namespace tritsim
