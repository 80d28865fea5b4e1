// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "reports/chart.hpp"
#include "reports/table.hpp"

// A report of any kind: headline figures, then sections of tables and charts. One value, three
// renderings.
namespace tritsim {

/// One headline figure.
struct Tile {
  std::string label;
  std::string value;
  std::string detail;  ///< range, or what it counts; may be empty
};

/// What a section is made of. A terminal shows no charts.
struct Block {
  enum class Where { everywhere, terminal, documents };

  std::variant<Table, BarChart, ColumnChart, TornadoChart, WaterfallChart, RooflineChart> content;
  Where where = Where::everywhere;
};

struct Section {
  std::string id;  ///< anchor: lower case, no spaces
  std::string title;
  std::string text;  ///< a sentence or two on how to read it
  std::vector<Block> blocks;
};

struct Page {
  std::string title;
  std::string subtitle;
  std::vector<Tile> tiles;
  std::vector<std::string> notes;  ///< boundary of the figures, one statement each
  std::vector<Section> sections;
  std::string footer;
};

[[nodiscard]] std::string to_terminal(const Page& page, bool colour);
[[nodiscard]] std::string to_markdown(const Page& page);
/// One file that needs nothing else: no script, no network.
[[nodiscard]] std::string to_html(const Page& page);

}  // namespace tritsim
