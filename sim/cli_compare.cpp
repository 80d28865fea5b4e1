// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <memory>

#include <fmt/format.h>
#include <unistd.h>

#include "arch/processor.hpp"
#include "arch/reader.hpp"
#include "arch/writer.hpp"
#include "reports/comparison.hpp"
#include "sim/cli.hpp"
#include "sim/processor_run.hpp"
#include "sim/run.hpp"

namespace tritsim {
namespace {

struct CompareOptions {
  std::vector<std::vector<std::string>> points;  ///< board, model and, if given, mapping
  std::vector<std::string> results;
  Workload workload{0, 16, 0};
  std::uint32_t context = 0;
  std::string output;
  bool json = false;
  bool waterfall = false;
};

ComparedRun run_point(const std::vector<std::string>& point, const CompareOptions& options) {
  const auto model = load<ModelSpec>(point[1]);
  if (describes_processor(point[0])) {
    if (point.size() > 2) throw ConfigError(point[0] + ": a processor takes no mapping");
    return compared(
        run_processor(load<ProcessorSpec>(point[0]), model, options.workload, options.context));
  }
  auto board = load<BoardSpec>(point[0]);
  if (point.size() > 2) board.mapping = load<MappingSpec>(point[2]);
  const std::uint32_t context = model.transformer ? options.context : 0;
  const Result result = run_model(board, model, options.workload, {}, context);
  return compared(result, price(result));
}

/// What `run -o` wrote.
ComparedRun stored_run(const std::string& file) {
  ReadContext context;
  const Node stored = load_document(file, context.problems);
  context.problems.raise();
  const Node* node = stored.kind == Node::Kind::map ? stored.find("result") : nullptr;
  if (node == nullptr) {
    throw ConfigError(
        file +
        ": holds no result of a board; give the result.json of 'tritsim run -o DIR', or a --point");
  }
  const auto result = read_document<Result>(*node, context);
  return compared(result, price(result));
}

void compare(const CompareOptions& options) {
  for (const auto& point : options.points) {
    if (point.size() < 2) {
      throw ConfigError(fmt::format(
          "--point {} names no model; write --point BOARD MODEL [MAPPING]", point.front()));
    }
  }
  if (options.points.size() + options.results.size() < 2) {
    throw ConfigError("needs two runs; give another --point BOARD MODEL, or another result.json");
  }
  if (!options.output.empty()) make_output_directory(options.output);
  std::vector<ComparedRun> runs;
  for (const std::string& file : options.results) runs.push_back(stored_run(file));
  for (const auto& point : options.points) {
    if (isatty(STDERR_FILENO) != 0) fmt::print(stderr, "running {} on {}\n", point[1], point[0]);
    runs.push_back(run_point(point, options));
  }
  for (const ComparedRun& r : runs) {
    if (!(r.tokens > 0)) throw ConfigError(r.label() + ": has no tokens; give --generate a number");
  }
  const Page page = comparison_page(runs);
  if (!options.output.empty()) {
    const std::filesystem::path directory(options.output);
    write_file((directory / "comparison.json").string(), to_json(comparison_metrics(runs)));
    write_file((directory / "comparison.csv").string(), comparison_csv(runs));
    write_file((directory / "comparison.md").string(), to_markdown(page));
    write_file((directory / "comparison.html").string(), to_html(page));
  }
  if (options.json) {
    fmt::print("{}", to_json(comparison_metrics(runs)));
    return;
  }
  if (options.waterfall) {
    for (const Table& t : waterfall_tables(runs)) {
      fmt::print("{}\n", to_terminal(t, isatty(STDOUT_FILENO) != 0, 100));
    }
    return;
  }
  fmt::print("{}", to_terminal(page, isatty(STDOUT_FILENO) != 0));
  if (!options.output.empty()) {
    fmt::print("\nwritten: {0}/comparison.json, .csv, .md, .html\n", options.output);
  }
}

}  // namespace

void add_compare_command(CLI::App& app) {
  auto options = std::make_shared<CompareOptions>();
  CLI::App* command =
      app.add_subcommand("compare", "Set runs side by side and say where the gap comes from");
  command->add_option("results", options->results, "result.json files of 'run -o'; they come first")
      ->type_name("FILE");
  command
      ->add_option("--point", options->points,
                   "board or processor, model and, if not the board's own, mapping; repeat it")
      ->type_name("BOARD MODEL [MAPPING]")
      ->expected(1, 3);
  add_workload_options(*command, options->workload, options->context);
  command->add_option("-o,--output", options->output, "directory for the reports")
      ->type_name("DIR");
  command->add_flag("--waterfall", options->waterfall, "print the waterfalls by cause alone");
  command->add_flag("--json", options->json, "print JSON, nothing else");
  command->footer(
      "The first run is what the others are compared with. --context is for the models that keep "
      "a\n"
      "cache; the others have none.\n"
      "Examples:\n"
      "  tritsim compare --point configs/processors/h200.yaml configs/models/transformer_370m.yaml "
      "\\\n"
      "    --point configs/boards/u250_mmfree_48.yaml configs/models/mmfreelm_370m.yaml -o out/\n"
      "  tritsim compare out/a/result.json out/b/result.json --json");
  command->callback([options] { compare(*options); });
}

}  // namespace tritsim
