// SPDX-License-Identifier: Apache-2.0
#include "arch/import/quantization_config.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "arch/import/quantization_methods.hpp"

namespace tritsim {
namespace {

constexpr const char* codebook = "its weights are entries of learned codebooks";
constexpr const char* of_experts = "it packs the experts of a mixture, which no family here has";
constexpr const char* mixed = "it mixes widths inside a matrix";
constexpr const char* two_scales = "its weights have scales of rows and of columns";
constexpr const char* not_read = "its layout is not known here";

/// The method of a file that names none: older bitsandbytes, or MLX.
std::string unnamed_method(const JsonKeys& keys) {
  if (keys.find("load_in_4bit") != nullptr || keys.find("load_in_8bit") != nullptr) {
    return "bitsandbytes";
  }
  if (keys.find("quant_algo") != nullptr) return "modelopt";
  if (keys.find("config_groups") != nullptr) return "compressed-tensors";
  return keys.find("bits") != nullptr && keys.find("group_size") != nullptr ? "mlx" : "";
}

/// AutoRound and others are written with and without their project, '-' and '_' are one.
std::string plain_name(std::string name) {
  if (const auto slash = name.rfind('/'); slash != std::string::npos) name.erase(0, slash + 1);
  std::replace(name.begin(), name.end(), '_', '-');
  return name;
}

}  // namespace

const std::vector<QuantizationMethod>& quantization_methods() {
  static const std::vector<QuantizationMethod> methods{
      {"aqlm", nullptr, codebook},
      {"auto-round", read_auto_round, {}},
      {"awq", read_awq, {}},
      {"bitnet", read_bitnet, {}},
      {"bitsandbytes", read_bits_and_bytes, {}},
      {"compressed-tensors", read_compressed_tensors, {}},
      {"eetq", read_eetq, {}},
      {"exl2", nullptr, mixed},
      {"exl3", nullptr, codebook},
      {"fbgemm_fp8", read_fbgemm_fp8, {}},
      {"fouroversix", nullptr, not_read},
      {"fp8", read_fp8, {}},
      {"fp_quant", read_fp_quant, {}},
      {"gptq", read_gptq, {}},
      {"higgs", nullptr, codebook},
      {"hqq", read_hqq, {}},
      {"metal", nullptr, not_read},
      {"mlx", read_mlx, {}},
      {"modelopt", read_model_optimizer, {}},
      {"mxfp4", nullptr, of_experts},
      {"quanto", read_quanto, {}},
      {"quark", read_quark, {}},
      {"quip", nullptr, codebook},
      {"sinq", nullptr, two_scales},
      {"spqr", nullptr, mixed},
      {"torchao", read_torchao, {}},
      {"vptq", nullptr, codebook},
  };
  return methods;
}

std::optional<Quantization> read_quantization(const JsonKeys& config) {
  std::optional<JsonKeys> keys;
  for (const char* key : {"quantization_config", "compression_config", "quantization"}) {
    if (!keys) keys = config.section(key);
  }
  if (!keys) return {};
  Quantization out;
  out.method = keys->value_or<std::string>("quant_method", unnamed_method(*keys));
  const auto& methods = quantization_methods();
  const auto method = std::find_if(methods.begin(), methods.end(), [&](const auto& m) {
    return plain_name(std::string(m.name)) == plain_name(out.method);
  });
  if (method == methods.end()) {
    std::vector<std::string_view> read;
    for (const QuantizationMethod& m : methods) {
      if (m.read != nullptr) read.push_back(m.name);
    }
    keys->refuse("quant_method",
                 out.method.empty() ? std::string("is missing")
                                    : fmt::format("'{}' is not known", out.method),
                 fmt::format("these are read: {}; {}", fmt::join(read, ", "), say_weights));
    return {};
  }
  out.method = method->name;
  if (method->read == nullptr) {
    keys->refuse("quant_method", fmt::format("'{}' is not read: {}", method->name, method->reason),
                 say_weights);
    return {};
  }
  method->read(*keys, out);
  return out;
}

void set_integers(const JsonKeys& keys, const char* key, const GroupedBits& bits,
                  Quantization& out) {
  const auto weights = integers(bits.bits, bits.group, bits.group_bits);
  if (!weights) {
    keys.refuse(key, fmt::format("weights of {} bits are not read", bits.bits),
                "1 to 8 bits are; " + std::string(say_weights));
    return;
  }
  out.groups.push_back({{}, *weights});
}

WeightSpec narrow_floats(std::string_view name, const GroupedBits& bits, Quantization& out) {
  const NumberFormat format = bits.bits == 8 ? NumberFormat::int8 : NumberFormat::int4;
  const std::string note = counts_as(name, format);
  if (std::find(out.notes.begin(), out.notes.end(), note) == out.notes.end()) {
    out.notes.push_back(note);
  }
  return {format, bits.group, bits.group_bits};
}

std::uint32_t group_size(const JsonKeys& keys, const char* key, std::uint32_t fallback) {
  const Node* node = keys.find(key);
  if (node == nullptr) return fallback;
  if (node->kind == Node::Kind::scalar && (node->text == "-1" || node->text == "0")) return 0;
  return keys.value_or<std::uint32_t>(key, fallback, between(1, largest_group));
}

std::vector<ModulePattern> patterns(const JsonKeys& keys, const char* key,
                                    const std::vector<std::string>& names) {
  std::vector<ModulePattern> out;
  for (const std::string& name : names) {
    if (auto pattern = ModulePattern::parse(name)) {
      out.push_back(std::move(*pattern));
    } else {
      keys.refuse(key, fmt::format("the expression '{}' is not understood", name),
                  "literals, '.', '.*', '^' and '$' are; " + std::string(say_weights));
    }
  }
  return out;
}

void set_kept(const JsonKeys& keys, const char* key, Quantization& out) {
  const auto names = keys.texts(key);
  out.head = names.has_value();
  if (names) out.kept = patterns(keys, key, *names);
}

}  // namespace tritsim
