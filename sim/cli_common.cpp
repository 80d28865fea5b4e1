// SPDX-License-Identifier: Apache-2.0
#include <filesystem>

#include <fmt/format.h>

#include "arch/processor.hpp"
#include "sim/cli.hpp"

namespace tritsim {

void add_workload_options(CLI::App& command, Workload& workload, std::uint32_t& context) {
  constexpr int most_tokens = 10'000'000;
  command.add_option("--prompt", workload.prompt, "prompt tokens of each sequence")
      ->capture_default_str()
      ->check(CLI::Range(0, most_tokens));
  command.add_option("--generate", workload.generate, "tokens to generate for each sequence")
      ->capture_default_str()
      ->check(CLI::Range(0, most_tokens));
  command
      .add_option("--batch", workload.batch,
                  "sequences; 0 fills every lane of the board once, and is one on a processor")
      ->capture_default_str()
      ->check(CLI::Range(0, 1'000'000));
  command.add_option("--context", context, "positions in the cache before the prompt")
      ->check(CLI::Range(0, most_tokens));
}

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
