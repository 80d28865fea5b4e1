// SPDX-License-Identifier: Apache-2.0
#include "sim/study/sweep_expression.hpp"

#include <filesystem>

#include <gtest/gtest.h>
#include <unistd.h>

#include "arch/base/reader.hpp"
#include "sim/study/sweep_costs.hpp"
#include "tests/sim/shipped.hpp"

namespace tritsim {
namespace {

std::string sides(const std::string& expression) {
  const auto found = comparison_of(expression);
  return found ? found->left + " | " + found->right : "none";
}

TEST(SweepExpressions, HaveTwoSidesIfTheyAreOneComparison) {
  EXPECT_EQ(sides("power_w < 75"), "power_w | 75");
  EXPECT_EQ(sides("0.3>=power_w / tokens_per_s"), "0.3 | power_w / tokens_per_s");
  EXPECT_EQ(sides("max(a < 2, b) <= 4"), "max(a < 2, b) | 4");
  EXPECT_EQ(sides("\"or\" = '< and'"), "\"or\" | '< and'");
  EXPECT_EQ(sides("android < 3"), "android | 3");
  for (const char* other : {"a < 1 AND b < 2", "NOT a < 1", "a BETWEEN 1 AND 2", "a IN (1)", "fits",
                            "a <> 1", "a != 1", "1 < a < 2", "a < ", "a IS NULL"}) {
    EXPECT_EQ(sides(other), "none") << other;
  }
}

TEST(SweepExpressions, HaveNoParametersAndAnEnd) {
  Database memory(":memory:", Database::Mode::create);
  memory.run("CREATE TABLE t (a)");
  memory.run("INSERT INTO t VALUES (1)");
  EXPECT_NO_THROW(check_expression(memory, "t", "a < '?'"));
  for (const char* parameter : {"a < ?", "a < ?3", "a < :x", "a < @x", "a < $x"}) {
    EXPECT_THROW(check_expression(memory, "t", parameter), SqlError) << parameter;
  }
  const std::string endless =
      "SELECT (WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) "
      "SELECT count(*) FROM c) FROM t";
  memory.limit_work(1'000'000);
  EXPECT_THROW(memory.prepare(endless).step(), SqlError);
  memory.limit_work(1'000'000);
  EXPECT_TRUE(memory.prepare("SELECT count(*) FROM t").step()) << "a limit is of one use";
}

/// A database of four points: lanes 1 to 4, that many watts and a hundred times the tokens.
class FourPoints : public testing::Test {
 protected:
  FourPoints() : file_(testing::TempDir() + "four_" + std::to_string(getpid()) + ".sqlite") {
    std::filesystem::remove(file_);
    sweep_.name = "four";
    sweep_.axes.resize(1);
    sweep_.axes[0].axis.name = "lanes";
    sweep_.axes[0].axis.path = "board.cores.0.lanes";
    sweep_.axes[0].axis.values = {"1", "2", "3", "4"};
    sweep_.objectives = {{"tokens_per_s", Goal::max}, {"power_w", Goal::min}};
    store_.emplace(SweepStore::create(file_, "{}", {}, make_grid(sweep_)));
  }

  ~FourPoints() override { std::filesystem::remove(file_); }

  void put(std::uint64_t point, std::optional<double> device_share, const std::string& status) {
    SweepRow row;
    row.point = point;
    row.digest = "d";
    row.status = status;
    row.reason = status == "ok" ? "" : "the weights do not fit";
    row.axes = {static_cast<double>(point + 1)};
    if (status == "ok") {
      for (const std::string& metric : sweep_metrics()) {
        Cell cell;
        if (metric == "power_w") cell = static_cast<double>(point + 1);
        if (metric == "tokens_per_s") cell = 100.0 * static_cast<double>(point + 1);
        if (device_share && metric == "device_share") cell = *device_share;
        if (device_share && metric == "fits") cell = *device_share <= 1 ? 1.0 : 0.0;
        row.metrics.push_back(cell);
      }
      row.components =
          R"({"ddr": {"energy_j": {"low": 1, "value": 2, "high": 3}, "dynamic_j": 2, "static_j": 0}})";
    }
    store_->put(row);
  }

  std::string nothing(Size size = Size::fits) {
    return nothing_feasible(store_->database(), sweep_, make_grid(sweep_), size);
  }

  std::string file_;
  SweepSpec sweep_;
  std::optional<SweepStore> store_;
};

TEST_F(FourPoints, HeadlineWhatDoesNotFitTheDeviceIsOnNoFront) {
  for (std::uint64_t p = 0; p < 4; ++p) put(p, p < 2 ? 0.5 : 1.5, "ok");
  const auto points = [&](Size size) {
    std::vector<std::uint64_t> out;
    for (const Candidate& c : candidates(store_->database(), sweep_, size)) out.push_back(c.point);
    return out;
  };
  EXPECT_EQ(points(Size::fits), (std::vector<std::uint64_t>{0, 1}));
  EXPECT_EQ(points(Size::any), (std::vector<std::uint64_t>{0, 1, 2, 3}));
  EXPECT_EQ(nothing(), "");
}

TEST_F(FourPoints, OfADeviceThatIsNotDescribedAllFit) {
  put(0, {}, "ok");
  EXPECT_EQ(candidates(store_->database(), sweep_).size(), 1U);
}

TEST_F(FourPoints, HeadlineSaysWhichPointIsNearestWhereNoneIsFeasible) {
  EXPECT_EQ(nothing(), "") << "of no row nothing is said";
  put(0, 0.5, "failed");
  EXPECT_EQ(nothing(), "no point has a result; 1 of 1 cannot run: the weights do not fit");
  for (std::uint64_t p = 0; p < 4; ++p) put(p, p < 2 ? 0.5 : 1.5, "ok");
  sweep_.require = {"power_w < 0.5"};
  EXPECT_EQ(
      nothing(),
      "no point meets power_w < 0.5; nearest of the 4 with a result: point 0 (lanes = 1), with "
      "power_w = 1");
  sweep_.require = {"tokens_per_s >= 350"};
  EXPECT_EQ(
      nothing(),
      "no point meets all that is required at once: tokens_per_s >= 350 (1 does), the size of "
      "the device (2 do); nearest of the 4 with a result: point 3 (lanes = 4), with "
      "device_share = 1.5")
      << "a third too large is nearer than 43 % too slow";
  EXPECT_EQ(nothing(Size::any), "") << "of any size point 3 is fast enough";
  sweep_.require = {"lanes IN (7, 8)"};
  EXPECT_EQ(nothing(),
            "no point meets lanes IN (7, 8); nearest of the 4 with a result: point 0 (lanes = 1)");
}

TEST_F(FourPoints, ComponentsAreColumnsOfTheirOwn) {
  put(0, 0.5, "ok");
  make_results(store_->database(), sweep_);
  EXPECT_EQ(component_columns(store_->database()),
            (std::vector<std::string>{"components.ddr.energy_j", "components.ddr.energy_j_low",
                                      "components.ddr.energy_j_high", "components.ddr.dynamic_j",
                                      "components.ddr.static_j"}));
  Statement s = store_->database().prepare(
      "SELECT \"components.ddr.energy_j_high\" FROM results WHERE \"components.ddr.energy_j\" = 2");
  ASSERT_TRUE(s.step());
  EXPECT_EQ(std::get<std::int64_t>(s.cell(0)), 3);
}

/// What is said of a database when `work` is done with it.
template <class Work>
std::string fault_of(Work work) {
  try {
    work();
  } catch (const ConfigError& e) {
    return e.what();
  } catch (const std::exception& e) {
    return std::string("another kind: ") + e.what();
  }
  return "";
}

TEST_F(FourPoints, AFullDiskAndAMissingFileAreSaidByName) {
  put(0, 0.5, "ok");
  Database& db = store_->database();
  db.run("PRAGMA max_page_count = 1");
  const std::string full = fault_of([&] { db.run("CREATE TABLE t AS SELECT randomblob(9000)"); });
  EXPECT_NE(full.find(".sqlite: the disk is full; make room"), std::string::npos) << full;
  std::filesystem::remove(file_);
  const std::string gone = fault_of([&] { put(1, 0.5, "ok"); });
  EXPECT_NE(gone.find("has been deleted or replaced while the sweep ran"), std::string::npos)
      << gone;
}

}  // namespace
}  // namespace tritsim
