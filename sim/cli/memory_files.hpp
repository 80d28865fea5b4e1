// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "sim/run/memory_bench.hpp"

namespace tritsim {

/// One request a line: `R|W hex-address [arrival-cycle]`; `#` starts a comment. A request without
/// an arrival comes with the one before. Throws ConfigError with every line that is none.
[[nodiscard]] std::vector<TimedRequest> read_requests(const std::string& file, Frequency clock);

/// The command streams of a DRAM's channels, sorted by time, one command a line.
void write_commands(const std::string& file, const MemorySpec& memory,
                    const std::vector<std::vector<DramCommand>>& channels);

}  // namespace tritsim
