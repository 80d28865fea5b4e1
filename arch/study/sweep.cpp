// SPDX-License-Identifier: Apache-2.0
#include "arch/study/sweep.hpp"

#include <algorithm>
#include <set>

#include <boost/algorithm/string/case_conv.hpp>
#include <fmt/format.h>

#include "arch/study/sweep_grid.hpp"

namespace tritsim {
namespace {

/// Points that one sweep may choose.
constexpr double most_points = 1e7;

bool is_identifier(const std::string& name) {
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  return !name.empty() && letter(name.front()) &&
         std::all_of(name.begin(), name.end(),
                     [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

/// Checks each axis, and that their names differ.
class AxisCheck {
 public:
  AxisCheck(Checker& c, const SweepSampling& sampling) : c_(c), levels_(axis_levels(sampling)) {}

  /// Number of values, 0 if it has a fault.
  std::size_t operator()(const SweepAxis& axis, const std::string& key) {
    check_name(axis.name, key + ".name");
    check_paths(axis, key);
    std::vector<std::string> values;
    if (const auto fault = expand_axis(axis, levels_, values)) {
      c_.fail(fault->key.empty() ? key : key + "." + fault->key, fault->what, fault->remedy);
      return 0;
    }
    return values.size();
  }

 private:
  void check_name(const std::string& name, const std::string& key) {
    if (!is_identifier(name)) {
      c_.fail(key, name.empty() ? "is missing" : fmt::format("'{}' is not a name", name),
              "write letters, digits and _, a letter first");
      return;
    }
    const std::string lower = boost::algorithm::to_lower_copy(name);
    const auto same = [&](std::string_view other) { return other == lower; };
    const auto& metrics = sweep_metrics();
    if (std::any_of(metrics.begin(), metrics.end(), same) ||
        std::any_of(sweep_columns.begin(), sweep_columns.end(), same)) {
      c_.fail(key, fmt::format("'{}' is the name of a result", name), "choose another name");
    } else if (!names_.insert(lower).second) {
      c_.fail(key, fmt::format("two axes are named '{}'", name), "rename one");
    }
  }

  void check_paths(const SweepAxis& axis, const std::string& key) {
    if (axis.path.empty() == axis.paths.empty()) {
      c_.fail(key, "needs either path or paths", "give one, e.g. path: board.cores.0.lanes");
      return;
    }
    const bool one = axis.paths.empty();
    const std::vector<std::string> paths = one ? std::vector{axis.path} : axis.paths;
    for (std::size_t i = 0; i < paths.size(); ++i) {
      const std::string at = one ? key + ".path" : fmt::format("{}.paths.{}", key, i);
      const std::string root = paths[i].substr(0, paths[i].find('.'));
      const std::vector<std::string> roots{"board", "processor", "model", "mapping", "workload"};
      if (std::find(roots.begin(), roots.end(), root) == roots.end()) {
        c_.fail(at, fmt::format("'{}' is no part of a point", root),
                fmt::format("begin with one of: {}", fmt::join(roots, ", ")));
      } else if (!seen_paths_.insert(paths[i]).second) {
        c_.fail(at, fmt::format("'{}' is varied twice", paths[i]), "remove one");
      }
    }
  }

  Checker& c_;
  std::uint64_t levels_;
  std::set<std::string> names_;
  std::set<std::string> seen_paths_;
};

bool is_plain(const SweepDimension& d) {
  return d.axis == SweepAxis{};
}

}  // namespace

void SweepBase::check(Checker& c) const {
  if (board.has_value() == processor.has_value()) {
    c.fail("", board ? "has a board and a processor" : "has neither a board nor a processor",
           "give one of them");
  }
  if (mapping && !board) c.fail("mapping", "is for a board, and there is none", "remove it");
}

void SweepSpec::check(Checker& c) const {
  if (axes.empty()) c.fail("axes", "is empty", "describe at least one axis");
  AxisCheck check_axis(c, sampling);
  double size = 1;
  for (std::size_t d = 0; d < axes.size(); ++d) {
    const std::string key = fmt::format("axes.{}", d);
    if (axes[d].zip.empty()) {
      size *= static_cast<double>(check_axis(axes[d].axis, key));
      continue;
    }
    if (!is_plain(axes[d])) c.fail(key, "is both an axis and a zip", "put the axis into the zip");
    std::size_t length = 0;
    for (std::size_t i = 0; i < axes[d].zip.size(); ++i) {
      const std::string inner = fmt::format("{}.zip.{}", key, i);
      const std::size_t own = check_axis(axes[d].zip[i], inner);
      if (i == 0) length = own;
      if (own != 0 && length != 0 && own != length) {
        c.fail(inner, fmt::format("has {} values, the first axis of the zip {}", own, length),
               "give them equal lengths");
      }
    }
    size *= static_cast<double>(length);
  }
  if (size > 1e18) c.fail("axes", "have too many points to number", "take fewer values");
  check_sampling(c, size);
  for (std::size_t i = 0; i < objectives.size(); ++i) {
    const auto& names = sweep_metrics();
    const std::string& metric = objectives[i].metric;
    const std::string key = fmt::format("objectives.{}.metric", i);
    if (std::find(names.begin(), names.end(), metric) == names.end()) {
      c.fail(key, fmt::format("'{}' is not a metric", metric),
             suggestion(metric, names, "the metrics are"));
    } else if (is_word(metric)) {
      c.fail(key, fmt::format("'{}' is a word, not a number", metric), "take another metric");
    }
  }
}

void SweepSpec::check_sampling(Checker& c, double grid_size) const {
  const bool searches = sampling.method == Sampling::nsga2;
  const bool draws = !searches && sampling.method != Sampling::grid;
  const double chosen = searches ? sampling.population * (1.0 + sampling.generations)
                        : draws  ? static_cast<double>(sampling.points)
                                 : grid_size;
  if (draws && sampling.points == 0) {
    c.fail("sampling.points", "is missing", "say how many points are chosen");
  } else if (!draws && sampling.points != 0) {
    c.fail("sampling.points",
           searches ? "means nothing for nsga2, which has population and generations"
                    : "means nothing for a grid, which has all points",
           "remove it, or choose random or latin_hypercube");
  } else if (chosen > most_points) {
    c.fail(draws      ? "sampling.points"
           : searches ? "sampling.generations"
                      : "axes",
           fmt::format("make {:.0f} points", chosen),
           fmt::format("at most {:.0f} are run; take fewer values or a sampling", most_points));
  }
  if (searches) {
    check_search(c);
    return;
  }
  for (const auto& [key, given] : {std::pair{"population", sampling.population},
                                   std::pair{"generations", sampling.generations}}) {
    if (given == 0) continue;
    c.fail(fmt::format("sampling.{}", key), "means nothing but for nsga2",
           "remove it, or choose nsga2");
  }
}

void SweepSpec::check_search(Checker& c) const {
  if (sampling.population < 8 || sampling.population % 4 != 0) {
    c.fail("sampling.population", fmt::format("is {}", sampling.population),
           "give a multiple of four, at least 8");
  }
  if (sampling.generations == 0) {
    c.fail("sampling.generations", "is missing", "say how many generations are bred");
  }
  if (objectives.size() < 2) {
    c.fail("objectives", fmt::format("has {}, and nsga2 searches for a front", objectives.size()),
           "name at least two");
  }
}

}  // namespace tritsim
