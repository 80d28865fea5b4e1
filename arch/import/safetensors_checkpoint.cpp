// SPDX-License-Identifier: Apache-2.0
#include "arch/import/safetensors_checkpoint.hpp"

#include <algorithm>
#include <filesystem>
#include <set>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "arch/import/hugging_face_config.hpp"

namespace tritsim {
namespace {

constexpr std::size_t most_files = 10'000;  ///< of a directory that are looked at
constexpr std::size_t most_problems = 20;   ///< the others are likely to be of the same kind

std::string path_in(const std::string& directory, const std::string& name) {
  return (std::filesystem::path(directory) / name).string();
}

/// Names of the files in a directory, in order.
std::vector<std::string> names_in(const std::string& directory) {
  std::vector<std::string> names;
  std::error_code error;
  for (std::filesystem::directory_iterator it(directory, error), end; !error && it != end;
       it.increment(error)) {
    if (names.size() == most_files) break;
    names.push_back(it->path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

SafetensorsCheckpoint::SafetensorsCheckpoint(const std::string& directory) : directory_(directory) {
  const std::string index = path_in(directory, "model.safetensors.index.json");
  if (std::filesystem::exists(index)) {
    read_index(index);
    return;
  }
  if (std::filesystem::exists(path_in(directory, "model.safetensors"))) {
    const SafetensorsFile& file = open("model.safetensors");
    for (const auto& [name, tensor] : file.tensors()) place_[name] = &file;
    return;
  }
  std::vector<std::string> shards;
  for (const std::string& name : names_in(directory)) {
    if (name.ends_with(".safetensors")) shards.push_back(name);
  }
  if (shards.empty()) return;
  Problems problems;
  problems.add(
      {index, 0, 0}, "",
      fmt::format("is missing: it says which tensors are in {}{}", shards.front(),
                  shards.size() > 1 ? fmt::format(" and {} others", shards.size() - 1) : ""),
      "fetch it, or name a single file model.safetensors");
  problems.raise();
}

const SafetensorsFile* SafetensorsCheckpoint::file_of(const std::string& tensor) const {
  const auto it = place_.find(tensor);
  return it == place_.end() ? nullptr : it->second;
}

const SafetensorsFile& SafetensorsCheckpoint::open(const std::string& name) {
  auto& file = files_[name];
  if (!file) file = std::make_unique<SafetensorsFile>(path_in(directory_, name));
  return *file;
}

void SafetensorsCheckpoint::read_index(const std::string& path) {
  const Node index = load_json_map(path);
  Problems problems;
  const Node* map = index.find("weight_map");
  if (map == nullptr || map->kind != Node::Kind::map || map->entries.empty()) {
    problems.add({path, 1, 1}, "weight_map", "expected a map of tensor to file",
                 "the index is damaged; fetch it again");
    problems.raise();
  }
  std::map<std::string, std::size_t> missing;  // shards, and how many tensors they hold
  for (const Node::Entry& entry : map->entries) {
    const std::string& name = entry.value.text;
    if (problems.size() == most_problems) break;
    // A shard must be beside its index.
    if (entry.value.kind != Node::Kind::scalar || !name.ends_with(".safetensors") ||
        name.find('/') != std::string::npos) {
      problems.add(entry.value.mark, "weight_map." + entry.key,
                   fmt::format("'{}' is no shard", name),
                   "name a .safetensors file of the same directory");
      continue;
    }
    if (missing.contains(name) || !std::filesystem::exists(path_in(directory_, name))) {
      ++missing[name];
      continue;
    }
    const SafetensorsFile& file = open(name);
    if (!file.tensors().contains(entry.key)) {
      problems.add(entry.value.mark, "weight_map." + entry.key,
                   fmt::format("'{}' does not hold this tensor", name),
                   "index and shards are not of one checkpoint; fetch them again");
      continue;
    }
    place_[entry.key] = &file;
  }
  for (const auto& [name, tensors] : missing) {
    problems.add({path, 0, 0}, "weight_map",
                 fmt::format("there is no file '{}', which holds {} tensors", name, tensors),
                 "fetch the missing shard");
  }
  problems.raise();
}

std::string other_weights(const std::string& directory) {
  constexpr const char* pickles =
      "PyTorch pickles are not read: save the model with safe_serialization=True";
  for (const std::string& name : names_in(directory)) {
    if (name.starts_with("pytorch_model") && name.ends_with(".bin")) {
      return fmt::format("weights are in {} only; {}", name, pickles);
    }
    if (name.ends_with(".pth") || name.ends_with(".pt")) {
      return fmt::format("weights are in {} only; {}", name, pickles);
    }
    if (name.ends_with(".gguf")) {
      return fmt::format("weights are in {} only; import that file by its own path", name);
    }
    if (name.ends_with(".h5") || name.ends_with(".msgpack") || name.ends_with(".npz")) {
      return fmt::format("weights are in {} only, which is not read; save the model as safetensors",
                         name);
    }
  }
  return {};
}

}  // namespace tritsim
