// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "arch/import/quantization_config.hpp"

// One reader for each method: its keys, their defaults and what a group of weights takes. Keys and
// defaults are those of the configuration classes of transformers (utils/quantization_config.py)
// and of the projects that write the files.
namespace tritsim {

void read_auto_round(const JsonKeys& keys, Quantization& out);
void read_awq(const JsonKeys& keys, Quantization& out);
void read_bitnet(const JsonKeys& keys, Quantization& out);
void read_bits_and_bytes(const JsonKeys& keys, Quantization& out);
void read_compressed_tensors(const JsonKeys& keys, Quantization& out);
void read_eetq(const JsonKeys& keys, Quantization& out);
void read_fbgemm_fp8(const JsonKeys& keys, Quantization& out);
void read_fp8(const JsonKeys& keys, Quantization& out);
void read_fp_quant(const JsonKeys& keys, Quantization& out);
void read_gptq(const JsonKeys& keys, Quantization& out);
void read_hqq(const JsonKeys& keys, Quantization& out);
void read_mlx(const JsonKeys& keys, Quantization& out);
void read_model_optimizer(const JsonKeys& keys, Quantization& out);
void read_quanto(const JsonKeys& keys, Quantization& out);
void read_quark(const JsonKeys& keys, Quantization& out);
void read_torchao(const JsonKeys& keys, Quantization& out);

/// Weights that a scale may be for: what a model description allows.
inline constexpr std::uint32_t largest_group = 1 << 22;

/// Remedy for what is not read.
inline constexpr const char* say_weights =
    "--weights FORMAT[,group=N] says how its weights are to be counted";

/// Bits of a whole number in a key, weights that share a scale, and bits of scale and zero point.
struct GroupedBits {
  std::uint32_t bits = 4;
  std::uint32_t group = 0;
  std::uint32_t group_bits = 16;
};

/// All matrices in one format; bits without a format are refused at `key`.
void set_integers(const JsonKeys& keys, const char* key, const GroupedBits& bits,
                  Quantization& out);

/// Floating-point numbers of 8 or 4 bits count as integers of that width; a note gives the `name`.
[[nodiscard]] WeightSpec narrow_floats(std::string_view name, const GroupedBits& bits,
                                       Quantization& out);

/// A group size, where -1, 0 and null mean one scale a row or matrix.
[[nodiscard]] std::uint32_t group_size(const JsonKeys& keys, const char* key,
                                       std::uint32_t fallback);

/// The names under a key are kept as plain numbers. Without them the final projection is; with
/// them it is converted unless named, as transformers has it.
void set_kept(const JsonKeys& keys, const char* key, Quantization& out);

/// Patterns of a list of names; one that is not understood is refused.
[[nodiscard]] std::vector<ModulePattern> patterns(const JsonKeys& keys, const char* key,
                                                  const std::vector<std::string>& names);

}  // namespace tritsim
