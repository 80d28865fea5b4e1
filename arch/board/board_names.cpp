// SPDX-License-Identifier: Apache-2.0
#include "arch/board/board_names.hpp"

#include <algorithm>
#include <map>
#include <string_view>

#include <fmt/format.h>

#include "arch/board/board.hpp"

namespace tritsim {
namespace {

constexpr std::size_t longest = 64;

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool may_follow(char c) {
  return is_letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

/// The group that has a name.
using Taken = std::map<std::string, std::string_view, std::less<>>;

void check_name(const std::string& key, const std::string& name, std::string_view kind,
                Taken& taken, Checker& c) {
  if (std::string fault = identifier_fault(name); !fault.empty()) {
    c.fail(key, std::move(fault), "write letters, digits, _ and -, a letter first");
  }
  const auto [other, fresh] = taken.try_emplace(name, kind);
  if (fresh) return;
  c.fail(key,
         other->second == kind
             ? fmt::format("two groups of {} are named '{}'", kind, name)
             : fmt::format("a group of {} is named '{}', too", other->second, name),
         "rename one");
}

}  // namespace

std::string identifier_fault(const std::string& name) {
  if (name.empty()) return "is empty";
  if (name.size() > longest) return fmt::format("is longer than {} characters", longest);
  const bool good = is_letter(name.front()) && std::all_of(name.begin(), name.end(), may_follow);
  return good ? "" : fmt::format("'{}' is not a name for a group", name);
}

void check_names(const BoardSpec& board, Checker& c) {
  Taken taken;
  for (std::size_t i = 0; i < board.memories.size(); ++i) {
    check_name(fmt::format("memories.{}.name", i), board.memories[i].name, "memories", taken, c);
  }
  for (std::size_t i = 0; i < board.cores.size(); ++i) {
    check_name(fmt::format("cores.{}.name", i), board.cores[i].name, "cores", taken, c);
  }
}

}  // namespace tritsim
