// SPDX-License-Identifier: Apache-2.0
#include "sim/plan/list_schedule.hpp"

#include <algorithm>
#include <random>

#include <gtest/gtest.h>

#include "sim/plan/dependences.hpp"
#include "sim/plan/lower.hpp"
#include "sim/result/go_overlap.hpp"
#include "sim/run/run.hpp"
#include "tests/sim/fault.hpp"
#include "tests/sim/shipped.hpp"

namespace tritsim {
namespace {

using test::board;
using test::model;

CoreSpec ternip() {
  return load<CoreSpec>(test::config("cores/ternip_1024.yaml"));
}

/// Random code: vectors are made once and read often, symbols stored over and over.
VectorCode random_code(std::uint32_t seed) {
  std::mt19937 random(seed);
  const auto below = [&](std::size_t n) { return static_cast<std::uint32_t>(random() % n); };
  VectorCode code;
  for (std::uint32_t s = 0; s < 4; ++s) {
    code.symbols.push_back({"s" + std::to_string(s), Symbol::Kind::vector});
    code.vectors.push_back({"v" + std::to_string(s), s, 0});
  }
  code.symbols.push_back({"W", Symbol::Kind::matrix});
  const auto any = [&] { return below(code.vectors.size()); };
  for (std::uint32_t n = 0; n < 60; ++n) {
    VectorInstruction i;
    switch (below(5)) {
      case 0:
        code.instructions.push_back({.op = Opcode::import_vector, .src1 = any()});
        code.instructions.push_back({.op = Opcode::go, .symbol = 4});
        i.op = Opcode::export_vector;
        break;
      case 1:
        i = {.op = Opcode::sv, .src1 = any(), .symbol = below(4)};
        break;
      default:
        i = {.op = Opcode::add, .src1 = any(), .src2 = any()};
    }
    if (i.op != Opcode::sv) {
      i.dst = static_cast<VectorId>(code.vectors.size());
      code.vectors.push_back({"t", {}, 0});
    }
    code.instructions.push_back(i);
  }
  return code;
}

bool same(const VectorInstruction& a, const VectorInstruction& b) {
  return a.op == b.op && a.dst == b.dst && a.src1 == b.src1 && a.src2 == b.src2 &&
         a.symbol == b.symbol && a.trace_op == b.trace_op;
}

TEST(ListSchedule, KeepsWhatMustComeBefore) {
  const CoreSpec core = ternip();
  const std::vector<std::uint32_t> segments{0};
  std::size_t moved = 0;
  for (std::uint32_t seed = 0; seed < 200; ++seed) {
    VectorCode code = random_code(seed);
    for (std::size_t i = 0; i < code.instructions.size(); ++i) {
      code.instructions[i].elements = static_cast<std::uint32_t>(i + 1);  // which one it is
    }
    const VectorCode out = list_schedule(code, {core, Spill::lru, segments});
    ASSERT_EQ(out.instructions.size(), code.instructions.size());
    std::vector<std::size_t> place(code.instructions.size());
    for (std::size_t k = 0; k < place.size(); ++k) {
      const std::size_t i = out.instructions[k].elements - 1;
      place[i] = k;
      moved += i != k ? 1 : 0;
      ASSERT_TRUE(same(out.instructions[k], code.instructions[i]));
    }
    const Dependences dependences(code);
    for (std::size_t i = 0; i < place.size(); ++i) {
      for (const std::size_t after : dependences.after(i)) ASSERT_LT(place[i], place[after]);
    }
  }
  EXPECT_GT(moved, 1000U);
}

TEST(ListSchedule, NothingLeavesItsSegment) {
  const CoreSpec core = ternip();
  const std::vector<std::uint32_t> segments{0, 1, 2};
  for (std::uint32_t seed = 0; seed < 50; ++seed) {
    VectorCode code = random_code(seed);
    const std::size_t count = code.instructions.size();
    for (std::size_t i = 0; i < count; ++i) {
      code.instructions[i].trace_op = static_cast<std::uint32_t>(3 * i / count);
    }
    const VectorCode out = list_schedule(code, {core, Spill::belady, segments});
    EXPECT_TRUE(
        std::is_sorted(out.instructions.begin(), out.instructions.end(),
                       [](const auto& a, const auto& b) { return a.trace_op < b.trace_op; }));
  }
}

TEST(ListSchedule, HidesMoreOfTheOtherWork) {
  const auto overlap = [&](Schedule schedule) {
    BoardSpec b = board("u250_mmfree_24");
    b.mapping.schedule = schedule;
    const Result r = run_model(b, model("mmfreelm_370m"), {0, 2, 0});
    const GoOverlap o = go_overlap(r.kernels[0]);
    const auto cycles = static_cast<double>(r.kernels[0].activity.cycles);
    EXPECT_NEAR(o.go_only + o.other_only + o.both, cycles, 1);
    EXPECT_GT(o.go_only, 0);
    return std::pair(o.both / cycles, cycles);
  };
  const auto [in_order, slow] = overlap(Schedule::in_order);
  const auto [list, fast] = overlap(Schedule::list);
  EXPECT_GT(list, in_order + 0.05);
  EXPECT_LT(fast, slow);
}

TEST(ListSchedule, NeedsACoreInWhichUnitsWorkBesideAGo) {
  BoardSpec b = board("d5005_mmfree");
  b.mapping.schedule = Schedule::list;

  struct Problem final : Checker {
    std::string text;

    void fail(std::string_view key, std::string what, std::string) override {
      text += std::string(key) + " " + what;
    }
  } problem;

  b.check(problem);
  EXPECT_NE(problem.text.find("mapping.schedule is list, and no unit"), std::string::npos)
      << problem.text;
}

}  // namespace
}  // namespace tritsim
