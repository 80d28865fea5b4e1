// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "arch/base/document.hpp"
#include "reports/page/page.hpp"
#include "sim/result/part_verdict.hpp"

namespace tritsim {

/// Errors of the area law by kind of part, points that it was fitted to apart from the others.
[[nodiscard]] Table part_table(const std::vector<PartVerdict>& verdicts);

/// Every part that a vendor's tool synthesised beside the law; no rows without any.
[[nodiscard]] Table vendor_part_table(const std::vector<PartVerdict>& verdicts);

/// Both tables, below a picture of law over synthesis; no blocks without any part.
[[nodiscard]] Section part_section(const std::vector<PartVerdict>& verdicts);

/// Every point for machines: what was synthesised, what it is made of, and what the law says.
[[nodiscard]] Node part_metrics(const std::vector<PartVerdict>& verdicts);

}  // namespace tritsim
