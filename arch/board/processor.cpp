// SPDX-License-Identifier: Apache-2.0
#include "arch/board/processor.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "arch/workload/trace.hpp"

namespace tritsim {

void ProcessorSpec::check(Checker& c) const {
  const auto kinds = names_of<OpKind>();
  for (const auto& entry : launches) {
    if (std::find(kinds.begin(), kinds.end(), entry.first) == kinds.end()) {
      c.fail("launches." + entry.first, fmt::format("'{}' is not a kind of op", entry.first),
             "write one as in a trace, e.g. 'rotary'");
    }
  }
  if (limit <= idle.value) {
    c.fail("limit", "is not above the idle power", "give the power limit of the card");
  }
}

}  // namespace tritsim
