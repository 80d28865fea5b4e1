// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include "arch/base/json.hpp"
#include "arch/base/reader.hpp"
#include "arch/import/gguf_import.hpp"
#include "arch/import/hugging_face.hpp"
#include "arch/import/import_map.hpp"
#include "arch/import/safetensors.hpp"
#include "arch/workload/operator_profile.hpp"
#include "tests/fuzz/trace_input.hpp"

namespace tritsim::fuzz {

/// Bytes that have a path, without a disk.
class MemoryFile {
 public:
  explicit MemoryFile(const std::string& bytes) : descriptor_(::memfd_create("input", 0)) {
    if (descriptor_ < 0 ||
        ::write(descriptor_, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())) {
      throw std::runtime_error("memfd");
    }
  }

  ~MemoryFile() { ::close(descriptor_); }

  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  [[nodiscard]] std::string path() const { return fmt::format("/proc/self/fd/{}", descriptor_); }

 private:
  int descriptor_;
};

/// Every tensor that is accepted gives as many elements as its shape says.
inline bool gives_its_elements(const TensorFile& file) {
  for (const auto& [name, tensor] : file.tensors()) {
    if (!file.readable(tensor)) continue;
    std::uint64_t n = 0;
    file.read(tensor, [&](std::span<const float> part) { n += part.size(); });
    if (n != tensor.elements()) return false;
  }
  return true;
}

inline Verdict judge_safetensors(const std::string& bytes) {
  const MemoryFile file(bytes);
  return verdict_of([&] { return gives_its_elements(SafetensorsFile(file.path())); });
}

/// A file that is imported makes a trace that can be written and read.
inline Verdict judge_gguf(const std::string& bytes) {
  const MemoryFile file(bytes);
  const Verdict tensors = verdict_of([&] { return gives_its_elements(GgufFile(file.path())); });
  if (tensors != Verdict::read) return tensors;
  return verdict_of([&] { return survives(import_gguf(file.path()).trace); });
}

/// A small model of a config.json makes a trace that can be written and read.
inline Verdict judge_config(const std::string& text) {
  return verdict_of([&] {
    const HuggingFaceConfig config = parse_hugging_face_config(text, "config.json", "fuzz");
    return config.model.size("layers") > 4 || survives(trace_of(config, "fuzz"));
  });
}

/// A file of configs/import/, then a line "---", then a config.json: a small model that it makes
/// has a trace.
inline Verdict judge_import(const std::string& text) {
  return verdict_of([&] {
    const std::size_t cut = text.find("\n---\n");
    if (cut == std::string::npos) throw ConfigError("no config.json behind a line ---");
    const auto map = load_text<ImportMap>(text.substr(0, cut + 1), "import.yaml");
    Problems problems;
    const Node node = parse_json(text.substr(cut + 5), {"config.json", 1, 1}, problems, {16, 4000});
    problems.raise();
    if (node.kind != Node::Kind::map) throw ConfigError("config.json: no map");
    const ModelSpec model = mapped_model(map, JsonKeys(node, "", problems));
    problems.raise();
    if (model.size("layers") > 4 || model.size("hidden") > 4096) return true;
    return !expand(self_contained(model)).ops.empty();
  });
}

/// Counts are of operators that have sizes.
inline Verdict judge_profile(const std::string& text) {
  return verdict_of([&] {
    for (const auto& [op, n] : parse_profile(text, "profile.json").counts) {
      if (op.word.empty() || op.sizes.empty()) return false;
    }
    return true;
  });
}

}  // namespace tritsim::fuzz
