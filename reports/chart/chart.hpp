// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sim/result/energy.hpp"

// Charts as plain data. Each becomes a Vega-Lite specification, which a page draws and a reader can
// copy. Values are in base units; `unit` names that unit, and the axis chooses the prefix. Colours
// are numbers 1 to 12 of the palette (reports/text/style.hpp).
namespace tritsim {

/// Texts of every chart.
struct ChartText {
  std::string title;
  std::string unit;      ///< of the values, e.g. "s"
  std::string note;      ///< how the numbers were obtained
  std::string boundary;  ///< what they include
  std::string law;       ///< heading of its section of docs/modelling.md
  bool compact = false;  ///< one of several charts side by side: half as wide
};

struct Series {
  std::string name;
  int colour = 1;
};

/// Number of colours for series that only colour distinguishes, and one for all others.
inline constexpr std::array<int, 11> series_colours{1, 2, 3, 5, 6, 4, 9, 11, 12, 10, 7};
inline constexpr int colour_of_the_rest = 8;

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

/// Many narrow upright bars over a running number, or over a quantity that is cut into bins.
struct ColumnChart {
  ChartText text;
  std::string axis;                         ///< what runs, e.g. "layer", "time"
  std::vector<Series> series;               ///< stacked, the first one lowest
  std::vector<std::vector<double>> values;  ///< by series; of number or bin 0, 1, ...
  std::string bin_unit;                     ///< of bins; empty: a running number
  double begin = 0;                         ///< of the first bin
  double bin = 1;                           ///< width of a bin
};

/// Levels over a quantity that is cut into bins, one line each, and their upper limits.
struct StepChart {
  struct Rule {
    std::string name;
    double value = 0;
    int colour = 1;
  };

  ChartText text;
  std::string axis;  ///< what runs, e.g. "time"
  std::string bin_unit;
  double begin = 0;  ///< of the first bin
  double bin = 1;    ///< width of a bin
  std::vector<Series> series;
  std::vector<std::vector<double>> values;  ///< by series; of each bin
  std::vector<Rule> rules;
};

/// Horizontal bars to both sides of a value, the widest first: how much each cause moves it.
struct TornadoChart {
  struct Bar {
    std::string label;
    double at_low = 0;   ///< change at the low end of what is moved; falls or rises
    double at_high = 0;  ///< ... at its high end
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
    std::string kind;      ///< of an op; empty: the whole, which is drawn larger and named
  };

  ChartText text;
  std::string operation;  ///< e.g. "ternary additions"
  double peak = 0;        ///< operations/s
  std::vector<Roof> roofs;
  std::vector<Point> points;
};

/// Predicted over measured values, both axes logarithmic, with each one's tolerance band.
struct ScatterChart {
  struct Point {
    std::string name;
    std::string series;
    double measured = 0;
    double predicted = 0;
    double tolerance = 0;  ///< of the measured value, either way
  };

  ChartText text;
  std::vector<Series> series;
  std::vector<Point> points;
};

/// Errors: a row for figures that belong together, a mark for each, and the tolerance band around
/// zero.
struct ErrorChart {
  struct Mark {
    std::string name;
    std::string series;
    double error = 0;  ///< relative
    double tolerance = 0;
  };

  struct Row {
    std::string name;
    std::vector<Mark> marks;
    double bias = 0;   ///< mean error, drawn where there are several marks
    std::string text;  ///< at the end of the row
  };

  ChartText text;
  std::vector<Series> series;
  std::vector<Row> rows;
};

using Chart = std::variant<BarChart, ColumnChart, TornadoChart, WaterfallChart, RooflineChart,
                           ScatterChart, ErrorChart, StepChart>;

/// The Vega-Lite specification, JSON in one line; empty if there is nothing to draw.
[[nodiscard]] std::string vega_lite(const Chart& chart);

/// The values in a sentence or two, for readers who do not see the picture.
[[nodiscard]] std::string described(const Chart& chart);

[[nodiscard]] const ChartText& text_of(const Chart& chart);

/// A figure element: caption, picture, how to read it, its specification; of a compact chart
/// caption and picture. Empty if there is nothing to draw.
[[nodiscard]] std::string to_html(const Chart& chart);

}  // namespace tritsim
