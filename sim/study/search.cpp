// SPDX-License-Identifier: Apache-2.0
#include "sim/study/search.hpp"

#include <dlfcn.h>

#include "arch/base/problems.hpp"
#include "sim/study/search_library/search_library.hpp"

namespace tritsim {
namespace {

/// A function of libtritsim-search, which is loaded by the first use: pagmo builds its tables of
/// test problems when it is loaded, which takes longer than most runs of the tool.
template <class Function>
Function* search_function(const char* name) {
  static void* const library = dlopen("libtritsim-search.so", RTLD_NOW | RTLD_LOCAL);
  void* const found = library != nullptr ? dlsym(library, name) : nullptr;
  if (found == nullptr) {
    throw ConfigError(std::string(dlerror()) +
                      ": no search without it; install it in ../lib beside the program, or let the "
                      "sweep take its points by grid, random or latin_hypercube");
  }
  return reinterpret_cast<Function*>(found);
}

}  // namespace

void search_front(const std::vector<std::size_t>& sizes, std::size_t objectives,
                  const SearchOptions& options, const SearchCosts& costs,
                  const std::function<void(std::uint32_t)>& bred) {
  search_function<decltype(tritsim_search_front)>("tritsim_search_front")(sizes, objectives,
                                                                          options, costs, bred);
}

double hypervolume(const std::vector<std::vector<double>>& costs,
                   const std::vector<double>& reference) {
  return search_function<decltype(tritsim_hypervolume)>("tritsim_hypervolume")(costs, reference);
}

}  // namespace tritsim
