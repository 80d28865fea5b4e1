// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/run.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>

#include <fmt/format.h>

#include "arch/base/input_file.hpp"
#include "arch/base/reader.hpp"
#include "arch/base/writer.hpp"
#include "arch/board/processor.hpp"
#include "arch/study/board_request.hpp"
#include "arch/study/sweep_point.hpp"
#include "reports/run/inputs.hpp"
#include "reports/run/power.hpp"
#include "reports/run/processor_report.hpp"
#include "reports/run/traffic.hpp"
#include "sim/cli/cli.hpp"
#include "sim/cli/number.hpp"
#include "sim/cli/sweep_page.hpp"
#include "sim/cli/terminal.hpp"
#include "sim/plan/context.hpp"
#include "sim/plan/trace_source.hpp"
#include "sim/run/processor_run.hpp"
#include "sim/run/run.hpp"
#include "sim/run/what_if.hpp"
#include "sim/study/validate.hpp"
#include "sim/timeline/timeline.hpp"

namespace tritsim {
namespace {

struct RunOptions {
  std::string from;
  std::optional<std::uint64_t> point;
  BoardRequest board;
  std::string model;
  std::string program;
  std::string trace;
  Workload workload{0, 16, 0};
  std::string output;
  bool json = false;
  std::uint32_t monte_carlo = 0;
  std::uint64_t seed = 1;
  std::size_t power_bins = 1000;
  std::string timeline;
  std::string vcd;
  std::string window = "0..2";
  std::uint64_t timeline_events = 1'000'000;
  bool no_what_if = false;
  CLI::App* command = nullptr;

  /// A trace has a context of its own, which the option replaces, zero included.
  [[nodiscard]] std::optional<std::uint32_t> given_context() const {
    return command->count("--context") > 0 ? std::optional(workload.context) : std::nullopt;
  }
};

Progress progress_line() {
  return [line = ProgressLine("step")](std::uint32_t done, std::uint32_t total) mutable {
    line.show(done, total);
  };
}

RunControl control_of(Timeline* timeline) {
  return {progress_line(), Stepping::until_steady, timeline};
}

/// The values of a point's axes.
std::vector<GivenOverride> overrides_of_point(const SweepGrid& grid, std::uint64_t point) {
  std::vector<GivenOverride> all;
  const std::vector<std::size_t> index = grid.at(point);
  for (std::size_t i = 0; i < grid.columns.size(); ++i) {
    const SweepColumn& column = grid.columns[i];
    all.push_back({"axis", fmt::format("{}={}", column.name, column.values[index[i]])});
  }
  return all;
}

/// A point of a sweep, from its database or its page.
struct SweepPoint {
  SweepBase base;
  std::vector<GivenOverride> overrides;
};

SweepPoint point_of_sweep(const std::string& file, std::uint64_t point) {
  const auto sweep = load_text<SweepSpec>(stored_sweep(file), file);
  SweepBinder binder(sweep);
  if (point >= binder.grid().size()) {
    throw ConfigError(fmt::format("--point {}: the sweep has the points 0 to {}", point,
                                  binder.grid().size() - 1));
  }
  return {binder.bind(point), overrides_of_point(binder.grid(), point)};
}

/// A result, and the trace it was made from, if it was.
struct Ran {
  Result result;
  std::optional<TraceInput> trace;
};

Result run_source(const BoardSpec& board, const TraceSource& source, Workload workload,
                  Timeline* timeline) {
  workload.context = source.context();
  Result result = run_trace(board, source.model, source.trace, workload, control_of(timeline));
  result.zero_weights = source.zero_weights;
  result.zero_activations = source.zero_activations;
  return result;
}

Result run_program_text(const BoardSpec& board, const std::string& text, const std::string& name,
                        Timeline* timeline) {
  std::vector<std::string> warnings;
  Result result = run_program(board, text, name, warnings, timeline);
  for (const std::string& w : warnings) fmt::print(stderr, "warning: {}\n", w);
  return result;
}

Result run_inputs(const RunInputs& in, const std::string& file, Timeline* timeline) {
  if (in.trace) {
    return run_source(
        in.board, trace_source(trace_text(*in.trace, file), in.trace->file, in.workload.context),
        in.workload, timeline);
  }
  if (in.model) {
    return run_model(in.board, *in.model, in.workload, control_of(timeline));
  }
  return run_program_text(in.board, in.program, file, timeline);
}

Ran run_again(const std::string& file, Timeline* timeline) {
  RunInputs in;
  if (file.ends_with(".html")) {
    in = inputs_in_page(read_file(file), file);
  } else {
    const StoredRun stored = read_stored_run(file);
    in = inputs_of(stored.result, stored.trace);
  }
  Ran ran{run_inputs(in, file, timeline), in.trace};
  ran.result.overrides = in.overrides;
  if (ran.result.elapsed != in.elapsed) {
    throw ConfigError(fmt::format(
        "{}: the repeated run takes a different time; the file was made by {}, this is {}", file,
        in.tool, ran.result.tool));
  }
  return ran;
}

Ran run_as_asked(const RunOptions& options, Timeline* timeline) {
  const BoardSpec board = prepare(options.board);
  if (!options.trace.empty()) {
    const std::string text = read_file(options.trace);
    return {run_source(board, trace_source(text, options.trace, options.given_context()),
                       options.workload, timeline),
            trace_input(options.trace, text)};
  }
  if (options.program.empty()) {
    const auto model = load<ModelSpec>(options.model);
    return {run_model(board, model, options.workload, control_of(timeline)), {}};
  }
  return {run_program_text(board, read_input(options.program, largest_file::program),
                           options.program, timeline),
          {}};
}

Ran simulate_as_asked(const RunOptions& options, Timeline* timeline) {
  if (options.point) {
    const auto [base, overrides] = point_of_sweep(options.from, *options.point);
    Ran ran{run_model(*base.board, base.model, base.workload, control_of(timeline)), {}};
    ran.result.overrides = overrides;
    return ran;
  }
  if (!options.from.empty()) return run_again(options.from, timeline);
  Ran ran = run_as_asked(options, timeline);
  ran.result.overrides = options.board.given();
  return ran;
}

ProcessorResult run_workload(const ProcessorSpec& processor, const RunOptions& options) {
  if (options.trace.empty()) {
    const auto model = load<ModelSpec>(options.model);
    check_context(model.name, expand(model), options.workload.context);
    return run_processor(processor, model, options.workload);
  }
  const TraceSource source =
      trace_source(read_file(options.trace), options.trace, options.given_context());
  Workload workload = options.workload;
  workload.context = source.context();
  return run_processor(processor, source.model, source.trace, workload);
}

ProcessorResult run_on_processor(const RunOptions& options) {
  const BoardRequest& board = options.board;
  const auto processor =
      load<ProcessorSpec>(board.board, parse_overrides(board.set, board.overlays));
  ProcessorResult result = run_workload(processor, options);
  result.overrides = board.given();
  return result;
}

void tell(const RunOptions& options, const ProcessorResult& result) {
  OutputDirectory output(options.output, run_files);
  if (output.is_wanted()) write_processor_files(output, result);
  if (options.json) {
    fmt::print("{}", to_json(processor_metrics(result)));
    return;
  }
  print_processor_tables(result);
  if (output.is_wanted()) fmt::print("written: {}\n", output.written());
}

/// Runs it again with faster resources, on a terminal with a line that says how far it is.
WhatIf what_if_of(const Ran& ran) {
  const auto progress = [line = ProgressLine("what if: run")](
                            std::size_t done, std::size_t all) mutable { line.show(done, all); };
  if (ran.trace) {
    const std::string& name = ran.trace->file;
    const Trace ops = read_trace_text(trace_text(*ran.trace, name), name).trace();
    return what_if(ran.result, &ops, progress);
  }
  if (ran.result.model) return what_if(ran.result, nullptr, progress);
  const auto again = [&](const BoardSpec& board) {
    std::vector<std::string> warnings;
    return run_program(board, ran.result.program, "program", warnings);
  };
  return what_if(ran.result.board, again, progress);
}

void run_on_board(const RunOptions& options) {
  OutputDirectory output(options.output, run_files);
  const auto begin = std::chrono::steady_clock::now();
  std::optional<Timeline> timeline;
  if (!options.timeline.empty() || !options.vcd.empty()) {
    timeline.emplace(Timeline::Options{options.timeline, options.vcd, parse_window(options.window),
                                       options.timeline_events});
  }
  Ran ran = simulate_as_asked(options, timeline ? &*timeline : nullptr);
  if (!options.no_what_if && !ran.result.kernels.empty()) ran.result.what_if = what_if_of(ran);
  const Result& result = ran.result;
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begin;

  const EnergyAccount account = price(result);
  RunReport report = make_run_report(result, account);
  if (options.monte_carlo > 0) {
    add_monte_carlo(report, monte_carlo(account, options.monte_carlo, options.seed));
  }
  if (output.is_wanted()) {
    report.page.inputs = inputs_text(result, ran.trace);
    write_run_files(output, options.power_bins, ran.trace, account, report);
  }
  const auto say = [&](std::FILE* to) {
    if (!timeline) return;
    for (const std::string& line : timeline->finish(result)) fmt::print(to, "{}\n", line);
  };
  if (options.json) {
    say(stderr);
    fmt::print("{}", to_json(metrics(report)));
    return;
  }
  fmt::print("{}", to_terminal(report, output_style()));
  fmt::print("\nsimulated {:.4g} s in {:.3g} s of wall time\n", result.elapsed.si(), wall.count());
  if (output.is_wanted()) fmt::print("written: {}\n", output.written());
  say(stdout);
}

/// Runs the point of a sweep if it is one of a processor.
bool run_processor_point(const RunOptions& options) {
  const auto [base, overrides] = point_of_sweep(options.from, *options.point);
  if (!base.processor) return false;
  if (!options.timeline.empty() || !options.vcd.empty()) {
    throw ConfigError("--timeline and --vcd: a processor is not simulated in time; leave them out");
  }
  ProcessorResult result = run_processor(*base.processor, base.model, base.workload);
  result.overrides = overrides;
  tell(options, result);
  return true;
}

void run(const RunOptions& options) {
  if (options.point && options.from.empty()) {
    throw ConfigError("--point: name its sweep with --from, the database or the page");
  }
  if (options.point && run_processor_point(options)) return;
  if (!options.from.empty()) {
    run_on_board(options);
    return;
  }
  if (options.board.board.empty()) {
    throw ConfigError("give a --board, or --from a report.html or result.json");
  }
  const int given = (options.model.empty() ? 0 : 1) + (options.program.empty() ? 0 : 1) +
                    (options.trace.empty() ? 0 : 1);
  if (given != 1) {
    throw ConfigError("give one of --model, --trace and --program");
  }
  if (describes_processor(options.board.board)) {
    tell(options, run_on_processor(options));
    return;
  }
  run_on_board(options);
}

}  // namespace

void write_run_files(OutputDirectory& output, std::size_t power_bins,
                     const std::optional<TraceInput>& trace, const EnergyAccount& account,
                     const RunReport& report) {
  const Result& result = report.result;
  Node stored;
  stored.set("summary", metrics(report));
  stored.set("result", Writer::write(result));
  if (trace) stored.set("trace", Writer::write(*trace));
  output.add("result.json", to_json(stored));
  output.add("report.md", to_markdown(report));
  output.add("report.html", to_html(report));
  if (result.elapsed > Time{}) {
    output.add("power.csv",
               power_csv(power_over_time(result, account, Time{}, result.elapsed, power_bins),
                         report.page.title));
    output.add("bandwidth.csv",
               bandwidth_csv(traffic_over_time(result, Time{}, result.elapsed, power_bins),
                             report.page.title));
  }
  output.finish();
}

void write_processor_files(OutputDirectory& output, const ProcessorResult& result) {
  std::string markdown;
  for (const Table& table : processor_tables(result)) markdown += to_markdown(table) + "\n";
  Node stored = processor_metrics(result);
  stored.set("processor_result", Writer::write(result));
  output.add("result.json", to_json(stored));
  output.add("report.md", markdown);
  output.add("report.html", to_html(processor_page(result)));
  output.finish();
}

void print_processor_tables(const ProcessorResult& result) {
  for (const Table& table : processor_tables(result)) {
    fmt::print("{}\n", to_terminal(table, output_style()));
  }
}

std::variant<StoredRun, ProcessorResult> read_any_run(const std::string& file) {
  ReadContext context;
  const Node stored = load_document(file, context.problems);
  context.problems.raise();
  const bool is_map = stored.kind == Node::Kind::map;
  if (const Node* node = is_map ? stored.find("processor_result") : nullptr; node != nullptr) {
    return read_document<ProcessorResult>(*node, context);
  }
  const Node* node = is_map ? stored.find("result") : nullptr;
  if (node == nullptr) {
    throw ConfigError(file + ": holds no result; give the result.json of 'tritsim run -o DIR'");
  }
  StoredRun run{read_document<Result>(*node, context), {}};
  if (const Node* trace = stored.find("trace"); trace != nullptr) {
    run.trace = read_document<TraceInput>(*trace, context);
  }
  return run;
}

StoredRun read_stored_run(const std::string& file) {
  auto run = read_any_run(file);
  if (auto* board = std::get_if<StoredRun>(&run)) return std::move(*board);
  throw ConfigError(
      file +
      ": is of a processor, and only runs of boards are repeated from a file; give its "
      "board, model and workload");
}

void add_run_command(CLI::App& app) {
  auto options = std::make_shared<RunOptions>();
  CLI::App* command = app.add_subcommand("run", "Simulate a model, or a program, on a board");
  options->command = command;
  command->add_option("--board", options->board.board, "board or processor description")
      ->type_name("FILE");
  command
      ->add_option("--from", options->from,
                   "repeat the run of a board's report.html or result.json")
      ->type_name("FILE");
  command
      ->add_option("--point", options->point,
                   "point to run, with --from naming the database or page of a sweep")
      ->check(number_in<std::uint64_t>(0, 1'000'000'000));
  command->add_option("--model", options->model, "model description")->type_name("FILE");
  command->add_option("--trace", options->trace, "trace to run instead of a model")
      ->type_name("FILE");
  command->add_option("--program", options->program, "assembly program to run instead of a model")
      ->type_name("FILE");
  add_board_options(*command, options->board);
  add_workload_options(*command, options->workload);
  command
      ->add_option(
          "--simulate-layers", options->workload.simulate_layers,
          "simulate only N blocks, which stand for the others: faster and nearly the same; "
          "by default every block")
      ->check(number_in(2, 10'000));
  command
      ->add_option("-o,--output", options->output,
                   "directory for result.json, reports, power.csv and bandwidth.csv")
      ->type_name("DIR");
  command
      ->add_option("--power-bins", options->power_bins, "time bins in power.csv and bandwidth.csv")
      ->capture_default_str()
      ->check(number_in(1, 1'000'000));
  command
      ->add_option("--timeline", options->timeline,
                   "write a timeline of the run as trace events, for ui.perfetto.dev")
      ->type_name("FILE");
  command->add_option("--vcd", options->vcd, "write the timeline as signals in a VCD, for GTKWave")
      ->type_name("FILE");
  command
      ->add_option(
          "--window", options->window,
          "part of the run in --timeline and --vcd: token steps 0..2, times 0us..500us, or all")
      ->type_name("FROM..TO")
      ->capture_default_str();
  command
      ->add_option("--timeline-events", options->timeline_events,
                   "end --timeline and --vcd after N events")
      ->type_name("N")
      ->capture_default_str()
      ->check(number_in(std::uint64_t{1}, std::uint64_t{1'000'000'000}));
  command->add_flag("--no-what-if", options->no_what_if,
                    "do not run again with each resource twice as fast: quicker, and the report "
                    "says which resource is busiest, not what bounds the run");
  command->add_flag("--json", options->json, "print the headline figures as JSON, nothing else");
  CLI::Option* samples =
      command
          ->add_option("--monte-carlo", options->monte_carlo,
                       "price the run N times with random coefficients and print percentiles")
          ->type_name("N")
          ->check(number_in(1, 10'000'000));
  command->add_option("--seed", options->seed, "seed of the random coefficients")
      ->capture_default_str()
      ->check(number_in<std::uint64_t>(0, std::uint64_t{1} << 63))
      ->needs(samples);
  command->footer(
      "Examples:\n"
      "  tritsim run --board configs/boards/u250_mmfree_48.yaml \\\n"
      "    --model configs/models/mmfreelm_370m.yaml --prompt 0 --generate 16 -o out/\n"
      "  tritsim run --board configs/boards/d5005_mmfree.yaml \\\n"
      "    --program configs/programs/token_mixer.tmi --dim 512\n"
      "  tritsim run --board configs/processors/h200.yaml \\\n"
      "    --model configs/models/transformer_1.3b.yaml --prompt 512 --generate 128\n"
      "  tritsim run --board configs/boards/u250_mmfree_48.yaml \\\n"
      "    --model configs/models/mmfreelm_1.3b.yaml --generate 1 --simulate-layers 3\n"
      "  tritsim run --from out/report.html -o again/\n"
      "  tritsim run --from u250.sqlite --point 123\n"
      "  tritsim run --board configs/boards/u250_mmfree_48.yaml \\\n"
      "    --model configs/models/mmfreelm_370m.yaml --timeline run.json --window 0us..500us\n"
      "  tritsim run --board configs/boards/d5005_mmfree.yaml --program block.tmi --dim 64 \\\n"
      "    --memory-latency-cycles 13 --json");
  command->callback([options, command] {
    const std::string& board = options->board.board;
    refuse_idle_options(*command, !board.empty() && describes_processor(board));
    run(*options);
  });
}

}  // namespace tritsim
