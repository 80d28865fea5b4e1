// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <utility>

#include <pagmo/algorithm.hpp>
#include <pagmo/algorithms/nsga2.hpp>
#include <pagmo/batch_evaluators/member_bfe.hpp>
#include <pagmo/bfe.hpp>
#include <pagmo/population.hpp>
#include <pagmo/problem.hpp>
#include <pagmo/utils/hypervolume.hpp>

#include "sim/study/search_library/search_library.hpp"

namespace tritsim {
namespace {

using pagmo::vector_double;

/// Costs of a point that is no candidate: every candidate beats it, and it beats none.
constexpr double no_candidate = 1e30;

/// The grid as pagmo sees it: integers from 0, whose costs are computed a generation at a time.
/// pagmo copies it freely, so it only refers to what it needs.
class GridProblem {
 public:
  GridProblem() = default;

  GridProblem(const std::vector<std::size_t>& sizes, std::size_t objectives,
              const SearchCosts& costs)
      : sizes_(&sizes), objectives_(objectives), costs_(&costs) {}

  [[nodiscard]] vector_double fitness(const vector_double& x) const { return batch_fitness(x); }

  [[nodiscard]] vector_double batch_fitness(const vector_double& all) const {
    const std::size_t n = sizes_->size();
    std::vector<GridPlace> places;
    for (std::size_t at = 0; at < all.size(); at += n) {
      GridPlace& place = places.emplace_back();
      for (std::size_t d = 0; d < n; ++d) {
        place.push_back(static_cast<std::size_t>(std::lround(all[at + d])));
      }
    }
    vector_double out;
    for (const auto& cost : (*costs_)(places)) {
      if (cost.empty()) out.insert(out.end(), objectives_, no_candidate);
      out.insert(out.end(), cost.begin(), cost.end());
    }
    return out;
  }

  [[nodiscard]] std::pair<vector_double, vector_double> get_bounds() const {
    std::pair<vector_double, vector_double> bounds;
    for (const std::size_t size : *sizes_) {
      bounds.first.push_back(0);
      bounds.second.push_back(static_cast<double>(size - 1));
    }
    return bounds;
  }

  [[nodiscard]] vector_double::size_type get_nobj() const { return objectives_; }

  [[nodiscard]] vector_double::size_type get_nix() const { return sizes_->size(); }

 private:
  const std::vector<std::size_t>* sizes_ = nullptr;
  std::size_t objectives_ = 0;
  const SearchCosts* costs_ = nullptr;
};

}  // namespace
}  // namespace tritsim

void tritsim_search_front(const std::vector<std::size_t>& sizes, std::size_t objectives,
                          const tritsim::SearchOptions& options, const tritsim::SearchCosts& costs,
                          const std::function<void(std::uint32_t)>& bred) {
  const auto seed = static_cast<unsigned>(options.seed ^ (options.seed >> 32));
  const pagmo::bfe at_once{pagmo::member_bfe{}};
  pagmo::population population{pagmo::problem{tritsim::GridProblem(sizes, objectives, costs)},
                               at_once, options.population, seed};
  bred(0);
  // One value in four mutates at random: on few and coarse axes the offspring of a front soon
  // repeat known points.
  pagmo::nsga2 method(1, 0.95, 10.0, 0.25, 10.0, seed);
  method.set_bfe(at_once);
  const pagmo::algorithm algorithm{method};
  for (std::uint32_t g = 1; g <= options.generations; ++g) {
    population = algorithm.evolve(population);
    bred(g);
  }
}

double tritsim_hypervolume(const std::vector<std::vector<double>>& costs,
                           const std::vector<double>& reference) {
  std::vector<pagmo::vector_double> inside;
  for (const auto& cost : costs) {
    bool better = true;
    for (std::size_t i = 0; i < reference.size(); ++i) better &= cost[i] < reference[i];
    if (better) inside.push_back(cost);
  }
  return inside.empty() ? 0 : pagmo::hypervolume(inside).compute(reference);
}
