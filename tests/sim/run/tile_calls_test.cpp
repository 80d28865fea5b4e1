// SPDX-License-Identifier: Apache-2.0
// Products that the host calls tile by tile: closed forms of counts and times, refusals.
#include <gtest/gtest.h>

#include "models/host/host_law.hpp"
#include "sim/run/run.hpp"
#include "tests/sim/fault.hpp"
#include "tests/sim/shipped.hpp"

namespace tritsim {
namespace {

/// Two blocks of the shipped model: 15 tiles each.
ModelSpec two_blocks() {
  ModelSpec m = test::model("ternarycore_28x1024");
  m.set("layers", 2);
  return m;
}

Result token(const BoardSpec& b) {
  return run_model(b, two_blocks(), {0, 1, 1});
}

double sum_of(const Result& r, const std::string& end) {
  double sum = 0;
  for (const auto& [what, time] : r.host.parts) {
    if (what.ends_with(end)) sum += time.si();
  }
  return sum;
}

TEST(TileCalls, EveryTileIsALaunchWithVectorsOfItsOwn) {
  const BoardSpec b = test::board("arty_ternarycore");
  const Result r = token(b);
  constexpr double tiles = 30;
  EXPECT_EQ(r.host.launches, tiles);
  EXPECT_EQ(r.kernels[0].activity.ternaries, 30U * 1024 * 1024);
  EXPECT_EQ(r.kernels[0].activity.units[CoreUnit::matrix].instructions, 30U);
  EXPECT_EQ(r.kernels[0].activity.units[CoreUnit::load_store].instructions, 0U);
  for (const char* name : {"pack", "read_back", "accumulate"}) {
    const double one = task_time(b.host, b.host.tasks.at(name), 1024, {}).si();
    EXPECT_NEAR(sum_of(r, std::string("/") + name) / (tiles * one), 1, 1e-9) << name;
  }
  // The load of a page, 1.01 cycles a word, then 16 passes.
  EXPECT_NEAR(sum_of(r, "/launch") / tiles, 0.8125e-3 + 16'496 / 81.25e6, 3e-6);
}

TEST(TileCalls, ACoreThatMovesItsVectorsTakesThemWithEveryTile) {
  BoardSpec b = test::board("arty_ternarycore");
  CoreSpec& core = b.cores[0].core;
  core.host_vectors = false;
  core.instructions["ldv"] = core.instructions["sv"] = InstructionSpec{0, 0, 0, 0, 4};
  const Result r = token(b);
  EXPECT_EQ(r.host.launches, 30U);
  // A tile of one input chunk stores its sums; inputs are loaded once where they stay in a
  // register.
  EXPECT_GE(r.kernels[0].activity.units[CoreUnit::load_store].instructions, 30U);
  EXPECT_EQ(r.kernels[0].activity.ternaries, 30U * 1024 * 1024);
}

TEST(TileCalls, TilesThatAreShorterMakeShorterCalls) {
  BoardSpec b = test::board("arty_ternarycore");
  b.mapping.products["*"].outputs = 512;
  EXPECT_EQ(token(b).host.launches, 60U);
}

TEST(TileCalls, WhatTheCoreCannotDoByItselfIsRefused) {
  BoardSpec b = test::board("arty_ternarycore");
  b.mapping.places.erase("add");
  EXPECT_NE(test::fault(b, two_blocks(), {0, 1, 1}).find("the host moves the core's vectors"),
            std::string::npos);
  b = test::board("arty_ternarycore");
  b.host.tasks.erase("accumulate");
  EXPECT_NE(test::fault(b, two_blocks(), {0, 1, 1}).find("no cost for 'accumulate'"),
            std::string::npos);
}

}  // namespace
}  // namespace tritsim
