// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "reports/run_inputs.hpp"
#include "reports/run_report.hpp"
#include "sim/result/processor_result.hpp"

// What `run`, `report` and `compare` share.
namespace tritsim {

/// The result.json, report.md, report.html, power.csv and bandwidth.csv of a run.
void write_run_files(const std::string& directory, std::size_t power_bins,
                     const std::optional<TraceInput>& trace, const EnergyAccount& account,
                     const RunReport& report);

/// What is in a result.json.
struct StoredRun {
  Result result;
  std::optional<TraceInput> trace;  ///< that it was made from
};

/// What `run -o` wrote of a board; throws ConfigError.
[[nodiscard]] StoredRun read_stored_run(const std::string& file);

/// The same of a board or of a processor.
[[nodiscard]] std::variant<StoredRun, ProcessorResult> read_any_run(const std::string& file);

/// The result.json, report.md and report.html of a run on a processor.
void write_processor_files(const std::string& directory, const ProcessorResult& result);

void print_processor_tables(const ProcessorResult& result);

}  // namespace tritsim
