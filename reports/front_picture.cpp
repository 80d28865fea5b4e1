// SPDX-License-Identifier: Apache-2.0
#include "reports/front_picture.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "reports/number.hpp"
#include "reports/svg.hpp"
#include "reports/table.hpp"

namespace tritsim {
namespace {

using svg::Anchor;

/// Style of a picture that stands alone; colours as in the pages (reports/style.cpp).
constexpr std::string_view style = R"css(<style>
:root { --card: #ffffff; --ink: #1a1d21; --soft: #5a626c; --line: #d9dde3;
  --front: #0072b2; --other: #9aa1ab; }
@media (prefers-color-scheme: dark) {
  :root { --card: #1d2126; --ink: #e8eaed; --soft: #a3abb5; --line: #373d45;
    --front: #6cc1f0; --other: #7d8590; }
}
.card { fill: var(--card); }
text { font: 12px system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; fill: var(--ink); }
text.tick { font-size: 11px; fill: var(--soft); }
text.title { font-size: 15px; font-weight: 600; }
.grid { stroke: var(--line); stroke-width: 1; }
.axis { stroke: var(--soft); stroke-width: 1; }
.border { stroke: var(--front); stroke-width: 1.5; fill: none; }
.front { fill: var(--front); stroke: var(--card); stroke-width: 0.5; }
.other { fill: var(--other); opacity: 0.6; }
.broken { fill: none; stroke: var(--other); opacity: 0.7; }
</style>
)css";

/// A linear axis between round values.
class LinearAxis {
 public:
  LinearAxis(double low, double high, double begin, double end) : begin_(begin), end_(end) {
    const double span = high > low ? high - low : std::max(std::abs(high), 1.0);
    const auto steps = svg::ticks(span);
    const double step = steps[1] - steps[0];
    const double first = std::floor(low / step + 1e-9);
    const double last = std::max(first + 1, std::ceil(high / step - 1e-9));
    for (double i = first; i <= last; ++i) ticks_.push_back(i * step);
  }

  [[nodiscard]] double at(double value) const {
    return begin_ + (end_ - begin_) * (value - ticks_.front()) / (ticks_.back() - ticks_.front());
  }

  [[nodiscard]] const std::vector<double>& ticks() const { return ticks_; }

 private:
  double begin_;
  double end_;
  std::vector<double> ticks_;
};

class Drawing {
 public:
  explicit Drawing(const FrontPicture& chart)
      : chart_(chart),
        x_(axis(&FrontPicture::Point::x, left, right)),
        y_(axis(&FrontPicture::Point::y, bottom, top)) {}

  [[nodiscard]] std::string draw() const {
    std::string out = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {:.0f} {:.0f}\" role=\"img\" "
        "aria-label=\"{}\">\n",
        svg::width, height, escape_html(described()));
    out += style;
    out += fmt::format("<rect class=\"card\" width=\"{:.0f}\" height=\"{:.0f}\" rx=\"10\"/>\n",
                       svg::width, height);
    out += svg::text(16, 26, chart_.title, Anchor::start, "title");
    out += grid();
    out += legend();
    std::set<std::pair<long, long>> taken;
    for (const auto& p : chart_.points) {
      if (p.front || !taken.insert({std::lround(x_.at(p.x)), std::lround(y_.at(p.y))}).second) {
        continue;
      }
      out += circle(x_.at(p.x), y_.at(p.y), 2.2, p.feasible ? "other" : "broken", "");
    }
    return out + front() + "</svg>\n";
  }

 private:
  static constexpr double height = 420;
  static constexpr double left = 76;
  static constexpr double right = svg::width - 24;
  static constexpr double top = 84;
  static constexpr double bottom = 360;

  [[nodiscard]] LinearAxis axis(double FrontPicture::Point::*value, double begin,
                                double end) const {
    const auto [low, high] =
        std::minmax_element(chart_.points.begin(), chart_.points.end(),
                            [&](const auto& a, const auto& b) { return a.*value < b.*value; });
    return {(*low).*value, (*high).*value, begin, end};
  }

  static std::string circle(double x, double y, double r, std::string_view css,
                            std::string_view tip) {
    const std::string shape =
        fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{:g}\" class=\"{}\"", x, y, r, css);
    if (tip.empty()) return shape + "/>\n";
    return fmt::format("{}><title>{}</title></circle>\n", shape, escape_html(tip));
  }

  static std::string name_of(const FrontPicture::Axis& a, const Prefix& prefix) {
    const std::string unit = fmt::format("{}{}", prefix.text, a.unit);
    return fmt::format("{}{}, {} is better", a.name, unit.empty() ? "" : " (" + unit + ")",
                       a.more ? "more" : "less");
  }

  [[nodiscard]] std::string grid() const {
    std::string out;
    const auto largest = [](const LinearAxis& a) {
      return prefix_for(std::max(std::abs(a.ticks().front()), std::abs(a.ticks().back())));
    };
    const Prefix px = largest(x_);
    const Prefix py = largest(y_);
    for (const double t : x_.ticks()) {
      out += svg::line(x_.at(t), bottom, x_.at(t), top, "grid");
      out += svg::text(x_.at(t), bottom + 17, fmt::format("{:.6g}", t / px.factor), Anchor::middle,
                       "tick");
    }
    for (const double t : y_.ticks()) {
      out += svg::line(left, y_.at(t), right, y_.at(t), "grid");
      out += svg::text(left - 7, y_.at(t) + 4, fmt::format("{:.6g}", t / py.factor), Anchor::end,
                       "tick");
    }
    out += svg::line(left, bottom, right, bottom, "axis");
    out += svg::line(left, bottom, left, top, "axis");
    out += svg::text(16, top - 14, name_of(chart_.y, py));
    return out + svg::text((left + right) / 2, bottom + 40, name_of(chart_.x, px), Anchor::middle);
  }

  [[nodiscard]] std::string legend() const {
    const bool broken = std::any_of(chart_.points.begin(), chart_.points.end(),
                                    [](const auto& p) { return !p.feasible; });
    double x = 20;
    std::string out;
    for (const auto& [css, text, show] : {std::tuple{"front", "on the front", true},
                                          {"other", "beaten by one of the front", true},
                                          {"broken", "breaks a requirement", broken}}) {
      if (!show) continue;
      out += circle(x, 44, css == std::string_view("front") ? 3.8 : 3, css, "");
      out += svg::text(x + 9, 48, text);
      x += 24 + svg::text_length(text);
    }
    return out;
  }

  /// In the order of x; the border goes along the axes, since nothing between two of the front is
  /// known to be had.
  [[nodiscard]] std::string front() const {
    std::vector<FrontPicture::Point> front;
    for (const auto& p : chart_.points) {
      if (p.front) front.push_back(p);
    }
    std::sort(front.begin(), front.end(), [](const auto& a, const auto& b) {
      return std::pair(a.x, a.y) < std::pair(b.x, b.y);
    });
    std::string border;
    std::string circles;
    std::set<std::pair<long, long>> taken;
    for (std::size_t i = 0; i < front.size(); ++i) {
      const double x = x_.at(front[i].x);
      const double y = y_.at(front[i].y);
      // Less x being better, the border keeps the height of the point that it comes from.
      if (i > 0)
        border += chart_.x.more ? fmt::format("V{:.1f}H{:.1f}", y, x)
                                : fmt::format("H{:.1f}V{:.1f}", x, y);
      else
        border = fmt::format("M{:.1f} {:.1f}", x, y);
      if (!taken.insert({std::lround(x), std::lround(y)}).second) continue;
      circles += circle(x, y, 3.8, "front", front[i].tip);
    }
    if (front.size() > 1)
      circles = fmt::format("<path class=\"border\" d=\"{}\"/>\n", border) + circles;
    return circles;
  }

  [[nodiscard]] std::string described() const {
    const auto marked = std::count_if(chart_.points.begin(), chart_.points.end(),
                                      [](const auto& p) { return p.front; });
    return fmt::format("{}. {} points, {} of them on the front of {} and {}.", chart_.title,
                       chart_.points.size(), marked, chart_.x.name, chart_.y.name);
  }

  const FrontPicture& chart_;
  LinearAxis x_;
  LinearAxis y_;
};

}  // namespace

std::string to_svg(const FrontPicture& chart) {
  return chart.points.empty() ? "" : Drawing(chart).draw();
}

FrontPicture::Axis axis_of_metric(const std::string& metric, bool more) {
  std::string name = metric;
  std::string end;
  for (const std::string_view suffix : {"_low", "_high"}) {
    if (!name.ends_with(suffix)) continue;
    end = suffix == "_low" ? ", low end" : ", high end";
    name.resize(name.size() - suffix.size());
  }
  std::string unit;
  if (name.ends_with("bytes_per_s")) {
    unit = "B/s";
    name.resize(name.size() - std::string_view("_bytes_per_s").size());
  } else if (name.ends_with("_per_s")) {
    name += "econd";
  } else {
    for (const auto& [suffix, symbol] : {std::pair{"_s", "s"}, {"_w", "W"}, {"_j", "J"}}) {
      if (!name.ends_with(suffix)) continue;
      unit = symbol;
      name.resize(name.size() - 2);
      break;
    }
  }
  std::replace(name.begin(), name.end(), '_', ' ');
  return {name + end, unit, more};
}

}  // namespace tritsim
