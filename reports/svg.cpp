// SPDX-License-Identifier: Apache-2.0
#include "reports/svg.hpp"

#include <array>
#include <cmath>

#include <fmt/format.h>

#include "reports/table.hpp"

namespace tritsim::svg {

std::string text(double x, double y, std::string_view text, Anchor anchor, std::string_view css) {
  static constexpr std::array<std::string_view, 3> anchors{"start", "middle", "end"};
  return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\" class=\"{}\">{}</text>\n",
                     x, y, anchors[static_cast<std::size_t>(anchor)], css.empty() ? "t" : css,
                     escape_html(text));
}

std::string line(double x1, double y1, double x2, double y2, std::string_view css) {
  return fmt::format(
      "<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" class=\"{}\"/>\n", x1, y1, x2,
      y2, css);
}

double text_length(std::string_view text) {
  return 7.1 * static_cast<double>(text_width(text));
}

std::vector<double> ticks(double top, int about) {
  if (!(top > 0) || !std::isfinite(top)) return {0, 1};
  const double rough = top / about;
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  double step = 10 * power;
  for (const double m : {1.0, 2.0, 5.0}) {
    if (m * power >= rough * (1 - 1e-9)) {
      step = m * power;
      break;
    }
  }
  std::vector<double> out;
  for (int i = 0; out.empty() || out.back() < top * (1 - 1e-9); ++i) out.push_back(step * i);
  return out;
}

}  // namespace tritsim::svg
