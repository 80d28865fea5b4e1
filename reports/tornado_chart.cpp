// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/format.h>

#include "reports/chart.hpp"
#include "reports/svg.hpp"

namespace tritsim {
namespace {

using svg::Anchor;

/// Both halves of the axis have the same ticks, so that lengths compare across the middle.
class TornadoPicture {
 public:
  explicit TornadoPicture(const TornadoChart& chart) : chart_(chart) {
    double top = 0;
    double label = 0;
    for (const TornadoChart::Bar& b : chart.bars) {
      top = std::max({top, b.down, b.up});
      label = std::max(label, svg::text_length(b.label));
    }
    left_ = std::min(label, 260.0) + 10;
    ticks_ = svg::ticks(top, 3);
    middle_ = (left_ + right) / 2;
    scale_ = (right - left_) / 2 / ticks_.back();
  }

  [[nodiscard]] std::string draw() const {
    double y = 0;
    std::string out = svg::legend({low, high}, 0, y);
    const double bottom = y + pitch * static_cast<double>(chart_.bars.size()) + 4;
    out += axis(y, bottom);
    std::string described = fmt::format("Bars in {}.", chart_.text.unit);
    for (const TornadoChart::Bar& b : chart_.bars) {
      const std::string down = si(-b.down, chart_.text.unit);
      const std::string up = "+" + si(b.up, chart_.text.unit);
      out += svg::text(left_ - 8, y + 19.5, b.label, Anchor::end);
      out += svg::box(middle_ - b.down * scale_, y + 5, b.down * scale_, thick, low,
                      fmt::format("{} at its low end: {}", b.label, down));
      out += svg::box(middle_, y + 5, b.up * scale_, thick, high,
                      fmt::format("{} at its high end: {}", b.label, up));
      described += fmt::format(" {}: {}, {}.", b.label, down, up);
      y += pitch;
    }
    return svg::figure(chart_.text, described, bottom + 42, out);
  }

 private:
  static constexpr double pitch = 30;
  static constexpr double thick = 20;
  static constexpr double right = svg::width - 24;
  inline static const Series low{"at its low end", 2, true};
  inline static const Series high{"at its high end", 1, false};

  [[nodiscard]] std::string axis(double top, double bottom) const {
    const Prefix prefix = prefix_for(ticks_.back());
    std::string out;
    for (const double sign : {-1.0, 1.0}) {
      for (const double t : ticks_) {
        if (t == 0 && sign < 0) continue;
        const double x = middle_ + sign * t * scale_;
        out += svg::line(x, top, x, bottom, t > 0 ? "grid" : "axis");
        out += svg::text(x, bottom + 15,
                         fmt::format("{}{:.6g}",
                                     t == 0     ? ""
                                     : sign < 0 ? "-"
                                                : "+",
                                     t / prefix.factor),
                         Anchor::middle, "tick");
      }
    }
    return out + svg::text(middle_, bottom + 34, fmt::format("{}{}", prefix.text, chart_.text.unit),
                           Anchor::middle);
  }

  const TornadoChart& chart_;
  std::vector<double> ticks_;
  double left_ = 0;
  double middle_ = 0;
  double scale_ = 1;
};

}  // namespace

std::string to_html(const TornadoChart& chart) {
  return chart.bars.empty() ? "" : TornadoPicture(chart).draw();
}

}  // namespace tritsim
