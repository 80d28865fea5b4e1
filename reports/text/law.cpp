// SPDX-License-Identifier: Apache-2.0
#include "reports/text/law.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

#include <fmt/format.h>

#include "reports/text/embedded.hpp"
#include "reports/text/table.hpp"

namespace tritsim {
namespace {

/// Text between two marks becomes an element; an unpaired mark stays.
std::string marked(std::string text, std::string_view mark, std::string_view element) {
  std::size_t begin = text.find(mark);
  while (begin != std::string::npos) {
    const std::size_t end = text.find(mark, begin + mark.size());
    if (end == std::string::npos) break;
    const std::string inner = text.substr(begin + mark.size(), end - begin - mark.size());
    const std::string whole = fmt::format("<{0}>{1}</{0}>", element, inner);
    text.replace(begin, end + mark.size() - begin, whole);
    begin = text.find(mark, begin + whole.size());
  }
  return text;
}

bool is_word(char ch) {
  return std::isalnum(static_cast<unsigned char>(ch)) != 0;
}

/// A word or more between single stars becomes emphasis. A star with a space beside it is a
/// product, and code is left as it is.
std::string emphasised(const std::string& text) {
  std::string out;
  bool code = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text.compare(at, 6, "<code>") == 0) code = true;
    if (text.compare(at, 7, "</code>") == 0) code = false;
    const bool opens = !code && text[at] == '*' && at + 1 < text.size() && is_word(text[at + 1]) &&
                       (at == 0 || !is_word(text[at - 1]));
    const std::size_t end = opens ? text.find('*', at + 1) : std::string::npos;
    if (end == std::string::npos || text[end - 1] == ' ') {
      out += text[at];
      continue;
    }
    out += "<em>" + text.substr(at + 1, end - at - 1) + "</em>";
    at = end;
  }
  return out;
}

std::string inline_html(std::string_view markdown) {
  return emphasised(marked(marked(escape_html(markdown), "`", "code"), "**", "strong"));
}

std::string trimmed(std::string_view text) {
  const std::size_t from = text.find_first_not_of(' ');
  if (from == std::string_view::npos) return "";
  return std::string(text.substr(from, text.find_last_not_of(' ') + 1 - from));
}

class LawWriter {
 public:
  void line(std::string_view text) {
    const std::string words = trimmed(text);
    if (words.empty()) {
      end_text();
    } else if (words.front() == '|') {
      row(words);
    } else if (text.starts_with("- ")) {
      begin_item(words.substr(2));
    } else {
      if (text.front() != ' ' && item_ && text_.empty()) end_list();
      end_table();
      text_ += (text_.empty() ? "" : " ") + words;
    }
  }

  std::string finish() {
    end_list();
    end_table();
    return std::move(out_);
  }

 private:
  void begin_item(const std::string& words) {
    end_text();
    end_table();
    out_ += item_ ? "</li>\n<li>" : "<ul>\n<li>";
    item_ = true;
    text_ = words;
  }

  void row(const std::string& words) {
    end_list();
    if (words.find_first_not_of("|-: ") == std::string::npos) return;  // the rule below the head
    const bool head = !table_;
    if (head) {
      out_ +=
          "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Table\">\n<table>\n";
    }
    table_ = true;
    out_ += head ? "<thead><tr>" : "<tr>";
    std::string_view rest = std::string_view(words).substr(1);
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find('|'), rest.size());
      out_ += fmt::format("<{0}>{1}</{2}>", head ? "th scope=\"col\"" : "td",
                          inline_html(trimmed(rest.substr(0, end))), head ? "th" : "td");
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    out_ += head ? "</tr></thead>\n<tbody>\n" : "</tr>\n";
  }

  void end_text() {
    if (text_.empty()) return;
    out_ += item_ ? inline_html(text_) : fmt::format("<p>{}</p>\n", inline_html(text_));
    text_.clear();
  }

  void end_list() {
    end_text();
    if (item_) out_ += "</li>\n</ul>\n";
    item_ = false;
  }

  void end_table() {
    if (table_) out_ += "</tbody>\n</table>\n</div>\n";
    table_ = false;
  }

  std::string out_;
  std::string text_;   ///< of the paragraph or item that is open
  bool item_ = false;  ///< a list is open, and an item in it
  bool table_ = false;
};

}  // namespace

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

std::string law_html(std::string_view section) {
  LawWriter writer;
  while (!section.empty()) {
    const std::size_t end = std::min(section.find('\n'), section.size());
    writer.line(section.substr(0, end));
    section.remove_prefix(std::min(end + 1, section.size()));
  }
  return writer.finish();
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
