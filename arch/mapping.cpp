// SPDX-License-Identifier: Apache-2.0
#include "arch/mapping.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "arch/trace.hpp"

namespace tritsim {
namespace {

std::size_t named_characters(std::string_view pattern) {
  return pattern.size() - static_cast<std::size_t>(std::count(pattern.begin(), pattern.end(), '*'));
}

}  // namespace

bool matches(std::string_view pattern, std::string_view name) {
  std::size_t p = 0;
  std::size_t n = 0;
  std::size_t star = std::string_view::npos;
  std::size_t after = 0;  // where the text that the star stands for ends, so far
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      after = n;
    } else if (p < pattern.size() && pattern[p] == name[n]) {
      ++p;
      ++n;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      n = ++after;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

const std::string* MappingSpec::pattern_of(std::string_view op) const {
  const std::string* best = nullptr;
  for (const auto& [pattern, place] : ops) {
    if (!matches(pattern, op)) continue;
    if (best == nullptr || named_characters(pattern) > named_characters(*best)) best = &pattern;
  }
  return best;
}

Placement MappingSpec::place_of(const Op& op) const {
  if (op.kind == OpKind::all_gather) return {Place::core, "parallel", ""};
  if (const std::string* pattern = pattern_of(op.name)) {
    return {ops.at(*pattern), "ops", *pattern};
  }
  if (op.kind == OpKind::embedding) return {embedding, "embedding", ""};
  if (op.name == "lm_head") return {lm_head, "lm_head", ""};
  const auto it = places.find(std::string(name_of(op.kind)));
  if (it != places.end()) return {it->second, "places", it->first};
  return {};
}

void MappingSpec::check(Checker& c) const {
  if (kernels_of_pipe() > 1 && prepare == Place::host) {
    c.fail("prepare",
           "the host hands every op to one kernel, and parallel.tensor x "
           "parallel.pipeline is above 1",
           "set prepare: core, or leave out parallel");
  }
  if (kernels_of_pipe() > 1 && prompt == PromptTokens::in_lanes) {
    c.fail("prompt",
           "lanes take a prompt's tokens on kernels with a whole model, and parallel.tensor x "
           "parallel.pipeline is above 1",
           "set prompt: one_by_one, or leave out parallel");
  }
  const std::vector<std::string> kinds = names_of<OpKind>();
  for (const auto& [op, place] : places) {
    if (op == name_of(OpKind::all_gather)) {
      c.fail("places." + op, "kernels bring shards together themselves", "remove it");
    } else if (op == name_of(OpKind::embedding)) {
      c.fail("places." + op, "'embedding' has a key of its own", "set mapping.embedding");
    } else if (std::find(kinds.begin(), kinds.end(), op) == kinds.end()) {
      c.fail("places." + op, fmt::format("'{}' is not a kind of op", op),
             suggestion(op, kinds, "the kinds of op are"));
    }
  }
}

void MappingSpec::check_ops(const Trace& trace, Problems& problems) const {
  for (const auto& [pattern, place] : ops) {
    const bool met = std::any_of(trace.ops.begin(), trace.ops.end(),
                                 [&p = pattern](const Op& op) { return matches(p, op.name); });
    if (met) continue;
    problems.add({}, "mapping.ops." + pattern, fmt::format("matches no op of '{}'", trace.model),
                 fmt::format("its ops have names like '{}'; 'tritsim map' lists them",
                             trace.ops.empty() ? "" : trace.ops[trace.ops.size() / 2].name));
  }
  for (const Op& op : trace.ops) {
    const std::string* best = pattern_of(op.name);
    for (const auto& [pattern, place] : ops) {
      if (best == nullptr || pattern == *best || place == ops.at(*best) ||
          named_characters(pattern) != named_characters(*best) || !matches(pattern, op.name)) {
        continue;
      }
      problems.add({}, op.name,
                   fmt::format("'{}' and '{}' of mapping.ops match it with equally many "
                               "characters and put it in different places",
                               *best, pattern),
                   "write one of them out further");
    }
  }
}

}  // namespace tritsim
