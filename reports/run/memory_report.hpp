// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "arch/base/document.hpp"
#include "reports/text/table.hpp"
#include "sim/result/memory_run.hpp"

namespace tritsim {

/// Bandwidth, latencies, rows, commands and energy of a memory on its own.
[[nodiscard]] std::vector<Table> memory_tables(const MemoryRun& run);

[[nodiscard]] Table idle_table(const MemorySpec& memory, const IdleLatencies& idle);

/// The same for machines, in SI units.
[[nodiscard]] Node memory_metrics(const MemoryRun& run);
[[nodiscard]] Node idle_metrics(const IdleLatencies& idle);

}  // namespace tritsim
