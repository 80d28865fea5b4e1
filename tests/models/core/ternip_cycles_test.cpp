// SPDX-License-Identifier: Apache-2.0
// Cycles of the U250's core (sifferman/ternip) by the laws: counts of its simulated RTL, and random
// programs beside the second implementation of its rules
// (tests/models/support/ternip_reference.hpp).
#include <cmath>
#include <map>
#include <random>
#include <sstream>

#include <gtest/gtest.h>

#include "models/core/core_law.hpp"
#include "models/core/scoreboard_law.hpp"
#include "tests/models/support/specs.hpp"
#include "tests/models/support/ternip_counts.hpp"

namespace tritsim::test {
namespace {

CoreSpec core_of(const TernipBuild& build) {
  CoreSpec core = shipped_core("ternip_1024.yaml");
  core.vector_length = build.d;
  core.elements_per_cycle = build.vp;
  core.ternary->ternaries_per_cycle = build.tp;
  return core;
}

/// A lane behind a memory that answers each request alike: issue, instructions, streams.
class Lane {
 public:
  Lane(const CoreSpec& core, std::uint32_t latency)
      : core_(core),
        costs_(cost_table(core, 1)),
        board_(core),
        memory_(FixedLatencyLaw({latency}, core.clock)) {}

  void run(Opcode op) {
    const Instruction i{op};
    const OpcodeCost& cost = costs_[static_cast<std::size_t>(op)];
    while (const auto unit = board_.waits_for(i)) end(*unit);
    const Cycle at = board_.issue_time(i).cycle;
    if (uses_memory(op)) {
      StreamRequest stream = cost.stream;
      stream.start = cycles_to_time(static_cast<double>(at), core_.clock);
      running_[cost.unit] = {memory_.submit(stream), cost.cycles};
      board_.issue(i, at, {});
    } else {
      board_.issue(i, at, at + cost.cycles);
    }
  }

  Cycle finish() {
    while (!running_.empty()) end(running_.begin()->first);
    return board_.last_end() + core_.issue.finish_cycles;
  }

 private:
  struct Running {
    StreamScheduler::Id stream = 0;
    Cycle then = 0;  ///< cycles behind its stream
  };

  void end(CoreUnit unit) {
    const Running r = running_.at(unit);
    running_.erase(unit);
    const double cycles = memory_.finish(r.stream).finish * core_.clock;
    board_.finish(unit, static_cast<Cycle>(std::ceil(cycles - 1e-3)) + r.then);
  }

  CoreSpec core_;
  CostTable costs_;
  Scoreboard board_;
  StreamScheduler memory_;
  std::map<CoreUnit, Running> running_;
};

Cycle cycles_of(const TernipCount& c) {
  const CoreSpec core = core_of(c.build);
  Lane lane(core, c.build.latency);
  std::istringstream lines(c.program);
  for (std::string line, name; std::getline(lines, line);) {
    std::istringstream(line) >> name;
    for (const auto& [op, key] : EnumNames<Opcode>::names) {
      if (key == name) lane.run(op);
    }
  }
  return lane.finish();
}

TEST(TernipCycles, OfTheSimulatedRtlAreMetExactly) {
  for (const TernipCount& c : ternip_counts()) {
    EXPECT_EQ(cycles_of(c), c.cycles) << testing::PrintToString(c);
  }
}

TernipCount any_program(std::mt19937& random) {
  constexpr std::array ops{"ldv",    "sv",     "add",   "sub", "mul",    "sig",
                           "csig",   "silu",   "clear", "acc", "finish", "normalize",
                           "import", "export", "go",    "go",  "go"};
  constexpr std::array widths{32U, 64U, 128U, 256U};
  const auto below = [&](std::size_t n) { return static_cast<std::uint32_t>(random() % n); };
  TernipCount c;
  c.build.tp = widths[below(widths.size())];
  c.build.d = c.build.tp * (1 + below(1280 / c.build.tp));
  c.build.vp = 2U << below(3);
  c.build.latency = below(4) == 0 ? below(300) : 1 + below(60);
  for (std::uint32_t n = 1 + below(20); n > 0; --n) {
    c.program += std::string(ops[below(ops.size())]) + "\n";
  }
  return c;
}

TEST(TernipCycles, OfRandomProgramsAreThoseOfTheReference) {
  std::mt19937 random(22);
  for (int i = 0; i < 400; ++i) {
    TernipCount c = any_program(random);
    c.cycles = ternip_cycles(c.build, c.program);
    ASSERT_EQ(cycles_of(c), c.cycles) << i << ": " << testing::PrintToString(c);
  }
}

}  // namespace
}  // namespace tritsim::test
