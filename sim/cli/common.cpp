// SPDX-License-Identifier: Apache-2.0
#include <filesystem>

#include <fmt/format.h>

#include "arch/board/processor.hpp"
#include "sim/cli/by_name.hpp"
#include "sim/cli/cli.hpp"
#include "sim/cli/number.hpp"

namespace tritsim {

void add_board_options(CLI::App& command, BoardRequest& request) {
  command.add_option("--mapping", request.mapping, "mapping to use instead of the board's own")
      ->type_name("FILE")
      ->transform(by_name({MappingSpec::kind}));
  command
      .add_option("--set", request.set,
                  "replace a value of the board or processor, e.g. cores.0.lanes=8; [a, b] is a "
                  "list, {key: value} a map; repeat it")
      ->type_name("PATH=VALUE");
  command
      .add_option(
          "--overlay", request.overlays,
          "file of coefficients that replace the board's, as 'calibrate' writes it; repeat it")
      ->type_name("FILE");
  command.add_option("--dim", request.dim, "build every core for vectors of N elements")
      ->type_name("N")
      ->check(number_in(1, 65536));
  command
      .add_option("--memory-latency-cycles", request.memory_latency_cycles,
                  "replace every memory by one that answers after N core cycles")
      ->type_name("N")
      ->check(number_in(1, 1'000'000));
}

void add_workload_options(CLI::App& command, Workload& workload) {
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
  command
      .add_option("--context", workload.context, "positions already in the cache before the prompt")
      ->check(number_in(0, most_tokens));
}

void make_output_directory(const std::string& directory) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error) {
    throw ConfigError(fmt::format("{}: cannot make the directory: {}", directory, error.message()));
  }
}

std::string kind_of(const std::string& file) {
  Problems problems;
  const Node node = load_document(file, problems);
  const Node* kind = node.kind == Node::Kind::map ? node.find("kind") : nullptr;
  return kind != nullptr ? kind->text : "";
}

bool describes_processor(const std::string& file) {
  return kind_of(file) == ProcessorSpec::kind;
}

}  // namespace tritsim
