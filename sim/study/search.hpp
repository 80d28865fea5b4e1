// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace tritsim {

struct SearchOptions {
  std::uint32_t population = 0;   ///< a multiple of four, at least 8
  std::uint32_t generations = 0;  ///< after the first, which is random
  std::uint64_t seed = 1;
};

/// Places of a grid: for each dimension the index of its value.
using GridPlace = std::vector<std::size_t>;

/// Costs of places, less is better: one per objective, or none if the place is no candidate. Called
/// for a whole generation at once.
using SearchCosts = std::function<std::vector<std::vector<double>>(const std::vector<GridPlace>&)>;

/// NSGA-II (Deb et al. 2002, as in pagmo) on a grid of `sizes` values a dimension; calls `bred`
/// with the number of each generation when it has been judged. The same seed asks for the same
/// places.
void search_front(const std::vector<std::size_t>& sizes, std::size_t objectives,
                  const SearchOptions& options, const SearchCosts& costs,
                  const std::function<void(std::uint32_t)>& bred);

/// Volume between a reference and what `costs` are no worse than. Costs that are worse than the
/// reference in something count for nothing.
[[nodiscard]] double hypervolume(const std::vector<std::vector<double>>& costs,
                                 const std::vector<double>& reference);

}  // namespace tritsim
