// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "arch/workload/trace.hpp"

namespace tritsim {

/// Positions that the first step of a trace attends to, that of its own token among them; 0 without
/// attention.
[[nodiscard]] std::uint32_t context_of(const Trace& trace);

/// Throws ConfigError if `context` positions are to be in the cache before the first token, and the
/// trace has nothing that attends to them. `name`: of the model or file, for the message.
void check_context(const std::string& name, const Trace& trace, std::uint32_t context);

}  // namespace tritsim
