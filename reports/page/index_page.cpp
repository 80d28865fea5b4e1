// SPDX-License-Identifier: Apache-2.0
#include "reports/page/index_page.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "arch/base/problems.hpp"
#include "reports/text/script_text.hpp"

namespace tritsim {
namespace {

using Json = nlohmann::ordered_json;

std::string file_of(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

/// Which question a report answers, by the name of its file.
std::string question(const std::string& path) {
  const std::string file = file_of(path);
  if (file == "report.html") {
    return "One run: how fast, how much energy, and what holds it back. Read the first screen, "
           "then "
           "\"What bounds it\".";
  }
  if (file == "comparison.html") {
    return "Designs side by side, and the difference in time and energy between them, cause by "
           "cause.";
  }
  if (file == "sweep.html") {
    return "Many designs at once: which ones no other beats, and what each setting is worth. "
           "Filter "
           "them, pick one, and copy the command that runs it.";
  }
  if (file == "validation.html") {
    return "How far to trust the others: published measurements of real hardware beside the "
           "simulator's figures for it.";
  }
  return "";
}

Section section_of(const Report& r, std::size_t number) {
  Section s;
  s.id = fmt::format("report-{}", number);
  s.title = r.title;
  s.text = question(r.path);
  s.link = {r.path, fmt::format("Open {}", r.title)};
  Table t;
  t.title = r.subtitle;
  t.columns = {{"figure"}, number_column("value"), {"range or detail"}};
  for (const Tile& tile : r.tiles) t.rows.push_back({tile.label, tile.value, tile.detail});
  s.blocks = {{std::move(t)}};
  return s;
}

Section about_section() {
  return {
      "about",
      "What this is",
      "",
      {{Widget{
          "<p>A language model generates text token by token, and for each token it multiplies "
          "vectors by all of its weights. If every weight is -1, 0 or +1 (a ternary, or "
          "MatMul-free, "
          "model), additions are enough and a weight takes two bits or fewer. An FPGA can be "
          "configured as hardware for exactly that.</p>\n"
          "<p>Tritsim simulates such hardware from a description of the board and of the model: "
          "tokens per second, energy per token, and what limits them. It does the same for dense "
          "models and for GPUs, so that they can be compared. Every number comes from a law, a "
          "count and a coefficient with a source, which the pages name. Energies are ranges, "
          "because the energy of an operation is known only approximately.</p>\n",
          {}}}}};
}

/// The finding of each report, in its own words.
Section finding_section(const std::vector<Report>& reports) {
  std::string items;
  for (const Report& r : reports) {
    if (r.finding.empty()) continue;
    items += fmt::format("<li>{} <a href=\"{}\" aria-label=\"{}\">Details</a></li>\n",
                         escape_html(r.finding), escape_html(r.path),
                         escape_html("Details: " + r.title));
  }
  Section s{"findings", "Findings", "", {}};
  if (!items.empty()) {
    s.blocks.push_back({Widget{"<ol class=\"findings\">\n" + items + "</ol>\n", {}}});
  }
  return s;
}

/// Commands that can be used with the reports.
Section next_section(const std::vector<Report>& reports) {
  std::string lines;
  const auto item = [&](std::string_view text, const std::string& command) {
    lines += fmt::format("<dt>{}</dt>\n<dd><code>{}</code></dd>\n", text, escape_html(command));
  };
  for (const Report& r : reports) {
    if (file_of(r.path) == "report.html") {
      item("Repeat the run from its page alone", "tritsim run --from " + r.path + " -o again");
    }
    if (file_of(r.path) == "sweep.html") {
      item("Run one design of the sweep", "tritsim run --from " + r.path + " --point 0 -o one");
    }
  }
  item("Change a value of the board",
       "tritsim run --board BOARD.yaml --model MODEL.yaml --set cores.0.lanes=24");
  item("Every key that a description can have",
       "tritsim schema board; docs/configuration.md in the source tree");
  item("What the simulator models and what it leaves out", "docs/modelling.md");
  return {"next",
          "Next steps",
          "Commands run in the directory of this page. \"Copy specification\" below a chart copies "
          "its Vega-Lite source, for a paper or other tools.",
          {{Widget{"<dl class=\"next\">\n" + lines + "</dl>\n", {}}}}};
}

}  // namespace

std::string headline_text(const Page& page) {
  Json tiles = Json::array();
  for (const Tile& t : page.tiles) tiles.push_back({t.label, t.value, t.detail});
  return Json{{"title", page.title},
              {"subtitle", page.subtitle},
              {"finding", page.finding},
              {"tiles", tiles}}
      .dump();
}

Report read_report(const std::string& html, const std::string& path) {
  const Json json = Json::parse(script_element(html, "headline"), nullptr, false);
  if (!json.is_object()) {
    throw ConfigError(path + ": is no report of this tool; give the .html that a command wrote");
  }
  Report r{
      path, json.value("title", ""), json.value("subtitle", ""), json.value("finding", ""), {}};
  for (const Json& t : json.value("tiles", Json::array())) {
    r.tiles.push_back(
        {t.at(0).get<std::string>(), t.at(1).get<std::string>(), t.at(2).get<std::string>()});
  }
  return r;
}

Page index_page(const std::vector<Report>& reports, const std::string& tool) {
  Page page;
  page.title = "Tritsim reports";
  page.subtitle = "Speed and energy of hardware for language models, simulated before it is built";
  page.sections.push_back(about_section());
  if (Section s = finding_section(reports); !s.blocks.empty()) {
    page.sections.push_back(std::move(s));
  }
  for (std::size_t i = 0; i < reports.size(); ++i) {
    page.sections.push_back(section_of(reports[i], i + 1));
  }
  page.sections.push_back(next_section(reports));
  page.footer = fmt::format("Made by {}.", tool);
  return page;
}

}  // namespace tritsim
