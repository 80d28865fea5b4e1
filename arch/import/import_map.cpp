// SPDX-License-Identifier: Apache-2.0
#include "arch/import/import_map.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "arch/base/reader.hpp"
#include "arch/import/hugging_face_others.hpp"
#include "arch/import/shipped_blocks.hpp"

namespace tritsim {
namespace {

/// Keys of a config.json as numbers: truths are 0 and 1. NAME_x1000 is a thousand times a number
/// that may be a fraction.
class KeyValues {
 public:
  KeyValues(const ImportMap& map, const JsonKeys& config) : map_(map), config_(config) {}

  std::int64_t value(const Expression& e) {
    return e.value([this](const std::string& name) { return of(name); });
  }

 private:
  std::int64_t of(const std::string& name) {
    constexpr std::string_view scaled = "_x1000";
    const bool fraction = name.ends_with(scaled);
    const std::string key = fraction ? name.substr(0, name.size() - scaled.size()) : name;
    if (const Node* node = config_.find(key.c_str())) return number(*node, key, fraction);
    const auto it = map_.absent.find(name);
    if (it == map_.absent.end()) {
      throw ExpressionFault{fmt::format("key '{}' is missing", key),
                            "take the config.json that belongs to the checkpoint"};
    }
    constexpr int deepest = 16;
    if (++depth_ > deepest) throw ExpressionFault{fmt::format("'{}' depends on itself", key), ""};
    const std::int64_t result = value(it->second);
    --depth_;
    return result;
  }

  static std::int64_t number(const Node& node, const std::string& key, bool fraction) {
    if (node.kind == Node::Kind::scalar && (node.text == "true" || node.text == "false")) {
      return node.text == "true" ? 1 : 0;
    }
    double v = 0;
    const char* end = node.text.data() + node.text.size();
    const bool read =
        node.kind == Node::Kind::scalar &&
        std::from_chars(node.text.data(), end, v) == std::from_chars_result{end, std::errc{}};
    const double whole = std::round(fraction ? v * 1000 : v);
    constexpr double largest = 1e12;
    if (!read || std::abs(whole - (fraction ? v * 1000 : v)) > 1e-9 || !(whole >= 0) ||
        whole > largest) {
      throw ExpressionFault{fmt::format("key '{}' is no count", key), "give a whole number"};
    }
    return static_cast<std::int64_t>(whole);
  }

  const ImportMap& map_;
  const JsonKeys& config_;
  int depth_ = 0;
};

void check_only(const ImportMap& map, const JsonKeys& config) {
  for (const auto& [key, values] : map.only) {
    const Node* node = config.find(key.c_str());
    if (node == nullptr) continue;
    const bool empty =
        node->kind != Node::Kind::scalar && node->items.empty() && node->entries.empty();
    const std::string text = node->kind == Node::Kind::scalar ? node->text : empty ? "[]" : "...";
    if (std::find(values.begin(), values.end(), text) != values.end()) continue;
    config.refuse(key.c_str(), fmt::format("'{}' is not supported", text),
                  values.empty() ? std::string("leave it out")
                                 : fmt::format("{} is", fmt::join(values, " or ")));
  }
}

/// The keys that a map has a use for.
std::set<std::string> keys_read(const ImportMap& map) {
  std::set<std::string> keys;
  for (const auto* part : {&map.absent, &map.dimensions}) {
    for (const auto& [name, e] : *part) {
      for (const std::string& key : e.names()) keys.insert(key);
    }
  }
  for (const auto& [key, values] : map.only) keys.insert(key);
  if (map.layer_list) keys.insert(map.layer_list->key);
  return keys;
}

void read_layers(const LayerList& list, const JsonKeys& config, ModelSpec& model) {
  const auto words = config.texts(list.key.c_str());
  if (!words) return;
  for (const std::string& word : *words) {
    const auto it = list.blocks.find(word);
    if (it == list.blocks.end()) {
      config.refuse(list.key.c_str(), fmt::format("'{}' is not supported", word), "");
      return;
    }
    std::vector<PatternRun>& pattern = model.own.pattern;
    if (!pattern.empty() && pattern.back().block == it->second) {
      pattern.back().times =
          Expression(static_cast<std::uint64_t>(pattern.back().times.number().value_or(1)) + 1);
    } else {
      pattern.push_back({it->second, {1}});
    }
  }
}

/// Takes over what the own map does not have.
template <class T>
void take_missing(std::map<std::string, T>& own, const std::map<std::string, T>& other) {
  own.insert(other.begin(), other.end());
}

void add_used(const ModelSpec& model, const std::vector<BlockOp>& ops,
              std::map<std::string, std::vector<BlockOp>>& used) {
  for (const BlockOp& op : ops) {
    if (!op.use || used.contains(*op.use)) continue;
    const std::vector<BlockOp>* block = model.block(*op.use);
    if (block == nullptr) continue;
    used[*op.use] = *block;
    add_used(model, *block, used);
  }
}

/// Leaves out what no op of the model uses.
void drop_unused(BlockSet& set) {
  std::set<std::string> names{"layers"};
  std::set<std::string> formats;
  std::set<std::string> popularity;
  const auto add = [&](const Expression& e) {
    for (const std::string& name : e.names()) names.insert(name);
  };
  const auto add_ops = [&](const std::vector<BlockOp>& ops) {
    for (const BlockOp& op : ops) {
      for (const Expression* e : op.expressions()) add(*e);
      for (const std::string* f : op.formats()) formats.insert(*f);
      if (op.popularity) popularity.insert(*op.popularity);
    }
  };
  add_ops(set.start);
  add_ops(set.end);
  for (const auto& [name, ops] : set.blocks) add_ops(ops);
  for (const PatternRun& run : set.pattern) add(run.times);
  for (std::size_t before = 0; before != names.size();) {
    before = names.size();
    for (const auto& [name, e] : set.dimensions) {
      if (names.contains(name)) add(e);
    }
  }
  std::erase_if(set.dimensions, [&](const auto& d) { return !names.contains(d.first); });
  std::erase_if(set.formats, [&](const auto& f) { return !formats.contains(f.first); });
  std::erase_if(set.popularity, [&](const auto& p) { return !popularity.contains(p.first); });
}

}  // namespace

const std::vector<ImportMap>& import_maps() {
  static const std::vector<ImportMap> maps = [] {
    std::vector<ImportMap> out;
    for (const auto& [name, text] : shipped_imports()) {
      out.push_back(
          load_text<ImportMap>(std::string(text), fmt::format("configs/import/{}", name)));
    }
    return out;
  }();
  return maps;
}

const ImportMap* import_map_of(const std::string& type) {
  for (const ImportMap& map : import_maps()) {
    if (std::find(map.types.begin(), map.types.end(), type) != map.types.end()) return &map;
  }
  return nullptr;
}

ModelSpec mapped_model(const ImportMap& map, const JsonKeys& whole) {
  const auto section = map.section ? whole.section(map.section->c_str()) : std::nullopt;
  const JsonKeys& config = section ? *section : whole;
  ModelSpec model;
  for (const std::string& name : map.include) {
    model.include.push_back(load_text<BlockFile>(std::string(shipped_block(name)), name));
  }
  model.own.pattern = map.pattern;
  check_only(map, config);
  refuse_other_blocks(config, keys_read(map));
  KeyValues keys(map, config);
  for (const auto& [dimension, e] : map.dimensions) {
    try {
      model.set(dimension, static_cast<std::uint64_t>(keys.value(e)));
    } catch (const ExpressionFault& fault) {
      config.refuse("", fmt::format("{}: {}", dimension, fault.what), fault.remedy);
    }
  }
  if (map.layer_list) read_layers(*map.layer_list, config, model);
  return model;
}

ModelSpec self_contained(const ModelSpec& model) {
  ModelSpec out{model.name, model.source};
  BlockSet& own = out.own;
  own = model.own;
  for (const auto part : {&BlockSet::start, &BlockSet::end}) {
    if (const auto* ops = model.part(part)) own.*part = *ops;
  }
  if (const auto* pattern = model.part(&BlockSet::pattern)) own.pattern = *pattern;
  for (const BlockFile& file : model.include) {
    take_missing(own.dimensions, file.set.dimensions);
    take_missing(own.formats, file.set.formats);
    take_missing(own.popularity, file.set.popularity);
  }
  std::map<std::string, std::vector<BlockOp>> used;
  for (const PatternRun& run : own.pattern) {
    if (const auto* block = model.block(run.block)) used[run.block] = *block;
  }
  for (const auto& [name, ops] : std::map(used)) add_used(model, ops, used);
  own.blocks = std::move(used);
  drop_unused(own);
  return out;
}

}  // namespace tritsim
