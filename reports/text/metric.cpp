// SPDX-License-Identifier: Apache-2.0
#include "reports/text/metric.hpp"

#include <cmath>

#include "arch/base/units.hpp"

namespace tritsim {

Node number_node(double value) {
  return std::isfinite(value) ? Node::of_number(format_number(value)) : Node{};
}

Node range_node(const Range<double>& range) {
  Node n;
  n.set("low", number_node(range.low));
  n.set("value", number_node(range.value));
  n.set("high", number_node(range.high));
  return n;
}

}  // namespace tritsim
