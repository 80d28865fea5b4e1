// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "arch/import/checkpoint_import.hpp"
#include "arch/import/hugging_face_config.hpp"

namespace tritsim {

/// The trace of a Hugging Face directory: shapes from its config.json, formats of the matrices from
/// its quantization_config. If there is a checkpoint (model.safetensors, or shards with
/// model.safetensors.index.json) each matrix of plain numbers gets the statistics of its weights;
/// of one that is packed by a method of quantisation the bytes are checked.
[[nodiscard]] Imported import_hugging_face(const std::string& directory,
                                           const ImportOptions& options = {});

/// The trace of a config.json alone, each matrix in the format of its module.
[[nodiscard]] TraceFile trace_of(const HuggingFaceConfig& config, std::string source);

}  // namespace tritsim
