// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "arch/import/checkpoint_import.hpp"
#include "arch/import/gguf_checkpoint.hpp"

namespace tritsim {

/// The model that the metadata of a file describes; throws ConfigError.
[[nodiscard]] ModelSpec gguf_model(const GgufCheckpoint& file);

/// The trace of a GGUF file: shapes from its metadata, formats from its tensors, statistics of
/// those whose elements are read.
[[nodiscard]] Imported import_gguf(const std::string& path, const ImportOptions& options = {});

}  // namespace tritsim
