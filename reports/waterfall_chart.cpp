// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/format.h>

#include "reports/chart.hpp"
#include "reports/svg.hpp"

namespace tritsim {
namespace {

using svg::Anchor;

/// Each step's bar begins where the one above it ended.
class WaterfallPicture {
 public:
  explicit WaterfallPicture(const WaterfallChart& chart) : chart_(chart) {
    double top = std::max(chart.first.value, chart.last.value);
    double label =
        std::max(svg::text_length(chart.first.label), svg::text_length(chart.last.label));
    double at = chart.first.value;
    for (const WaterfallChart::Step& s : chart.steps) {
      at += s.value;
      top = std::max(top, at);
      least_ = std::min(least_, at);
      label = std::max(label, svg::text_length(s.label));
    }
    left_ = std::min(label, 300.0) + 10;
    right_ = svg::width - 90;
    ticks_ = svg::ticks(top - least_);
    scale_ = (right_ - left_) / ticks_.back();
  }

  [[nodiscard]] std::string draw() {
    std::string out = svg::legend({total, more, less}, 0, y_);
    const double first = y_;
    const double bottom = y_ + pitch * static_cast<double>(chart_.steps.size() + 2) + 4;
    out += axis(first, bottom);
    out += bar(chart_.first.label, 0, chart_.first.value, si(chart_.first.value, unit()), total);
    double at = chart_.first.value;
    for (const WaterfallChart::Step& s : chart_.steps) {
      out += bar(s.label, at, at + s.value,
                 fmt::format("{}{}", s.value > 0 ? "+" : "", si(s.value, unit())),
                 s.value > 0 ? more : less);
      at += s.value;
      out += svg::line(x(at), y_ - 5, x(at), y_ + 5, "grid");
    }
    out += bar(chart_.last.label, 0, chart_.last.value, si(chart_.last.value, unit()), total);
    return svg::figure(chart_.text, described_, bottom + 42, out);
  }

 private:
  static constexpr double pitch = 30;
  static constexpr double thick = 20;
  inline static const Series total{"whole", 1, false};
  inline static const Series more{"adds", 2, true};
  inline static const Series less{"saves", 3, false};

  [[nodiscard]] const std::string& unit() const { return chart_.text.unit; }

  [[nodiscard]] double x(double value) const { return left_ + (value - least_) * scale_; }

  [[nodiscard]] std::string axis(double top, double bottom) const {
    const Prefix prefix = prefix_for(ticks_.back());
    std::string out;
    for (const double t : ticks_) {
      const double at = left_ + t * scale_;
      out += svg::line(at, top, at, bottom, t > 0 ? "grid" : "axis");
      if (least_ == 0) {
        out += svg::text(at, bottom + 15, fmt::format("{:.6g}", t / prefix.factor), Anchor::middle,
                         "tick");
      }
    }
    return out + svg::text((left_ + right_) / 2, bottom + 34,
                           fmt::format("{}{}", prefix.text, unit()), Anchor::middle);
  }

  std::string bar(const std::string& label, double from, double to, const std::string& value,
                  const Series& series) {
    const double begin = x(std::min(from, to));
    const double end = x(std::max(from, to));
    std::string out = svg::text(left_ - 8, y_ + 19.5, label, Anchor::end);
    out += svg::box(begin, y_ + 5, end - begin, thick, series, fmt::format("{}: {}", label, value));
    out += svg::text(end + 6, y_ + 19.5, value);
    described_ += fmt::format("{}{}: {}.", described_.empty() ? "" : " ", label, value);
    y_ += pitch;
    return out;
  }

  const WaterfallChart& chart_;
  std::vector<double> ticks_;
  double left_ = 0;
  double right_ = 0;
  double scale_ = 1;
  double least_ = 0;  ///< where the axis begins: 0, unless the way leads below
  double y_ = 0;
  std::string described_;
};

}  // namespace

std::string to_html(const WaterfallChart& chart) {
  return WaterfallPicture(chart).draw();
}

}  // namespace tritsim
