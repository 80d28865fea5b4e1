// SPDX-License-Identifier: Apache-2.0
#include "arch/hugging_face.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>

#include <fmt/format.h>

#include "arch/json.hpp"
#include "arch/reader.hpp"
#include "arch/safetensors.hpp"
#include "arch/ternary_statistics.hpp"

namespace tritsim {
namespace {

constexpr std::uint64_t longest_json = 16 << 20;

std::string path_in(const std::string& directory, const std::string& name) {
  return (std::filesystem::path(directory) / name).string();
}

Node load_json(const std::string& path) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  if (error) throw ConfigError(fmt::format("{}: cannot open the file; check the path", path));
  if (size > longest_json) {
    throw ConfigError(
        fmt::format("{}: {} bytes, more than {}; is it the right file?", path, size, longest_json));
  }
  Problems problems;
  Node node = parse_json(read_file(path), {path, 1, 1}, problems, {16, 400'000});
  if (problems.empty() && node.kind != Node::Kind::map) {
    problems.add(node.mark, "", "expected a map of keys", "is it the right file?");
  }
  problems.raise();
  return node;
}

/// The keys of a config.json. Most say nothing about shapes and are passed over.
class Config {
 public:
  explicit Config(Node node) : node_(std::move(node)) {}

  [[nodiscard]] const Node* find(const char* key) const {
    const Node* node = node_.find(key);
    return node != nullptr && node->kind == Node::Kind::null ? nullptr : node;
  }

  template <Scalar T>
  void read(const char* key, T& out, const Constraint& c = any_value) {
    const Node* node = find(key);
    if (node == nullptr) {
      problems_.add({node_.mark.file, 1, 1}, key, "required key is missing",
                    "take the config.json that belongs to the checkpoint");
    } else {
      read_node(key, *node, out, c);
    }
  }

  /// A key that may be absent or null.
  template <Scalar T>
  T value_or(const char* key, T fallback, const Constraint& c = any_value) {
    if (const Node* node = find(key)) read_node(key, *node, fallback, c);
    return fallback;
  }

  /// Refuses any value but `only`, which is also what an absent key means.
  template <Scalar T>
  void only(const char* key, T only) {
    if (value_or(key, only) == only) return;
    problems_.add(find(key)->mark, key, fmt::format("{} is not supported", find(key)->text),
                  fmt::format("only {} is", only));
  }

  void raise() const { problems_.raise(); }

  Problems& problems() { return problems_; }

 private:
  template <Scalar T>
  void read_node(const char* key, const Node& node, T& out, const Constraint& c) {
    ReadContext context;
    Reader::read(context, node, key, out, c);
    for (const Problem& p : context.problems.all()) problems_.add(p);
  }

  Node node_;
  Problems problems_;
};

/// HGRNBitConfig of the reference implementation, ridgerchu/matmulfreellm a016f72.
ModelSpec hgrn_bit_model(Config& config) {
  ModelSpec m;
  m.family = ModelFamily::hgrn_bit;
  config.read("num_hidden_layers", m.layers, between(1, 10000));
  config.read("hidden_size", m.hidden, between(1, 1 << 20));
  config.read("vocab_size", m.vocabulary, between(1, 1 << 26));
  const auto ratio = config.value_or<std::uint32_t>("hidden_ratio", 4, between(1, 64));
  const std::uint64_t wide = std::uint64_t{m.hidden} * ratio * 2 / 3;
  m.intermediate =
      config.value_or("intermediate_size", static_cast<std::uint32_t>((wide + 255) / 256 * 256),
                      between(1, 1 << 22));
  if (m.intermediate > 1 << 22) {
    config.problems().add(config.find("hidden_size")->mark, "hidden_size",
                          fmt::format("makes the GLU {} wide", m.intermediate),
                          fmt::format("it must be at most {}", 1 << 22));
  }
  config.only<std::uint32_t>("expand_ratio", 1);
  config.only("tie_word_embeddings", false);
  config.only("use_short_conv", false);
  config.only("use_lower_bound", true);
  return m;
}

/// Name of the weight of a matrix op in a checkpoint of the family.
std::string tensor_of(const std::string& op) {
  if (op == "lm_head") return "lm_head.weight";
  std::string name = "model." + op + ".weight";
  // Gate and up are one matrix, which the reference calls gate_proj.
  if (const auto at = name.find("mlp.gate_up_proj"); at != std::string::npos) {
    name.replace(at, 16, "mlp.gate_proj");
  }
  return name;
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
    const Node index = load_json(path);
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

std::string shape_text(const std::vector<std::uint64_t>& shape) {
  return fmt::format("[{}]", fmt::join(shape, ", "));
}

/// The tensor of each matrix line of a trace; throws with every one that is missing or of another
/// shape, before any weight is read.
using Source = std::pair<const SafetensorsFile*, const Tensor*>;

std::map<std::string, Source> find_tensors(const TraceFile& trace, const Checkpoint& checkpoint,
                                           const std::string& directory) {
  std::map<std::string, Source> sources;
  Problems problems;
  for (const TraceLine& line : trace.lines) {
    if (!line.matrix) continue;
    const std::string name = tensor_of(line.op.name);
    const SafetensorsFile* file = checkpoint.file_of(name);
    if (file == nullptr) {
      problems.add({directory, 0, 0}, name, "the checkpoint does not hold this tensor",
                   "config.json and weights have to be of one model");
      continue;
    }
    const Tensor& tensor = file->tensors().at(name);
    const std::vector<std::uint64_t> shape{line.matrix->rows, line.matrix->columns};
    if (tensor.shape != shape) {
      problems.add({file->path(), 0, 0}, name,
                   fmt::format("has the shape {}, config.json says {}", shape_text(tensor.shape),
                               shape_text(shape)),
                   "config.json and weights have to be of one model");
    } else if (!SafetensorsFile::readable(tensor)) {
      problems.add({file->path(), 0, 0}, name,
                   fmt::format("elements of {} are not read", tensor.type),
                   "convert the checkpoint to F32, F16, BF16 or I8");
    }
    sources[line.op.name] = {file, &tensor};
  }
  problems.raise();
  return sources;
}

}  // namespace

ModelSpec read_hugging_face_model(const std::string& directory) {
  const std::string path = path_in(directory, "config.json");
  Config config(load_json(path));
  std::string family;
  config.read("model_type", family);
  config.raise();
  if (family != name_of(ModelFamily::hgrn_bit)) {
    Problems problems;
    problems.add(config.find("model_type")->mark, "model_type",
                 fmt::format("'{}' is not supported yet", family), "hgrn_bit is");
    problems.raise();
  }
  ModelSpec model = hgrn_bit_model(config);
  config.raise();
  model.name = config.value_or<std::string>("_name_or_path", "");
  if (model.name.empty()) {
    model.name = std::filesystem::path(directory).lexically_normal().filename().string();
  }
  if (model.name.empty()) model.name = family;
  model.source = path;
  config.raise();
  return model;
}

TraceFile import_hugging_face(const std::string& directory,
                              const std::function<void(const std::string&)>& progress) {
  TraceFile trace =
      record(read_hugging_face_model(directory), fmt::format("imported from {}", directory));
  const Checkpoint checkpoint(directory);
  if (checkpoint.empty()) return trace;
  const auto sources = find_tensors(trace, checkpoint, directory);
  for (TraceLine& line : trace.lines) {
    if (!line.matrix) continue;
    const Source& source = sources.at(line.op.name);
    const SafetensorsFile* file = source.first;
    const Tensor* tensor = source.second;
    if (progress) progress(tensor->name);
    line.matrix->statistics = ternary_statistics(
        fmt::format("{}: {}", file->path(), tensor->name), line.matrix->rows, line.matrix->columns,
        [&](const auto& use) { file->read(*tensor, use); });
  }
  return trace;
}

}  // namespace tritsim
