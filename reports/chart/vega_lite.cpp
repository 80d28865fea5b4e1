// SPDX-License-Identifier: Apache-2.0
#include "reports/chart/vega_lite.hpp"

#include <cmath>

#include "reports/text/style.hpp"
#include "reports/text/table.hpp"

namespace tritsim::vega {
namespace {

/// A colour of the palette on a light background.
std::string shade(std::string_view name) {
  for (const Shade& s : palette) {
    if (s.name == name) return std::string(s.light);
  }
  return "#000000";
}

}  // namespace

std::string colour(int number) {
  return std::string(palette.at(static_cast<std::size_t>(number) - 1).light);
}

std::string ink() {
  return shade("ink");
}

std::string soft() {
  return shade("soft");
}

std::string ink_on(int number) {
  // Relative luminance of the sRGB colour against the middle of the contrast scale (WCAG 2.1).
  const std::string hex = colour(number);
  const auto linear = [&](std::size_t at) {
    const double c = std::stoi(hex.substr(at, 2), nullptr, 16) / 255.0;
    return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
  };
  const double luminance = 0.2126 * linear(1) + 0.7152 * linear(3) + 0.0722 * linear(5);
  return luminance > 0.179 ? "black" : "white";
}

Json base(const ChartText& text) {
  Json spec;
  spec["$schema"] = "https://vega.github.io/schema/vega-lite/v6.json";
  spec["description"] = text.title;
  spec["width"] = width_of(text);
  spec["autosize"] = {{"type", "fit-x"}, {"contains", "padding"}};
  spec["config"] = {{"font", "system-ui, 'DejaVu Sans', sans-serif"},
                    {"view", {{"stroke", nullptr}}},
                    {"axis",
                     {{"labelColor", soft()},
                      {"titleColor", ink()},
                      {"gridColor", shade("line")},
                      {"domainColor", soft()},
                      {"ticks", false},
                      {"labelPadding", 6},
                      {"labelFontSize", 12},
                      {"titleFontSize", 12},
                      {"titleFontWeight", "normal"},
                      {"labelLimit", label_limit(text)}}},
                    {"legend",
                     {{"labelColor", ink()},
                      {"titleColor", ink()},
                      {"labelFontSize", 12},
                      {"labelLimit", 0},
                      {"orient", "top"},
                      {"title", nullptr},
                      {"columns", text.compact ? 2 : 3}}},
                    {"text", {{"color", ink()}, {"fontSize", 12}}},
                    {"rule", {{"color", ink()}}},
                    {"bar", {{"stroke", shade("card")}, {"strokeWidth", 0.5}}}};
  return spec;
}

double rounded(double value) {
  if (value == 0 || !std::isfinite(value)) return 0;
  const double scale = std::pow(10.0, 5 - std::floor(std::log10(std::abs(value))));
  return std::isfinite(scale) && scale > 0 ? std::round(value * scale) / scale : value;
}

double Scaled::operator()(double value) const {
  return rounded(value / prefix_.factor);
}

double text_length(std::string_view text) {
  return 6.9 * static_cast<double>(text_width(text));
}

Json series_colour(const std::vector<Series>& series) {
  Json names = Json::array();
  Json colours = Json::array();
  for (const Series& s : series) {
    names.push_back(s.name);
    colours.push_back(colour(s.colour));
  }
  Json channel = {
      {"field", "series"}, {"type", "nominal"}, {"scale", {{"domain", names}, {"range", colours}}}};
  if (series.size() < 2) channel["legend"] = nullptr;
  return channel;
}

Json row_axis(std::string_view field) {
  return {{"field", field},
          {"type", "nominal"},
          {"sort", nullptr},
          {"axis", {{"title", nullptr}, {"labelColor", ink()}, {"domain", false}}}};
}

Json value_axis(std::string_view field, const std::string& title, double low, double high) {
  return {{"field", field},
          {"type", "quantitative"},
          {"title", title},
          {"scale", {{"domain", {rounded(low), rounded(high)}}, {"nice", false}}},
          {"axis", {{"tickCount", 8}, {"format", ".6~g"}}}};
}

Json log_axis(std::string_view field, const std::string& title, double low, double high) {
  return {{"field", field},
          {"type", "quantitative"},
          {"title", title},
          {"scale", {{"type", "log"}, {"domain", {rounded(low), rounded(high)}}, {"nice", false}}},
          {"axis", {{"tickCount", 6}, {"format", "~s"}}}};
}

}  // namespace tritsim::vega
