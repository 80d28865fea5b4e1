// SPDX-License-Identifier: Apache-2.0
#include "sim/plan/context.hpp"

#include <fmt/format.h>

namespace tritsim {

std::uint32_t context_of(const Trace& trace) {
  std::uint32_t context = 0;
  for (const Op& op : trace.ops) {
    if (op.attention) context = op.attention->context;
  }
  return context;
}

void check_context(const std::string& name, const Trace& trace, std::uint32_t context) {
  if (context == 0 || has_attention(trace)) return;
  throw ConfigError(
      fmt::format("{}: has no attention and keeps no cache; leave out --context", name));
}

}  // namespace tritsim
