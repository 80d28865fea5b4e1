// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "arch/base/document.hpp"
#include "sim/result/energy.hpp"

// Figures for machines.
namespace tritsim {

/// A number in full precision; null for what is not finite.
[[nodiscard]] Node number_node(double value);

/// A map of low, value and high.
[[nodiscard]] Node range_node(const Range<double>& range);

}  // namespace tritsim
