// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "reports/chart.hpp"
#include "reports/svg.hpp"

namespace tritsim {
namespace {

using svg::Anchor;

/// What is not a number has no length.
double drawn(double value) {
  return std::isfinite(value) ? value : 0;
}

double sum(const Bar& bar) {
  double total = 0;
  for (const double part : bar.parts) total += drawn(part);
  return total;
}

/// Places bars: a gutter for labels on the left, one for texts on the right, an axis below.
class BarPicture {
 public:
  explicit BarPicture(const BarChart& chart) : chart_(chart) {
    double top = 0;
    double label = 0;
    double text = 0;
    for (const Bar& b : chart.bars) {
      top = std::max({top, sum(b), b.whisker ? drawn(b.whisker->high) : 0});
      label = std::max(label, svg::text_length(b.label));
      text = std::max(text, svg::text_length(b.text));
    }
    left_ = std::min(label, 260.0) + 10;
    right_ = svg::width - std::min(text, 240.0) - 14;
    ticks_ = svg::ticks(top);
    scale_ = (right_ - left_) / ticks_.back();
  }

  std::string draw() {
    std::string out;
    double y = 0;
    if (chart_.series.size() > 1) out += svg::legend(chart_.series, 0, y);
    const double first = y;
    const double bottom = y + pitch * static_cast<double>(chart_.bars.size()) + 4;
    out += axis(first, bottom);
    for (const Bar& b : chart_.bars) {
      out += bar(b, y + 5);
      y += pitch;
    }
    return svg::figure(chart_.text, described(), bottom + 42, out);
  }

 private:
  static constexpr double pitch = 30;
  static constexpr double thick = 20;

  [[nodiscard]] double at(double value) const { return left_ + value * scale_; }

  [[nodiscard]] std::string axis(double top, double bottom) const {
    const Prefix prefix = prefix_for(ticks_.back());
    std::string out;
    for (const double t : ticks_) {
      out += svg::line(at(t), top, at(t), bottom, "grid");
      out += svg::text(at(t), bottom + 15, fmt::format("{:.6g}", t / prefix.factor), Anchor::middle,
                       "tick");
    }
    out += svg::line(left_, top, left_, bottom, "axis");
    return out + svg::text((left_ + right_) / 2, bottom + 34,
                           fmt::format("{}{}", prefix.text, chart_.text.unit), Anchor::middle);
  }

  [[nodiscard]] std::string bar(const Bar& b, double y) const {
    std::string out = svg::text(left_ - 8, y + 14.5, b.label, Anchor::end);
    const double whole = sum(b);
    double from = 0;
    for (std::size_t i = 0; i < b.parts.size(); ++i) {
      const Series& s = chart_.series[i];
      if (drawn(b.parts[i]) > 0) out += part(b, s, from, b.parts[i], whole, y);
      from += drawn(b.parts[i]);
    }
    double end = at(whole);
    if (b.whisker && b.whisker->high > b.whisker->low) {
      out += whisker(*b.whisker, y + thick / 2);
      end = std::max(end, at(b.whisker->high));
    }
    return out + svg::text(end + 7, y + 14.5, b.text, Anchor::start, "value");
  }

  [[nodiscard]] std::string part(const Bar& b, const Series& s, double from, double value,
                                 double whole, double y) const {
    const std::string share = percent(ratio(value, whole));
    const double w = value * scale_;
    std::string out = svg::box(
        at(from), y, w, thick, s,
        fmt::format("{}, {}: {} ({})", b.label, s.name, si(value, chart_.text.unit), share));
    if (chart_.part_labels && w > svg::text_length(share) + 6 && !s.hatched) {
      out += svg::text(at(from) + w / 2, y + 14.5, share, Anchor::middle,
                       fmt::format("on on{}", s.colour));
    }
    return out;
  }

  [[nodiscard]] std::string whisker(const Range<double>& range, double y) const {
    return svg::line(at(range.low), y, at(range.high), y, "halo") +
           svg::line(at(range.low), y, at(range.high), y, "whisker") +
           svg::line(at(range.low), y - 5, at(range.low), y + 5, "whisker") +
           svg::line(at(range.high), y - 5, at(range.high), y + 5, "whisker");
  }

  [[nodiscard]] std::string described() const {
    std::string out = fmt::format("Bars in {}.", chart_.text.unit);
    for (const Bar& b : chart_.bars) {
      out += fmt::format(" {}: {}", b.label, si(sum(b), chart_.text.unit));
      for (std::size_t i = 0; chart_.series.size() > 1 && i < b.parts.size(); ++i) {
        if (b.parts[i] > 0) {
          out += fmt::format(", {} {}", chart_.series[i].name, si(b.parts[i], chart_.text.unit));
        }
      }
      out += '.';
    }
    return out;
  }

  const BarChart& chart_;
  std::vector<double> ticks_;
  double left_ = 0;
  double right_ = 0;
  double scale_ = 1;
};

class ColumnPicture {
 public:
  explicit ColumnPicture(const ColumnChart& chart)
      : chart_(chart),
        ticks_(svg::ticks(*std::max_element(chart.values.begin(), chart.values.end()), 4)),
        pitch_((svg::width - left) / static_cast<double>(chart.values.size())) {}

  [[nodiscard]] std::string draw() const {
    std::string out = axis();
    const double w = std::clamp(pitch_ * 0.75, 0.5, 28.0);
    const Series series{"", 1, false};
    for (std::size_t i = 0; i < chart_.values.size(); ++i) {
      const double y = at(drawn(chart_.values[i]));
      out += svg::box(middle(i) - w / 2, y, w, bottom - y, series,
                      fmt::format("{} {}: {}", chart_.axis, i, si(chart_.values[i], unit())));
    }
    return svg::figure(chart_.text, described(), bottom + 42, out);
  }

 private:
  static constexpr double left = 62;
  static constexpr double top = 8;
  static constexpr double bottom = 150;

  [[nodiscard]] const std::string& unit() const { return chart_.text.unit; }

  [[nodiscard]] double at(double value) const {
    return bottom - (bottom - top) * value / ticks_.back();
  }

  [[nodiscard]] double middle(std::size_t i) const {
    return left + pitch_ * (static_cast<double>(i) + 0.5);
  }

  [[nodiscard]] std::string axis() const {
    const Prefix prefix = prefix_for(ticks_.back());
    std::string out;
    for (const double t : ticks_) {
      out += svg::line(left, at(t), svg::width, at(t), t > 0 ? "grid" : "axis");
      out += svg::text(left - 7, at(t) + 4,
                       fmt::format("{:.6g} {}{}", t / prefix.factor, prefix.text, unit()),
                       Anchor::end, "tick");
    }
    const std::size_t n = chart_.values.size();
    const std::size_t every = std::max<std::size_t>(1, (n + 23) / 24);
    for (std::size_t i = 0; i < n; i += every) {
      out += svg::text(middle(i), bottom + 15, std::to_string(i), Anchor::middle, "tick");
    }
    return out + svg::text((left + svg::width) / 2, bottom + 34, chart_.axis, Anchor::middle);
  }

  [[nodiscard]] std::string described() const {
    const auto [low, high] = std::minmax_element(chart_.values.begin(), chart_.values.end());
    return fmt::format("{} bars, one per {}, from {} to {}.", chart_.values.size(), chart_.axis,
                       si(*low, unit()), si(*high, unit()));
  }

  const ColumnChart& chart_;
  std::vector<double> ticks_;
  double pitch_;
};

}  // namespace

std::string to_html(const BarChart& chart) {
  return chart.bars.empty() ? "" : BarPicture(chart).draw();
}

std::string to_html(const ColumnChart& chart) {
  return chart.values.empty() ? "" : ColumnPicture(chart).draw();
}

}  // namespace tritsim
