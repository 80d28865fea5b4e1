// SPDX-License-Identifier: Apache-2.0
#include "arch/import/hugging_face.hpp"

#include <array>
#include <filesystem>

#include <fmt/format.h>

#include "arch/import/checkpoint_formats.hpp"
#include "arch/import/checkpoint_statistics.hpp"
#include "arch/import/safetensors_checkpoint.hpp"

namespace tritsim {
namespace {

constexpr const char* head_tensor = "lm_head.weight";

/// Replaces the first `from` in a name.
bool replace(std::string& name, std::string_view from, std::string_view to) {
  const auto at = name.find(from);
  if (at == std::string::npos) return false;
  name.replace(at, from.size(), to);
  return true;
}

/// Gate and up are one matrix, which the reference implementation calls gate_proj.
TensorPart hgrn_bit_part(const std::string& op) {
  std::string name = "model." + op + ".weight";
  replace(name, "mlp.gate_up_proj", "mlp.gate_proj");
  return {name};
}

TensorPart llama_part(const std::string& op) {
  std::string name = "model." + op + ".weight";
  replace(name, ".attn.", ".self_attn.");
  return {name};
}

/// Conv1D modules hold their weights with inputs as rows; query, key and value are one.
TensorPart gpt2_part(const std::string& op, const ModelSpec& model) {
  std::string name = op;
  replace(name, "layers.", "h.");
  const std::uint64_t d = model.size("hidden");
  for (const auto& [projection, place] :
       {std::pair{"q_proj", 0U}, {"k_proj", 1U}, {"v_proj", 2U}}) {
    if (replace(name, projection, "c_attn")) return {name + ".weight", place * d, 3 * d, true};
  }
  replace(name, "attn.o_proj", "attn.c_proj") || replace(name, "mlp.up_proj", "mlp.c_fc") ||
      replace(name, "mlp.down_proj", "mlp.c_proj");
  return {name + ".weight", 0, 0, true};
}

bool is_tied(const HuggingFaceConfig& config) {
  return config.model.size("tied") != 0;
}

TensorPart part_of(const HuggingFaceConfig& config, const Op& op) {
  const bool tied = is_tied(config);
  const bool gpt2 = config.type == "gpt2";
  if (op.role == OpRole::lm_head) {
    if (!tied) return {head_tensor};
    return {gpt2 ? "wte.weight" : "model.embed_tokens.weight"};
  }
  if (gpt2) return gpt2_part(op.name, config.model);
  return config.type == "hgrn_bit" ? hgrn_bit_part(op.name) : llama_part(op.name);
}

/// The module of a matrix, as a quantization_config names it.
std::string module_of(const HuggingFaceConfig& config, const Op& op) {
  if (op.role == OpRole::lm_head) return "lm_head";
  std::string name = part_of(config, op).name;
  name.erase(name.size() - std::string_view(".weight").size());
  return name;
}

/// How a module's matrix is quantised; nothing: it is of plain numbers.
std::optional<WeightSpec> quantized(const HuggingFaceConfig& config, const Op& op) {
  if (!config.quantization) return {};
  return config.quantization->weights_of(module_of(config, op), is_tied(config));
}

bool is_plain(const Tensor& tensor) {
  return tensor.type == "F32" || tensor.type == "F16" || tensor.type == "BF16";
}

/// Names that methods give to packed weights, behind the module's.
constexpr std::array<std::string_view, 6> packed_names{".weight", ".qweight",      ".weight_packed",
                                                       ".W_q",    ".weight._data", ".weight_qdata"};

/// The part of the checkpoint that holds a matrix: plain numbers as `part` says, or packed ones.
TensorPart stored_part(const HuggingFaceConfig& config, const SafetensorsCheckpoint& checkpoint,
                       const Op& op, TensorPart part) {
  const auto weights = quantized(config, op);
  if (!weights) return part;
  const SafetensorsFile* file = checkpoint.file_of(part.name);
  if (file != nullptr && is_plain(file->tensors().at(part.name))) return part;
  // Four rows to a byte, as transformers packs BitNet, are read.
  if (file != nullptr && weights->format == NumberFormat::ternary) return part;
  const std::string module = part.name.substr(0, part.name.size() - packed_names[0].size());
  for (const std::string_view name : packed_names) {
    if (checkpoint.file_of(module + std::string(name)) == nullptr) continue;
    part.name = module + std::string(name);
    part.unread = true;
    part.own_layout = true;
    const bool known = config.quantization->method != Quantization::by_option;
    part.packed_bits = !known                   ? 0
                       : weights->mean_bits > 0 ? weights->mean_bits
                                                : bits_of(weights->format);
    break;
  }
  return part;
}

std::vector<std::string> notes_of(const HuggingFaceConfig& config) {
  return config.quantization ? config.quantization->notes : std::vector<std::string>{};
}

}  // namespace

TraceFile trace_of(const HuggingFaceConfig& config, std::string source) {
  if (config.quantization) source += fmt::format(", weights by {}", config.quantization->method);
  TraceFile trace = record(config.model, std::move(source));
  if (!config.quantization) return trace;
  for (TraceLine& line : trace.lines) {
    if (!traits_of(line.op.kind).details.names_weights) continue;
    set_weights(line, quantized(config, line.op).value_or(WeightSpec{}));
  }
  set_model_formats(trace);
  return trace;
}

Imported import_hugging_face(const std::string& directory, const ImportOptions& options) {
  const std::string name = std::filesystem::path(directory).lexically_normal().filename().string();
  const HuggingFaceConfig config =
      read_hugging_face_config((std::filesystem::path(directory) / "config.json").string(), name,
                               {options.weights ? &*options.weights : nullptr, options.type});
  Imported out{trace_of(config, fmt::format("imported from {}", directory)), notes_of(config)};
  if (config.mapped) {
    out.warnings.push_back(fmt::format(
        "{}: the trace has no statistics: those of '{}' are not read", directory, config.type));
    return out;
  }
  const SafetensorsCheckpoint checkpoint(directory);
  if (checkpoint.empty()) {
    const std::string other = other_weights(directory);
    out.warnings.push_back(
        fmt::format("{}: the trace has no statistics: {}", directory,
                    other.empty() ? std::string("there is no model.safetensors") : other));
    return out;
  }
  // Checkpoints of GPT-2 were saved with and without the name of their outermost module.
  const bool outer = checkpoint.file_of("transformer.wte.weight") != nullptr;
  const CheckpointView view{directory,
                            [&](const std::string& tensor) { return checkpoint.file_of(tensor); },
                            [&](const Op& op) {
                              TensorPart part = part_of(config, op);
                              if (outer && part.name != head_tensor) {
                                part.name.insert(0, "transformer.");
                              }
                              return stored_part(config, checkpoint, op, std::move(part));
                            }};
  check_tensors(out.trace, view);
  add_statistics(out, view, options.progress);
  return out;
}

}  // namespace tritsim
