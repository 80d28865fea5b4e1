// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include "arch/base/reader.hpp"
#include "arch/base/writer.hpp"
#include "arch/board/fill_device.hpp"
#include "arch/board/processor.hpp"
#include "arch/study/library.hpp"
#include "reports/comparison/comparison.hpp"
#include "sim/cli/cli.hpp"
#include "sim/cli/number.hpp"
#include "sim/cli/run_files.hpp"
#include "sim/cli/terminal.hpp"
#include "sim/run/job_runs.hpp"
#include "sim/run/processor_run.hpp"
#include "sim/run/run.hpp"

namespace tritsim {
namespace {

struct CompareOptions {
  std::vector<std::vector<std::string>> points;  ///< board, model, perhaps mapping and settings
  std::vector<std::string> results;
  Workload workload{0, 16, 0};
  std::string equal_area;  ///< what grows; empty: boards stay as they are
  double fill = 0.7;
  std::string output;
  bool json = false;
  bool waterfall = false;
};

Growth growth_of(std::string_view name) {
  return name == name_of(Growth::width) ? Growth::width : Growth::lanes;
}

/// What follows --point: files, and settings of the board.
struct Point {
  std::vector<std::string> files;
  std::vector<std::string> settings;
};

Point parse_point(const std::vector<std::string>& words) {
  Point point;
  for (const std::string& word : words) {
    (word.find('=') == std::string::npos ? point.files : point.settings).push_back(word);
  }
  if (point.files.size() < 2) {
    throw ConfigError(
        fmt::format("--point {} names no model; write --point BOARD MODEL [MAPPING] [PATH=VALUE]",
                    fmt::join(words, " ")));
  }
  if (point.files.size() > 3) {
    throw ConfigError(
        fmt::format("--point {}: '{}' is one file too many; write BOARD MODEL [MAPPING] "
                    "[PATH=VALUE], results before the points",
                    fmt::join(words, " "), point.files[3]));
  }
  const Library library = Library::of_environment();
  point.files[0] = library.find(point.files[0], {BoardSpec::kind, ProcessorSpec::kind});
  point.files[1] = library.find(point.files[1], {ModelSpec::kind});
  if (point.files.size() > 2) point.files[2] = library.find(point.files[2], {MappingSpec::kind});
  return point;
}

/// A run of a board, with the runs that its comparison needs.
ComparedRun complete(const Result& result, const std::optional<Trace>& trace) {
  ComparedRun run = compared(result, price(result));
  const JobRun job{result, trace};
  if (const auto r = run_generation(job)) {
    run.generation = cost_of(*r, price(*r));
    run.generation->tokens = r->steps;
  }
  if (const auto r = run_best_batch(job)) run.best = cost_of(*r, price(*r));
  return run;
}

ComparedRun complete(const ProcessorResult& result) {
  ComparedRun run = compared(result);
  if (const auto best = run_best_batch(result)) run.best = cost_of(*best);
  return run;
}

/// The workload of a point: models without a cache have no context.
Workload workload_of(const ModelSpec& model, const CompareOptions& options) {
  Workload workload = options.workload;
  if (!has_attention(expand(model))) workload.context = 0;
  return workload;
}

ComparedRun run_processor_point(const BoardRequest& request, const ModelSpec& model,
                                const CompareOptions& options) {
  if (!request.mapping.empty()) {
    throw ConfigError(request.board + ": a processor takes no mapping");
  }
  if (!options.equal_area.empty()) {
    throw ConfigError(request.board + ": a processor has a fixed size; leave out --equal-area");
  }
  const auto processor =
      load<ProcessorSpec>(request.board, parse_overrides(hardware_of(request).set));
  ProcessorResult result = run_processor(processor, model, workload_of(model, options));
  result.overrides = request.given();
  return complete(result);
}

ComparedRun run_point(const Point& point, const CompareOptions& options) {
  BoardRequest request;
  request.board = point.files[0];
  if (point.files.size() > 2) request.mapping = point.files[2];
  request.set = point.settings;
  const auto model = prepare_model(point.files[1], request);
  if (describes_processor(request.board)) return run_processor_point(request, model, options);
  BoardSpec board = prepare(hardware_of(request));
  std::string limit;
  if (!options.equal_area.empty()) {
    FilledDevice filled = fill_device(board, growth_of(options.equal_area), options.fill);
    for (const Setting& s : filled.settings) request.set.push_back(s.path + "=" + s.value);
    limit = fmt::format("{} allow no more", filled.limit);
    board = std::move(filled.board);
  }
  Result result = run_model(board, model, workload_of(model, options));
  result.overrides = request.given();
  ComparedRun run = complete(result, {});
  if (!limit.empty()) run.resources.push_back(std::move(limit));
  return run;
}

/// Equal silicon is one device.
void check_devices(const std::vector<ComparedRun>& runs) {
  for (const ComparedRun& r : runs) {
    if (r.device == runs.front().device) continue;
    throw ConfigError(
        fmt::format("--equal-area: {} is on device '{}', {} on '{}'; compare designs on one device",
                    runs.front().label(), runs.front().device, r.label(), r.device));
  }
}

void without_time_ranges(ProcessorResult& run) {
  run.time_ranges.reset();
}

void without_time_ranges(StoredRun& run) {
  run.result.time_ranges.reset();
}

ComparedRun stored_run(const std::string& file) {
  auto run = read_any_run(file);
  // Ranges of times are found by runs that a comparison does not make: neither side has them.
  std::visit([](auto& one) { without_time_ranges(one); }, run);
  if (const auto* processor = std::get_if<ProcessorResult>(&run)) return complete(*processor);
  const auto& [result, input] = std::get<StoredRun>(run);
  std::optional<Trace> trace;
  if (input) trace = trace_of(*input, file);
  return complete(result, trace);
}

void compare(const CompareOptions& options) {
  std::vector<Point> points;
  for (const auto& words : options.points) points.push_back(parse_point(words));
  if (points.size() + options.results.size() < 2) {
    throw ConfigError("needs two runs; give another --point BOARD MODEL, or another result.json");
  }
  if (!options.equal_area.empty() && !options.results.empty()) {
    throw ConfigError(
        "--equal-area: a stored result has a fixed size; give its --point BOARD MODEL");
  }
  static constexpr std::array<std::string_view, 4> names{"comparison.json", "comparison.csv",
                                                         "comparison.md", "comparison.html"};
  OutputDirectory output(options.output, names);
  std::vector<ComparedRun> runs;
  for (const std::string& file : options.results) runs.push_back(stored_run(file));
  for (const Point& point : points) {
    if (isatty(STDERR_FILENO) != 0) {
      fmt::print(stderr, "running {} on {}\n", point.files[1], point.files[0]);
    }
    runs.push_back(run_point(point, options));
  }
  for (const ComparedRun& r : runs) {
    if (!(r.job.tokens > 0) || !(r.job.elapsed > Time{})) {
      throw ConfigError(r.label() + ": did nothing; give --prompt or --generate a number");
    }
  }
  if (!options.equal_area.empty()) check_devices(runs);
  const Page page = comparison_page(runs);
  if (output.is_wanted()) {
    output.add("comparison.json", to_json(comparison_metrics(runs)));
    output.add("comparison.csv", comparison_csv(runs));
    output.add("comparison.md", to_markdown(page));
    output.add("comparison.html", to_html(page));
    output.finish();
  }
  if (options.json) {
    fmt::print("{}", to_json(comparison_metrics(runs)));
    return;
  }
  if (options.waterfall) {
    for (const Table& t : waterfall_tables(runs)) {
      fmt::print("{}\n", to_terminal(t, output_style()));
    }
    return;
  }
  fmt::print("{}", to_terminal(page, output_style()));
  if (!options.output.empty()) {
    fmt::print("\nwritten: {0}/comparison.json, .csv, .md, .html\n", options.output);
  }
}

}  // namespace

void add_compare_command(CLI::App& app) {
  auto options = std::make_shared<CompareOptions>();
  CLI::App* command =
      app.add_subcommand("compare", "Compare runs and break the gap between them down by cause");
  command->add_option("results", options->results, "result.json files of 'run -o'; they come first")
      ->type_name("FILE");
  command
      ->add_option("--point", options->points,
                   "board or processor, model and, if not the board's own, mapping; keys of the "
                   "board that take another value; repeat it")
      ->type_name("BOARD MODEL [MAPPING] [PATH=VALUE...]")
      ->expected(1, 100);
  add_workload_options(*command, options->workload);
  command
      ->add_option("--equal-area", options->equal_area,
                   "grow each board until its device is full: by lanes (sequences at once) or by "
                   "width (weights used in a cycle)")
      ->check(CLI::IsMember(names_of<Growth>()));
  command
      ->add_option("--fill", options->fill,
                   "share of each resource that --equal-area may use; left out: 0.7, the share of "
                   "logic above which AMD's report_qor_assessment (UG906) warns of timing")
      ->check(number_in(0.01, 1.0));
  command->add_option("-o,--output", options->output, "directory for the reports")
      ->type_name("DIR");
  command->add_flag("--waterfall", options->waterfall, "print the waterfalls by cause alone");
  command->add_flag("--json", options->json, "print JSON, nothing else");
  command->footer(
      "The first run is what the others are compared with. --context is for the models that keep "
      "a\n"
      "cache; the others have none.\n"
      "Three ratios: the job (a request, prompt included), a generated token, and throughput\n"
      "at each side's best batch: the lanes of a board, the fastest of 1, 2, 4 ... 256 sequences\n"
      "on a processor. A batch that --batch does not give is the board's lanes, and 1 on a\n"
      "processor: the first lines name both.\n"
      "Examples:\n"
      "  tritsim compare --point configs/processors/h200.yaml configs/models/transformer_370m.yaml "
      "\\\n"
      "    --point configs/boards/u250_mmfree_48.yaml configs/models/mmfreelm_370m.yaml \\\n"
      "    --prompt 512 --generate 128 --batch 1 -o out/\n"
      "  tritsim compare out/a/result.json out/b/result.json --json\n"
      "  tritsim compare --point configs/processors/h200.yaml configs/models/mmfreelm_1.3b.yaml "
      "\\\n"
      "    --point configs/processors/h200.yaml configs/models/mmfreelm_1.3b.yaml ternary=unfused\n"
      "  tritsim compare --equal-area lanes \\\n"
      "    --point configs/boards/u250_dense.yaml configs/models/transformer_370m_int8.yaml \\\n"
      "    --point configs/boards/u250_mmfree_48.yaml configs/models/mmfreelm_370m.yaml");
  command->callback([options] { compare(*options); });
}

}  // namespace tritsim
