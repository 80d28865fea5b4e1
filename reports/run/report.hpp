// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "arch/base/document.hpp"
#include "reports/page/page.hpp"
#include "reports/run/figures.hpp"
#include "sim/result/energy.hpp"
#include "sim/result/monte_carlo.hpp"

namespace tritsim {

/// Everything that a report of one run shows, computed once.
struct RunReport {
  Result result;       ///< what it reports on
  RunFigures figures;  ///< the numbers
  std::vector<Sensitivity> sensitivities;
  Page page;  ///< the numbers in tables and charts
  std::optional<MonteCarlo> monte_carlo{};
};

[[nodiscard]] RunReport make_run_report(const Result& result, const EnergyAccount& account);

/// Adds the distribution of the run's energy under random coefficients.
void add_monte_carlo(RunReport& report, const MonteCarlo& drawn);

/// Plain text in aligned tables; about 100 columns where the style does not say how many there are.
[[nodiscard]] std::string to_terminal(const RunReport& report, const TerminalStyle& style);

[[nodiscard]] std::string to_markdown(const RunReport& report);

/// One self-contained file with charts.
[[nodiscard]] std::string to_html(const RunReport& report);

/// Headline numbers for machines. The unit is the end of the key (_s, _j, _w, _bytes, ...); figures
/// with a range are maps of low, value, high; figures that an empty run does not have are null.
[[nodiscard]] Node metrics(const RunReport& report);

}  // namespace tritsim
