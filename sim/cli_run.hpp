// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "reports/run_report.hpp"

// What `run`, `report` and `compare` share.
namespace tritsim {

/// The result.json, report.md, report.html and power.csv of a run.
void write_run_files(const std::string& directory, std::size_t power_bins, const Result& result,
                     const EnergyAccount& account, const RunReport& report);

/// What `run -o` wrote of a board; throws ConfigError.
[[nodiscard]] Result stored_result(const std::string& file);

}  // namespace tritsim
