// SPDX-License-Identifier: Apache-2.0
#include "sim/plan/system_plan.hpp"

namespace tritsim {

bool SystemPlan::is_alone(const KernelPlan& k) const {
  if (k.tensor_group && tensor_groups[*k.tensor_group].simulated > 1) return false;
  const auto uses = [](const KernelPlan& kernel, std::uint32_t c) {
    return c == kernel.weights || c == kernel.vectors || c == kernel.cache;
  };
  return std::none_of(kernels.begin(), kernels.end(), [&](const KernelPlan& o) {
    return &o != &k && (uses(o, k.weights) || uses(o, k.vectors) || uses(o, k.cache));
  });
}

}  // namespace tritsim
