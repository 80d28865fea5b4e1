// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <optional>

#include <fmt/format.h>

#include "arch/base/input_file.hpp"
#include "arch/base/reader.hpp"
#include "arch/board/processor.hpp"
#include "reports/run/processor_report.hpp"
#include "reports/run/report.hpp"
#include "sim/cli/cli.hpp"
#include "sim/cli/run_files.hpp"
#include "sim/cli/run_options.hpp"
#include "sim/cli/terminal.hpp"
#include "sim/cli/traced_run.hpp"
#include "sim/cli/transaction_file.hpp"
#include "sim/plan/context.hpp"
#include "sim/plan/trace_source.hpp"
#include "sim/run/processor_run.hpp"
#include "sim/run/time_ranges.hpp"
#include "sim/run/what_if.hpp"
#include "sim/study/validate.hpp"
#include "sim/timeline/timeline.hpp"

namespace tritsim {
namespace {

/// A run of the same workload on whatever processor it is given.
using ProcessorRun = std::function<ProcessorResult(const ProcessorSpec&)>;

ProcessorRun workload_of(const RunOptions& options) {
  if (options.trace.empty()) {
    const auto model = prepare_model(options.model, options.board);
    check_context(model.name, expand(model), options.workload.context);
    return [model, work = options.workload](const ProcessorSpec& processor) {
      return run_processor(processor, model, work);
    };
  }
  refuse_model_settings(options.board);
  const TraceSource source =
      trace_source(read_file(options.trace), options.trace, options.given_context());
  Workload workload = options.workload;
  workload.context = source.context();
  return [source, workload](const ProcessorSpec& processor) {
    return run_processor(processor, source.model, source.trace, workload);
  };
}

/// Runs it and, if asked, again with each coefficient at the ends of its range.
ProcessorResult run_with_ranges(const ProcessorSpec& processor, const ProcessorRun& run,
                                const RunOptions& options) {
  ProcessorResult result = run(processor);
  if (!options.no_time_ranges) {
    result.time_ranges.emplace().movements = figure_movements<ProcessorSpec>(
        processor, result.elapsed().si(),
        [&](const ProcessorSpec& moved) { return run(moved).elapsed().si(); });
  }
  return result;
}

ProcessorResult run_on_processor(const RunOptions& options) {
  const BoardRequest& board = options.board;
  const auto processor =
      load<ProcessorSpec>(board.board, parse_overrides(hardware_of(board).set, board.overlays));
  ProcessorResult result = run_with_ranges(processor, workload_of(options), options);
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

/// Runs it again with faster resources and with coefficients at the ends of their ranges.
void study(const RunOptions& options, TracedRun& ran) {
  if (ran.result.kernels.empty() || (options.no_what_if && options.no_time_ranges)) return;
  const auto progress = [](const char* what) {
    return [line = ProgressLine(what)](std::size_t done, std::size_t all) mutable {
      line.show(done, all);
    };
  };
  std::optional<Trace> trace;
  if (ran.trace) trace = trace_of(*ran.trace, ran.trace->file);
  const auto shorter = [&](RunSample sample) {
    return short_run_of(ran.result, trace ? &*trace : nullptr, sample);
  };
  const BoardSpec& board = ran.result.board;
  if (!options.no_what_if) {
    ran.result.what_if = what_if(board, shorter(RunSample::layers), progress("what if: run"));
  }
  if (!options.no_time_ranges) {
    ran.result.time_ranges =
        time_ranges(board, shorter(RunSample::steps), progress("ranges of times: run"));
  }
}

void run_on_board(const RunOptions& options) {
  OutputDirectory output(options.output, run_files);
  const auto begin = std::chrono::steady_clock::now();
  std::optional<Timeline> timeline;
  if (!options.timeline.empty() || !options.vcd.empty()) {
    timeline.emplace(Timeline::Options{options.timeline, options.vcd, parse_window(options.window),
                                       options.timeline_events});
  }
  std::optional<TransactionFile> transactions;
  RunControl control;
  if (timeline) control.timeline = &*timeline;
  if (!options.transactions.empty()) {
    transactions.emplace(options.transactions);
    control.on_transaction = [&](const Transaction& t) { transactions->add(t); };
  }
  TracedRun ran = simulate_as_asked(options, control);
  study(options, ran);
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
    if (timeline) {
      for (const std::string& line : timeline->finish(result)) fmt::print(to, "{}\n", line);
    }
    if (transactions) fmt::print(to, "{}\n", transactions->commit());
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
  if (!options.timeline.empty() || !options.vcd.empty() || !options.transactions.empty()) {
    throw ConfigError(
        "--timeline, --vcd and --transactions: a processor is not simulated in time; leave them "
        "out");
  }
  ProcessorResult result = run_with_ranges(
      *base.processor,
      [&base = base](const ProcessorSpec& processor) {
        return run_processor(processor, base.model, base.workload);
      },
      options);
  result.overrides = overrides;
  tell(options, result);
  return true;
}

}  // namespace

void run_as_told(const RunOptions& options) {
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

}  // namespace tritsim
