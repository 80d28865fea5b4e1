// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "arch/base/document.hpp"
#include "reports/text/table.hpp"
#include "sim/result/leave_one_out.hpp"

namespace tritsim {

/// The parameters and how they were fitted; each figure fitted and left out.
[[nodiscard]] std::vector<Table> leave_one_out_tables(const LeaveOneOut& result);

/// The same for machines.
[[nodiscard]] Node leave_one_out_metrics(const LeaveOneOut& result);

}  // namespace tritsim
