// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "arch/base/problems.hpp"

namespace tritsim {

/// A YAML (or JSON) document as a tree that remembers the place of each part. It is what Reader
/// reads from and Writer writes to; document.cpp is the only file that knows yaml-cpp.
struct Node {
  enum class Kind { null, scalar, sequence, map };
  /// How a scalar is written in JSON.
  enum class Scalar { text, number, boolean };

  struct Entry;

  Kind kind = Kind::null;
  Scalar scalar = Scalar::text;
  std::string text;            ///< of a scalar
  std::vector<Node> items;     ///< of a sequence
  std::vector<Entry> entries;  ///< of a map, in file order, duplicates kept
  Mark mark;

  [[nodiscard]] static Node of_text(std::string text);
  [[nodiscard]] static Node of_number(std::string text);
  [[nodiscard]] static Node of_boolean(bool value);

  /// The first entry with this key, or nullptr.
  [[nodiscard]] const Node* find(std::string_view key) const;

  /// The node at a dotted path of keys and indices, or nullptr. A key may contain dots: the longest
  /// match counts.
  [[nodiscard]] const Node* at(std::string_view path) const;

  /// The same as far as the path goes.
  [[nodiscard]] const Node& nearest(std::string_view path) const;

  /// Appends to a map (the node becomes one if it was null).
  Node& set(std::string key, Node value);
};

struct Node::Entry {
  std::string key;
  Mark mark;  ///< of the key
  Node value;
};

/// Reads a file. A file that cannot be opened or parsed is recorded in `problems`.
[[nodiscard]] Node load_document(const std::string& path, Problems& problems);

/// Reads text; messages name `name` as the file.
[[nodiscard]] Node parse_document(const std::string& text, const std::string& name,
                                  Problems& problems);

[[nodiscard]] std::string to_yaml(const Node& node);
[[nodiscard]] std::string to_json(const Node& node);

/// Writes a whole text file through a temporary name, so that no reader sees half of it.
void write_file(const std::string& path, const std::string& text);

/// Reads a text file whole; throws ConfigError if it cannot.
[[nodiscard]] std::string read_file(const std::string& path);

}  // namespace tritsim
