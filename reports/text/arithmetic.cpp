// SPDX-License-Identifier: Apache-2.0
#include "reports/text/arithmetic.hpp"

#include <algorithm>

namespace tritsim {
namespace {

constexpr Arithmetic additions{"ternary additions", "additions", "adders", "add/s"};
constexpr Arithmetic products{"multiply-adds", "multiply-adds", "multipliers", "MAC/s"};
constexpr Arithmetic both{"ternary additions and multiply-adds", "operations",
                          "adders and multipliers", "op/s"};

bool multiplies(const KernelResult& k) {
  if (!k.activity.matrix) return false;
  const auto& counts = k.activity.matrix->products;
  return std::any_of(counts.begin(), counts.end(), [](const auto& c) { return c.second > 0; });
}

}  // namespace

Arithmetic arithmetic_of(const Result& result) {
  const auto any = [&](auto&& holds) {
    return std::any_of(result.kernels.begin(), result.kernels.end(), holds);
  };
  bool adds = any([](const KernelResult& k) { return k.activity.ternaries > 0; });
  bool multiplied = any(multiplies);
  if (!adds && !multiplied) {
    for (const CoreGroup& g : result.board.cores) {
      adds = adds || g.core.ternary.has_value();
      multiplied = multiplied || g.core.mac.has_value();
    }
  }
  if (adds && multiplied) return both;
  return multiplied ? products : additions;
}

}  // namespace tritsim
