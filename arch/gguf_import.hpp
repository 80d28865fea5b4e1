// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "arch/gguf.hpp"
#include "arch/trace_file.hpp"

namespace tritsim {

/// How the weights of a tensor type are stored, scales of groups included; nothing for types whose
/// elements are not read.
[[nodiscard]] std::optional<WeightSpec> gguf_weights(const std::string& type);

/// The model that the metadata of a file describes; throws ConfigError.
[[nodiscard]] ModelSpec gguf_model(const GgufFile& file);

/// The trace of a GGUF file: shapes from its metadata, formats and statistics from its tensors.
[[nodiscard]] TraceFile import_gguf(const std::string& path,
                                    const std::function<void(const std::string&)>& progress = {});

}  // namespace tritsim
