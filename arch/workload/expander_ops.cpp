// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/format.h>

#include "arch/workload/expander.hpp"
#include "arch/workload/op_keys.hpp"

namespace tritsim {
namespace {

constexpr std::int64_t widest = 1 << 26;

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
  const auto means_nothing = [&](std::string_view key) {
    fail(fmt::format("{}.{}", entry.place, key), fmt::format("means nothing to '{}'", t.name),
         "remove it");
  };
  for (const OpKey& key : op_keys()) {
    const KeyUse use = key.use_in(op);
    const bool given = key.is_given(op);
    if (given && use == KeyUse::none) means_nothing(key.name);
    if (!given && use == KeyUse::needed) {
      fail(entry.place, fmt::format("'{}' needs '{}'", t.name, key.name),
           fmt::format("add '{}: ...'", key.name));
    }
  }
  if (op.with) means_nothing("with");
  if (op.name.empty()) {
    fail(entry.place, fmt::format("'{}' needs 'name'", t.name),
         "name it: its result and what is stored for it have that name");
  }
  if (t.shape == ShapeRule::gather) {
    fail(entry.place + ".op", fmt::format("'{}' comes from the mapping", t.name),
         "remove it; mapping.parallel spreads a model over kernels");
  }
  check_inputs(entry);
}

void Expander::check_inputs(const Entry& entry) {
  const OpTraits& t = traits_of(*entry.op.op);
  const std::size_t given = entry.inputs.size();
  if (given == t.inputs || (t.shape == ShapeRule::custom && given > t.inputs)) return;
  fail(entry.place + (entry.op.in ? ".in" : ""),
       fmt::format("'{}' reads {} vectors, these are {}", t.name, t.inputs, given),
       "name its inputs under 'in'; one of several results is NAME.0");
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
  const auto input = [&](std::size_t i) { return trace_.elements(entry.inputs[i]); };
  switch (traits_of(*op.op).shape) {
    case ShapeRule::experts:
      return {product_of(
          entry, "width", count(entry, "width", op.width, 1),
          op.heads ? count(entry, "heads", op.heads, 1) : count(entry, "chosen", op.chosen, 1))};
    case ShapeRule::choice:
      return {count(entry, "chosen", op.chosen, 1)};
    case ShapeRule::combine:
      if (input(0) % input(1) != 0) {
        fail(entry.place + ".in",
             fmt::format("{} elements are no results of {} experts", input(0), input(1)),
             "give what the chosen experts make, and their shares");
      }
      return {std::max(input(0) / input(1), 1U)};
    case ShapeRule::scan:
      return {input(2)};
    case ShapeRule::attention:
      if (*op.op != OpKind::latent_attention) break;
      return {product_of(entry, "heads", input(2), count(entry, "heads", op.heads, 1))};
    default:
      break;
  }
  if (op.width) return {count(entry, "width", op.width, 1)};
  for (const ValueId v : entry.inputs) {
    if (traits_of(*op.op).shape != ShapeRule::same_length || trace_.elements(v) == input(0)) {
      continue;
    }
    fail(entry.place + ".in",
         fmt::format("'{}' has {} elements, '{}' has {}", trace_.values[entry.inputs.front()].name,
                     input(0), trace_.values[v].name, trace_.elements(v)),
         fmt::format("'{}' takes vectors of one length", name_of(*op.op)));
  }
  return {input(0)};
}

/// Elements of so many vectors of `width`.
std::uint32_t Expander::product_of(const Entry& entry, const char* key, std::uint64_t width,
                                   std::uint64_t times) {
  if (width * times <= static_cast<std::uint64_t>(widest)) {
    return static_cast<std::uint32_t>(width * times);
  }
  fail(fmt::format("{}.{}", entry.place, key),
       fmt::format("{} vectors of {} elements are {}", times, width, width * times),
       fmt::format("a result has at most {}", widest));
  return 1;
}

Expander::Results Expander::run_op(Entry& entry, const Frame& frame) {
  check_keys(entry);
  if (failed_) return {};
  const BlockOp& in = entry.op;
  Op op{*in.op, frame.prefix + in.name, frame.layer, entry.inputs, {}, {}, {}};
  const std::vector<std::uint32_t> widths = widths_of(entry);
  if (const WeightSpec* w = format(entry, "weights", in.weights)) op.weights = *w;
  if (traits_of(op.kind).shape == ShapeRule::attention) set_attention(entry, op);
  if (traits_of(op.kind).shape == ShapeRule::experts) set_experts(entry, op);
  if (traits_of(op.kind).shape == ShapeRule::custom) set_custom(entry, op);
  if (in.state || in.taps) set_state(entry, op, widths.front());
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

}  // namespace tritsim
