// SPDX-License-Identifier: Apache-2.0
#include <filesystem>

#include <fmt/format.h>

#include "arch/processor.hpp"
#include "sim/cli.hpp"
#include "sim/cli_number.hpp"

namespace tritsim {

void add_workload_options(CLI::App& command, Workload& workload, std::uint32_t& context) {
  constexpr int most_tokens = 10'000'000;
  command.add_option("--prompt", workload.prompt, "prompt tokens of each sequence")
      ->capture_default_str()
      ->check(number_in(0, most_tokens));
  command.add_option("--generate", workload.generate, "tokens to generate per sequence")
      ->capture_default_str()
      ->check(number_in(0, most_tokens));
  command
      .add_option("--batch", workload.batch,
                  "sequences; 0: one per lane of the board, one on a processor")
      ->capture_default_str()
      ->check(number_in(0, 1'000'000));
  command.add_option("--context", context, "positions already in the cache before the prompt")
      ->check(number_in(0, most_tokens));
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
