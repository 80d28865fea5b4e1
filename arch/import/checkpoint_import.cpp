// SPDX-License-Identifier: Apache-2.0
#include "arch/import/checkpoint_import.hpp"

#include <filesystem>
#include <string_view>

#include <fmt/format.h>

#include "arch/base/input_file.hpp"
#include "arch/import/gguf_import.hpp"
#include "arch/import/hugging_face.hpp"

namespace tritsim {
namespace {

std::string directory_of(const std::filesystem::path& path) {
  return path.has_parent_path() ? path.parent_path().string() : ".";
}

[[noreturn]] void refuse(const std::string& path, std::string what, std::string remedy) {
  Problems problems;
  problems.add({path, 0, 0}, "", std::move(what), std::move(remedy));
  problems.raise();
  throw ConfigError(path);
}

}  // namespace

Imported import_checkpoint(const std::string& path, const ImportOptions& options) {
  const std::filesystem::path name(path);
  if (std::filesystem::is_directory(name)) return import_hugging_face(path, options);
  if (name.filename() == "config.json") return import_hugging_face(directory_of(name), options);
  const std::string begins = beginning_of(path, 4);
  const std::string type = name.extension().string();
  if (begins != "GGUF" && type == ".json") {
    refuse(path, "is not the config.json of a checkpoint", "give its directory");
  }
  if (begins != "GGUF" && type == ".safetensors") {
    refuse(path, "has weights alone, no shapes of a model",
           "give its directory, which also holds config.json");
  }
  if (type == ".bin" || type == ".pt" || type == ".pth" || begins.starts_with("PK")) {
    refuse(path, "is a PyTorch pickle, which is not read",
           "save the model with safe_serialization=True and give the directory");
  }
  return import_gguf(path, options);
}

}  // namespace tritsim
