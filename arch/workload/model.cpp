// SPDX-License-Identifier: Apache-2.0
#include "arch/workload/model.hpp"

#include <fmt/format.h>

#include "arch/workload/dimensions.hpp"
#include "arch/workload/expander.hpp"
#include "arch/workload/op_keys.hpp"

namespace tritsim {

std::vector<const Expression*> BlockOp::expressions() const {
  std::vector<const Expression*> out;
  for (const auto* key :
       {&width, &rows, &heads, &kv_heads, &window, &experts, &chosen, &own_input, &state, &taps,
        &adds, &multiplies, &reads, &writes, &passes, &bias, &when}) {
    if (*key) out.push_back(&**key);
  }
  if (widths) {
    for (const Expression& e : *widths) out.push_back(&e);
  }
  if (with) {
    for (const auto& [dimension, e] : *with) out.push_back(&e);
  }
  return out;
}

std::vector<const std::string*> BlockOp::formats() const {
  std::vector<const std::string*> out;
  for (const auto* key : {&weights, &cache, &keeps}) {
    if (*key) out.push_back(&**key);
  }
  return out;
}

void BlockOp::check(Checker& c) const {
  if (op.has_value() == use.has_value()) {
    c.fail("", op ? "gives both 'op' and 'use'" : "gives neither 'op' nor 'use'",
           "give the kind of an op, or the name of a block");
  }
  if (!use) return;
  for (const OpKey& key : op_keys()) {
    if (!key.is_given(*this)) continue;
    c.fail(std::string(key.name), "means nothing beside 'use'",
           "remove it; 'with' gives dimensions");
  }
}

const Expression* ModelSpec::dimension(const std::string& wanted) const {
  if (const auto it = own.dimensions.find(wanted); it != own.dimensions.end()) {
    return &it->second;
  }
  for (const BlockFile& file : include) {
    const auto it = file.set.dimensions.find(wanted);
    if (it != file.set.dimensions.end()) return &it->second;
  }
  return nullptr;
}

const WeightSpec* ModelSpec::format(const std::string& wanted) const {
  if (const auto it = own.formats.find(wanted); it != own.formats.end()) return &it->second;
  for (const BlockFile& file : include) {
    if (const auto it = file.set.formats.find(wanted); it != file.set.formats.end()) {
      return &it->second;
    }
  }
  return nullptr;
}

const std::vector<double>* ModelSpec::popularity(const std::string& wanted) const {
  if (const auto it = own.popularity.find(wanted); it != own.popularity.end()) return &it->second;
  for (const BlockFile& file : include) {
    if (const auto it = file.set.popularity.find(wanted); it != file.set.popularity.end()) {
      return &it->second;
    }
  }
  return nullptr;
}

const std::vector<BlockOp>* ModelSpec::block(const std::string& wanted, std::string* place) const {
  const auto in = [&](const BlockSet& set, const std::string& at) -> const std::vector<BlockOp>* {
    const auto it = set.blocks.find(wanted);
    if (it == set.blocks.end()) return nullptr;
    if (place != nullptr) *place = at + "blocks." + wanted;
    return &it->second;
  };
  if (const auto* ops = in(own, "")) return ops;
  for (std::size_t i = 0; i < include.size(); ++i) {
    if (const auto* ops = in(include[i].set, fmt::format("include.{}.", i))) return ops;
  }
  return nullptr;
}

std::uint64_t ModelSpec::size(const std::string& wanted) const {
  const Expression* expression = dimension(wanted);
  if (expression == nullptr) return 0;
  try {
    return static_cast<std::uint64_t>(Dimensions(*this).value(*expression));
  } catch (const ExpressionFault& fault) {
    throw ConfigError(fmt::format("{}: {}; {}", name, fault.what, fault.remedy));
  }
}

void ModelSpec::check(Checker& c) const {
  if (!traced) {
    Expander(*this, 1, c).run();
  } else if (part(&BlockSet::pattern) != nullptr) {
    c.fail("traced", "is given for a model with blocks",
           "remove it: the blocks say how large it is");
  }
}

ModelSummary summary_of(const ModelSpec& model) {
  ModelSummary out{model.name, model.source};
  Dimensions dimensions(model);
  for (const std::string& name : dimension_names(model)) {
    try {
      out.dimensions[name] = static_cast<std::uint64_t>(dimensions.value(*model.dimension(name)));
    } catch (const ExpressionFault&) {
      continue;  // it depends on the block
    }
  }
  for (auto file = model.include.rbegin(); file != model.include.rend(); ++file) {
    for (const auto& [name, format] : file->set.formats) out.formats[name] = format;
  }
  for (const auto& [name, format] : model.own.formats) out.formats[name] = format;
  return out;
}

ModelSpec described_by(const ModelSummary& summary) {
  ModelSpec out{summary.name, summary.source};
  for (const auto& [name, value] : summary.dimensions) out.set(name, value);
  out.own.formats = summary.formats;
  return out;
}

}  // namespace tritsim
