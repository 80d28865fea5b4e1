// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/study/search.hpp"

/// What libtritsim-search offers under names that dlsym finds. Program and library come from one
/// build, so C++ types and exceptions can pass between them.
extern "C" {

/// As tritsim::search_front.
void tritsim_search_front(const std::vector<std::size_t>& sizes, std::size_t objectives,
                          const tritsim::SearchOptions& options, const tritsim::SearchCosts& costs,
                          const std::function<void(std::uint32_t)>& bred);

/// As tritsim::hypervolume.
double tritsim_hypervolume(const std::vector<std::vector<double>>& costs,
                           const std::vector<double>& reference);

}  // extern "C"
