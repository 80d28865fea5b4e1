// SPDX-License-Identifier: Apache-2.0
#include "arch/import/gguf_types.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "arch/import/gguf_blocks.hpp"

namespace tritsim {
namespace {

constexpr std::uint32_t newest = 42;

using enum NumberFormat;

/// Weights by format, weights that share a scale, bits of a group's scales and minimum, bits of a
/// code where they are not those of the format. What all groups of a block share (its scales of
/// scales) is spread over the groups; group x bits of all is the block's bytes.
constexpr std::optional<WeightSpec> as(NumberFormat format, std::uint32_t group = 0,
                                       std::uint32_t group_bits = 16, double mean_bits = 0) {
  return WeightSpec{format, group, group_bits, mean_bits};
}

/// Codes of fewer than five bits count as int4, of five to eight as int8, in their own bits.
const std::array<GgufType, 36> types{{
    {0, {"F32", 1, 4, decode_f32}, as(fp16)},
    {1, {"F16", 1, 2, decode_f16}, as(fp16)},
    {2, {"Q4_0", 32, 18, decode_q4_0}, as(int4, 32)},
    {3, {"Q4_1", 32, 20}, as(int4, 32, 32)},
    {6, {"Q5_0", 32, 22}, as(int8, 32, 16, 5)},
    {7, {"Q5_1", 32, 24}, as(int8, 32, 32, 5)},
    {8, {"Q8_0", 32, 34, decode_q8_0}, as(int8, 32)},
    {9, {"Q8_1", 32, 36}},  // of activations, as Q8_K
    {10, {"Q2_K", 256, 84}, as(int4, 16, 10, 2)},
    {11, {"Q3_K", 256, 110}, as(int4, 16, 7, 3)},
    {12, {"Q4_K", 256, 144, decode_q4_k}, as(int4, 32)},
    {13, {"Q5_K", 256, 176}, as(int8, 32, 16, 5)},
    {14, {"Q6_K", 256, 210, decode_q6_k}, as(int8, 16, 9, 6)},
    {15, {"Q8_K", 256, 292}},
    {16, {"IQ2_XXS", 256, 66}, as(int4, 256, 16, 2)},
    {17, {"IQ2_XS", 256, 74}, as(int4, 16, 5, 2)},
    {18, {"IQ3_XXS", 256, 98}, as(int4, 256, 16, 3)},
    {19, {"IQ1_S", 256, 50}, as(int4, 256, 16, 1.5)},
    {20, {"IQ4_NL", 32, 18}, as(int4, 32)},
    {21, {"IQ3_S", 256, 110}, as(int4, 32, 6, 3.25)},
    {22, {"IQ2_S", 256, 82}, as(int4, 16, 5, 2.25)},
    {23, {"IQ4_XS", 256, 136}, as(int4, 32, 8)},
    {24, {"I8", 1, 1, decode_i8}, as(int8)},
    {25, {"I16", 1, 2}},
    {26, {"I32", 1, 4}},
    {27, {"I64", 1, 8}},
    {28, {"F64", 1, 8}},
    {29, {"IQ1_M", 256, 56}, as(int4, 16, 4, 1.5)},
    {30, {"BF16", 1, 2, decode_bf16}, as(fp16)},
    {34, {"TQ1_0", 256, 54, decode_tq1_0}, as(ternary, 256, 16, 1.625)},
    {35, {"TQ2_0", 256, 66, decode_tq2_0}, as(ternary, 256)},
    {36, {"I2_S", 128, 32, decode_i2_s}, as(ternary)},
    {39, {"MXFP4", 32, 17}, as(int4, 32, 8)},
    {40, {"NVFP4", 64, 36}, as(int4, 16, 8)},
    {41, {"Q1_0", 128, 18}, as(ternary, 128, 16, 1)},  // -1 and +1
    {42, {"Q2_0", 64, 18}, as(int4, 64, 16, 2)},
}};

/// Numbers that ggml has withdrawn. Only old programs wrote files with them.
constexpr std::array<std::pair<std::uint32_t, std::string_view>, 7> removed{{
    {4, "Q4_2"},
    {5, "Q4_3"},
    {31, "Q4_0_4_4"},
    {32, "Q4_0_4_8"},
    {33, "Q4_0_8_8"},
    {37, "IQ4_NL_4_8 (I8_S in microsoft/BitNet)"},
    {38, "IQ4_NL_8_8 (TL1 in microsoft/BitNet)"},
}};

}  // namespace

const GgufType* find_gguf_type(std::uint32_t number) {
  const auto* it = std::find_if(types.begin(), types.end(),
                                [&](const GgufType& t) { return t.number == number; });
  return it == types.end() ? nullptr : it;
}

const GgufType* find_gguf_type(std::string_view name) {
  const auto* it = std::find_if(types.begin(), types.end(),
                                [&](const GgufType& t) { return t.format.name == name; });
  return it == types.end() ? nullptr : it;
}

NoGgufType no_gguf_type(std::uint32_t number) {
  const auto* it = std::find_if(removed.begin(), removed.end(),
                                [&](const auto& r) { return r.first == number; });
  if (it != removed.end()) {
    return {fmt::format("elements of type {}, {}, which ggml has removed", number, it->second),
            "convert the checkpoint with a current llama.cpp"};
  }
  return {
      fmt::format("elements of type {}, which ggml's list (0 to {}) does not have", number, newest),
      "if a fork of llama.cpp or a newer one wrote the file, requantize it to a type of that "
      "list; else it is damaged"};
}

bool is_bitnet_table(std::string_view architecture, std::uint32_t number) {
  return architecture.starts_with("bitnet") && number == 39;
}

}  // namespace tritsim
