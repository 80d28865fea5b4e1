// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "reports/chart/vega_lite.hpp"
#include "reports/sweep/report.hpp"
#include "reports/text/style.hpp"

namespace tritsim {
namespace {

using vega::Json;

/// The chart's background colour.
std::string ground() {
  const auto* card =
      std::find_if(palette.begin(), palette.end(), [](const Shade& s) { return s.name == "card"; });
  return std::string(card->light);
}

/// Two strokes, as a path in the square from -1 to 1.
constexpr const char* oblique_cross = "M-0.9,-0.9L0.9,0.9M-0.9,0.9L0.9,-0.9";

Json axis(const char* field) {
  return {{"field", field}, {"type", "quantitative"}, {"title", nullptr}};
}

Json layer(const char* data, Json mark, bool coloured) {
  Json encoding = {{"x", axis("x")}, {"y", axis("y")}};
  if (coloured) encoding["color"] = {{"field", "c"}, {"type", "nominal"}};
  return {{"data", {{"name", data}}}, {"mark", std::move(mark)}, {"encoding", encoding}};
}

}  // namespace

std::string sweep_chart() {
  Json spec = vega::base({"Points of the sweep", "", "", "", ""});
  spec["height"] = 430;
  spec["config"]["legend"]["columns"] = 4;
  spec["config"]["view"]["fill"] = "transparent";  // or the pointer finds nothing between points
  Json beaten =
      layer("beaten", {{"type", "point"}, {"filled", true}, {"size", 18}, {"opacity", 0.75}}, true);
  beaten["params"] = {{{"name", "brush"}, {"select", {{"type", "interval"}}}}};
  const Json broken = layer("broken",
                            {{"type", "point"},
                             {"shape", oblique_cross},
                             {"size", 26},
                             {"opacity", 0.6},
                             {"filled", false},
                             {"strokeWidth", 1.1}},
                            true);
  const Json line = layer(
      "front",
      {{"type", "line"}, {"interpolate", "step-after"}, {"color", vega::ink()}, {"opacity", 0.7}},
      false);
  const Json front = layer("front",
                           {{"type", "point"},
                            {"filled", true},
                            {"size", 75},
                            {"opacity", 1},
                            {"stroke", vega::ink()},
                            {"strokeWidth", 1.2}},
                           true);
  const Json selected = layer("selected",
                              {{"type", "point"},
                               {"size", 230},
                               {"opacity", 1},
                               {"color", vega::ink()},
                               {"strokeWidth", 3}},
                              false);
  const auto letters = [](Json look) {
    Json mark = {{"type", "text"}, {"align", "right"}, {"dx", -8},
                 {"dy", -6},       {"fontSize", 13},   {"fontWeight", 700}};
    mark.update(look);
    Json out = layer("names", std::move(mark), false);
    out["encoding"]["text"] = {{"field", "name"}};
    return out;
  };
  const Json halo = letters({{"stroke", ground()}, {"strokeWidth", 4}, {"strokeJoin", "round"}});
  spec["layer"] = {beaten, broken, line, front, selected, halo, letters(Json::object())};
  return spec.dump();
}

}  // namespace tritsim
