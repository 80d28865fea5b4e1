// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "arch/base/document.hpp"
#include "arch/import/quantization.hpp"
#include "arch/workload/model.hpp"

namespace tritsim {

/// What the config.json of a Hugging Face directory describes.
struct HuggingFaceConfig {
  std::string type;  ///< model_type, which says how the tensors are named
  ModelSpec model;
  std::optional<Quantization> quantization;  ///< nothing: every matrix is of plain numbers
  bool mapped = false;  ///< by a file of configs/import, which does not say how tensors are named
};

/// What is taken instead of what a config.json says.
struct ConfigChoice {
  const WeightSpec* weights = nullptr;  ///< of the projections
  std::string type{};                   ///< model_type; empty: the file's
};

/// Reads a config.json; `name` is that of the model if the file has none. Throws ConfigError if the
/// family is not supported, it uses a part that the trace of the family leaves out, or a
/// quantisation that is not read.
[[nodiscard]] HuggingFaceConfig read_hugging_face_config(const std::string& path,
                                                         const std::string& name,
                                                         const ConfigChoice& choice = {});

/// The same for a text; `path` names it in messages.
[[nodiscard]] HuggingFaceConfig parse_hugging_face_config(const std::string& text,
                                                          const std::string& path,
                                                          const std::string& name);

/// The model of a config.json or of the directory that has one, with its blocks in its own file:
/// to be written and edited. Its formats are those of a quantization_config that has one for all.
/// It is called `name`; if that is empty, what the config says; else as the directory, or by its
/// type and size.
[[nodiscard]] ModelSpec import_model(const std::string& path, const std::string& type,
                                     const std::string& name = "");

/// A JSON file of at most 16 MiB that holds a map.
[[nodiscard]] Node load_json_map(const std::string& path);

}  // namespace tritsim
