// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include "reports/chart.hpp"
#include "reports/svg.hpp"

namespace tritsim {
namespace {

using svg::Anchor;

/// A logarithmic axis of whole decades.
struct LogAxis {
  int first = 0;
  int last = 1;
  double from = 0;  ///< position of the first decade
  double to = 1;

  LogAxis(double low, double high, double begin, double end)
      : first(static_cast<int>(std::floor(std::log10(low)))),
        last(std::max(first + 1, static_cast<int>(std::ceil(std::log10(high) - 1e-9)))),
        from(begin),
        to(end) {}

  [[nodiscard]] double at(double value) const {
    return from + (to - from) * (std::log10(value) - first) / (last - first);
  }

  [[nodiscard]] double low() const { return std::pow(10.0, first); }

  [[nodiscard]] double high() const { return std::pow(10.0, last); }
};

bool drawable(const RooflineChart& chart) {
  const auto positive = [](double v) { return v > 0 && std::isfinite(v); };
  return positive(chart.peak) && !chart.roofs.empty() && !chart.points.empty() &&
         std::all_of(chart.roofs.begin(), chart.roofs.end(),
                     [&](const auto& r) { return positive(r.bandwidth); }) &&
         std::all_of(chart.points.begin(), chart.points.end(),
                     [&](const auto& p) { return positive(p.intensity) && positive(p.rate); });
}

class RooflinePicture {
 public:
  explicit RooflinePicture(const RooflineChart& chart)
      : chart_(chart), x_(x_axis(chart)), y_(y_axis(chart)) {}

  [[nodiscard]] std::string draw() const {
    std::string out = grid();
    for (const auto& roof : chart_.roofs) out += slope(roof);
    const double ridge = chart_.peak / best_bandwidth(chart_);
    out += svg::line(x_.at(std::max(ridge, x_.low())), y_.at(chart_.peak), x_.to,
                     y_.at(chart_.peak), "roof");
    out += svg::text(x_.to - 4, y_.at(chart_.peak) - 8,
                     fmt::format("peak {}", si(chart_.peak, chart_.text.unit)), Anchor::end);
    for (const auto& p : chart_.points) out += point(p);
    return svg::figure(chart_.text, described(), 382, out);
  }

 private:
  static double best_bandwidth(const RooflineChart& chart) {
    double best = 0;
    for (const auto& r : chart.roofs) best = std::max(best, r.bandwidth);
    return best;
  }

  static LogAxis x_axis(const RooflineChart& chart) {
    double low = chart.points.front().intensity;
    double high = low;
    const auto include = [&](double v) {
      low = std::min(low, v);
      high = std::max(high, v);
    };
    for (const auto& p : chart.points) include(p.intensity);
    for (const auto& r : chart.roofs) include(chart.peak / r.bandwidth);
    return {low / 4, high * 4, 64, svg::width - 16};
  }

  static LogAxis y_axis(const RooflineChart& chart) {
    double low = chart.points.front().rate;
    for (const auto& p : chart.points) low = std::min(low, p.rate);
    return {std::min(low, chart.peak / 10) / 2, chart.peak * 1.5, 330, 30};
  }

  [[nodiscard]] std::string grid() const {
    std::string out;
    for (int e = x_.first; e <= x_.last; ++e) {
      const double v = std::pow(10.0, e);
      out += svg::line(x_.at(v), y_.from, x_.at(v), y_.to, "grid");
      out += svg::text(x_.at(v), y_.from + 16, fmt::format("{:g}", v), Anchor::middle, "tick");
    }
    for (int e = y_.first; e <= y_.last; ++e) {
      const double v = std::pow(10.0, e);
      out += svg::line(x_.from, y_.at(v), x_.to, y_.at(v), "grid");
      out += svg::text(x_.from - 7, y_.at(v) + 4, si(v, "", 1), Anchor::end, "tick");
    }
    out += svg::line(x_.from, y_.from, x_.to, y_.from, "axis");
    out += svg::line(x_.from, y_.from, x_.from, y_.to, "axis");
    out += svg::text(0, y_.to - 14, fmt::format("{} per second", chart_.operation));
    return out + svg::text((x_.from + x_.to) / 2, y_.from + 38,
                           fmt::format("{} per byte of memory traffic", chart_.operation),
                           Anchor::middle);
  }

  [[nodiscard]] std::string slope(const RooflineChart::Roof& roof) const {
    // From the lower left edge of the picture to the ridge, its name in the lower half.
    const double x1 = std::max(x_.low(), y_.low() / roof.bandwidth);
    const double x2 = chart_.peak / roof.bandwidth;
    if (x2 <= x1) return "";
    const double px = x_.at(x1);
    const double py = y_.at(x1 * roof.bandwidth);
    const double dx = x_.at(x2) - px;
    const double dy = y_.at(chart_.peak) - py;
    const double angle = std::atan2(dy, dx) * 180 / std::numbers::pi;
    std::string out = svg::line(px, py, px + dx, py + dy, "roof");
    out += fmt::format("<g transform=\"translate({:.1f} {:.1f}) rotate({:.1f})\">", px + 0.42 * dx,
                       py + 0.42 * dy, angle);
    out += svg::text(0, -8, fmt::format("{} {}", roof.name, si(roof.bandwidth, "B/s")),
                     Anchor::middle);
    return out + "</g>\n";
  }

  /// Name and numbers below and to the right of the point, or to the left near the right edge.
  [[nodiscard]] std::string point(const RooflineChart::Point& p) const {
    const double x = x_.at(p.intensity);
    const double y = y_.at(p.rate);
    const std::string numbers =
        fmt::format("{} at {} per byte", si(p.rate, chart_.text.unit), significant(p.intensity));
    const double length = std::max(svg::text_length(p.name), svg::text_length(numbers));
    const bool fits = x + 14 + length < x_.to;
    const double side = x + (fits ? 12 : -12);
    const Anchor anchor = fits ? Anchor::start : Anchor::end;
    // Clear of the picture's foot.
    const double at = std::min(y + 16, y_.from - 24);
    std::string out = svg::line(x, y, x, y_.from, "drop");
    out += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"6\" class=\"point\"/>\n", x, y);
    out += svg::text(side, at, p.name, anchor, "value");
    return out + svg::text(side, at + 16, numbers, anchor);
  }

  [[nodiscard]] std::string described() const {
    std::string out = fmt::format("Roofline, both axes logarithmic. Peak {} {}.",
                                  si(chart_.peak, chart_.text.unit), chart_.operation);
    for (const auto& r : chart_.roofs) {
      out += fmt::format(" {} {}, ridge at {} per byte.", r.name, si(r.bandwidth, "B/s"),
                         significant(chart_.peak / r.bandwidth));
    }
    for (const auto& p : chart_.points) {
      out += fmt::format(" {}: {} at {} per byte.", p.name, si(p.rate, chart_.text.unit),
                         significant(p.intensity));
    }
    return out;
  }

  const RooflineChart& chart_;
  LogAxis x_;
  LogAxis y_;
};

}  // namespace

std::string to_html(const RooflineChart& chart) {
  return drawable(chart) ? RooflinePicture(chart).draw() : "";
}

}  // namespace tritsim
