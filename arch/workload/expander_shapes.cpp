// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/format.h>

#include "arch/workload/expander.hpp"
#include "arch/workload/model_size.hpp"

namespace tritsim {
namespace {

constexpr std::int64_t widest = 1 << 26;

}  // namespace

void Expander::set_attention(const Entry& entry, Op& op) {
  AttentionShape a;
  a.heads = count(entry, "heads", entry.op.heads, 1);
  const bool latent = op.kind == OpKind::latent_attention;
  a.kv_heads = latent ? 1 : count(entry, "kv_heads", entry.op.kv_heads, a.heads);
  a.context = context_;
  if (const auto window = entry.op.window ? value(entry, "window", *entry.op.window) : 0;
      window.value_or(0) > 0) {
    a.window = static_cast<std::uint32_t>(std::min<std::int64_t>(*window, widest));
  }
  if (const WeightSpec* cache = format(entry, "cache", entry.op.cache)) {
    a.cache = cache->format;
    if (cache->group != 0 || cache->mean_bits > 0 || cache->format == NumberFormat::ternary) {
      fail(entry.place + ".cache", "is a format with groups, a mean, or ternary numbers",
           "keys and values are of plain fp32, fp16, int8 or int4");
    }
  }
  if (latent) {
    for (const std::size_t part : {0U, 1U}) {
      const std::uint64_t query = std::uint64_t{a.heads} * trace_.elements(op.inputs[part + 2]);
      if (trace_.elements(op.inputs[part]) == query) continue;
      fail(fmt::format("{}.in", entry.place),
           fmt::format("a part of the query has {} elements", trace_.elements(op.inputs[part])),
           fmt::format("{} heads have {}", a.heads, query));
    }
  } else if (a.heads % a.kv_heads != 0) {
    fail(entry.place + ".kv_heads",
         fmt::format("{} query heads cannot share {} key and value heads evenly", a.heads,
                     a.kv_heads),
         "give a divisor of heads");
  } else if (const std::uint32_t query = trace_.elements(op.inputs[0]); query % a.heads != 0) {
    fail(entry.place + ".heads", fmt::format("{} heads do not divide {} elements", a.heads, query),
         "give a divisor of the query's length");
  } else {
    const std::uint32_t shared = query / a.heads * a.kv_heads;
    for (const std::size_t i : {1U, 2U}) {
      if (trace_.elements(op.inputs[i]) == shared) continue;
      fail(entry.place + ".in",
           fmt::format("'{}' has {} elements", trace_.values[op.inputs[i]].name,
                       trace_.elements(op.inputs[i])),
           fmt::format("{} heads of {} channels have {}", a.kv_heads, query / a.heads, shared));
    }
  }
  op.attention = a;
}

void Expander::set_experts(const Entry& entry, Op& op) {
  ExpertShape e;
  const std::uint32_t input = trace_.elements(op.inputs[0]);
  if (entry.op.heads) {
    const std::uint32_t heads = count(entry, "heads", entry.op.heads, 1);
    if (input % heads != 0) {
      fail(entry.place + ".heads", fmt::format("{} heads do not divide {} elements", heads, input),
           "give a divisor of the input's length");
    }
    op.experts = ExpertShape{heads, heads, true};
    return;
  }
  e.count = count(entry, "experts", entry.op.experts, 1);
  e.chosen = count(entry, "chosen", entry.op.chosen, 1);
  e.own_input =
      entry.op.own_input && value(entry, "own_input", *entry.op.own_input).value_or(0) != 0;
  const std::uint32_t shares = trace_.elements(op.inputs[1]);
  if (e.chosen > e.count) {
    fail(entry.place + ".chosen", fmt::format("is {}, of {} experts", e.chosen, e.count),
         "choose at most as many as there are");
  } else if (shares != e.chosen) {
    fail(entry.place + ".in", fmt::format("{} shares of {} chosen experts", shares, e.chosen),
         "give the result of the top_k as the second input");
  } else if (e.own_input && input % e.chosen != 0) {
    fail(entry.place + ".in",
         fmt::format("{} elements are no parts of {} experts", input, e.chosen),
         "give what another expert_linear makes, or leave out own_input");
  }
  set_popularity(entry, e);
  op.experts = e;
}

void Expander::set_popularity(const Entry& entry, ExpertShape& experts) {
  if (!entry.op.popularity) return;
  const std::string& name = *entry.op.popularity;
  const std::vector<double>* found = model_.popularity(name);
  if (found == nullptr) {
    fail(entry.place + ".popularity", fmt::format("there is no popularity '{}'", name),
         fmt::format("add it to popularity: '{}: []'", name));
    return;
  }
  experts.popularity = *found;
  if (const std::string fault = experts.popularity_fault(); !fault.empty()) {
    fail("popularity." + name, fault,
         "give a number for each expert, e.g. how many tokens chose it");
  }
}

/// Counts of a user's own op.
void Expander::set_custom(const Entry& entry, Op& op) {
  constexpr std::int64_t most = std::int64_t{1} << 50;
  const auto some = [&](const char* key, const std::optional<Expression>& e) -> std::uint64_t {
    const auto v = e ? value(entry, key, *e) : std::optional<std::int64_t>(0);
    if (!v) return 0;
    if (*v <= most) return static_cast<std::uint64_t>(*v);
    fail(fmt::format("{}.{}", entry.place, key), fmt::format("is {}", *v),
         fmt::format("it must be between 0 and {}", most));
    return 0;
  };
  const BlockOp& in = entry.op;
  CustomShape c;
  c.adds = some("adds", in.adds);
  c.multiplies = some("multiplies", in.multiplies);
  c.reads = some("reads", in.reads);
  c.writes = some("writes", in.writes);
  c.passes = count(entry, "passes", in.passes, 1);
  c.instruction = in.instruction.value_or("");
  c.task = in.task.value_or("");
  op.custom = std::move(c);
}

void Expander::set_state(const Entry& entry, Op& op, std::uint32_t width) {
  const bool scans = entry.op.state.has_value();
  const auto n = value(entry, scans ? "state" : "taps", scans ? *entry.op.state : *entry.op.taps);
  if (!n) return;
  constexpr std::int64_t most = std::int64_t{1} << 36;
  const std::int64_t least = scans ? 1 : 2;
  if (*n < least || *n > most) {
    fail(fmt::format("{}.{}", entry.place, scans ? "state" : "taps"), fmt::format("is {}", *n),
         fmt::format("it must be between {} and {}", least, most));
    return;
  }
  StateShape s;
  s.elements =
      static_cast<std::uint64_t>(scans ? *n : std::min<std::int64_t>(*n - 1, 1024) * width);
  if (const WeightSpec* kept = format(entry, "keeps", entry.op.keeps)) s.format = kept->format;
  op.state = s;
}

void Expander::set_storage(const Entry& entry, const Op& op) {
  OpStorage s;
  std::uint64_t outputs = 0;
  for (const ValueId v : op.outputs) outputs += trace_.elements(v);
  const bool bias = entry.op.bias && value(entry, "bias", *entry.op.bias).value_or(0) != 0;
  if (op.kind == OpKind::embedding) {
    s.table = outputs * count(entry, "rows", entry.op.rows, 0);
    s.parameters = s.active = s.table;
  } else if (op.kind == OpKind::head_norm) {
    s.parameters = s.active = outputs / count(entry, "heads", entry.op.heads, 1);
  } else {
    const StoredParameters stored = stored_parameters(trace_, op);
    const std::uint64_t biases = bias ? outputs : 0;
    s.active = stored.active + biases;
    s.parameters =
        stored.all + (op.experts ? biases / op.experts->chosen * op.experts->count : biases);
  }
  if (entry.op.shares) {
    const auto it = ops_.find(*entry.op.shares);
    if (it == ops_.end() || it->second >= storage_.size()) {
      fail(entry.place + ".shares", fmt::format("no op before is named '{}'", *entry.op.shares),
           "give the whole name of an op, e.g. embedding");
    } else {
      s.of = it->second;
    }
  }
  storage_.push_back(s);
}

}  // namespace tritsim
