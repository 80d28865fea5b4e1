// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/run_files.hpp"

#include <fmt/format.h>

#include "arch/base/json.hpp"
#include "arch/base/reader.hpp"
#include "arch/base/writer.hpp"
#include "arch/workload/trace_file.hpp"
#include "reports/run/power.hpp"
#include "reports/run/processor_report.hpp"
#include "reports/run/traffic.hpp"
#include "sim/cli/terminal.hpp"

namespace tritsim {

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

Trace trace_of(const TraceInput& input, const std::string& from) {
  return read_trace_text(trace_text(input, from), input.file).trace();
}

StoredRun read_stored_run(const std::string& file) {
  auto run = read_any_run(file);
  if (auto* board = std::get_if<StoredRun>(&run)) return std::move(*board);
  throw ConfigError(
      file +
      ": is of a processor, and only runs of boards are repeated from a file; give its "
      "board, model and workload");
}

}  // namespace tritsim
