// SPDX-License-Identifier: Apache-2.0
#include "arch/workload/expander.hpp"

namespace tritsim {
namespace {

/// The names that the parts of a model use.
struct UsedNames {
  std::set<std::string> dimensions{"layers"};
  std::set<std::string> formats;
  std::set<std::string> popularity;

  void add(const Expression& e) {
    for (const std::string& name : e.names()) dimensions.insert(name);
  }

  void add(const std::vector<BlockOp>& ops) {
    for (const BlockOp& op : ops) {
      for (const Expression* e : op.expressions()) add(*e);
      for (const std::string* f : op.formats()) formats.insert(*f);
      if (op.popularity) popularity.insert(*op.popularity);
    }
  }

  void add(const BlockSet& set) {
    for (const PatternRun& r : set.pattern) add(r.times);
    add(set.start);
    add(set.end);
    for (const auto& [name, ops] : set.blocks) add(ops);
  }
};

std::vector<std::string> list(const std::set<std::string>& names) {
  return {names.begin(), names.end()};
}

}  // namespace

/// Dimensions and formats of the model that nothing uses are misspelt. A dimension has a value,
/// in the first block at least.
void Expander::check_names() {
  UsedNames used;
  used.add(model_.own);
  UsedNames by_dimensions;
  for (const auto& [name, e] : model_.own.dimensions) by_dimensions.add(e);
  for (const BlockFile& file : model_.include) {
    used.add(file.set);
    for (const auto& [name, e] : file.set.dimensions) {
      used.dimensions.insert(name);
      used.add(e);
    }
  }
  for (const auto& [name, e] : model_.own.dimensions) {
    const std::string key = "dimensions." + name;
    if (name == "layer") {
      fail(key, "is the number of the block in an expression", "take another name, e.g. 'layers'");
      continue;
    }
    if (!used.dimensions.contains(name) && !by_dimensions.dimensions.contains(name)) {
      fail(key, "is used by no op", suggestion(name, list(used.dimensions), "these are used"));
    }
    try {
      static_cast<void>(Dimensions(model_, {{"layer", 0}}).value(e));
    } catch (const ExpressionFault& fault) {
      fail(key, fault.what, fault.remedy);
    }
  }
  for (const auto& [name, w] : model_.own.formats) {
    if (used.formats.contains(name)) continue;
    fail("formats." + name, "is used by no op",
         suggestion(name, list(used.formats), "these are used"));
  }
  for (const auto& [name, experts] : model_.own.popularity) {
    if (used.popularity.contains(name)) continue;
    fail("popularity." + name, "is used by no op",
         suggestion(name, list(used.popularity), "these are used"));
  }
}

}  // namespace tritsim
