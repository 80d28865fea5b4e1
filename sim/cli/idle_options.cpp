// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sim/cli/run_options.hpp"

namespace tritsim {

void refuse_idle_options(const CLI::App& run, bool on_processor) {
  const auto given = [&](const char* option) { return run.count(option) > 0; };

  struct Rule {
    bool holds;
    std::vector<const char*> idle;  ///< options that have no effect then
    const char* why;
  };

  const std::vector<Rule> rules{
      {given("--from"),
       {"--board", "--model", "--trace", "--program", "--mapping", "--set", "--overlay", "--dim",
        "--memory-latency-cycles", "--prompt", "--generate", "--batch", "--context",
        "--simulate-layers", "--every-step"},
       "--from repeats the run of the file; it takes no board, model, workload or settings"},
      {given("--program"),
       {"--prompt", "--generate", "--batch", "--context", "--simulate-layers", "--every-step"},
       "is for a --model or a --trace; a program runs once and says what it attends to"},
      {!given("--timeline") && !given("--vcd"),
       {"--window", "--timeline-events"},
       "says what a timeline shows; give --timeline or --vcd, too"},
      {!given("--output"), {"--power-bins"}, "is of the files that -o writes; give -o, too"},
      {on_processor,
       {"--mapping", "--dim", "--memory-latency-cycles", "--program", "--simulate-layers",
        "--every-step", "--timeline", "--vcd", "--transactions", "--monte-carlo", "--power-bins"},
       "is for a board; a processor has no mapping, no cores and no timeline"},
  };
  for (const Rule& rule : rules) {
    if (!rule.holds) continue;
    std::vector<const char*> idle;
    for (const char* option : rule.idle) {
      if (given(option)) idle.push_back(option);
    }
    if (!idle.empty()) {
      throw ConfigError(fmt::format("{}: {}", fmt::join(idle, ", "), rule.why));
    }
  }
}

}  // namespace tritsim
