// SPDX-License-Identifier: Apache-2.0
#include "reports/law.hpp"

#include <cctype>

#include "reports/embedded.hpp"

namespace tritsim {

std::string_view law_section(std::string_view heading) {
  const std::string_view all = modelling_text;
  for (std::size_t at = all.find("\n#"); at != std::string_view::npos;
       at = all.find("\n#", at + 1)) {
    const std::size_t text = all.find_first_not_of("#", at + 1) + 1;
    const std::size_t end = all.find('\n', text);
    std::string_view line = all.substr(text, end - text);
    line = line.substr(0, line.find(" (`"));
    if (line != heading) continue;
    const std::size_t next = all.find("\n#", end);
    const std::size_t from = all.find_first_not_of('\n', end);
    if (next != std::string_view::npos && from > next) return {};
    const std::string_view section = all.substr(from, next - from);
    return section.substr(0, section.find_last_not_of('\n') + 1);
  }
  return {};
}

std::string law_anchor(std::string_view heading) {
  std::string out = "law-";
  for (const char c : heading) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
      out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    } else if (out.back() != '-') {
      out += '-';
    }
  }
  return out;
}

}  // namespace tritsim
