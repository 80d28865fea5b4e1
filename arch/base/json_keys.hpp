// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "arch/base/reader.hpp"

namespace tritsim {

/// The keys of a map in a JSON file that is not trusted, read by name; other keys are ignored. A
/// key that is null counts as absent. Problems are collected with line, column and dotted path.
class JsonKeys {
 public:
  /// `path` leads to the map, empty for the whole file. Node and problems outlive the keys.
  JsonKeys(const Node& node, std::string path, Problems& problems)
      : node_(&node), path_(std::move(path)), problems_(&problems) {}

  [[nodiscard]] const Node* find(const char* key) const {
    const Node* node = node_->find(key);
    return node != nullptr && node->kind == Node::Kind::null ? nullptr : node;
  }

  template <Scalar T>
  void read(const char* key, T& out, const Constraint& c = any_value) const {
    if (const Node* node = find(key)) {
      read_node(key, *node, out, c);
    } else {
      problems_->add(node_->mark, path_of(key), "required key is missing",
                     "take the config.json that belongs to the checkpoint");
    }
  }

  /// A key that may be absent or null.
  template <Scalar T>
  [[nodiscard]] T value_or(const char* key, T fallback, const Constraint& c = any_value) const {
    if (const Node* node = find(key)) read_node(key, *node, fallback, c);
    return fallback;
  }

  /// Refuses any value but `only`, which is also what an absent key means.
  template <Scalar T>
  void only(const char* key, T only) const {
    const std::size_t before = problems_->size();
    if (value_or(key, only) == only || problems_->size() > before) return;
    refuse(key, fmt::format("{} is not supported", find(key)->text),
           fmt::format("only {} is", only));
  }

  /// Refuses a key whose value is not null, false, zero or empty.
  void unless_set(const char* key, std::string what, std::string remedy) const {
    const Node* node = find(key);
    if (node == nullptr || (node->items.empty() && node->entries.empty() && is_off(node->text))) {
      return;
    }
    refuse(key, std::move(what), std::move(remedy));
  }

  /// A map among the keys; nothing if there is none.
  [[nodiscard]] std::optional<JsonKeys> section(const char* key) const {
    const Node* node = find(key);
    if (node == nullptr) return {};
    if (node->kind != Node::Kind::map) {
      refuse(key, "expected a map of keys", "take the config.json of the checkpoint");
      return {};
    }
    return JsonKeys(*node, path_of(key), *problems_);
  }

  /// A list of texts, or one text; nothing if the key is absent.
  [[nodiscard]] std::optional<std::vector<std::string>> texts(const char* key) const {
    const Node* node = find(key);
    if (node == nullptr) return {};
    if (node->kind == Node::Kind::scalar) return {{node->text}};
    std::vector<std::string> out;
    for (const Node& item : node->items) {
      if (item.kind == Node::Kind::scalar) {
        out.push_back(item.text);
      } else {
        problems_->add(item.mark, path_of(key), "expected a list of names");
      }
    }
    if (node->kind == Node::Kind::map) refuse(key, "expected a list of names", "");
    return out;
  }

  /// Records a problem at a key, or at the map if the key is absent.
  void refuse(const char* key, std::string what, std::string remedy) const {
    const Node* node = find(key);
    problems_->add(node != nullptr ? node->mark : node_->mark, path_of(key), std::move(what),
                   std::move(remedy));
  }

  [[nodiscard]] const Node& node() const { return *node_; }

  [[nodiscard]] std::string path_of(std::string_view key) const {
    return path_.empty() || key.empty() ? path_ + std::string(key)
                                        : fmt::format("{}.{}", path_, key);
  }

  [[nodiscard]] Problems& problems() const { return *problems_; }

 private:
  static bool is_off(const std::string& text) {
    return text.empty() || text == "false" || text == "0" || text == "0.0" || text == "none";
  }

  template <Scalar T>
  void read_node(const char* key, const Node& node, T& out, const Constraint& c) const {
    ReadContext context;
    Reader::read(context, node, path_of(key), out, c);
    for (const Problem& p : context.problems.all()) problems_->add(p);
  }

  const Node* node_;
  std::string path_;
  Problems* problems_;
};

}  // namespace tritsim
