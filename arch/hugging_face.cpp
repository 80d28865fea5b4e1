// SPDX-License-Identifier: Apache-2.0
#include "arch/hugging_face.hpp"

#include <filesystem>
#include <map>
#include <memory>

#include <fmt/format.h>

#include "arch/checkpoint_statistics.hpp"
#include "arch/hugging_face_config.hpp"
#include "arch/safetensors.hpp"

namespace tritsim {
namespace {

std::string path_in(const std::string& directory, const std::string& name) {
  return (std::filesystem::path(directory) / name).string();
}

/// Replaces the first `from` in a name.
bool replace(std::string& name, std::string_view from, std::string_view to) {
  const auto at = name.find(from);
  if (at == std::string::npos) return false;
  name.replace(at, from.size(), to);
  return true;
}

/// Gate and up are one matrix, which the reference implementation calls gate_proj.
TensorPart hgrn_bit_part(const std::string& op) {
  if (op == "lm_head") return {"lm_head.weight"};
  std::string name = "model." + op + ".weight";
  replace(name, "mlp.gate_up_proj", "mlp.gate_proj");
  return {name};
}

TensorPart llama_part(const std::string& op) {
  if (op == "lm_head") return {"lm_head.weight"};
  std::string name = "model." + op + ".weight";
  replace(name, ".attn.", ".self_attn.");
  return {name};
}

/// Conv1D modules hold their weights with inputs as rows; query, key and value are one.
TensorPart gpt2_part(const std::string& op, const ModelSpec& model) {
  std::string name = op;
  replace(name, "layers.", "h.");
  const std::uint64_t d = model.hidden;
  for (const auto& [projection, place] :
       {std::pair{"q_proj", 0U}, {"k_proj", 1U}, {"v_proj", 2U}}) {
    if (replace(name, projection, "c_attn")) return {name + ".weight", place * d, 3 * d, true};
  }
  replace(name, "attn.o_proj", "attn.c_proj") || replace(name, "mlp.up_proj", "mlp.c_fc") ||
      replace(name, "mlp.down_proj", "mlp.c_proj");
  return {name + ".weight", 0, 0, true};
}

TensorPart part_of(const HuggingFaceConfig& config, const Op& op) {
  const bool tied = config.model.transformer && config.model.transformer->tied;
  const bool gpt2 = config.type == "gpt2";
  if (op.name == "lm_head" && tied) return {gpt2 ? "wte.weight" : "model.embed_tokens.weight"};
  if (op.name == "lm_head" && gpt2) return {"lm_head.weight"};
  if (gpt2) return gpt2_part(op.name, config.model);
  return config.type == "hgrn_bit" ? hgrn_bit_part(op.name) : llama_part(op.name);
}

/// The files of a checkpoint and where each tensor is.
class Checkpoint {
 public:
  /// Empty if the directory has no safetensors.
  explicit Checkpoint(const std::string& directory) : directory_(directory) {
    const std::string index = path_in(directory, "model.safetensors.index.json");
    if (std::filesystem::exists(index)) {
      read_index(index);
    } else if (std::filesystem::exists(path_in(directory, "model.safetensors"))) {
      const SafetensorsFile& file = open("model.safetensors");
      for (const auto& [name, tensor] : file.tensors()) place_[name] = &file;
    }
  }

  [[nodiscard]] bool empty() const { return files_.empty(); }

  [[nodiscard]] const SafetensorsFile* file_of(const std::string& tensor) const {
    const auto it = place_.find(tensor);
    return it == place_.end() ? nullptr : it->second;
  }

 private:
  const SafetensorsFile& open(const std::string& name) {
    auto& file = files_[name];
    if (!file) file = std::make_unique<SafetensorsFile>(path_in(directory_, name));
    return *file;
  }

  void read_index(const std::string& path) {
    const Node index = load_json_map(path);
    Problems problems;
    const Node* map = index.find("weight_map");
    if (map == nullptr || map->kind != Node::Kind::map || map->entries.empty()) {
      problems.add({path, 1, 1}, "weight_map", "expected a map of tensor to file",
                   "the index is damaged; fetch it again");
      problems.raise();
    }
    for (const Node::Entry& entry : map->entries) {
      const std::string where = "weight_map." + entry.key;
      const std::string& name = entry.value.text;
      // A shard lies beside its index, nowhere else.
      if (entry.value.kind != Node::Kind::scalar || !name.ends_with(".safetensors") ||
          name.find('/') != std::string::npos) {
        problems.add(entry.value.mark, where, fmt::format("'{}' is no shard", name),
                     "name a .safetensors file of the same directory");
        continue;
      }
      if (!std::filesystem::exists(path_in(directory_, name))) {
        problems.add(entry.value.mark, where, fmt::format("there is no file '{}'", name),
                     "fetch the missing shard");
        continue;
      }
      const SafetensorsFile& file = open(name);
      if (!file.tensors().contains(entry.key)) {
        problems.add(entry.value.mark, where, fmt::format("'{}' does not hold this tensor", name),
                     "index and shards are not of one checkpoint; fetch them again");
        continue;
      }
      place_[entry.key] = &file;
    }
    problems.raise();
  }

  std::string directory_;
  std::map<std::string, std::unique_ptr<SafetensorsFile>> files_;
  std::map<std::string, const SafetensorsFile*> place_;
};

}  // namespace

TraceFile import_hugging_face(const std::string& directory,
                              const std::function<void(const std::string&)>& progress) {
  const std::string name = std::filesystem::path(directory).lexically_normal().filename().string();
  const HuggingFaceConfig config =
      read_hugging_face_config(path_in(directory, "config.json"), name);
  TraceFile trace = record(config.model, fmt::format("imported from {}", directory));
  const Checkpoint checkpoint(directory);
  if (checkpoint.empty()) return trace;
  // Checkpoints of GPT-2 were saved with and without the name of their outermost module.
  const bool outer = checkpoint.file_of("transformer.wte.weight") != nullptr;
  const CheckpointView view{directory,
                            [&](const std::string& tensor) { return checkpoint.file_of(tensor); },
                            [&](const Op& op) {
                              TensorPart part = part_of(config, op);
                              if (outer && part.name != "lm_head.weight") {
                                part.name.insert(0, "transformer.");
                              }
                              return part;
                            }};
  check_tensors(trace, view);
  add_statistics(trace, view, progress);
  return trace;
}

}  // namespace tritsim
