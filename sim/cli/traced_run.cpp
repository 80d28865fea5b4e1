// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/traced_run.hpp"

#include <cmath>
#include <cstdio>

#include <fmt/format.h>

#include "arch/base/input_file.hpp"
#include "arch/base/reader.hpp"
#include "sim/cli/run_files.hpp"
#include "sim/cli/sweep_page.hpp"
#include "sim/cli/terminal.hpp"
#include "sim/plan/trace_source.hpp"
#include "sim/run/step_choice.hpp"

namespace tritsim {
namespace {

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

Progress progress_line() {
  return [line = ProgressLine("step")](std::uint32_t done, std::uint32_t total) mutable {
    line.show(done, total);
  };
}

/// The same control, with a line of progress.
RunControl with_progress(RunControl control) {
  control.progress = progress_line();
  return control;
}

Result run_source(const BoardSpec& board, const TraceSource& source, Workload workload,
                  const RunControl& control) {
  workload.context = source.context();
  Result result = run_trace(board, source.model, source.trace, workload, with_progress(control));
  result.zero_weights = source.zero_weights;
  result.zero_activations = source.zero_activations;
  return result;
}

Result run_program_text(const BoardSpec& board, const std::string& text, const std::string& name,
                        const RunControl& control) {
  std::vector<std::string> warnings;
  Result result = run_program(board, text, name, warnings, control);
  for (const std::string& w : warnings) fmt::print(stderr, "warning: {}\n", w);
  return result;
}

Result run_inputs(const RunInputs& in, const std::string& file, const RunControl& control) {
  if (in.trace) {
    return run_source(
        in.board, trace_source(trace_text(*in.trace, file), in.trace->file, in.workload.context),
        in.workload, control);
  }
  if (in.model) {
    return run_model(in.board, *in.model, in.workload, with_progress(control));
  }
  return run_program_text(in.board, in.program, file, control);
}

TracedRun run_again(const std::string& file, const RunControl& control) {
  RunInputs in;
  if (file.ends_with(".html")) {
    in = inputs_in_page(read_file(file), file);
  } else {
    const StoredRun stored = read_stored_run(file);
    in = inputs_of(stored.result, stored.trace);
  }
  TracedRun ran{run_inputs(in, file, control), in.trace};
  ran.result.overrides = in.overrides;
  // What is shown or told is simulated, every step that grows with it; else some of them.
  const bool all_steps = control.timeline != nullptr || control.on_transaction;
  const double allowed = all_steps ? StepChoice::largest_error : 0;
  if (std::abs(ran.result.elapsed.si() - in.elapsed.si()) > allowed * in.elapsed.si()) {
    throw ConfigError(fmt::format(
        "{}: the repeated run takes a different time; the file was made by {}, this is {}", file,
        in.tool, ran.result.tool));
  }
  return ran;
}

TracedRun run_as_asked(const RunOptions& options, const RunControl& control) {
  const BoardSpec board = prepare(hardware_of(options.board));
  if (options.model.empty()) refuse_model_settings(options.board);
  if (!options.trace.empty()) {
    const std::string text = read_file(options.trace);
    return {run_source(board, trace_source(text, options.trace, options.given_context()),
                       options.workload, control),
            trace_input(options.trace, text)};
  }
  if (options.program.empty()) {
    const auto model = prepare_model(options.model, options.board);
    return {run_model(board, model, options.workload, with_progress(control)), {}};
  }
  return {run_program_text(board, read_input(options.program, largest_file::program),
                           options.program, control),
          {}};
}

}  // namespace

SweepPoint point_of_sweep(const std::string& file, std::uint64_t point) {
  const auto sweep = load_text<SweepSpec>(stored_sweep(file), file);
  SweepBinder binder(sweep);
  if (point >= binder.grid().size()) {
    throw ConfigError(fmt::format("--point {}: the sweep has the points 0 to {}", point,
                                  binder.grid().size() - 1));
  }
  return {binder.bind(point), overrides_of_point(binder.grid(), point)};
}

TracedRun simulate_as_asked(const RunOptions& options, const RunControl& control) {
  if (options.point) {
    const auto [base, overrides] = point_of_sweep(options.from, *options.point);
    TracedRun ran{run_model(*base.board, base.model, base.workload, with_progress(control)), {}};
    ran.result.overrides = overrides;
    return ran;
  }
  if (!options.from.empty()) return run_again(options.from, control);
  TracedRun ran = run_as_asked(options, control);
  ran.result.overrides = options.board.given();
  return ran;
}

ShortRun short_run_of(const Result& result, const Trace* trace, RunSample sample) {
  if (result.model) return short_run(result, sample, trace);
  return {result, [program = result.program](const BoardSpec& board) {
            std::vector<std::string> warnings;
            return run_program(board, program, "program", warnings);
          }};
}

}  // namespace tritsim
