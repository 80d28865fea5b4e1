// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "sim/run/modules.hpp"
#include "sim/run/transaction.hpp"

namespace tritsim {

/// Tells `sink` of everything that passes the crossbar and the link, beside those who are told
/// already. The modules outlive the simulation.
void tell_transactions(Modules& modules, std::function<void(const Transaction&)> sink);

}  // namespace tritsim
