// SPDX-License-Identifier: Apache-2.0
#include "arch/workload/mapping.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "arch/workload/trace.hpp"

namespace tritsim {
namespace {

std::size_t named_characters(std::string_view pattern) {
  return pattern.size() - static_cast<std::size_t>(std::count(pattern.begin(), pattern.end(), '*'));
}

/// Of the entries whose pattern matches, the one with the most characters besides `*`; null: none
/// does.
template <class T>
const std::pair<const std::string, T>* best_match(const std::map<std::string, T>& by_pattern,
                                                  std::string_view op) {
  const std::pair<const std::string, T>* best = nullptr;
  for (const auto& entry : by_pattern) {
    if (!matches(entry.first, op)) continue;
    if (best == nullptr || named_characters(entry.first) > named_characters(best->first)) {
      best = &entry;
    }
  }
  return best;
}

/// `applies`: ops that entries of the map can be about.
template <class T, class Applies>
void check_patterns(const std::map<std::string, T>& by_pattern, std::string_view key,
                    const Trace& trace, Applies&& applies, std::string_view such,
                    std::string_view disagree, Problems& problems) {
  std::vector<std::string> names;
  for (const Op& op : trace.ops) {
    if (applies(op)) names.push_back(op.name);
  }
  for (const auto& [pattern, entry] : by_pattern) {
    const bool met = std::any_of(names.begin(), names.end(),
                                 [&p = pattern](const std::string& n) { return matches(p, n); });
    if (met) continue;
    problems.add({}, fmt::format("mapping.{}.{}", key, pattern),
                 fmt::format("matches no {} of '{}'", such, trace.model),
                 fmt::format("there are names like '{}'; 'tritsim map' lists them",
                             names.empty() ? "" : names[names.size() / 2]));
  }
  for (const std::string& name : names) {
    const auto* best = best_match(by_pattern, name);
    if (best == nullptr) continue;
    for (const auto& [pattern, entry] : by_pattern) {
      if (pattern == best->first || entry == best->second ||
          named_characters(pattern) != named_characters(best->first) || !matches(pattern, name)) {
        continue;
      }
      problems.add({}, name,
                   fmt::format("'{}' and '{}' of mapping.{} match it with equally many characters "
                               "and {}",
                               best->first, pattern, key, disagree),
                   "write one of them out further");
    }
  }
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

const std::pair<const std::string, ProductSpec>* MappingSpec::product_of(const Op& op) const {
  return best_match(products, op.name);
}

Placement MappingSpec::placement_of(const Op& op) const {
  if (traits_of(op.kind).core == CoreRule::gather) return {Target::core, "parallel", ""};
  if (const auto* best = best_match(ops, op.name)) return {best->second, "ops", best->first};
  if (op.role == OpRole::embedding) return {embedding, "embedding", ""};
  if (op.role == OpRole::lm_head) return {lm_head, "lm_head", ""};
  const auto it = places.find(std::string(name_of(op.kind)));
  if (it != places.end()) return {it->second, "places", it->first};
  return {};
}

const CoarseSpec* MappingSpec::coarse_of(const Op& op) const {
  const auto* how = product_of(op);
  if (how == nullptr || !how->second.coarse || placement_of(op).target != Target::core)
    return nullptr;
  return &*how->second.coarse;
}

WeightSpec MappingSpec::weights_on_core(const Op& op) const {
  const CoarseSpec* coarse = coarse_of(op);
  return coarse != nullptr ? coarse->weights : stored_weights(op);
}

bool MappingSpec::host_prepares(const Op& op) const {
  if (prepare != Target::host || !is_matrix(op.kind)) return false;
  return traits_of(op.kind).details.normalises_input || placement_of(op).target == Target::core;
}

void MappingSpec::check(Checker& c) const {
  if (kernels_of_pipeline() > 1 && prepare == Target::host && !host_gathers()) {
    c.fail("prepare",
           "the host hands every op to one kernel, and parallel.tensor x "
           "parallel.pipeline is above 1",
           "set prepare: core, parallel.gather: host, or leave out parallel");
  }
  if (parallel && parallel->gather == Gather::host && (prepare != Target::host || pipeline() > 1)) {
    c.fail("parallel.gather",
           "the host brings shards together where it prepares every product, and there are no "
           "stages",
           "set prepare: host and parallel.pipeline: 1, or gather: ring");
  }
  if (sequences == MoreSequences::in_passes && prepare != Target::host) {
    c.fail("sequences", "a pass over the weights is one launch of a product by the host",
           "set prepare: host, or sequences: in_rounds");
  }
  const bool coarse = std::any_of(products.begin(), products.end(),
                                  [](const auto& p) { return p.second.coarse.has_value(); });
  if (calls == Calls::per_tile && (prepare != Target::host || coarse)) {
    c.fail("calls", "a tile is called by the host, which prepares it and adds up plain sums",
           "set prepare: host without coarse copies, or calls: per_product");
  }
  if (kernels_of_pipeline() > 1 && prompt == PromptTokens::in_lanes) {
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
  check_patterns(
      ops, "ops", trace, [](const Op&) { return true; }, "op", "put it in different places",
      problems);
  check_patterns(
      products, "products", trace, [](const Op& op) { return is_matrix(op.kind); },
      "matrix product", "cut it differently", problems);
}

}  // namespace tritsim
