// SPDX-License-Identifier: Apache-2.0
#include "arch/workload/expander.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace tritsim {
namespace {

constexpr std::size_t most_ops = 1'000'000;
constexpr int deepest = 8;
constexpr const char* block_input = "input";

/// Gives results a name; each of several has one of its own too.
template <class Names>
void put(Names& names, const std::string& name, const std::vector<ValueId>& results) {
  names[name] = results;
  if (results.size() < 2) return;
  for (std::size_t i = 0; i < results.size(); ++i) {
    names[fmt::format("{}.{}", name, i)] = {results[i]};
  }
}

/// Text for the remedy where a name is not one of `names`.
template <class Map>
std::string known(const std::string& name, const Map& names, std::string_view they_are) {
  std::vector<std::string> all;
  for (const auto& [key, value] : names) all.push_back(key);
  return suggestion(name, all, they_are);
}

}  // namespace

void Expander::fail(const std::string& key, std::string what, std::string remedy) {
  failed_ = true;
  faults_.fail(key, std::move(what), std::move(remedy));
}

bool Expander::run() {
  check_names();
  if (failed_) return false;
  trace_.model = model_.name;
  run_pattern();
  if (!failed_ && trace_.ops.empty()) {
    fail("blocks", "are missing: the model has no ops",
         "include a file of blocks, or write blocks and a pattern");
  }
  return !failed_;
}

void Expander::run_pattern() {
  Results x = run_part(&BlockSet::start, "start", {});
  std::string place;
  const auto* pattern = model_.part(&BlockSet::pattern, &place);
  if (pattern == nullptr) {
    fail("pattern", "is missing", "list the blocks of the model: '- {block: NAME}'");
    return;
  }
  Dimensions dimensions(model_);
  const Expression* layers = model_.dimension("layers");
  if (layers == nullptr) {
    fail("dimensions", "have no 'layers'", "give the number of blocks: 'layers: ...'");
    return;
  }
  constexpr std::int64_t most_layers = 10000;
  try {
    const std::int64_t all = dimensions.value(*layers);
    if (all < 1 || all > most_layers) {
      return fail("dimensions.layers", fmt::format("is {}", all),
                  fmt::format("a model has 1 to {} blocks", most_layers));
    }
    for (std::int64_t layer = 0; layer < all && !failed_;) {
      const std::int64_t before = layer;
      for (std::size_t i = 0; i < pattern->size(); ++i) {
        const PatternRun& run = (*pattern)[i];
        const std::int64_t times = dimensions.value(run.times);
        for (std::int64_t k = 0; k < times && layer < all && !failed_; ++k, ++layer) {
          const auto index = static_cast<std::int32_t>(layer);
          x = run_block(run.block, fmt::format("{}pattern.{}.block", place, i),
                        dimensions.with({{"layer", layer}}),
                        {{}, fmt::format("layers.{}.", layer), index}, x);
        }
      }
      if (layer == before) {
        return fail(place + "pattern", "has no blocks", "give 'times' of 1 or more");
      }
    }
  } catch (const ExpressionFault& fault) {
    return fail(place + "pattern", fault.what, fault.remedy);
  }
  if (!failed_) run_part(&BlockSet::end, "end", x);
}

Expander::Results Expander::run_part(std::vector<BlockOp> BlockSet::*part, const char* key,
                                     const Results& inputs) {
  std::string place;
  const auto* ops = model_.part(part, &place);
  if (ops == nullptr) return inputs;
  Dimensions dimensions(model_);
  Frame frame{place + key, ""};
  return run_ops(*ops, dimensions, frame, inputs);
}

/// The ops of the block `name`, which `place` asks for.
Expander::Results Expander::run_block(const std::string& name, const std::string& place,
                                      Dimensions dimensions, Frame frame, const Results& inputs) {
  const std::vector<BlockOp>* ops = model_.block(name, &frame.place);
  if (ops == nullptr) {
    std::map<std::string, int> names;
    for (const auto& [block, list] : model_.own.blocks) names[block] = 0;
    for (const BlockFile& file : model_.include) {
      for (const auto& [block, list] : file.set.blocks) names[block] = 0;
    }
    fail(place, fmt::format("there is no block '{}'", name), known(name, names, "the blocks are"));
    return inputs;
  }
  if (frame.depth > deepest) {
    fail(place, fmt::format("block '{}' is used more than {} blocks deep", name, deepest),
         "a block must not use itself");
    return inputs;
  }
  return run_ops(*ops, dimensions, frame, inputs);
}

Expander::Results Expander::run_ops(const std::vector<BlockOp>& ops, Dimensions& dimensions,
                                    Frame& frame, const Results& inputs) {
  if (!inputs.empty()) put(frame.results, block_input, inputs);
  frame.last = inputs;
  for (std::size_t i = 0; i < ops.size(); ++i) {
    Entry entry{ops[i], fmt::format("{}.{}", frame.place, i), dimensions};
    if (!run_entry(entry, frame)) break;
  }
  return frame.last;
}

/// False if nothing behind the entry makes sense.
bool Expander::run_entry(Entry& entry, Frame& frame) {
  const BlockOp& op = entry.op;
  if (trace_.ops.size() >= most_ops) {
    fail(entry.place, fmt::format("the model has more than {} ops", most_ops),
         "check the number of blocks");
    return false;
  }
  auto inputs = inputs_of(entry, frame);
  if (!inputs) return false;
  entry.inputs = std::move(*inputs);
  if (op.when) {
    const auto counts = value(entry, "when", *op.when);
    if (!counts) return false;
    if (*counts == 0) {
      const bool stands_in = !op.name.empty() && !frame.counted.contains(op.name);
      if (stands_in && !entry.inputs.empty()) {
        put(frame.results, op.name, {entry.inputs.front()});
      }
      return true;
    }
  }
  if (!op.name.empty() && !frame.counted.insert(op.name).second) {
    fail(entry.place + ".name", fmt::format("two entries are named '{}'", op.name), "rename one");
    return false;
  }
  const Results made = op.use ? run_use(entry, frame) : run_op(entry, frame);
  if (made.empty()) return false;
  if (!op.name.empty()) put(frame.results, op.name, made);
  frame.last = made;
  return true;
}

Expander::Results Expander::run_use(Entry& entry, const Frame& frame) {
  Dimensions::Values others;
  if (entry.op.with) {
    for (const auto& [name, expression] : *entry.op.with) {
      const auto v = value(entry, ("with." + name).c_str(), expression);
      if (!v) return {};
      others[name] = *v;
    }
  }
  Frame inner;
  inner.prefix = frame.prefix + (entry.op.name.empty() ? "" : entry.op.name + ".");
  inner.layer = frame.layer;
  inner.depth = frame.depth + 1;
  return run_block(*entry.op.use, entry.place + ".use", entry.dimensions.with(others),
                   std::move(inner), entry.inputs);
}

std::optional<Expander::Results> Expander::inputs_of(const Entry& entry, const Frame& frame) {
  const BlockOp& op = entry.op;
  if (op.op == OpKind::embedding) return Results{};
  if (!op.in) {
    if (frame.last.empty()) {
      fail(entry.place, "reads the result before it, and there is none", "give 'in'");
      return {};
    }
    return frame.last;
  }
  Results out;
  for (std::size_t i = 0; i < op.in->size(); ++i) {
    const std::string& name = (*op.in)[i];
    const auto it = frame.results.find(name);
    if (it == frame.results.end()) {
      fail(fmt::format("{}.in.{}", entry.place, i), fmt::format("no entry before makes '{}'", name),
           known(name, frame.results, "these are made"));
      return {};
    }
    out.insert(out.end(), it->second.begin(), it->second.end());
  }
  return out;
}

}  // namespace tritsim
