// SPDX-License-Identifier: Apache-2.0
#include "arch/board/processor.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "arch/workload/trace.hpp"

namespace tritsim {

void ProcessorSpec::check(Checker& c) const {
  const auto kinds = names_of<OpKind>();
  const auto classes = names_of<SmallKernel>();
  const auto check_counts = [&](const std::string& key, const KernelCounts& counts) {
    for (const auto& count : counts) {
      if (std::find(classes.begin(), classes.end(), count.first) != classes.end()) continue;
      c.fail(key + "." + count.first,
             fmt::format("'{}' is not a class of small kernels", count.first),
             fmt::format("write one of {}", fmt::join(classes, ", ")));
    }
  };
  for (const auto& [op, counts] : launches) {
    if (std::find(kinds.begin(), kinds.end(), op) == kinds.end()) {
      c.fail("launches." + op, fmt::format("'{}' is not a kind of op", op),
             "write one as in a trace, e.g. 'rotary'");
    }
    check_counts("launches." + op, counts);
  }
  check_counts("step_launches", step_launches);
  if (cards > 1 && !interconnect) {
    c.fail("cards", fmt::format("is {} without an interconnect", cards),
           "give interconnect with its latency and bandwidth");
  }
  if (limit <= idle.value) {
    c.fail("limit", "is not above the idle power", "give the power limit of the card");
  }
}

}  // namespace tritsim
