// SPDX-License-Identifier: Apache-2.0
#include "sim/plan/kernel_addresses.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "sim/plan/capacity.hpp"
#include "sim/plan/plan_system.hpp"
#include "sim/run/run.hpp"
#include "tests/sim/shipped.hpp"

namespace tritsim {
namespace {

using test::tiny_model;

constexpr std::uint64_t page = 4096;

/// Kernels on one channel, each with the whole model.
BoardSpec kernels_on_one_channel(std::size_t kernels) {
  BoardSpec b = test::board("u250_mmfree_48");
  b.cores.resize(1);
  b.cores[0].core.attachment.reset();
  b.cores[0].channels.assign(kernels, 0);
  b.mapping.addresses.emplace();
  return b;
}

SystemPlan plan_of(const BoardSpec& b) {
  return plan_system(b, expand(tiny_model()), {b.lanes(), 1});
}

std::uint64_t first_weight(const KernelPlan& k) {
  std::uint64_t first = Symbol::unplaced;
  for (const Symbol& s : k.program->symbols) {
    if (s.kind == Symbol::Kind::matrix) first = std::min(first, s.address);
  }
  return first;
}

std::vector<std::uint64_t> first_weights(const SystemPlan& plan) {
  std::vector<std::uint64_t> all;
  for (const KernelPlan& k : plan.kernels) all.push_back(first_weight(k));
  return all;
}

/// Symbols of different kernels lie nowhere over each other.
void expect_places_of_their_own(const SystemPlan& plan) {
  std::vector<std::pair<std::uint64_t, std::uint64_t>> regions;
  for (const KernelPlan& k : plan.kernels) {
    for (const Symbol::Kind kind : {Symbol::Kind::matrix, Symbol::Kind::vector}) {
      std::uint64_t begin = Symbol::unplaced;
      for (const Symbol& s : k.program->symbols) {
        if (s.kind == kind) begin = std::min(begin, s.address);
      }
      regions.emplace_back(begin, footprint(*k.program, *k.core, k.lanes, {kind}));
    }
  }
  std::sort(regions.begin(), regions.end());
  for (std::size_t n = 1; n < regions.size(); ++n) {
    EXPECT_LE(regions[n - 1].second, regions[n].first) << n;
  }
}

TEST(KernelAddresses, BasesAreWhereWeightsBegin) {
  BoardSpec b = kernels_on_one_channel(3);
  b.mapping.addresses->base = {Bytes{0x8000000}, Bytes{0}, Bytes{0x4000000}};
  const SystemPlan plan = plan_of(b);
  EXPECT_EQ(first_weights(plan), (std::vector<std::uint64_t>{0x8000000, 0, 0x4000000}));
  expect_places_of_their_own(plan);
}

TEST(KernelAddresses, OffsetsCountFromMultiplesOfAlign) {
  BoardSpec b = kernels_on_one_channel(3);
  b.mapping.addresses->align = Bytes{65536};
  b.mapping.addresses->offset = {Bytes{2 * page}, Bytes{}, Bytes{5 * page}};
  const SystemPlan plan = plan_of(b);
  const std::vector<std::uint64_t> first = first_weights(plan);
  EXPECT_EQ(first[0], 2 * page);
  EXPECT_EQ(first[1] % 65536, 0U);
  EXPECT_EQ(first[2] % 65536, 5 * page);
  // No further than the next such place.
  const std::uint64_t weights =
      footprint(*plan.kernels[0].program, *plan.kernels[0].core, 1, {Symbol::Kind::matrix}) -
      first[0];
  EXPECT_LT(first[2], 3 * (weights + 65536));
  expect_places_of_their_own(plan);
}

TEST(KernelAddresses, HeadlineAutoStaggersOverTheBanks) {
  BoardSpec b = kernels_on_one_channel(4);
  b.mapping.addresses->stagger = Stagger::automatic;
  const SystemPlan plan = plan_of(b);
  const DramSpec& d = *b.memories[0].memory.dram;
  const AddressMap map = d.address_map();
  std::vector<std::uint32_t> banks;
  for (const std::uint64_t address : first_weights(plan)) {
    banks.push_back(map.decode(address / 64).bank);
  }
  EXPECT_EQ(banks, (std::vector<std::uint32_t>{0, 1, 2, 3}));
  expect_places_of_their_own(plan);
}

TEST(KernelAddresses, TheMemoryHoldsACopyForEachKernel) {
  BoardSpec b = kernels_on_one_channel(2);
  const auto need = [&] { return capacity_of(plan_of(b)).at(0).need.value; };
  const double copies = need();
  b.mapping.addresses.reset();
  const KernelPlan kernel = plan_of(b).kernels.at(0);
  const std::uint64_t weights =
      pages_of(*kernel.program, b.cores[0].core, kernel.lanes, {Symbol::Kind::matrix});
  EXPECT_NEAR(copies - need(), static_cast<double>(weights), 0.01 * static_cast<double>(weights));
}

TEST(KernelAddresses, WeightsOverEachOtherAreRefused) {
  BoardSpec b = kernels_on_one_channel(2);
  b.mapping.addresses->base = {Bytes{0}, Bytes{page}};
  try {
    static_cast<void>(plan_of(b));
    FAIL();
  } catch (const ConfigError& e) {
    EXPECT_NE(std::string(e.what()).find("begin at 0x1000"), std::string::npos) << e.what();
  }
}

TEST(KernelAddresses, TheSameBankCostsTime) {
  // Kernels that read their weights side by side, from rows of the same banks or of others.
  BoardSpec b = kernels_on_one_channel(4);
  b.memories[0].memory.dram->address = "row bank column group";
  const auto run = [&](std::vector<Bytes> offsets) {
    b.mapping.addresses->align = Bytes{double(b.memories[0].memory.dram->bank_period())};
    b.mapping.addresses->offset = std::move(offsets);
    return run_model(b, tiny_model(), {0, 1, 0});
  };
  const double bank = static_cast<double>(b.memories[0].memory.dram->bank_period()) / 4;
  const Result same = run(std::vector<Bytes>(4));
  const Result apart = run({Bytes{}, Bytes{bank}, Bytes{2 * bank}, Bytes{3 * bank}});
  EXPECT_GT(same.elapsed, apart.elapsed);
}

}  // namespace
}  // namespace tritsim
