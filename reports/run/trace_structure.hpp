// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "arch/workload/operator_profile.hpp"
#include "arch/workload/trace_file.hpp"
#include "reports/text/table.hpp"

namespace tritsim {

/// Where two traces do different work, whatever the names of their ops: ops that only one has, ops
/// that run in another order, ops that read something else. Within a block, ops are aligned by kind
/// and shapes (longest common subsequence), what is left over by kind and shapes alone. No rows if
/// both do the same.
[[nodiscard]] Table structure_table(const TraceFile& a, const TraceFile& b);

/// Operators of a profiler's table beside those of a trace, a row each; the last column says where
/// they differ.
[[nodiscard]] Table profile_table(const OperatorProfile& profile, const Trace& trace);

/// Rows of a profile table in which the counts differ.
[[nodiscard]] std::size_t differences(const Table& profile);

}  // namespace tritsim
