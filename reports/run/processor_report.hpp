// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "arch/base/document.hpp"
#include "reports/page/page.hpp"
#include "sim/result/processor_result.hpp"

namespace tritsim {

/// Speed, power and energy; what bounds each phase; time by kind of op; energy by cause.
[[nodiscard]] std::vector<Table> processor_tables(const ProcessorResult& result);

/// The same with charts: time by cause and by kind of op, roofline, energy by cause.
[[nodiscard]] Page processor_page(const ProcessorResult& result);

/// The same for machines, in SI units.
[[nodiscard]] Node processor_metrics(const ProcessorResult& result);

}  // namespace tritsim
