// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "reports/run_inputs.hpp"
#include "reports/run_report.hpp"

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

/// The same without its trace.
[[nodiscard]] Result stored_result(const std::string& file);

}  // namespace tritsim
