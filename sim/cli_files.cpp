// SPDX-License-Identifier: Apache-2.0
#include <filesystem>

#include <fmt/format.h>

#include "arch/processor.hpp"
#include "sim/cli.hpp"

namespace tritsim {

void make_output_directory(const std::string& directory) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error) {
    throw ConfigError(fmt::format("{}: cannot make the directory: {}", directory, error.message()));
  }
}

bool describes_processor(const std::string& file) {
  Problems problems;
  const Node node = load_document(file, problems);
  const Node* kind = node.kind == Node::Kind::map ? node.find("kind") : nullptr;
  return kind != nullptr && kind->text == ProcessorSpec::kind;
}

}  // namespace tritsim
