// SPDX-License-Identifier: Apache-2.0
#include "reports/text/script_text.hpp"

#include <fmt/format.h>

namespace tritsim {
namespace {

std::string start_tag(std::string_view id) {
  return fmt::format("<script type=\"application/json\" id=\"{}\">", id);
}

}  // namespace

std::string script_text(std::string_view json) {
  std::string out;
  out.reserve(json.size());
  for (const char c : json) {
    if (c == '<') {
      out += "\\u003c";
    } else {
      out += c;
    }
  }
  return out;
}

std::string script_element_of(std::string_view id, std::string_view json) {
  return fmt::format("{}{}</script>\n", start_tag(id), script_text(json));
}

std::string script_element(std::string_view html, std::string_view id) {
  const std::string tag = start_tag(id);
  const std::size_t at = html.find(tag);
  if (at == std::string_view::npos) return "";
  const std::size_t from = at + tag.size();
  return std::string(html.substr(from, html.find("</script>", from) - from));
}

}  // namespace tritsim
