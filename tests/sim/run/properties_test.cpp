// SPDX-License-Identifier: Apache-2.0
// What must hold for every board: more hardware is never slower, no work costs no dynamic energy,
// the order of independent keys says nothing.
#include <algorithm>
#include <random>

#include <gtest/gtest.h>

#include "arch/base/writer.hpp"
#include "sim/result/energy.hpp"
#include "sim/run/run.hpp"
#include "tests/sim/shipped.hpp"

namespace tritsim {
namespace {

using test::board;
using test::tiny_model;

/// A U250 whose core and memory differ from the shipped ones, drawn at random.
BoardSpec random_board(std::mt19937& random) {
  const auto one_of = [&](std::initializer_list<double> values) {
    return *(values.begin() +
             std::uniform_int_distribution<std::ptrdiff_t>(0, std::ssize(values) - 1)(random));
  };
  BoardSpec b = board("u250_mmfree_24");
  for (CoreGroup& g : b.cores) {
    TernarySpec& t = *g.core.ternary;
    g.lanes = static_cast<std::uint32_t>(one_of({1, 2, 6, 14}));
    g.core.registers = static_cast<std::uint32_t>(one_of({4, 8}));
    g.core.clock = Frequency{one_of({200e6, 300e6, 333e6})};
    t.ternaries_per_cycle = static_cast<std::uint32_t>(one_of({64, 128, 512}));
    t.fetch.outstanding = static_cast<std::uint32_t>(one_of({1, 2, 4}));
    t.fifo = Bytes{4096.0 * 8};
    g.core.memory_port = Bytes{one_of({16, 64})};
  }
  return b;
}

Time elapsed(const BoardSpec& b, const Workload& w = {0, 2, 0}) {
  return run_model(b, tiny_model(1), w).elapsed;
}

TEST(Properties, MoreHardwareIsNeverSlower) {
  std::mt19937 random(7);
  for (int n = 0; n < 12; ++n) {
    const BoardSpec b = random_board(random);
    const Time before = elapsed(b);
    // Refreshes and rows are met elsewhere, and one more weight request in flight precedes a
    // vector: one per mille at most.
    const Time slack = before * 1e-3;
    BoardSpec better = b;
    for (CoreGroup& g : better.cores) g.core.ternary->fetch.outstanding *= 2;
    EXPECT_LE(elapsed(better), before + slack) << "outstanding, case " << n;
    better = b;
    for (CoreGroup& g : better.cores) g.core.memory_port = g.core.memory_port * 2;
    EXPECT_LE(elapsed(better), before + slack) << "port, case " << n;
    better = b;
    for (CoreGroup& g : better.cores) g.core.ternary->ternaries_per_cycle *= 2;
    EXPECT_LE(elapsed(better), before + slack) << "adders, case " << n;
    better = b;
    for (CoreGroup& g : better.cores) g.core.clock = g.core.clock * 1.25;
    EXPECT_LE(elapsed(better), before + slack) << "clock, case " << n;
  }
}

TEST(Properties, MoreLanesServeABatchNoSlower) {
  // Batches that fill every lane: a smaller one fills kernel after kernel, not all alike.
  for (const std::uint32_t batch : {1U, 56U, 112U}) {
    Time before{1e9};
    for (const std::uint32_t lanes : {1U, 2U, 6U, 14U}) {
      BoardSpec b = board("u250_mmfree_24");
      for (CoreGroup& g : b.cores) g.lanes = lanes;
      const Time now = elapsed(b, {0, 2, batch});
      EXPECT_LE(now, before) << batch << " sequences on " << lanes << " lanes a kernel";
      before = now;
    }
  }
}

TEST(Properties, ZeroWorkCostsNoDynamicEnergy) {
  for (const char* name : {"u250_mmfree_48", "d5005_mmfree", "k26_mmfree"}) {
    Result nothing;
    nothing.board = board(name);
    const EnergyAccount a = price(nothing);
    for (const EnergyTerm& t : a.terms) EXPECT_EQ(t.energy().value, Energy{}) << name << t.cause;
  }
}

/// The keys of every map the other way round.
Node turned(Node n) {
  for (Node& item : n.items) item = turned(std::move(item));
  for (Node::Entry& e : n.entries) e.value = turned(std::move(e.value));
  std::reverse(n.entries.begin(), n.entries.end());
  return n;
}

TEST(Properties, TheOrderOfKeysSaysNothing) {
  for (const char* name : {"u250_mmfree_48", "k26_mmfree"}) {
    const BoardSpec b = board(name);
    const std::string text = to_yaml(turned(Writer::write(b)));
    const auto other = load_text<BoardSpec>(text, "turned.yaml");
    EXPECT_EQ(other, b) << name;
    const Result one = run_model(b, tiny_model(1), {0, 2, 0});
    const Result two = run_model(other, tiny_model(1), {0, 2, 0});
    EXPECT_EQ(to_json(Writer::write(one)), to_json(Writer::write(two))) << name;
  }
}

}  // namespace
}  // namespace tritsim
