// SPDX-License-Identifier: Apache-2.0
#include "sim/run/run_cache.hpp"

#include <array>
#include <random>

#include <gtest/gtest.h>

#include "arch/study/sweep_point.hpp"
#include "sim/plan/lower.hpp"
#include "sim/run/run.hpp"
#include "tests/sim/shipped.hpp"

namespace tritsim {
namespace {

struct Point {
  BoardSpec board;
  ModelSpec model;
  Workload workload;
};

/// Few layers, so that many runs take no time.
Point small() {
  const SweepBase base = load_sweep(test::config("sweeps/u250_370m.yaml")).base;
  Point p{*base.board, base.model, base.workload};
  p.model.set("layers", 2);
  return p;
}

TEST(RunCache, GivesTheResultOfARunWithoutIt) {
  std::mt19937 random(3);
  const auto one_of = [&](auto... values) {
    const std::array all{values...};
    return all[random() % all.size()];
  };
  RunCache cache;
  std::size_t runs = 0;
  for (; runs < 60; ++runs) {
    Point p = small();
    p.model.set("layers", one_of(1U, 2U));
    CoreGroup& cores = p.board.cores[0];
    cores.lanes = one_of(2U, 3U);
    cores.channels = one_of(std::vector<std::uint32_t>{0}, std::vector<std::uint32_t>{1, 0},
                            std::vector<std::uint32_t>{0, 1, 2, 3});
    cores.core.ternary->ternaries_per_cycle = one_of(64U, 512U);
    cores.core.clock = Frequency{one_of(200e6, 300e6)};
    cores.core.registers = one_of(4U, 5U);
    p.board.power.idle.value = Power{one_of(10.0, 20.0)};
    p.board.link.mmio_write.value = Time{one_of(1e-6, 2e-6)};
    p.workload.batch = one_of(0U, 3U);
    EXPECT_EQ(run_model(p.board, p.model, p.workload, cache),
              run_model(p.board, p.model, p.workload));
  }
  EXPECT_LT(cache.simulations(), runs);
}

TEST(RunCache, GivesTheResultOfARunWithoutItWhereTheHostIsInTheLoop) {
  const auto board = test::board("k26_mmfree");
  const Point base = small();
  BoardSpec other = board;
  ASSERT_FALSE(other.host.tasks.empty());
  other.host.tasks.begin()->second.per_call.value = Time{1e-3};
  RunCache cache;
  for (const BoardSpec& b : {board, other, board}) {
    EXPECT_EQ(run_model(b, base.model, {1, 3, 1}, cache), run_model(b, base.model, {1, 3, 1}));
  }
  EXPECT_EQ(cache.simulations(), 2U);
}

TEST(RunCache, SimulatesOnceWhatOnlyPricesTellApart) {
  RunCache cache;
  Point p = small();
  for (const std::vector<std::uint32_t>& channels :
       {std::vector<std::uint32_t>{0}, {0, 1}, {0, 1, 2}, {0, 1, 2, 3}}) {
    p.board.cores[0].channels = channels;
    p.board.power.idle.value = p.board.power.idle.value * 0.5;
    const Result r = run_model(p.board, p.model, p.workload, cache);
    ASSERT_EQ(r.kernels.size(), 1U);
    EXPECT_EQ(r.kernels[0].replicas, channels.size());
  }
  EXPECT_EQ(cache.simulations(), 1U);
  p.board.cores[0].core.clock = Frequency{1e8};
  static_cast<void>(run_model(p.board, p.model, p.workload, cache));
  EXPECT_EQ(cache.simulations(), 2U);
}

TEST(CoreWithoutTimes, GetsTheSamePrograms) {
  const Trace trace = expand(small().model);
  for (const char* name : {"ternip_1024", "mmfree_d5005", "kria_engine_packed", "dense_u250"}) {
    const auto core = load<CoreSpec>(test::config(std::string("cores/") + name + ".yaml"));
    const auto program = [&](const CoreSpec& c) -> std::optional<Program> {
      try {
        return lower(trace, {}, c, 3);
      } catch (const ConfigError&) {
        return {};
      }
    };
    EXPECT_EQ(program(core), program(core_without_times(core, {}))) << name;
  }
  EXPECT_NO_THROW(static_cast<void>(lower(
      trace, small().board.mapping, load<CoreSpec>(test::config("cores/ternip_1024.yaml")), 1)));
}

}  // namespace
}  // namespace tritsim
