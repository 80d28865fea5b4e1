// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "reports/run/report.hpp"
#include "reports/run/sections.hpp"
#include "reports/text/number.hpp"

namespace tritsim {

void add_monte_carlo(RunReport& report, const MonteCarlo& drawn) {
  const RunFigures& f = report.figures;
  Table t;
  t.title = "Percentiles";
  t.columns = {{"figure"}};
  std::vector<std::string> energy{f.of_model ? "energy per token" : "energy of the run"};
  std::vector<std::string> power{"average power"};
  std::vector<std::string> time{fmt::format("time per {}", step_word(f))};
  for (std::size_t i = 0; i < MonteCarlo::percents.size(); ++i) {
    t.columns.push_back(number_column(fmt::format("{:.0f} %", MonteCarlo::percents[i])));
    energy.push_back(si(ratio(drawn.energy[i].si(), f.tokens), "J", 4));
    power.push_back(si(ratio(drawn.power[i].si(), f.elapsed.si()), "W", 4));
    time.push_back(si(f.step.si() * drawn.time[i], "s", 4));
  }
  t.rows = {energy, power, time};
  t.note =
      "Every coefficient is drawn independently, half-normal to each side of its value, with its "
      "range as 5th to 95th percentile, cut at zero. Counts are those of the run; its time is "
      "interpolated between the runs with each coefficient at the ends of its range, and is fixed "
      "without them.";
  report.page.sections.push_back(
      {"monte-carlo",
       "Monte Carlo over the coefficients",
       fmt::format("{} samples, seed {}.", count(drawn.samples), drawn.seed),
       {{t}}});
  report.monte_carlo = drawn;
}

}  // namespace tritsim
