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
    for (const auto& [entry, count] : counts) {
      if (std::find(classes.begin(), classes.end(), entry) == classes.end()) {
        c.fail(key + "." + entry, fmt::format("'{}' is not a class of small kernels", entry),
               fmt::format("write one of {}", fmt::join(classes, ", ")));
      } else if (count > 1000) {
        c.fail(key + "." + entry, "is above 1000", "give the kernels of one op");
      }
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
  if (limit <= idle.value) {
    c.fail("limit", "is not above the idle power", "give the power limit of the card");
  }
}

}  // namespace tritsim
