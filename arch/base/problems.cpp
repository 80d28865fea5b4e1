// SPDX-License-Identifier: Apache-2.0
#include "arch/base/problems.hpp"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <tuple>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "arch/base/plain_text.hpp"

namespace tritsim {
namespace {

std::string join(const std::vector<Problem>& problems) {
  std::string text;
  for (const Problem& p : problems) {
    if (!text.empty()) text += '\n';
    text += p.text();
  }
  return text;
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::size_t edit_distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replace = diagonal + (lower(a[i]) == lower(b[j]) ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replace, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

/// The digits of a word, in order of size.
std::string digits_of(const std::string& word) {
  std::string digits;
  std::copy_if(word.begin(), word.end(), std::back_inserter(digits),
               [](char c) { return c >= '0' && c <= '9'; });
  std::sort(digits.begin(), digits.end());
  return digits;
}

}  // namespace

std::string Problem::text() const {
  std::string out;
  if (!mark.file.empty()) {
    out += mark.line > 0 ? fmt::format("{}:{}:{}: ", mark.file, mark.line, mark.column)
                         : fmt::format("{}: ", mark.file);
  }
  if (!path.empty()) out += path + ": ";
  out += what;
  if (!remedy.empty()) out += "; " + remedy;
  return printable(out);
}

std::vector<Problem> Problems::sorted() const {
  auto out = problems_;
  std::stable_sort(out.begin(), out.end(), [](const Problem& a, const Problem& b) {
    return std::tie(a.mark.file, a.mark.line, a.mark.column) <
           std::tie(b.mark.file, b.mark.line, b.mark.column);
  });
  return out;
}

void Problems::raise() const {
  if (!problems_.empty()) throw ConfigError(sorted());
}

ConfigError::ConfigError(std::vector<Problem> problems)
    : std::runtime_error(join(problems)), problems_(std::move(problems)) {}

ConfigError::ConfigError(const std::string& text)
    : ConfigError(std::vector<Problem>{Problem{{}, {}, text, {}}}) {}

std::string nearest(const std::string& word, const std::vector<std::string>& candidates) {
  std::string best;
  std::size_t best_distance = std::max<std::size_t>(2, word.size() / 3) + 1;
  const std::string digits = digits_of(word);
  // A candidate with another number is something else, not another spelling: int3 is not int8.
  for (const std::string& c : candidates) {
    if (const std::string its = digits_of(c); !its.empty() && !digits.empty() && its != digits) {
      continue;
    }
    const std::size_t apart = std::max(word.size(), c.size()) - std::min(word.size(), c.size());
    if (apart >= best_distance) continue;
    const std::size_t distance = edit_distance(word, c);
    if (distance < best_distance && distance < std::max(word.size(), c.size())) {
      best = c;
      best_distance = distance;
    }
  }
  return best;
}

std::string suggestion(const std::string& word, const std::vector<std::string>& candidates,
                       std::string_view they_are) {
  const std::string near = nearest(word, candidates);
  return near.empty() ? fmt::format("{}: {}", they_are, fmt::join(candidates, ", "))
                      : fmt::format("did you mean '{}'?", near);
}

}  // namespace tritsim
