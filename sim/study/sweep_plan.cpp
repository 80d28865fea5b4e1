// SPDX-License-Identifier: Apache-2.0
#include "sim/study/sweep_plan.hpp"

#include <map>

#include <fmt/format.h>

#include "arch/base/reader.hpp"

namespace tritsim {
namespace {

/// Equal problems of many points, reported once with the first point.
class PointProblems {
 public:
  void add(const ConfigError& error, const SweepGrid& grid, std::uint64_t point) {
    const auto named = problems_of_point(error, grid, point);
    for (std::size_t i = 0; i < named.size(); ++i) {
      const auto [it, is_new] = seen_.try_emplace(error.problems()[i].text(), found_.size());
      if (is_new) {
        found_.push_back(named[i]);
        more_.push_back(0);
      } else {
        ++more_[it->second];
      }
    }
  }

  void raise() {
    if (found_.empty()) return;
    for (std::size_t i = 0; i < found_.size(); ++i) {
      if (more_[i] > 0) found_[i].what += fmt::format(" and {} more", more_[i]);
    }
    throw ConfigError(found_);
  }

 private:
  std::map<std::string, std::size_t> seen_;
  std::vector<Problem> found_;
  std::vector<std::size_t> more_;
};

}  // namespace

std::vector<PlannedPoint> plan_sweep(const SweepSpec& sweep, SweepBinder& binder,
                                     const Shard& shard) {
  const SweepGrid& grid = binder.grid();
  check_requirements(grid, sweep.require, binder.place());
  const auto kept =
      without_skipped(grid, choose_points(grid, sweep.sampling), sweep.skip, binder.place());
  std::vector<PlannedPoint> plan;
  PointProblems problems;
  for (std::size_t i = shard.part - 1; i < kept.size(); i += shard.parts) {
    try {
      plan.push_back({kept[i], digest_of(binder.bind(kept[i]))});
    } catch (const ConfigError& e) {
      problems.add(e, grid, kept[i]);
    }
  }
  problems.raise();
  return plan;
}

void check_axes(const SweepSpec& sweep, SweepBinder& binder) {
  const SweepGrid& grid = binder.grid();
  check_requirements(grid, sweep.require, binder.place());
  static_cast<void>(without_skipped(grid, {0}, sweep.skip, binder.place()));
  PointProblems problems;
  std::uint64_t stride = 1;
  for (std::size_t d = grid.sizes.size(); d-- > 0; stride *= grid.sizes[d]) {
    for (std::uint64_t i = 0; i < grid.sizes[d]; ++i) {
      try {
        static_cast<void>(binder.bind(i * stride));
      } catch (const ConfigError& e) {
        problems.add(e, grid, i * stride);
      }
    }
  }
  problems.raise();
}

void check_sweep(const std::string& file) {
  constexpr std::uint64_t some_seconds = 20'000;  // of points that are bound
  const SweepSpec sweep = load_sweep(file);
  SweepBinder binder(sweep, places_in(file));
  const bool searches = sweep.sampling.method == Sampling::nsga2;
  const std::uint64_t points =
      sweep.sampling.method == Sampling::grid ? binder.grid().size() : sweep.sampling.points;
  if (searches || points > some_seconds) {
    check_axes(sweep, binder);
  } else {
    static_cast<void>(plan_sweep(sweep, binder, {}));
  }
}

std::vector<PlannedPoint> missing_points(SweepStore& store, const std::vector<PlannedPoint>& plan,
                                         const SweepGrid& grid, const ResumePolicy& policy,
                                         const std::string& file) {
  std::vector<std::string> names;
  for (const SweepColumn& column : grid.columns) names.push_back(column.name);
  if (store.axis_names() != names) {
    throw ConfigError(
        fmt::format("{}: has other axes than the sweep ({} instead of {}); name "
                    "another database",
                    file, fmt::join(store.axis_names(), ", "), fmt::join(names, ", ")));
  }
  auto known = store.known();
  std::vector<PlannedPoint> missing;
  std::vector<std::uint64_t> given_up;
  std::vector<std::uint64_t> changed;
  for (const PlannedPoint& p : plan) {
    const auto it = known.find(p.point);
    if (it == known.end()) {
      missing.push_back(p);
      continue;
    }
    const bool is_broken = it->second.status == "crashed" || it->second.status == "timeout";
    if (it->second.digest != p.digest) {
      changed.push_back(p.point);
      missing.push_back(p);
    } else if (policy.broken && is_broken) {
      given_up.push_back(p.point);
      missing.push_back(p);
    }
    known.erase(it);
  }
  if (policy.unplanned) {
    for (const auto& [point, row] : known) changed.push_back(point);
  }
  if (!changed.empty() && !policy.changed) {
    const bool same_tool = store.tool() == SweepStore::this_tool();
    throw ConfigError(
        fmt::format("{}: the inputs of {} of its points have changed, first of point {}{}; add "
                    "--replace-changed to run them anew, or name another database",
                    file, changed.size(), changed.front(),
                    same_tool ? ""
                              : fmt::format(" (it was made by {}; this is {})", store.tool(),
                                            SweepStore::this_tool())));
  }
  given_up.insert(given_up.end(), changed.begin(), changed.end());
  for (const std::uint64_t point : given_up) store.remove(point);
  return missing;
}

}  // namespace tritsim
