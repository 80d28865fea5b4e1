// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "arch/base/json_keys.hpp"
#include "arch/import/quantization.hpp"

namespace tritsim {

/// What the `quantization_config` of a config.json says (older files: `compression_config`; those
/// of MLX: `quantization`); nothing if there is none. A problem that names the method is recorded
/// if no number format of the tool represents its weights, if it is unknown, or if it differs from
/// layer to layer in a way that is not read.
[[nodiscard]] std::optional<Quantization> read_quantization(const JsonKeys& config);

/// A method's settings -> the formats of the modules.
using QuantizationReader = void (*)(const JsonKeys& keys, Quantization& out);

/// The methods of transformers and others, by `quant_method`.
struct QuantizationMethod {
  std::string_view name;
  QuantizationReader read = nullptr;  ///< null: refused
  std::string_view reason;            ///< of a refusal
};

[[nodiscard]] const std::vector<QuantizationMethod>& quantization_methods();

}  // namespace tritsim
