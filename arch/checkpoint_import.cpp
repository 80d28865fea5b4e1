// SPDX-License-Identifier: Apache-2.0
#include "arch/checkpoint_import.hpp"

#include <array>
#include <filesystem>
#include <fstream>
#include <string_view>

#include <fmt/format.h>

#include "arch/gguf_import.hpp"
#include "arch/hugging_face.hpp"

namespace tritsim {
namespace {

std::string directory_of(const std::filesystem::path& path) {
  return path.has_parent_path() ? path.parent_path().string() : ".";
}

/// The first bytes of a regular file; empty of anything else.
std::string beginning_of(const std::string& path) {
  std::array<char, 4> bytes{};
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return {};
  std::ifstream in(path, std::ios::binary);
  in.read(bytes.data(), bytes.size());
  return {bytes.data(), static_cast<std::size_t>(in.gcount())};
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
  const std::string begins = beginning_of(path);
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
