// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/sweep_run.hpp"

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <map>
#include <set>
#include <thread>

#include <fmt/format.h>

#include "arch/base/reader.hpp"
#include "arch/base/writer.hpp"
#include "sim/cli/cli.hpp"
#include "sim/cli/sweep_point.hpp"
#include "sim/cli/sweep_progress.hpp"
#include "sim/study/search.hpp"
#include "sim/study/sweep_costs.hpp"
#include "sim/study/sweep_front.hpp"

namespace tritsim {
namespace {

using Clock = std::chrono::steady_clock;

Shard shard_of(const std::string& text) {
  const auto slash = text.find('/');
  Shard shard;
  if (slash == std::string::npos || parse_scalar(text.substr(0, slash), shard.part) ||
      parse_scalar(text.substr(slash + 1), shard.parts) || shard.part < 1 ||
      shard.part > shard.parts) {
    throw ConfigError(fmt::format("--shard {}: write it as i/n, e.g. 1/4", text));
  }
  return shard;
}

SweepStore open_store(const SweepOptions& options, const std::string& description,
                      const BaseFiles& base, const SweepGrid& grid) {
  if (!std::filesystem::exists(options.output)) {
    return SweepStore::create(options.output, description, base, grid);
  }
  if (!options.resume) {
    throw ConfigError(fmt::format(
        "{}: already exists; add --resume to run what it lacks, or name another", options.output));
  }
  return SweepStore::open(options.output, Database::Mode::write);
}

/// A sweep that has been read, with its database and the processes that run it.
class SweepRun {
 public:
  SweepRun(const SweepOptions& options, const SweepSpec& sweep, SweepBinder& binder,
           const MakeTeam& make_team)
      : options_(options),
        sweep_(sweep),
        binder_(binder),
        description_(to_json(Writer::write(sweep))),
        base_(base_files(options.file)),
        store_(open_store(options, description_, base_, binder.grid())) {
    WorkerPoolOptions pool;
    pool.workers =
        options.jobs != 0 ? options.jobs : std::max(1U, std::thread::hardware_concurrency());
    pool.timeout_s = options.timeout_s;
    pool.in_a_row = 32;  // neighbours have the most in common
    PointWork work = make_point_work(binder);
    team_ = make_team ? make_team(description_, pool, work) : make_fork_team(pool, work);
  }

  /// All points of a plan.
  void run_plan(const std::vector<PlannedPoint>& plan, bool whole) {
    ResumePolicy policy = options_.policy;
    policy.unplanned = whole;
    const auto missing = missing_points(store_, plan, binder_.grid(), policy, options_.output);
    store_.describe(description_, base_);
    run(missing);
  }

  /// Generation by generation; points in the database are not run again, so that an interrupted
  /// search continues identically.
  void run_search() {
    store_.describe(description_, base_);
    std::vector<double> reference;
    search_front(
        binder_.grid().sizes, sweep_.objectives.size(),
        {sweep_.sampling.population, sweep_.sampling.generations, sweep_.sampling.seed},
        [&](const std::vector<GridPlace>& places) { return costs_of(places); },
        [&](std::uint32_t generation) { judge(generation, reference); });
  }

  /// Reports what has been run. Throws OutOfTolerance if the whole sweep has been run and no point
  /// meets its requirements.
  void summarise(bool whole) {
    fmt::print("{} points run in {:.1f} s ({:.1f} a second), {} without a result: {}\n", run_,
               seconds_, seconds_ > 0 ? static_cast<double>(run_) / seconds_ : 0, bad_,
               options_.output);
    const std::string nothing = nothing_feasible(store_.database(), sweep_, binder_.grid());
    store_.close_log();
    if (whole && !nothing.empty()) throw OutOfTolerance(nothing);
  }

 private:
  void run(const std::vector<PlannedPoint>& points) {
    std::vector<std::uint64_t> numbers;
    for (const PlannedPoint& p : points) numbers.push_back(p.point);
    SweepProgress progress(points.size());
    team_->run(
        numbers,
        [&](const WorkOutcome& outcome) {
          const SweepRow row = row_of(points[outcome.item], binder_.grid(), outcome);
          store_.put(row);
          progress.count(row.status == "ok");
        },
        [&] { progress.show(); });
    progress.finish();
    run_ += points.size();
    bad_ += progress.bad();
    seconds_ += progress.seconds();
  }

  std::vector<std::vector<double>> costs_of(const std::vector<GridPlace>& places) {
    std::vector<std::uint64_t> points;
    std::set<std::uint64_t> fresh;
    for (const GridPlace& place : places) {
      points.push_back(binder_.grid().number(place));
      if (!judged_.contains(points.back())) fresh.insert(points.back());
    }
    const auto kept =
        without_skipped(binder_.grid(), {fresh.begin(), fresh.end()}, sweep_.skip, binder_.place());
    std::vector<PlannedPoint> plan;
    for (const std::uint64_t point : kept) {
      try {
        plan.push_back({point, digest_of(binder_.bind(point))});
      } catch (const ConfigError& e) {
        const WorkOutcome refused{0, WorkOutcome::End::done, failed_answer(e.what()), 0};
        store_.put(row_of({point, "none"}, binder_.grid(), refused));
      }
    }
    ResumePolicy policy = options_.policy;
    policy.unplanned = false;
    run(missing_points(store_, plan, binder_.grid(), policy, options_.output));
    for (const Candidate& c : candidates(store_.database(), sweep_)) {
      if (fresh.contains(c.point)) costs_[c.point] = c.costs;
    }
    judged_.insert(fresh.begin(), fresh.end());
    std::vector<std::vector<double>> out;
    for (const std::uint64_t point : points) {
      const auto it = costs_.find(point);
      out.push_back(it == costs_.end() ? std::vector<double>{} : it->second);
    }
    return out;
  }

  void judge(std::uint32_t generation, std::vector<double>& reference) {
    std::vector<std::vector<double>> all;
    for (const auto& [point, costs] : costs_) all.push_back(costs);
    SearchStep step = search_step(all, reference);
    step.generation = generation;
    step.points = judged_.size();
    put_step(store_.database(), step);
    fmt::print("generation {}: {} points judged, {} on the front, hypervolume {:.6g}\n",
               step.generation, step.points, step.front, step.hypervolume);
    std::fflush(stdout);
  }

  const SweepOptions& options_;
  const SweepSpec& sweep_;
  SweepBinder& binder_;
  std::string description_;
  BaseFiles base_;
  SweepStore store_;
  std::unique_ptr<PointTeam> team_;
  std::size_t run_ = 0;
  std::size_t bad_ = 0;
  double seconds_ = 0;
  std::set<std::uint64_t> judged_;                      ///< by a search
  std::map<std::uint64_t, std::vector<double>> costs_;  ///< of those that are candidates
};

/// Adds what a file says to the overlay of the sweep; of one coefficient the last file counts.
void add_overlay(SweepSpec& sweep, const std::string& file) {
  auto more = load<OverlayFile>(file);
  if (!sweep.overlay) {
    sweep.overlay = std::move(more);
    return;
  }
  sweep.overlay->source += "; " + more.source;
  auto& all = sweep.overlay->coefficients;
  for (OverlayCoefficient& c : more.coefficients) {
    std::erase_if(all, [&](const OverlayCoefficient& known) { return known.path == c.path; });
    all.push_back(std::move(c));
  }
}

}  // namespace

PointWork make_point_work(SweepBinder& binder) {
  return [&binder, cache = std::make_shared<RunCache>()](std::uint64_t point) {
    return run_point(binder.bind(point), *cache);
  };
}

void run_sweep(SweepOptions options, const MakeTeam& make_team) {
  if (options.file.empty()) throw ConfigError("name the file of a sweep, e.g. sweep.yaml");
  if (options.output.empty()) {
    options.output = std::filesystem::path(options.file).stem().string() + ".sqlite";
  }
  const Shard shard = shard_of(options.shard);
  SweepSpec sweep = load_sweep(options.file);
  for (const std::string& file : options.overlays) add_overlay(sweep, file);
  SweepBinder binder(sweep, places_in(options.file));
  if (sweep.sampling.method == Sampling::nsga2) {
    if (shard.parts > 1) {
      throw ConfigError("--shard: a search needs the results of all its points; run it whole");
    }
    check_axes(sweep, binder);
    if (options.dry_run) return;
    SweepRun run(options, sweep, binder, make_team);
    run.run_search();
    run.summarise(true);
    return;
  }
  const auto begin = Clock::now();
  const auto plan = plan_sweep(sweep, binder, shard);
  const std::chrono::duration<double> taken = Clock::now() - begin;
  fmt::print(stderr, "{} of {} points of the grid, read in {:.1f} s\n", plan.size(),
             binder.grid().size(), taken.count());
  if (options.dry_run) return;
  SweepRun run(options, sweep, binder, make_team);
  run.run_plan(plan, shard.parts == 1);
  run.summarise(shard.parts == 1);
}

}  // namespace tritsim
