// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include <boost/algorithm/string/predicate.hpp>
#include <fmt/format.h>

#include "arch/import/quantization_methods.hpp"

// Methods that describe a scheme for each group of modules.
namespace tritsim {
namespace {

/// Weights of a tile that share a scale: "128x128" or [128, 128].
std::uint32_t tile_of(const JsonKeys& weights) {
  const Node* node = weights.find("block_structure");
  std::uint64_t rows = 0;
  std::uint64_t columns = 0;
  if (node != nullptr && node->kind == Node::Kind::scalar) {
    const auto x = node->text.find('x');
    if (x != std::string::npos && !parse_scalar(node->text.substr(0, x), rows)) {
      if (parse_scalar(node->text.substr(x + 1), columns)) columns = 0;
    }
  } else if (node != nullptr && node->items.size() == 2) {
    if (parse_scalar(node->items[0].text, rows) || parse_scalar(node->items[1].text, columns)) {
      rows = 0;
    }
  }
  if (rows == 0 || columns == 0 || rows > 2048 || columns > 2048) {
    weights.refuse("block_structure", "is no pair of sizes", "rows and columns up to 2048 are");
    return 0;
  }
  return static_cast<std::uint32_t>(rows * columns);
}

/// QuantizationArgs of compressed-tensors: num_bits, type, strategy, group_size, symmetric.
std::optional<WeightSpec> scheme_of(const JsonKeys& weights, Quantization& out) {
  const auto bits = weights.value_or<std::uint32_t>("num_bits", 8, between(1, 64));
  const auto type = weights.value_or<std::string>("type", "int");
  std::uint32_t group = group_size(weights, "group_size", 0);
  const auto strategy = weights.value_or<std::string>("strategy", group != 0 ? "group" : "tensor");
  if (strategy == "block") group = tile_of(weights);
  if (strategy == "tensor" || strategy == "channel") group = 0;
  if (type == "float" && (bits == 8 || bits == 4)) {
    return narrow_floats(fmt::format("fp{}", bits), {bits, group, bits == 4 ? 8U : 16U}, out);
  }
  const bool symmetric = weights.value_or("symmetric", true);
  const auto integer = integers(bits, group, 16 + (symmetric ? 0 : bits));
  if (type != "int" || !integer) {
    weights.refuse("num_bits", fmt::format("'{}' of {} bits is not read", type, bits), say_weights);
    return {};
  }
  return integer;
}

/// `config_groups`: targets and schemes. Those for all linear modules come last: names take
/// precedence.
void read_groups(const JsonKeys& groups, Quantization& out) {
  for (const Node::Entry& entry : groups.node().entries) {
    const auto group = groups.section(entry.key.c_str());
    const auto weights = group ? group->section("weights") : std::nullopt;
    if (!weights) continue;  // activations alone
    const auto scheme = scheme_of(*weights, out);
    if (!scheme) continue;
    auto names = group->texts("targets").value_or(std::vector<std::string>{"Linear"});
    if (std::find(names.begin(), names.end(), "Linear") != names.end()) {
      out.groups.push_back({{}, *scheme});
    } else {
      out.groups.insert(out.groups.begin(), {patterns(*group, "targets", names), *scheme});
    }
  }
  if (out.groups.empty() && groups.problems().empty()) {
    groups.refuse("", "no group has weights", say_weights);
  }
}

void read_cache(const JsonKeys& keys, const char* key, Quantization& out) {
  const auto scheme = keys.section(key);
  if (!scheme) return;
  const auto bits = scheme->value_or<std::uint32_t>("num_bits", 8, between(1, 64));
  if (bits != 8) {
    scheme->refuse("num_bits", fmt::format("a cache of {} bits is not read", bits), "8 bits are");
    return;
  }
  out.cache = NumberFormat::int8;
}

}  // namespace

void read_compressed_tensors(const JsonKeys& keys, Quantization& out) {
  const char* sparse = "stores sparse matrices, which the tool does not count";
  const auto format = keys.value_or<std::string>("format", "");
  if (format == "marlin-24" || format.starts_with("sparse")) {
    keys.refuse("format", fmt::format("'{}' {}", format, sparse), say_weights);
  }
  if (const auto sparsity = keys.section("sparsity_config")) {
    const auto kind = sparsity->value_or<std::string>("format", "dense");
    if (kind != "dense") {
      sparsity->refuse("format", fmt::format("'{}' {}", kind, sparse), say_weights);
    }
  }
  out.head = true;  // a linear module like others, unless ignored
  if (const auto names = keys.texts("ignore")) out.kept = patterns(keys, "ignore", *names);
  if (const auto groups = keys.section("config_groups")) {
    read_groups(*groups, out);
  } else {
    keys.refuse("config_groups", "is missing", say_weights);
  }
  read_cache(keys, "kv_cache_scheme", out);
}

void read_model_optimizer(const JsonKeys& keys, Quantization& out) {
  if (keys.find("config_groups") != nullptr) {
    read_compressed_tensors(keys, out);
    return;
  }
  const auto algorithm = keys.value_or<std::string>("quant_algo", "");
  if (algorithm == "FP8") {
    out.groups.push_back({{}, narrow_floats("fp8", {8, 0, 16}, out)});
  } else if (algorithm == "NVFP4") {
    out.groups.push_back({{}, narrow_floats("nvfp4", {4, 16, 8}, out)});
  } else {
    keys.refuse("quant_algo", fmt::format("'{}' is not read", algorithm),
                "FP8 and NVFP4 are; " + std::string(say_weights));
  }
  out.head = true;
  const char* key = keys.find("exclude_modules") != nullptr ? "exclude_modules" : "ignore";
  if (const auto names = keys.texts(key)) out.kept = patterns(keys, key, *names);
  if (keys.find("kv_cache_quant_algo") != nullptr) out.cache = NumberFormat::int8;
}

// AMD Quark: one scheme for all layers, and names that are left out.
void read_quark(const JsonKeys& keys, Quantization& out) {
  for (const char* own : {"layer_quant_config", "layer_type_quant_config"}) {
    keys.unless_set(own, "gives modules formats of their own, which is not read", say_weights);
  }
  const auto all = keys.section("global_quant_config");
  const auto weight = all ? all->section("weight") : std::nullopt;
  if (!weight) {
    keys.refuse("global_quant_config", "has no weight", say_weights);
    return;
  }
  const auto type = weight->value_or<std::string>("dtype", "");
  const auto scheme = weight->value_or<std::string>("qscheme", "per_tensor");
  const std::uint32_t group = scheme == "per_group" ? group_size(*weight, "group_size", 128) : 0;
  const bool symmetric = weight->value_or("symmetric", true);
  std::uint32_t bits = 0;
  const std::string digits = type.substr(std::min(type.size(), type.find("int") + 3));
  if (type.starts_with("fp8") || type.starts_with("fp4")) {
    bits = type[2] == '8' ? 8 : 4;
    out.groups.push_back({{}, narrow_floats(type, {bits, group, bits == 4 ? 8U : 16U}, out)});
  } else if ((type.starts_with("int") || type.starts_with("uint")) && !parse_scalar(digits, bits)) {
    set_integers(*weight, "dtype", {bits, group, 16 + (symmetric ? 0 : bits)}, out);
  } else {
    weight->refuse("dtype", fmt::format("'{}' is not read", type), say_weights);
  }
  out.head = true;
  if (const auto names = keys.texts("exclude")) out.kept = patterns(keys, "exclude", *names);
}

namespace {

/// Configurations of torchao by the names that they have had: bits, default group; floats.
struct TorchaoType {
  std::string_view word;   ///< "int4_weight_only"
  std::string_view klass;  ///< "Int4WeightOnlyConfig"
  GroupedBits bits;
  bool floats = false;
};

constexpr std::array<TorchaoType, 7> torchao_types{{
    {"int4_weight_only", "Int4WeightOnlyConfig", {4, 128, 32}, false},
    {"int8_weight_only", "Int8WeightOnlyConfig", {8, 0, 16}, false},
    {"int8_dynamic_activation_int8_weight",
     "Int8DynamicActivationInt8WeightConfig",
     {8, 0, 16},
     false},
    {"int8_dynamic_activation_int4_weight",
     "Int8DynamicActivationInt4WeightConfig",
     {4, 32, 16},
     false},
    {"float8_weight_only", "Float8WeightOnlyConfig", {8, 0, 16}, true},
    {"float8_dynamic_activation_float8_weight",
     "Float8DynamicActivationFloat8WeightConfig",
     {8, 0, 16},
     true},
    {"float8_static_activation_float8_weight",
     "Float8StaticActivationFloat8WeightConfig",
     {8, 0, 16},
     true},
}};

}  // namespace

// TorchAoConfig: `quant_type` is a name with `quant_type_kwargs` beside it, or a map of a class and
// its fields.
void read_torchao(const JsonKeys& keys, Quantization& out) {
  set_kept(keys, "modules_to_not_convert", out);
  std::string type;
  std::optional<JsonKeys> fields = keys.section("quant_type_kwargs");
  const Node* node = keys.find("quant_type");
  if (node != nullptr && node->kind == Node::Kind::map) {
    const auto all = keys.section("quant_type");
    const auto one = all->section("default");
    for (const Node::Entry& entry : node->entries) {
      if (entry.key == "default") continue;
      all->refuse(entry.key.c_str(), "gives modules formats of their own, which is not read",
                  say_weights);
    }
    if (one) {
      type = one->value_or<std::string>("_type", "");
      fields = one->section("_data");
    }
  } else {
    type = keys.value_or<std::string>("quant_type", "");
  }
  const auto found =
      std::find_if(torchao_types.begin(), torchao_types.end(),
                   [&](const TorchaoType& t) { return type == t.word || type == t.klass; });
  if (found == torchao_types.end()) {
    keys.refuse("quant_type", fmt::format("'{}' is not read", type), say_weights);
    return;
  }
  GroupedBits bits = found->bits;
  if (fields) bits.group = group_size(*fields, "group_size", bits.group);
  if (found->floats) {
    out.groups.push_back({{}, narrow_floats("fp8", bits, out)});
  } else {
    set_integers(keys, "quant_type", bits, out);
  }
}

}  // namespace tritsim
