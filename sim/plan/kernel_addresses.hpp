// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/plan/system_plan.hpp"

namespace tritsim {

/// Gives the data of every kernel a place of their own: the weights of all kernels of a channel as
/// `spec` says, in the order of the kernels, then their vectors, then their caches. Weights of two
/// kernels that lie over each other are a problem.
void give_addresses(const AddressSpec& spec, SystemPlan& plan, Problems& problems);

}  // namespace tritsim
