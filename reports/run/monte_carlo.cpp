// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "reports/run/report.hpp"
#include "reports/text/number.hpp"

namespace tritsim {

void add_monte_carlo(RunReport& report, const MonteCarlo& drawn) {
  const RunFigures& f = report.figures;
  Table t;
  t.title = "Percentiles";
  t.columns = {{"figure"}};
  std::vector<std::string> energy{f.of_model ? "energy per token" : "energy of the run"};
  std::vector<std::string> power{"average power"};
  for (std::size_t i = 0; i < MonteCarlo::percents.size(); ++i) {
    t.columns.push_back(number_column(fmt::format("{:.0f} %", MonteCarlo::percents[i])));
    energy.push_back(si(ratio(drawn.energy[i].si(), f.tokens), "J", 4));
    power.push_back(si(ratio(drawn.energy[i].si(), f.elapsed.si()), "W", 4));
  }
  t.rows = {energy, power};
  t.note =
      "Every coefficient is drawn independently, half-normal to each side of its value, with its "
      "range as 5th to 95th percentile, cut at zero. Counts and times are those of the run.";
  report.page.sections.push_back(
      {"monte-carlo",
       "Monte Carlo over the coefficients",
       fmt::format("{} samples, seed {}.", count(drawn.samples), drawn.seed),
       {{t}}});
  report.monte_carlo = drawn;
}

}  // namespace tritsim
