// SPDX-License-Identifier: Apache-2.0
#include "arch/import/quantization_methods.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace tritsim {
namespace {

constexpr Constraint any_bits = between(1, 64);

/// A map of settings by layer, which would make layers differ.
void no_layers_of_their_own(const JsonKeys& keys, const char* key) {
  keys.unless_set(key, "gives modules formats of their own, which is not read", say_weights);
}

}  // namespace

// AwqConfig: linear layers of the blocks; half-precision scales, zero points as wide as a weight.
void read_awq(const JsonKeys& keys, Quantization& out) {
  const char* bits_key = keys.find("w_bit") != nullptr ? "w_bit" : "bits";
  const char* group_key = keys.find("q_group_size") != nullptr ? "q_group_size" : "group_size";
  GroupedBits bits{keys.value_or<std::uint32_t>(bits_key, 4, any_bits),
                   group_size(keys, group_key, 128)};
  bits.group_bits = 16 + (keys.value_or("zero_point", true) ? bits.bits : 0);
  set_integers(keys, bits_key, bits, out);
  set_kept(keys, "modules_to_not_convert", out);
  out.head = false;  // AWQ replaces the modules of the blocks alone
}

// GPTQConfig: qzeros are stored for symmetric weights too.
void read_gptq(const JsonKeys& keys, Quantization& out) {
  GroupedBits bits{keys.value_or<std::uint32_t>("bits", 4, any_bits),
                   group_size(keys, "group_size", 128)};
  bits.group_bits = 16 + bits.bits;
  set_integers(keys, "bits", bits, out);
  out.head = keys.value_or("lm_head", false);
  no_layers_of_their_own(keys, "dynamic");
  const Node* blocks = keys.find("modules_in_block_to_quantize");
  if (blocks == nullptr || out.groups.empty()) return;
  // A list of lists of names: those that are quantised one after the other.
  std::vector<std::string> names;
  for (const Node& item : blocks->items) {
    if (item.kind == Node::Kind::scalar) names.push_back(item.text);
    for (const Node& name : item.items) names.push_back(name.text);
  }
  if (out.head) names.emplace_back("lm_head");
  out.groups.front().modules = patterns(keys, "modules_in_block_to_quantize", names);
}

// AutoRound: the layout of GPTQ.
void read_auto_round(const JsonKeys& keys, Quantization& out) {
  const auto type = keys.value_or<std::string>("data_type", "int");
  if (type != "int") {
    keys.refuse("data_type", fmt::format("'{}' is not read", type), say_weights);
    return;
  }
  GroupedBits bits{keys.value_or<std::uint32_t>("bits", 4, any_bits),
                   group_size(keys, "group_size", 128)};
  bits.group_bits = 16 + bits.bits;
  set_integers(keys, "bits", bits, out);
  no_layers_of_their_own(keys, "extra_config");
}

// BitNetQuantConfig: ternary weights with one scale a matrix.
void read_bitnet(const JsonKeys& keys, Quantization& out) {
  keys.only("use_rms_norm", false);
  set_kept(keys, "modules_to_not_convert", out);
  out.groups.push_back({{}, WeightSpec{NumberFormat::ternary}});
}

// BitsAndBytesConfig: 4 bits of a table of 16 values in blocks of 64, or int8 with a scale a row. A
// block's absolute maximum takes 32 bits, or 8 if it is quantised itself.
void read_bits_and_bytes(const JsonKeys& keys, Quantization& out) {
  const bool four = keys.value_or("load_in_4bit", keys.value_or("_load_in_4bit", false));
  const bool eight = keys.value_or("load_in_8bit", keys.value_or("_load_in_8bit", false));
  if (four == eight) {
    keys.refuse("load_in_4bit", "says neither 4 nor 8 bits", say_weights);
    return;
  }
  if (eight) {
    out.groups.push_back({{}, WeightSpec{NumberFormat::int8}});
  } else {
    const auto type = keys.value_or<std::string>("bnb_4bit_quant_type", "fp4");
    const bool nested = keys.value_or("bnb_4bit_use_double_quant", false);
    out.groups.push_back({{}, narrow_floats(type, {4, 64, nested ? 8U : 32U}, out)});
  }
  set_kept(keys, "llm_int8_skip_modules", out);
}

// EetqConfig: int8 with a scale a row.
void read_eetq(const JsonKeys& keys, Quantization& out) {
  const auto weights = keys.value_or<std::string>("weights", "int8");
  if (weights != "int8")
    keys.refuse("weights", fmt::format("'{}' is not read", weights), "int8 is");
  out.groups.push_back({{}, WeightSpec{NumberFormat::int8}});
  set_kept(keys, "modules_to_not_convert", out);
}

// FbgemmFp8Config: e4m3 with a scale a row.
void read_fbgemm_fp8(const JsonKeys& keys, Quantization& out) {
  out.groups.push_back({{}, narrow_floats("fp8", {8, 0, 16}, out)});
  set_kept(keys, "modules_to_not_convert", out);
}

// FineGrainedFP8Config: e4m3, a single-precision scale a tile of rows and columns.
void read_fp8(const JsonKeys& keys, Quantization& out) {
  std::uint64_t tile = std::uint64_t{128} * 128;
  if (const Node* size = keys.find("weight_block_size")) {
    tile = 1;
    for (const Node& item : size->items) {
      std::uint32_t side = 0;
      if (item.kind != Node::Kind::scalar || parse_scalar(item.text, side) || side == 0 ||
          side > 2048) {
        keys.refuse("weight_block_size", fmt::format("'{}' is no size", item.text),
                    "two numbers from 1 to 2048 are");
        return;
      }
      tile = std::min<std::uint64_t>(tile * side, largest_group);
    }
    if (size->items.size() != 2) {
      keys.refuse("weight_block_size", "is no pair of sizes", "give rows and columns");
      return;
    }
  }
  out.groups.push_back({{}, narrow_floats("fp8", {8, static_cast<std::uint32_t>(tile), 32}, out)});
  set_kept(keys, "modules_to_not_convert", out);
}

// FPQuantConfig: microscaling e2m1, an 8-bit scale for 32 weights (mxfp4) or 16 (nvfp4).
void read_fp_quant(const JsonKeys& keys, Quantization& out) {
  const auto type = keys.value_or<std::string>("forward_dtype", "nvfp4");
  if (type != "mxfp4" && type != "nvfp4") {
    keys.refuse("forward_dtype", fmt::format("'{}' is not read", type), "mxfp4 and nvfp4 are");
    return;
  }
  out.groups.push_back({{}, narrow_floats(type, {4, type == "mxfp4" ? 32U : 16U, 8}, out)});
  set_kept(keys, "modules_to_not_convert", out);
}

// HqqConfig: scale and zero point of a group in half precision, or 8 bits each if quantised.
void read_hqq(const JsonKeys& keys, Quantization& out) {
  const auto settings = keys.section("quant_config");
  const auto weights = settings ? settings->section("weight_quant_params") : std::nullopt;
  if (!weights) {
    keys.refuse("quant_config", "has no weight_quant_params", say_weights);
    return;
  }
  no_layers_of_their_own(*settings, "dynamic_config");
  GroupedBits bits{weights->value_or<std::uint32_t>("nbits", 4, any_bits),
                   group_size(*weights, "group_size", 64)};
  bits.group_bits = (settings->find("scale_quant_params") != nullptr ? 8 : 16) +
                    (settings->find("zero_quant_params") != nullptr ? 8 : 16);
  set_integers(*weights, "nbits", bits, out);
  set_kept(keys, "skip_modules", out);
}

// MLX: tables too; scale and bias of a group in half precision.
void read_mlx(const JsonKeys& keys, Quantization& out) {
  const auto mode = keys.value_or<std::string>("mode", "affine");
  if (mode != "affine") {
    keys.refuse("mode", fmt::format("'{}' is not read", mode), "affine is");
    return;
  }
  for (const Node::Entry& entry : keys.node().entries) {
    const bool own = entry.value.kind == Node::Kind::map || entry.value.text == "false";
    if (own) no_layers_of_their_own(keys, entry.key.c_str());
    if (own && entry.value.kind == Node::Kind::scalar) {
      out.kept.push_back(*ModulePattern::parse(entry.key));
    }
  }
  set_integers(
      keys, "bits",
      {keys.value_or<std::uint32_t>("bits", 4, any_bits), group_size(keys, "group_size", 64), 32},
      out);
  out.head = true;
  out.tables = true;
}

// QuantoConfig: int8 and float8 with a scale a row, int4 and int2 with scale and shift for 128.
void read_quanto(const JsonKeys& keys, Quantization& out) {
  const auto type = keys.value_or<std::string>("weights", "int8");
  if (type == "int8" || type == "int4" || type == "int2") {
    const bool grouped = type != "int8";
    set_integers(keys, "weights",
                 {static_cast<std::uint32_t>(type.back() - '0'), grouped ? 128U : 0U, 32}, out);
  } else if (type == "float8") {
    out.groups.push_back({{}, narrow_floats("fp8", {8, 0, 16}, out)});
  } else {
    keys.refuse("weights", fmt::format("'{}' is not read", type), "int8, int4, int2, float8 are");
  }
  set_kept(keys, "modules_to_not_convert", out);
}

}  // namespace tritsim
