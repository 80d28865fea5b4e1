// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "reports/page/page.hpp"

// A page that leads to other reports.
namespace tritsim {

/// Summary of a report: JSON that every HTML report holds under the id "headline".
[[nodiscard]] std::string headline_text(const Page& page);

/// A report as the index shows it; `path` is relative to the index. Throws ConfigError if the HTML
/// is not from this tool.
struct Report {
  std::string path;
  std::string title;
  std::string subtitle;
  std::string finding;
  std::vector<Tile> tiles;
};

[[nodiscard]] Report read_report(const std::string& html, const std::string& path);

[[nodiscard]] Page index_page(const std::vector<Report>& reports, const std::string& tool);

}  // namespace tritsim
