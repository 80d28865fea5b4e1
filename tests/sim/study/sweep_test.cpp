// SPDX-License-Identifier: Apache-2.0
#include <csignal>
#include <filesystem>
#include <map>
#include <random>

#include <gtest/gtest.h>
#include <unistd.h>

#include "arch/base/problems.hpp"
#include "sim/study/sweep_front.hpp"
#include "sim/study/sweep_plan.hpp"
#include "sim/study/worker_pool.hpp"
#include "tests/sim/shipped.hpp"

namespace tritsim {
namespace {

std::map<std::size_t, WorkOutcome> outcomes(std::size_t items, const WorkerPoolOptions& options,
                                            const std::function<std::string(std::size_t)>& work) {
  std::map<std::size_t, WorkOutcome> all;
  run_in_workers(items, options, work, [&](const WorkOutcome& o) {
    EXPECT_TRUE(all.emplace(o.item, o).second) << o.item << " ended twice";
  });
  return all;
}

TEST(WorkerPool, DoesEveryPieceOnceWhateverTheNumberOfWorkers) {
  for (const unsigned workers : {1U, 2U, 7U}) {
    const auto all =
        outcomes(50, {workers, 60}, [](std::size_t i) { return std::string(i * 1000, 'x'); });
    ASSERT_EQ(all.size(), 50U);
    for (const auto& [item, o] : all) {
      EXPECT_EQ(o.end, WorkOutcome::End::done);
      EXPECT_EQ(o.text.size(), item * 1000);
    }
  }
}

TEST(WorkerPool, DoesEveryPieceOnceHoweverManyAreInARow) {
  for (const std::size_t in_a_row : {2U, 5U, 1000U}) {
    const WorkerPoolOptions options{3, 60, in_a_row};
    const auto all = outcomes(101, options, [](std::size_t i) {
      if (i == 40) std::raise(SIGKILL);
      if (i % 10 == 0) usleep(2000);
      return std::to_string(i);
    });
    ASSERT_EQ(all.size(), 101U);
    for (const auto& [item, o] : all) {
      EXPECT_EQ(o.end, item == 40 ? WorkOutcome::End::crashed : WorkOutcome::End::done);
      EXPECT_TRUE(item == 40 || o.text == std::to_string(item)) << o.text;
    }
  }
}

TEST(WorkerPool, GivesNeighboursToOneWorker) {
  std::map<std::string, std::size_t> changes;
  std::string before;
  for (const auto& [item, o] : outcomes(64, {2, 60, 8}, [](std::size_t) {
         usleep(1000);
         return std::to_string(getpid());
       })) {
    if (o.text != before) ++changes[o.text];
    before = o.text;
  }
  EXPECT_EQ(changes.size(), 2U);
  for (const auto& [pid, n] : changes) EXPECT_LE(n, 8U);
}

TEST(WorkerPool, GoesOnAfterDeathsAndSaysWhy) {
  const auto all = outcomes(12, {2, 60}, [](std::size_t i) {
    if (i % 4 == 1) std::raise(SIGKILL);
    if (i % 4 == 2) _exit(7);
    return std::to_string(i);
  });
  ASSERT_EQ(all.size(), 12U);
  for (const auto& [item, o] : all) {
    const bool dies = item % 4 == 1 || item % 4 == 2;
    EXPECT_EQ(o.end, dies ? WorkOutcome::End::crashed : WorkOutcome::End::done) << item;
  }
  EXPECT_EQ(all.at(1).text, "killed by signal 9 (Killed)");
  EXPECT_EQ(all.at(2).text, "ended with code 7");
}

TEST(WorkerPool, StopsWhatTakesTooLong) {
  const auto all = outcomes(6, {2, 0.3}, [](std::size_t i) {
    if (i == 2) sleep(100);
    return std::string("done");
  });
  ASSERT_EQ(all.size(), 6U);
  for (const auto& [item, o] : all) {
    EXPECT_EQ(o.end, item == 2 ? WorkOutcome::End::timed_out : WorkOutcome::End::done) << item;
  }
}

TEST(ParetoFront, IsWhatComparingAllPairsGives) {
  std::mt19937 random(5);
  for (int round = 0; round < 50; ++round) {
    std::vector<std::vector<double>> costs(60);
    for (auto& c : costs) {
      for (int i = 0; i < 1 + round % 3; ++i) c.push_back(static_cast<double>(random() % 12));
    }
    const auto front = pareto_front(costs);
    for (std::size_t i = 0; i < costs.size(); ++i) {
      bool is_beaten = false;
      for (const auto& other : costs) {
        bool no_worse = true;
        for (std::size_t k = 0; k < other.size(); ++k) no_worse &= other[k] <= costs[i][k];
        is_beaten |= no_worse && other != costs[i];
      }
      EXPECT_EQ(front[i], !is_beaten);
    }
  }
}

class SweepFiles : public testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(directory_); }

  void TearDown() override { std::filesystem::remove_all(directory_); }

  [[nodiscard]] std::string file(const std::string& name) const {
    return (directory_ / name).string();
  }

  const std::filesystem::path directory_ =
      std::filesystem::path(testing::TempDir()) / ("sweep_" + std::to_string(getpid()));
  const SweepSpec sweep_ = load_sweep(test::config("sweeps/u250_370m.yaml"));
};

SweepRow row(std::uint64_t point, const std::string& digest, const std::string& status = "ok") {
  SweepRow r;
  r.point = point;
  r.digest = digest;
  r.status = status;
  r.axes = {1.0, 2.0, std::string("[0]")};
  return r;
}

TEST_F(SweepFiles, SkipAndShardsChoosePointsAndEveryPointIsInOneShard) {
  SweepSpec sweep = sweep_;
  sweep.skip = {"lanes > 8", "width = 32 AND channels = '[0]'"};
  SweepBinder binder(sweep);
  const auto all = plan_sweep(sweep, binder, {});
  EXPECT_EQ(all.size(), 4U * 5 * 4 - 4);  // lanes 2, 4, 6, 8
  std::map<std::uint64_t, std::string> shards;
  for (std::uint64_t part = 1; part <= 3; ++part) {
    for (const auto& p : plan_sweep(sweep, binder, {part, 3})) {
      EXPECT_TRUE(shards.emplace(p.point, p.digest).second);
    }
  }
  ASSERT_EQ(shards.size(), all.size());
  for (const auto& p : all) EXPECT_EQ(shards.at(p.point), p.digest);
}

TEST_F(SweepFiles, ResumingRunsWhatIsMissingAndRefusesWhatHasChanged) {
  SweepBinder binder(sweep_);
  SweepStore store = SweepStore::create(file("a.sqlite"), "{}", {}, binder.grid());
  const std::vector<PlannedPoint> plan{{0, "a"}, {1, "b"}, {2, "c"}, {5, "d"}};
  store.put(row(0, "a"));
  store.put(row(2, "c", "crashed"));
  const auto missing = [&](const ResumePolicy& policy) {
    std::vector<std::uint64_t> points;
    for (const auto& p : missing_points(store, plan, binder.grid(), policy, "a.sqlite")) {
      points.push_back(p.point);
    }
    return points;
  };
  EXPECT_EQ(missing({}), (std::vector<std::uint64_t>{1, 5}));
  EXPECT_EQ(missing({false, true}), (std::vector<std::uint64_t>{1, 2, 5}));
  store.put(row(1, "other"));
  EXPECT_THROW(static_cast<void>(missing({})), ConfigError);
  EXPECT_EQ(store.known().size(), 2U) << "nothing was removed";
  EXPECT_EQ(missing({true, false}), (std::vector<std::uint64_t>{1, 2, 5}));
  EXPECT_EQ(store.known().size(), 1U);
}

TEST_F(SweepFiles, MergingKeepsEveryRowAndRefusesAnotherSweep) {
  const SweepGrid grid = make_grid(sweep_);
  {
    SweepStore a = SweepStore::create(file("a.sqlite"), "{}", {}, grid);
    a.put(row(0, "a"));
    SweepStore b = SweepStore::create(file("b.sqlite"), "{}", {}, grid);
    b.put(row(0, "a"));
    b.put(row(1, "b"));
    SweepStore c = SweepStore::create(file("c.sqlite"), "{}", {}, grid);
    c.put(row(1, "other"));
    static_cast<void>(SweepStore::create(file("d.sqlite"), "{\"x\": 1}", {}, grid));
  }
  SweepStore all = SweepStore::create(file("all.sqlite"), "{}", {}, grid);
  all.merge(file("a.sqlite"));
  all.merge(file("b.sqlite"));
  EXPECT_EQ(all.known().size(), 2U);
  EXPECT_THROW(all.merge(file("c.sqlite")), ConfigError);
  EXPECT_THROW(all.merge(file("d.sqlite")), ConfigError);
  EXPECT_EQ(all.known().at(1).digest, "b");
}

TEST_F(SweepFiles, OnlyADatabaseOfASweepIsOpened) {
  write_file(file("text"), "no database");
  EXPECT_THROW(static_cast<void>(SweepStore::open(file("text"), Database::Mode::read)),
               ConfigError);
  EXPECT_THROW(static_cast<void>(SweepStore::open(file("none"), Database::Mode::read)),
               ConfigError);
  EXPECT_FALSE(std::filesystem::exists(file("none")));
}

}  // namespace
}  // namespace tritsim
