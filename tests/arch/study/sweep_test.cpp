// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <set>

#include <gtest/gtest.h>

#include "arch/base/reader.hpp"
#include "arch/study/sweep_point.hpp"
#include "tests/support/files.hpp"

namespace tritsim {
namespace {

using Texts = std::vector<std::string>;

Texts values_of(const SweepAxis& axis) {
  Texts values;
  const auto fault = expand_axis(axis, 0, values);
  return fault ? Texts{"fault: " + fault->key + ": " + fault->what} : values;
}

SweepAxis listed(const std::string& name, const std::string& path, Texts values) {
  SweepAxis axis;
  axis.name = name;
  axis.path = path;
  axis.values = std::move(values);
  return axis;
}

SweepAxis ranged(const std::string& from, const std::string& to, const std::string& step) {
  SweepAxis axis;
  axis.range = SweepRange{from, to, step};
  return axis;
}

SweepAxis logarithmic(const std::string& from, const std::string& to, std::uint32_t points,
                      bool whole = false) {
  SweepAxis axis;
  axis.log = SweepLog{from, to, points, whole};
  return axis;
}

TEST(SweepAxes, RangesHaveTheirEndsAndStopBeforeTheyPassThem) {
  EXPECT_EQ(values_of(ranged("2", "8", "2")), (Texts{"2", "4", "6", "8"}));
  EXPECT_EQ(values_of(ranged("2", "7", "2")), (Texts{"2", "4", "6"}));
  EXPECT_EQ(values_of(ranged("3", "3", "1")), (Texts{"3"}));
  EXPECT_EQ(values_of(ranged("100 MHz", "200 MHz", "50 MHz")),
            (Texts{"100 MHz", "150 MHz", "200 MHz"}));
  const Texts tenths = values_of(ranged("0.1", "1", "0.1"));
  EXPECT_EQ(tenths, (Texts{"0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7", "0.8", "0.9", "1"}));
}

TEST(SweepAxes, LogarithmsHaveBothEnds) {
  EXPECT_EQ(values_of(logarithmic("32", "512", 5)), (Texts{"32", "64", "128", "256", "512"}));
  EXPECT_EQ(values_of(logarithmic("1 ns", "100 ns", 3)), (Texts{"1 ns", "10 ns", "100 ns"}));
  EXPECT_EQ(values_of(logarithmic("1", "4", 7, true)), (Texts{"1", "2", "3", "4"}));
}

TEST(SweepAxes, BetweenTwoEndsTakeTheMiddlesOfEqualParts) {
  const auto values = [](const SweepBetween& between, std::uint64_t levels) {
    SweepAxis axis;
    axis.between = between;
    Texts out;
    const auto fault = expand_axis(axis, levels, out);
    return fault ? Texts{fault->key + ": " + fault->what} : out;
  };
  EXPECT_EQ(values({"100 MHz", "200 MHz"}, 4),
            (Texts{"112.5 MHz", "137.5 MHz", "162.5 MHz", "187.5 MHz"}));
  EXPECT_EQ(values({"1", "10000", true}, 2), (Texts{"10", "1000"}));
  EXPECT_EQ(values({"1", "2"}, 0), Texts{"between: has no grid"});
  EXPECT_EQ(values({"0", "2", true}, 5), Texts{"between.from: '0' is not above zero"});
  EXPECT_EQ(values({"1 B", "2 KiB"}, 5), Texts{"between.to: is in 'KiB', the first value in 'B'"});
}

TEST(SweepAxes, FaultsAreTold) {
  EXPECT_EQ(values_of({}), (Texts{"fault: : has no values"}));
  EXPECT_EQ(values_of(ranged("8", "2", "1")), (Texts{"fault: range.to: '2' is less than '8'"}));
  EXPECT_EQ(values_of(ranged("1", "2 MHz", "1")),
            (Texts{"fault: range.to: is in 'MHz', the first value in ''"}));
  EXPECT_EQ(values_of(ranged("1", "2", "0")),
            (Texts{"fault: range.step: '0' is not a number above zero"}));
  EXPECT_EQ(values_of(logarithmic("0", "2", 3)), (Texts{"fault: log.from: '0' is not above zero"}));
  EXPECT_EQ(values_of(listed("a", "board", {"1", "1"})),
            (Texts{"fault: values.1: '1' is given twice"}));
}

TEST(SweepAxes, AreComparedInBaseUnits) {
  EXPECT_EQ(axis_number("12"), 12.0);
  EXPECT_EQ(axis_number("150 MHz"), 150e6);
  EXPECT_EQ(axis_number("4 KiB"), 4096.0);
  EXPECT_EQ(axis_number("lru"), std::nullopt);
  EXPECT_EQ(axis_number("[0, 1]"), std::nullopt);
}

/// 2 x (3, zipped with 3) x 2.
SweepSpec small_sweep() {
  SweepSpec sweep;
  sweep.axes.resize(3);
  sweep.axes[0].axis = listed("a", "board.cores.0.lanes", {"1", "2"});
  sweep.axes[1].zip = {listed("b", "model.dimensions.layers", {"1", "2", "3"}),
                       listed("c", "model.dimensions.hidden", {"64", "128", "256"})};
  sweep.axes[2].axis = listed("d", "workload.batch", {"1", "2"});
  return sweep;
}

TEST(SweepGrids, AreTheProductOfTheDimensionsTheLastOneFastest) {
  const SweepGrid grid = make_grid(small_sweep());
  ASSERT_EQ(grid.size(), 12U);
  EXPECT_EQ(grid.label(0), "a = 1, b = 1, c = 64, d = 1");
  EXPECT_EQ(grid.label(1), "a = 1, b = 1, c = 64, d = 2");
  EXPECT_EQ(grid.label(2), "a = 1, b = 2, c = 128, d = 1");
  EXPECT_EQ(grid.label(11), "a = 2, b = 3, c = 256, d = 2");
  std::set<std::string> labels;
  for (std::uint64_t p = 0; p < grid.size(); ++p) labels.insert(grid.label(p));
  EXPECT_EQ(labels.size(), 12U);
}

TEST(SweepSamples, AreDistinctAndDependOnTheSeedAlone) {
  SweepSpec sweep;
  sweep.axes.resize(2);
  sweep.axes[0].axis = ranged("0", "99", "1");
  sweep.axes[1].axis = ranged("0", "49", "1");
  const SweepGrid grid = make_grid(sweep);
  const auto chosen = choose_points(grid, {Sampling::random, 200, 7});
  EXPECT_EQ(chosen.size(), 200U);
  EXPECT_EQ(std::set<std::uint64_t>(chosen.begin(), chosen.end()).size(), 200U);
  EXPECT_LT(chosen.back(), grid.size());
  EXPECT_EQ(chosen, choose_points(grid, {Sampling::random, 200, 7}));
  EXPECT_NE(chosen, choose_points(grid, {Sampling::random, 200, 8}));
  EXPECT_EQ(choose_points(grid, {Sampling::random, 1 << 20, 7}).size(), grid.size());
}

TEST(SweepSamples, OfALatinHypercubeHaveEveryValueEquallyOften) {
  SweepSpec sweep;
  sweep.axes.resize(2);
  sweep.axes[0].axis = ranged("0", "19", "1");
  sweep.axes[1].axis = ranged("0", "9", "1");
  const SweepGrid grid = make_grid(sweep);
  const auto chosen = choose_points(grid, {Sampling::latin_hypercube, 20, 3});
  std::map<std::size_t, int> first;
  for (const std::uint64_t p : chosen) ++first[grid.at(p)[0]];
  EXPECT_EQ(chosen.size(), 20U);  // only the first dimension distinguishes them
  EXPECT_EQ(first.size(), 20U);
  std::map<std::size_t, int> second;
  for (const std::uint64_t p : chosen) ++second[grid.at(p)[1]];
  EXPECT_EQ(second.size(), 10U);
  for (const auto& [value, times] : second) EXPECT_EQ(times, 2) << value;
}

SweepSpec shipped() {
  return load_sweep(test::source_dir() + "configs/sweeps/u250_370m.yaml");
}

TEST(SweepSamples, OfALatinHypercubeTakeEveryPartBetweenTwoEndsOnce) {
  SweepSpec sweep = shipped();
  for (SweepDimension& d : sweep.axes) {
    d.axis.range.reset();
    d.axis.log.reset();
    d.axis.values.clear();
    d.axis.between = SweepBetween{"1", "100"};
  }
  sweep.sampling = {Sampling::latin_hypercube, 20, 3};
  const SweepGrid grid = make_grid(sweep);
  const auto points = choose_points(grid, sweep.sampling);
  EXPECT_EQ(points.size(), 20U);
  for (std::size_t d = 0; d < grid.sizes.size(); ++d) {
    std::set<std::size_t> taken;
    for (const std::uint64_t p : points) taken.insert(grid.at(p)[d]);
    EXPECT_EQ(taken.size(), 20U) << d;
  }
}

TEST(SweepGrids, NumberAndPlaceAreTheSameThing) {
  const SweepGrid grid = make_grid(shipped());  // every dimension has one axis
  for (std::uint64_t p = 0; p < grid.size(); ++p) EXPECT_EQ(grid.number(grid.at(p)), p);
}

TEST(SweepPoints, AreTheBaseWithTheValuesPutIn) {
  SweepBinder binder(shipped());
  const SweepBase first = binder.bind(0);
  EXPECT_EQ(first.board->cores[0].lanes, 2U);
  EXPECT_EQ(first.board->cores[0].core.ternary->ternaries_per_cycle, 32U);
  EXPECT_EQ(first.board->cores[0].channels, (std::vector<std::uint32_t>{0}));
  const SweepBase last = binder.bind(binder.grid().size() - 1);
  EXPECT_EQ(last.board->cores[0].lanes, 24U);
  EXPECT_EQ(last.board->cores[0].core.ternary->ternaries_per_cycle, 512U);
  EXPECT_EQ(last.board->cores[0].channels, (std::vector<std::uint32_t>{0, 1, 2, 3}));
  EXPECT_EQ(last.model, first.model);
}

TEST(SweepPoints, HaveADigestOfTheirOwn) {
  SweepBinder binder(shipped());
  std::set<std::string> digests;
  for (std::uint64_t p = 0; p < binder.grid().size(); ++p)
    digests.insert(digest_of(binder.bind(p)));
  EXPECT_EQ(digests.size(), binder.grid().size());
  SweepSpec other = shipped();
  other.base.board->name = "another";
  EXPECT_FALSE(digests.contains(digest_of(SweepBinder(other).bind(0))));
}

TEST(SweepPoints, HaveADigestOfValuesNotOfTexts) {
  const SweepSpec sweep = shipped();
  SweepSpec same = sweep;
  ASSERT_EQ(same.axes[0].axis.name, "lanes");
  same.axes[0].axis.range.reset();
  same.axes[0].axis.values = {"2", "4", "6", "8", "10", "12", "14", "16", "18", "20", "22", "24"};
  EXPECT_EQ(digest_of(SweepBinder(sweep).bind(0)), digest_of(SweepBinder(same).bind(0)));
  const SweepBase point = SweepBinder(sweep).bind(0);
  const auto changed = [&](auto&& change) {
    SweepBase other = point;
    change(other);
    EXPECT_NE(digest_of(other), digest_of(point));
  };
  changed([](SweepBase& p) { p.board->power.idle.low = Power{1}; });
  changed([](SweepBase& p) { p.board->cores[0].core.instructions.begin()->second.latency += 1; });
  changed([](SweepBase& p) { p.board->cores[0].core.source += "x"; });
  changed([](SweepBase& p) { p.model.set("layers", p.model.size("layers") + 1); });
  changed([](SweepBase& p) { p.workload.prompt += 1; });
  changed([](SweepBase& p) { p.board->mapping.export_sums = Export::at_once; });
}

TEST(SweepPoints, TakeFilesAndValuesInsideThemAtOnce) {
  SweepSpec sweep = shipped();
  sweep.axes.resize(2);
  sweep.axes[0].axis = {};
  sweep.axes[0].axis.name = "model";
  sweep.axes[0].axis.path = "model";
  for (const char* name : {"370m", "1.3b"}) {
    sweep.axes[0].axis.files.push_back(test::source_dir() + "configs/models/mmfreelm_" + name +
                                       ".yaml");
  }
  sweep.axes[1].axis = listed("layers", "model.dimensions.layers", {"1", "3"});
  SweepBinder binder(sweep);
  EXPECT_EQ(binder.bind(1).model.size("hidden"), 1024U);
  EXPECT_EQ(binder.bind(1).model.size("layers"), 3U);
  EXPECT_EQ(binder.bind(2).model.size("hidden"), 2048U);
  EXPECT_EQ(binder.bind(2).model.size("layers"), 1U);
}

TEST(SweepPoints, NameThemselvesInTheirProblems) {
  SweepSpec sweep = shipped();
  sweep.axes.resize(1);
  sweep.axes[0].axis = listed("lanes", "board.cores.0.lanes", {"4", "0"});
  SweepBinder binder(sweep);
  EXPECT_NO_THROW(static_cast<void>(binder.bind(0)));
  try {
    static_cast<void>(binder.bind(1));
    FAIL() << "accepted";
  } catch (const ConfigError& e) {
    const auto named = problems_of_point(e, binder.grid(), 1);
    ASSERT_EQ(named.size(), 1U);
    EXPECT_NE(named[0].what.find("[point 1: lanes = 0]"), std::string::npos) << named[0].what;
  }
}

TEST(SweepPoints, HaveTheOverlayOfTheSweepUnlessAnAxisSetsIt) {
  SweepSpec sweep = shipped();
  const std::string before = digest_of(SweepBinder(sweep).bind(0));
  sweep.overlay = OverlayFile{
      "test", {{"power.idle", "41 W", "30 W", "60 W", "a fit", Confidence::calibrated}}};
  EXPECT_EQ(SweepBinder(sweep).bind(0).board->power.idle.value, 41.0_W);
  EXPECT_EQ(SweepBinder(sweep).bind(0).board->power.idle.source, "a fit");
  EXPECT_NE(digest_of(SweepBinder(sweep).bind(0)), before);
  sweep.axes.resize(1);
  sweep.axes[0].axis = listed("idle", "board.power.idle.value", {"42 W", "43 W"});
  EXPECT_EQ(SweepBinder(sweep).bind(1).board->power.idle.value, 43.0_W);
  EXPECT_EQ(SweepBinder(sweep).bind(1).board->power.idle.high, 60.0_W);
  sweep.overlay->coefficients[0].path = "power.idel";
  EXPECT_THROW(static_cast<void>(SweepBinder(sweep).bind(0)), ConfigError);
}

TEST(SweepPoints, HaveTheMappingOfTheSweep) {
  SweepSpec sweep = shipped();
  sweep.axes.resize(1);
  sweep.axes[0].axis = listed("spill", "mapping.spill", {"lru", "belady"});
  EXPECT_EQ(SweepBinder(sweep).bind(1).board->mapping.spill, Spill::belady);
  sweep.base.mapping = MappingSpec{};
  sweep.base.mapping->lm_head = Target::core;
  const SweepBase point = SweepBinder(sweep).bind(1);
  EXPECT_EQ(point.board->mapping.spill, Spill::belady);
  EXPECT_EQ(point.board->mapping.lm_head, Target::core);
}

}  // namespace
}  // namespace tritsim
