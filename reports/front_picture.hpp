// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace tritsim {

/// Candidates in two figures, those on the front marked and joined by the border of what they beat.
struct FrontPicture {
  struct Axis {
    std::string name;   ///< e.g. "power"
    std::string unit;   ///< e.g. "W"
    bool more = false;  ///< whether more of it is better
  };

  struct Point {
    double x = 0;
    double y = 0;
    bool feasible = true;
    bool front = false;
    std::string tip;  ///< shown while the pointer rests on one of the front
  };

  std::string title;
  Axis x, y;
  std::vector<Point> points;
};

/// One SVG file that needs nothing else, light or dark as its reader prefers. Of points that fall
/// on the same spot one is drawn. Empty if there are no points.
[[nodiscard]] std::string to_svg(const FrontPicture& chart);

/// A figure of a run as an axis: "energy_per_token_j" is "energy per token" in J.
[[nodiscard]] FrontPicture::Axis axis_of_metric(const std::string& metric, bool more);

}  // namespace tritsim
