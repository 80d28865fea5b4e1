// SPDX-License-Identifier: Apache-2.0
#include "sim/study/search.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <random>

#include <gtest/gtest.h>

#include "sim/study/sweep_front.hpp"

namespace tritsim {
namespace {

using Costs = std::vector<double>;

const std::vector<std::size_t> sizes{24, 16, 8, 3};

/// Two costs that conflict along the first two axes; the last two only do harm.
Costs made_up(const GridPlace& p) {
  const double x = static_cast<double>(p[0]) / 23;
  const double y = static_cast<double>(p[1]) / 15;
  const double waste = static_cast<double>(p[2]) / 7 + static_cast<double>(p[3]) / 2;
  return {x + 0.3 * std::abs(y - x) + waste, 1 - std::sqrt(x) + 0.3 * std::abs(y - x) + waste};
}

/// All places that a search asks for, with their costs.
std::map<GridPlace, Costs> searched(const SearchOptions& options,
                                    const std::function<Costs(const GridPlace&)>& cost,
                                    std::vector<std::size_t>* batches = nullptr) {
  std::map<GridPlace, Costs> all;
  std::uint32_t generations = 0;
  search_front(
      sizes, 2, options,
      [&](const std::vector<GridPlace>& places) {
        std::vector<Costs> out;
        for (const GridPlace& p : places) out.push_back(all[p] = cost(p));
        if (batches != nullptr) batches->push_back(places.size());
        return out;
      },
      [&](std::uint32_t generation) { EXPECT_EQ(generation, generations++); });
  EXPECT_EQ(generations, options.generations + 1);
  return all;
}

double volume_of(const std::map<GridPlace, Costs>& all) {
  std::vector<Costs> costs;
  for (const auto& [place, cost] : all) {
    if (!cost.empty()) costs.push_back(cost);
  }
  return hypervolume(costs, {3, 3});
}

TEST(Search, FindsABetterFrontThanAsManyRandomPlaces) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const auto bred = searched({24, 20, seed}, made_up);
    std::mt19937_64 random(seed);
    std::map<GridPlace, Costs> drawn;
    while (drawn.size() < bred.size()) {
      GridPlace place;
      for (const std::size_t size : sizes) place.push_back(random() % size);
      drawn[place] = made_up(place);
    }
    EXPECT_GT(volume_of(bred), volume_of(drawn)) << seed;
  }
}

TEST(Search, AsksForWholeGenerationsOfPlacesOnTheGrid) {
  std::vector<std::size_t> batches;
  const auto all = searched({12, 5, 3}, made_up, &batches);
  EXPECT_EQ(batches, std::vector<std::size_t>(6, 12));
  for (const auto& [place, cost] : all) {
    ASSERT_EQ(place.size(), sizes.size());
    for (std::size_t d = 0; d < sizes.size(); ++d) EXPECT_LT(place[d], sizes[d]);
  }
}

TEST(Search, GoesTheSameWayWithTheSameSeedAlone) {
  EXPECT_EQ(searched({16, 6, 5}, made_up), searched({16, 6, 5}, made_up));
  EXPECT_NE(searched({16, 6, 5}, made_up), searched({16, 6, 6}, made_up));
}

TEST(Search, LeavesWhatIsNoCandidate) {
  const auto half = [](const GridPlace& p) { return p[0] < 12 ? Costs{} : made_up(p); };
  std::vector<GridPlace> last;
  search_front(
      sizes, 2, {24, 20, 1},
      [&](const std::vector<GridPlace>& places) {
        last = places;
        std::vector<Costs> out;
        for (const GridPlace& p : places) out.push_back(half(p));
        return out;
      },
      [](std::uint32_t) {});
  std::size_t candidates = 0;
  for (const GridPlace& p : last) candidates += p[0] < 12 ? 0 : 1;
  EXPECT_GT(candidates, 18U) << "of 24; at random 12";
}

TEST(Hypervolume, IsTheNumberOfCellsThatAreCovered) {
  std::mt19937 random(2);
  for (int round = 0; round < 20; ++round) {
    std::vector<Costs> costs(1 + random() % 8);
    for (Costs& c : costs) {
      for (int i = 0; i < 3; ++i) c.push_back(static_cast<double>(random() % 12));
    }
    int cells = 0;
    for (int x = 0; x < 10; ++x) {
      for (int y = 0; y < 10; ++y) {
        for (int z = 0; z < 10; ++z) {
          cells += std::any_of(costs.begin(), costs.end(),
                               [&](const Costs& c) { return c[0] <= x && c[1] <= y && c[2] <= z; });
        }
      }
    }
    EXPECT_NEAR(hypervolume(costs, {10, 10, 10}), cells, 1e-9);
  }
  EXPECT_EQ(hypervolume({}, {1, 1}), 0);
}

}  // namespace
}  // namespace tritsim
