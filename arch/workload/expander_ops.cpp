// SPDX-License-Identifier: Apache-2.0
#include <array>

#include <fmt/format.h>

#include "arch/workload/expander.hpp"

namespace tritsim {
namespace {

constexpr std::int64_t widest = 1 << 26;

/// What an op may be given, by key.
struct KeyRule {
  const char* key;
  bool given;
  bool allowed;
};

}  // namespace

std::optional<std::int64_t> Expander::value(const Entry& entry, const char* key,
                                            const Expression& expression) {
  try {
    return entry.dimensions.value(expression);
  } catch (const ExpressionFault& fault) {
    fail(fmt::format("{}.{}", entry.place, key), fault.what, fault.remedy);
    return {};
  }
}

/// A count of 1 or more; `absent` where the key is.
std::uint32_t Expander::count(const Entry& entry, const char* key,
                              const std::optional<Expression>& expression, std::uint32_t absent) {
  if (!expression) return absent;
  const auto v = value(entry, key, *expression);
  if (!v) return 1;
  if (*v >= 1 && *v <= widest) return static_cast<std::uint32_t>(*v);
  const std::string text = expression->text();
  const bool named = model_.own.dimensions.contains(text);
  fail(named ? "dimensions." + text : fmt::format("{}.{}", entry.place, key),
       fmt::format("'{}' is {}", text, *v), fmt::format("it must be between 1 and {}", widest));
  return 1;
}

const WeightSpec* Expander::format(const Entry& entry, const char* key,
                                   const std::optional<std::string>& name) {
  if (!name) return nullptr;
  const WeightSpec* found = model_.format(*name);
  if (found == nullptr) {
    std::vector<std::string> all;
    for (const auto& [format, spec] : model_.own.formats) all.push_back(format);
    for (const BlockFile& file : model_.include) {
      for (const auto& [format, spec] : file.set.formats) all.push_back(format);
    }
    fail(fmt::format("{}.{}", entry.place, key), fmt::format("there is no format '{}'", *name),
         all.empty() ? fmt::format("add it to formats: '{}: {{format: fp16}}'", *name)
                     : suggestion(*name, all, "the formats are"));
  }
  return found;
}

/// Keys that an op of the kind needs, or has no use for.
void Expander::check_keys(const Entry& entry) {
  const BlockOp& op = entry.op;
  const OpTraits& t = traits_of(*op.op);
  const bool product = t.shape == ShapeRule::product;
  const bool table = *op.op == OpKind::embedding;
  const bool attends = t.shape == ShapeRule::attention;
  const bool named = t.details.names_weights;
  for (const KeyRule& r : {KeyRule{"width", op.width.has_value(), product || table},
                           {"widths", op.widths.has_value(), product},
                           {"weights", op.weights.has_value(), named},
                           {"rows", op.rows.has_value(), table},
                           {"heads", op.heads.has_value(), attends},
                           {"kv_heads", op.kv_heads.has_value(), attends},
                           {"cache", op.cache.has_value(), attends},
                           {"bias", op.bias.has_value(), product},
                           {"shares", op.shares.has_value(), named || table},
                           {"with", op.with.has_value(), false}}) {
    if (!r.given || r.allowed) continue;
    fail(fmt::format("{}.{}", entry.place, r.key), fmt::format("means nothing to '{}'", t.name),
         "remove it");
  }
  const auto need = [&](bool missing, const char* key, const char* remedy) {
    if (missing) fail(entry.place, fmt::format("'{}' needs '{}'", t.name, key), remedy);
  };
  need(op.name.empty(), "name", "name it: its result and what is stored for it have that name");
  need((product || table) && !op.width && !op.widths, "width",
       "give the number of elements that it makes");
  need(named && !op.weights, "weights", "give the name of a format");
  need(attends && !op.heads, "heads", "give the number of query heads");
  if (op.width && op.widths) {
    fail(entry.place + ".widths", "is given beside 'width'", "remove one of them");
  }
  if (t.shape == ShapeRule::gather) {
    fail(entry.place + ".op", fmt::format("'{}' comes from the mapping", t.name),
         "remove it; mapping.parallel spreads a model over kernels");
  }
  const std::size_t wanted = t.inputs;
  if (entry.inputs.size() != wanted) {
    fail(entry.place + (op.in ? ".in" : ""),
         fmt::format("'{}' reads {} vectors, these are {}", t.name, wanted, entry.inputs.size()),
         "name its inputs under 'in'; one of several results is NAME.0");
  }
}

/// Elements of each result.
std::vector<std::uint32_t> Expander::widths_of(const Entry& entry) {
  const BlockOp& op = entry.op;
  if (op.widths) {
    std::vector<std::uint32_t> out;
    for (std::size_t i = 0; i < op.widths->size(); ++i) {
      out.push_back(count(entry, fmt::format("widths.{}", i).c_str(), (*op.widths)[i], 1));
    }
    if (out.empty()) fail(entry.place + ".widths", "is empty", "give one or more");
    return out;
  }
  if (op.width) return {count(entry, "width", op.width, 1)};
  const std::uint32_t elements = trace_.elements(entry.inputs.front());
  for (const ValueId v : entry.inputs) {
    if (traits_of(*op.op).shape != ShapeRule::same_length || trace_.elements(v) == elements) {
      continue;
    }
    fail(entry.place + ".in",
         fmt::format("'{}' has {} elements, '{}' has {}", trace_.values[entry.inputs.front()].name,
                     elements, trace_.values[v].name, trace_.elements(v)),
         fmt::format("'{}' takes vectors of one length", name_of(*op.op)));
  }
  return {elements};
}

Expander::Results Expander::run_op(Entry& entry, const Frame& frame) {
  check_keys(entry);
  if (failed_) return {};
  const BlockOp& in = entry.op;
  Op op{*in.op, frame.prefix + in.name, frame.layer, entry.inputs, {}, {}, {}};
  const std::vector<std::uint32_t> widths = widths_of(entry);
  if (const WeightSpec* w = format(entry, "weights", in.weights)) op.weights = *w;
  if (traits_of(op.kind).shape == ShapeRule::attention) set_attention(entry, op);
  if (!ops_.try_emplace(op.name, trace_.ops.size()).second) {
    fail(entry.place + ".name", fmt::format("two ops are named '{}'", op.name),
         "give one of the blocks that they are in a 'name'");
  }
  if (failed_) return {};
  op.role = implied_role(op.kind, op.name);
  for (std::size_t i = 0; i < widths.size(); ++i) {
    const std::string suffix = widths.size() > 1 ? fmt::format(".{}", i) : "";
    trace_.values.push_back({op.name + suffix, widths[i]});
    op.outputs.push_back(static_cast<ValueId>(trace_.values.size() - 1));
  }
  set_storage(entry, op);
  trace_.ops.push_back(op);
  return op.outputs;
}

void Expander::set_attention(const Entry& entry, Op& op) {
  AttentionShape a;
  a.heads = count(entry, "heads", entry.op.heads, 1);
  a.kv_heads = count(entry, "kv_heads", entry.op.kv_heads, a.heads);
  a.context = context_;
  if (const WeightSpec* cache = format(entry, "cache", entry.op.cache)) {
    a.cache = cache->format;
    if (cache->group != 0 || cache->mean_bits > 0 || cache->format == NumberFormat::ternary) {
      fail(entry.place + ".cache", "is a format with groups, a mean, or ternary numbers",
           "keys and values are of plain fp32, fp16, int8 or int4");
    }
  }
  if (a.heads % a.kv_heads != 0) {
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

void Expander::set_storage(const Entry& entry, const Op& op) {
  const OpTraits& t = traits_of(op.kind);
  OpStorage s;
  std::uint64_t outputs = 0;
  for (const ValueId v : op.outputs) outputs += trace_.elements(v);
  if (t.shape == ShapeRule::product) {
    const std::uint64_t columns = trace_.elements(op.inputs.front());
    s.parameters = columns * outputs + (t.details.normalises_input ? columns : 0);
    if (entry.op.bias && value(entry, "bias", *entry.op.bias).value_or(0) != 0) {
      s.parameters += outputs;
    }
  } else if (op.kind == OpKind::embedding) {
    s.table = outputs * count(entry, "rows", entry.op.rows, 0);
    s.parameters = s.table;
  } else {
    s.parameters = t.details.stored * outputs;
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
