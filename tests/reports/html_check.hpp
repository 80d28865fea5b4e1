// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>
#include <vector>

namespace tritsim {

/// Checks that the tags of a page are balanced, that attributes are quoted, that ids are unique
/// and that links inside the page lead somewhere. Returns the first fault, or nothing.
inline std::string html_faults(const std::string& html) {
  static const std::set<std::string> without_end{"meta", "!DOCTYPE"};
  std::vector<std::string> open;
  std::set<std::string> ids;
  std::vector<std::string> links;
  for (std::size_t at = html.find('<'); at != std::string::npos; at = html.find('<', at)) {
    std::size_t end = at + 1;
    bool quoted = false;
    while (end < html.size() && (quoted || html[end] != '>')) {
      if (html[end] == '"') quoted = !quoted;
      if (html[end] == '<') return "'<' inside a tag: " + html.substr(at, 80);
      ++end;
    }
    if (end >= html.size()) return "tag without end: " + html.substr(at, 80);
    const std::string tag = html.substr(at + 1, end - at - 1);
    at = end + 1;
    const std::string name = tag.substr(0, tag.find_first_of(" \n/", 1));
    if (tag[0] == '/') {
      if (open.empty() || "/" + open.back() != name) return "unexpected <" + tag + ">";
      open.pop_back();
      continue;
    }
    for (const std::string key : {" id=\"", " href=\"#"}) {
      const std::size_t from = tag.find(key);
      if (from == std::string::npos) continue;
      const std::size_t start = from + key.size();
      const std::string value = tag.substr(start, tag.find('"', start) - start);
      if (key == " href=\"#") {
        links.push_back(value);
      } else if (!ids.insert(value).second) {
        return "id twice: " + value;
      }
    }
    if (tag.back() == '/' || without_end.count(name) > 0) continue;
    open.push_back(name);
    if (name == "style" || name == "script") at = html.find("</" + name + ">", at);
  }
  if (!open.empty()) return "never closed: " + open.back();
  for (const std::string& link : links) {
    if (ids.count(link) == 0) return "link to nowhere: #" + link;
  }
  return "";
}

/// The page without the script that draws its charts.
inline std::string without_library(std::string html) {
  const std::string begin = "<script>";
  const std::size_t at = html.find(begin);
  if (at != std::string::npos) html.erase(at, html.find("</script>", at) - at);
  return html;
}

}  // namespace tritsim
