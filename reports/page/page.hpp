// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "reports/chart/chart.hpp"
#include "reports/text/table.hpp"

// A report of any kind: headline figures, then sections of tables and charts. One value, three
// renderings.
namespace tritsim {

/// One headline figure.
struct Tile {
  std::string label;
  std::string value;
  std::string detail;  ///< range, or what it counts; may be empty
};

/// Markup with a script of its own; only in HTML.
struct Widget {
  std::string html;
  std::string_view script;  ///< runs when the page is there, after page.js; may be empty
};

/// What a section is made of. A terminal shows no charts.
struct Block {
  enum class Where { everywhere, terminal, documents };

  std::variant<Table, Chart, Widget> content;
  Where where = Where::everywhere;
};

struct Link {
  std::string to;
  std::string text;
};

struct Section {
  std::string id;  ///< anchor: lower case, no spaces
  std::string title;
  std::string text;  ///< a sentence or two on how to read it
  std::vector<Block> blocks;
  std::optional<Link> link{};  ///< to another page
};

struct Page {
  std::string title;
  std::string subtitle;
  std::vector<Tile> tiles;
  std::string finding;             ///< its finding, a sentence with its main figures; may be empty
  std::vector<Chart> overview;     ///< pictures of the first screen, side by side; in HTML alone
  std::vector<std::string> notes;  ///< boundaries of the figures, one statement each
  std::vector<Section> sections;
  std::string footer;
  std::string inputs;  ///< JSON: what the figures were made from, so that they can be made again
};

[[nodiscard]] std::string to_terminal(const Page& page, const TerminalStyle& style);
[[nodiscard]] std::string to_markdown(const Page& page);
/// One self-contained file: it holds the library that draws its charts, the sections of
/// docs/modelling.md that its charts name, and its inputs. In a section charts come first, then
/// tables, long ones folded.
[[nodiscard]] std::string to_html(const Page& page);

}  // namespace tritsim
