// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "arch/import/tensor_file.hpp"
#include "arch/workload/model.hpp"

namespace tritsim {

/// A type of tensors in GGUF files.
struct GgufType {
  std::uint32_t number;
  ElementFormat format;
  std::optional<WeightSpec> weights{};  ///< as weights of a trace; nothing: no weights are of it
};

/// enum ggml_type of ggml.h, blocks of ggml-common.h; 36 is I2_S of microsoft/BitNet, which ggml
/// has not given to another type. Null: a number without a type.
[[nodiscard]] const GgufType* find_gguf_type(std::uint32_t number);
[[nodiscard]] const GgufType* find_gguf_type(std::string_view name);

/// Why a number has no type: ggml has removed it, or a fork has it; and what to do.
struct NoGgufType {
  std::string what;
  std::string remedy;
};

[[nodiscard]] NoGgufType no_gguf_type(std::uint32_t number);

/// Whether a file of microsoft/BitNet means one of its own types by a number that ggml uses for
/// another: TL2, which is 39 there.
[[nodiscard]] bool is_bitnet_table(std::string_view architecture, std::uint32_t number);

}  // namespace tritsim
