// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <string>
#include <variant>

#include "reports/run/inputs.hpp"
#include "reports/run/report.hpp"
#include "sim/cli/output.hpp"
#include "sim/result/processor_result.hpp"

// The files of a run, which `run` writes and `report` and `compare` read.
namespace tritsim {

/// What a run, or a report of it, writes to its -o DIR.
inline constexpr std::array<std::string_view, 5> run_files{
    "result.json", "report.md", "report.html", "power.csv", "bandwidth.csv"};

/// The result.json, report.md, report.html, power.csv and bandwidth.csv of a run.
void write_run_files(OutputDirectory& output, std::size_t power_bins,
                     const std::optional<TraceInput>& trace, const EnergyAccount& account,
                     const RunReport& report);

/// Content of a result.json.
struct StoredRun {
  Result result;
  std::optional<TraceInput> trace;  ///< that it was made from
};

/// The trace that a run was made from; `from` is the file that names it, in messages.
[[nodiscard]] Trace trace_of(const TraceInput& input, const std::string& from);

/// What `run -o` wrote of a board; throws ConfigError.
[[nodiscard]] StoredRun read_stored_run(const std::string& file);

/// The same for a board or a processor.
[[nodiscard]] std::variant<StoredRun, ProcessorResult> read_any_run(const std::string& file);

/// The result.json, report.md and report.html of a run on a processor.
void write_processor_files(OutputDirectory& output, const ProcessorResult& result);

void print_processor_tables(const ProcessorResult& result);

}  // namespace tritsim
