// SPDX-License-Identifier: Apache-2.0
#include "arch/workload/layer_sample.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace tritsim {
namespace {

constexpr std::size_t nowhere = ~std::size_t{0};

/// Ops of a trace by block, and where its values come from.
class Blocks {
 public:
  explicit Blocks(const Trace& trace)
      : trace_(trace), ops_(layers_of(trace)), maker_(trace.values.size(), nowhere) {
    for (std::size_t i = 0; i < trace.ops.size(); ++i) {
      const Op& op = trace.ops[i];
      for (const ValueId v : op.outputs) maker_[v] = i;
      number_.push_back(0);
      if (op.layer == Op::no_layer) continue;
      std::vector<std::size_t>& block = ops_[static_cast<std::size_t>(op.layer)];
      number_.back() = block.size();
      block.push_back(i);
    }
  }

  [[nodiscard]] const std::vector<std::size_t>& ops(std::size_t layer) const { return ops_[layer]; }

  /// The block that makes a value.
  [[nodiscard]] std::int32_t made_in(ValueId v) const {
    return maker_[v] == nowhere ? Op::no_layer : trace_.ops[maker_[v]].layer;
  }

  /// The same value of another block; one that no block makes is the same everywhere.
  [[nodiscard]] ValueId moved(ValueId v, std::int64_t blocks) const {
    if (maker_[v] == nowhere || blocks == 0) return v;
    const Op& op = trace_.ops[maker_[v]];
    const std::int64_t layer = op.layer + blocks;
    if (op.layer == Op::no_layer || layer < 0) return v;
    const std::vector<std::size_t>& block = ops_[static_cast<std::size_t>(layer)];
    const auto output = std::find(op.outputs.begin(), op.outputs.end(), v) - op.outputs.begin();
    const std::size_t number = number_[maker_[v]];
    if (number >= block.size()) return v;
    const Op& other = trace_.ops[block[number]];
    return output < static_cast<std::ptrdiff_t>(other.outputs.size())
               ? other.outputs[static_cast<std::size_t>(output)]
               : v;
  }

 private:
  const Trace& trace_;
  std::vector<std::vector<std::size_t>> ops_;
  std::vector<std::size_t> maker_;   ///< by value
  std::vector<std::size_t> number_;  ///< in its block, by op
};

/// How an op differs from its counterpart; empty: they are alike.
std::string difference(const Trace& trace, const MappingSpec& mapping, const Op& op,
                       const Op& fellow) {
  const auto same_sizes = [&](const std::vector<ValueId>& a, const std::vector<ValueId>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [&](ValueId x, ValueId y) { return trace.elements(x) == trace.elements(y); });
  };
  if (op.kind != fellow.kind) return "is of another kind than";
  if (!same_sizes(op.inputs, fellow.inputs) || !same_sizes(op.outputs, fellow.outputs) ||
      op.attention != fellow.attention || op.experts != fellow.experts ||
      op.state != fellow.state) {
    return "has another shape than";
  }
  if (op.weights != fellow.weights) return "stores its weights in another way than";
  if (op.zeros != fellow.zeros) return "has other zeros among its weights than";
  if (!mapping.ops.empty() &&
      mapping.placement_of(op).target != mapping.placement_of(fellow).target) {
    return "is mapped to another place than";
  }
  if (mapping.products.empty()) return {};
  const auto* product = mapping.product_of(op);
  const auto* other = mapping.product_of(fellow);
  if ((product == nullptr) != (other == nullptr) ||
      (product != nullptr && product->second != other->second)) {
    return "is cut in another way than";
  }
  return {};
}

[[noreturn]] void cannot_stand_in(const std::string& what) {
  throw ConfigError(
      fmt::format("simulate_layers: {}: blocks that differ cannot stand for each other; leave "
                  "out simulate_layers",
                  what));
}

/// Refuses a later block whose ops or inputs are not those of the first ones. Block 2 is the first
/// whose predecessor is like the others.
void check_block(const Trace& trace, const Blocks& blocks, const MappingSpec& mapping,
                 std::uint32_t layer) {
  const std::vector<std::size_t>& model = blocks.ops(1);
  const std::vector<std::size_t>& block = blocks.ops(layer);
  if (block.size() != model.size()) {
    cannot_stand_in(fmt::format("block {} of '{}' has {} ops, block 1 has {}", layer, trace.model,
                                block.size(), model.size()));
  }
  for (std::size_t n = 0; n < block.size(); ++n) {
    const Op& op = trace.ops[block[n]];
    const Op& fellow = trace.ops[model[n]];
    if (const std::string d = difference(trace, mapping, op, fellow); !d.empty()) {
      cannot_stand_in(fmt::format("'{}' {} '{}'", op.name, d, fellow.name));
    }
    const Op& second = trace.ops[blocks.ops(2)[n]];
    for (std::size_t i = 0; i < op.inputs.size(); ++i) {
      if (blocks.moved(op.inputs[i], 2 - std::int64_t{op.layer}) != second.inputs[i]) {
        cannot_stand_in(fmt::format("'{}' reads other values than '{}'", op.name, second.name));
      }
    }
  }
}

/// Refuses blocks 1 and 2 unless they read the same of their own, of the block before, and of what
/// is outside.
void check_first_blocks(const Trace& trace, const Blocks& blocks) {
  const std::vector<std::size_t>& model = blocks.ops(1);
  for (std::size_t n = 0; n < model.size(); ++n) {
    const Op& op = trace.ops[model[n]];
    const Op& second = trace.ops[blocks.ops(2)[n]];
    for (std::size_t i = 0; i < op.inputs.size(); ++i) {
      const std::int32_t from = blocks.made_in(second.inputs[i]);
      const ValueId v = op.inputs[i];
      const bool same = from == 2   ? blocks.moved(second.inputs[i], -1) == v
                        : from == 1 ? blocks.made_in(v) == 0
                                    : second.inputs[i] == v;
      if (!same) {
        cannot_stand_in(fmt::format("'{}' reads other values than '{}'", second.name, op.name));
      }
    }
  }
}

void check_alike(const Trace& trace, const Blocks& blocks, const MappingSpec& mapping,
                 std::uint32_t layers) {
  if (layers <= 2) return;
  for (std::uint32_t layer = 2; layer < layers; ++layer) {
    check_block(trace, blocks, mapping, layer);
  }
  check_first_blocks(trace, blocks);
}

}  // namespace

std::uint32_t layers_of(const Trace& trace) {
  std::int32_t last = Op::no_layer;
  for (const Op& op : trace.ops) last = std::max(last, op.layer);
  return static_cast<std::uint32_t>(last + 1);
}

Trace thin(const Trace& trace, const LayerSample& sample, const MappingSpec& mapping) {
  const Blocks blocks(trace);
  check_alike(trace, blocks, mapping, sample.layers);
  const auto last = static_cast<std::int32_t>(sample.simulated) - 1;
  Trace thinned;
  thinned.model = trace.model;
  std::vector<ValueId> id(trace.values.size(), ~ValueId{0});
  const auto keep = [&](ValueId v) {
    if (blocks.made_in(v) > last) v = blocks.moved(v, last - blocks.made_in(v));
    if (id[v] == ~ValueId{0}) {
      id[v] = static_cast<ValueId>(thinned.values.size());
      thinned.values.push_back(trace.values[v]);
    }
    return id[v];
  };
  for (const Op& op : trace.ops) {
    if (op.layer > last) continue;
    Op& kept = thinned.ops.emplace_back(op);
    for (ValueId& v : kept.inputs) v = keep(v);
    for (ValueId& v : kept.outputs) v = keep(v);
  }
  return thinned;
}

}  // namespace tritsim
