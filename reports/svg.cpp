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

std::string box(double x, double y, double w, double h, const Series& series,
                std::string_view tip) {
  const auto rectangle = [&](std::string_view css) {
    return fmt::format(
        "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" class=\"{}\"/>", x, y,
        w, h, css);
  };
  std::string out = fmt::format("<g><title>{}</title>", escape_html(tip));
  out += rectangle(fmt::format("c{}", series.colour));
  if (series.hatched) out += rectangle("hatch");
  return out + "</g>\n";
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

std::string figure(const ChartText& about, std::string_view described, double height,
                   std::string_view drawing) {
  return fmt::format(
      "<figure>\n<figcaption>{}</figcaption>\n"
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {:.0f} {:.0f}\" role=\"img\" "
      "aria-label=\"{}\">\n{}</svg>\n<p class=\"note\">{}</p>\n</figure>\n",
      escape_html(about.title), width, height,
      escape_html(fmt::format("{}. {}", about.title, described)), drawing, escape_html(about.note));
}

std::string legend(const std::vector<Series>& series, double y, double& height) {
  std::string out;
  double x = 0;
  for (const Series& s : series) {
    const double length = 18 + text_length(s.name) + 14;
    if (x > 0 && x + length > width) {
      x = 0;
      y += row;
      height += row;
    }
    out += box(x, y, 12, 12, s, s.name);
    out += text(x + 17, y + 10.5, s.name);
    x += length;
  }
  height += row + 6;
  return out;
}

}  // namespace tritsim::svg
