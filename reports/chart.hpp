// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/result/energy.hpp"

// Charts as plain data, drawn as inline SVG. Values are in base units; `unit` names that unit, and
// the axis chooses the prefix. Colours are numbers 1 to 10 of a palette that the page defines for
// light and dark; a second mark (hatching, text) always says the same.
namespace tritsim {

/// What every chart tells besides its picture.
struct ChartText {
  std::string title;
  std::string unit;  ///< of the values, e.g. "s"
  std::string note;  ///< one line: how the numbers were obtained
};

struct Series {
  std::string name;
  int colour = 1;
  bool hatched = false;
};

/// One bar: a part per series, drawn end to end.
struct Bar {
  std::string label;
  std::vector<double> parts;
  std::string text;                      ///< behind its end
  std::optional<Range<double>> whisker;  ///< range of the sum
};

/// Horizontal bars, stacked if there are several series.
struct BarChart {
  ChartText text;
  std::vector<Series> series;  ///< a legend is drawn if there is more than one
  std::vector<Bar> bars;
  bool part_labels = false;  ///< writes each wide part's share of its bar into it
};

/// Many narrow upright bars over a running number.
struct ColumnChart {
  ChartText text;
  std::string axis;            ///< what the running number is, e.g. "layer"
  std::vector<double> values;  ///< of number 0, 1, ...
};

/// Horizontal bars to both sides of a value, the widest first: what moves it by how much.
struct TornadoChart {
  struct Bar {
    std::string label;
    double down = 0;  ///< how far below the value, not negative
    double up = 0;
  };

  ChartText text;
  std::vector<Bar> bars;
};

/// Horizontal bars from one value to another through what was added and taken away, top to bottom.
struct WaterfallChart {
  struct Step {
    std::string label;
    double value = 0;  ///< of the first and the last; else the change
  };

  ChartText text;
  Step first;
  std::vector<Step> steps;
  Step last;
};

/// Attained and attainable rate over intensity, both axes logarithmic.
struct RooflineChart {
  struct Roof {
    std::string name;
    double bandwidth = 0;  ///< bytes/s
  };

  struct Point {
    std::string name;
    double intensity = 0;  ///< operations per byte
    double rate = 0;       ///< operations/s
  };

  ChartText text;
  std::string operation;  ///< e.g. "ternary additions"
  double peak = 0;        ///< operations/s
  std::vector<Roof> roofs;
  std::vector<Point> points;
};

/// A figure element: caption, picture, note. Empty if there is nothing to draw.
[[nodiscard]] std::string to_html(const BarChart& chart);
[[nodiscard]] std::string to_html(const ColumnChart& chart);
[[nodiscard]] std::string to_html(const TornadoChart& chart);
[[nodiscard]] std::string to_html(const WaterfallChart& chart);
[[nodiscard]] std::string to_html(const RooflineChart& chart);

}  // namespace tritsim
