// SPDX-License-Identifier: Apache-2.0
#include "arch/study/board_request.hpp"

#include <gtest/gtest.h>

#include "tests/sim/shipped.hpp"

namespace tritsim {
namespace {

using test::config;

BoardRequest u250() {
  BoardRequest r;
  r.board = config("boards/u250_mmfree_48.yaml");
  return r;
}

/// The problems of a request; empty if there are none.
std::string fault(const BoardRequest& request) {
  try {
    static_cast<void>(prepare(request));
  } catch (const ConfigError& e) {
    return e.what();
  }
  return {};
}

TEST(BoardRequest, WithoutChangesIsTheFile) {
  EXPECT_EQ(prepare(u250()), load<BoardSpec>(u250().board));
  EXPECT_TRUE(u250().given().empty());
}

TEST(BoardRequest, TheMappingComesFirstThenWhatIsSetInIt) {
  BoardRequest r = u250();
  r.mapping = config("mappings/whole_model_on_core.yaml");
  EXPECT_EQ(prepare(r).mapping, load<MappingSpec>(r.mapping));
  r.set = {"mapping.lm_head=excluded", "mapping.places={silu: host}"};
  MappingSpec expected = load<MappingSpec>(r.mapping);
  expected.lm_head = Target::excluded;
  expected.places = {{"silu", Target::host}};
  EXPECT_EQ(prepare(r).mapping, expected);
}

TEST(BoardRequest, ListsMapsAndAbsentListsAreSetAsAWhole) {
  BoardRequest r = u250();
  r.set = {"cores.0.channels=[0, 1]", "host.tasks={}"};
  EXPECT_EQ(prepare(r).cores[0].channels, (std::vector<std::uint32_t>{0, 1}));
  EXPECT_TRUE(prepare(r).host.tasks.empty());
  r.set = {"mapping.products={layers.0.*: {order: by_input}}"};
  EXPECT_EQ(prepare(r).mapping.products.at("layers.0.*").order, LoopOrder::by_input);
  r.set = {"cores.0.channels=3"};
  EXPECT_NE(
      fault(r).find("--set cores.0.channels: stands for several values; write all of them, as "
                    "[a, b]"),
      std::string::npos)
      << fault(r);
  r.set = {"cores.0.channels=[0, 9]"};
  EXPECT_NE(fault(r).find("memory 'ddr' has no channel 9"), std::string::npos) << fault(r);
}

TEST(BoardRequest, AMappingThatTheBoardCannotHaveIsToldWithItsFile) {
  BoardRequest r = u250();
  r.mapping = config("mappings/blocks_pipeline.yaml");
  EXPECT_TRUE(fault(r).starts_with("--mapping ") ||
              fault(r).find("exchange: is missing") != std::string::npos)
      << fault(r);
  r = u250();
  r.set = {"mapping.kv_in=dr"};
  EXPECT_EQ(fault(r),
            "--set mapping.kv_in: mapping.kv_in: there is no memory 'dr'; did you mean "
            "'ddr'?");
}

TEST(BoardRequest, WhatIsReplacedCannotBeSet) {
  BoardRequest r = u250();
  r.memory_latency_cycles = 10;
  EXPECT_EQ(fault(r), "");
  r.set = {"memories.0.memory.dram.clock=800 MHz"};
  EXPECT_EQ(fault(r),
            "--set memories.0.memory.dram.clock: has no effect, --memory-latency-cycles "
            "replaces it; leave out one of them");
  r = u250();
  r.dim = 512;
  EXPECT_EQ(prepare(r).cores[0].core.vector_length, 512U);
  r.set = {"cores.0.core.vector_length=256"};
  EXPECT_NE(fault(r).find("has no effect, --dim replaces it"), std::string::npos) << fault(r);
  r = u250();
  r.set = {"cores.0.lanes=3", "cores.0.lanes=4"};
  EXPECT_EQ(fault(r), "--set cores.0.lanes: given twice; remove one");
}

TEST(BoardRequest, SaysWhatWasGiven) {
  BoardRequest r = u250();
  r.mapping = "m.yaml";
  r.overlays = {"o.yaml"};
  r.set = {"cores.0.lanes=3"};
  r.dim = 512;
  EXPECT_EQ(override_suffix(r.given(), 7),
            " (mapping m.yaml, overlay o.yaml, cores.0.lanes=3, dim 512, context 7)");
  EXPECT_EQ(override_suffix({}), "");
}

TEST(BoardRequest, ABoardThatIsReadIsChangedInTheSameOrder) {
  const auto board = load<BoardSpec>(u250().board);
  BoardChange change;
  change.mapping = load<MappingSpec>(config("mappings/whole_model_on_core.yaml"));
  change.overrides = {{"mapping.lm_head", "excluded"}, {"cores.0.lanes", "2"}};
  change.dim = 512;
  const BoardSpec changed = prepare(board, change);
  EXPECT_EQ(changed.mapping.lm_head, Target::excluded);
  EXPECT_EQ(changed.mapping.embedding, change.mapping->embedding);
  EXPECT_EQ(changed.cores[0].lanes, 2U);
  EXPECT_EQ(changed.cores[0].core.vector_length, 512U);
}

}  // namespace
}  // namespace tritsim
