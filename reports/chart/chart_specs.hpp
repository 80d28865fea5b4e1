// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reports/chart/vega_lite.hpp"

// One kind of chart, one specification; null if there is nothing to draw.
namespace tritsim::vega {

[[nodiscard]] Json specification(const BarChart& chart);
[[nodiscard]] Json specification(const ColumnChart& chart);
[[nodiscard]] Json specification(const TornadoChart& chart);
[[nodiscard]] Json specification(const WaterfallChart& chart);
[[nodiscard]] Json specification(const RooflineChart& chart);
[[nodiscard]] Json specification(const ScatterChart& chart);
[[nodiscard]] Json specification(const ErrorChart& chart);
[[nodiscard]] Json specification(const StepChart& chart);

[[nodiscard]] std::string description(const BarChart& chart);
[[nodiscard]] std::string description(const ColumnChart& chart);
[[nodiscard]] std::string description(const TornadoChart& chart);
[[nodiscard]] std::string description(const WaterfallChart& chart);
[[nodiscard]] std::string description(const RooflineChart& chart);
[[nodiscard]] std::string description(const ScatterChart& chart);
[[nodiscard]] std::string description(const ErrorChart& chart);
[[nodiscard]] std::string description(const StepChart& chart);

}  // namespace tritsim::vega
