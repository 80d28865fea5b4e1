// SPDX-License-Identifier: Apache-2.0
#include "reports/index_page.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "arch/problems.hpp"
#include "reports/script_text.hpp"

namespace tritsim {
namespace {

using Json = nlohmann::ordered_json;

/// Which question a report answers, by the name of its file.
std::string question(const std::string& path) {
  const std::string file = path.substr(path.rfind('/') + 1);
  if (file == "report.html") {
    return "One run: how fast, how much energy, and what holds it back. Read the figures on top "
           "first; \"What bounds it\" says what to change.";
  }
  if (file == "comparison.html") {
    return "Designs side by side: where the difference in time and energy between them comes from, "
           "cause by cause.";
  }
  if (file == "sweep.html") {
    return "Many designs at once: which of them nothing else beats, and what each of their "
           "settings "
           "is worth. Filter them, choose one, and take the command that runs it.";
  }
  if (file == "validation.html") {
    return "How far to trust the others: figures that were published of real hardware, beside what "
           "the simulator says of the same hardware.";
  }
  return "";
}

Section section_of(const Report& r, std::size_t number) {
  Section s;
  s.id = fmt::format("report-{}", number);
  s.title = r.title;
  s.text = question(r.path);
  s.link = {r.path, fmt::format("Open {}", r.path)};
  Table t;
  t.title = r.subtitle;
  t.columns = {{"figure"}, number_column("value"), {"detail"}};
  for (const Tile& tile : r.tiles) t.rows.push_back({tile.label, tile.value, tile.detail});
  s.blocks = {{std::move(t)}};
  return s;
}

}  // namespace

std::string headline_text(const Page& page) {
  Json tiles = Json::array();
  for (const Tile& t : page.tiles) tiles.push_back({t.label, t.value, t.detail});
  return Json{{"title", page.title}, {"subtitle", page.subtitle}, {"tiles", tiles}}.dump();
}

Report read_report(const std::string& html, const std::string& path) {
  const Json json = Json::parse(script_element(html, "headline"), nullptr, false);
  if (!json.is_object()) {
    throw ConfigError(path + ": is no report of this tool; give the .html that a command wrote");
  }
  Report r{path, json.value("title", ""), json.value("subtitle", ""), {}};
  for (const Json& t : json.value("tiles", Json::array())) {
    r.tiles.push_back(
        {t.at(0).get<std::string>(), t.at(1).get<std::string>(), t.at(2).get<std::string>()});
  }
  return r;
}

Page index_page(const std::vector<Report>& reports, const std::string& tool) {
  Page page;
  page.title = "Tritsim reports";
  page.subtitle =
      "A simulator of language models with ternary weights (-1, 0, +1: no multiplications in their "
      "matrices) on FPGA boards, for who designs such hardware: speed and energy of a design "
      "before "
      "it is built.";
  page.notes = {
      "Every number is simulated from a description of the board and of the model; every page says "
      "what its numbers include, where they come from and how to make them again.",
      "Energies have ranges, because what one operation costs is known only so well.",
      "A chart's \"Copy specification\" gives the Vega-Lite text of the picture, for a paper or "
      "your own tools."};
  for (std::size_t i = 0; i < reports.size(); ++i) {
    page.sections.push_back(section_of(reports[i], i + 1));
  }
  page.footer = fmt::format("Made by {}.", tool);
  return page;
}

}  // namespace tritsim
