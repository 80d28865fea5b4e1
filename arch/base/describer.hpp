// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>

#include <fmt/format.h>

#include "arch/base/writer.hpp"

namespace tritsim {

/// One key of a configuration struct, for the printed reference.
struct KeyDescription {
  std::string path;  ///< dotted, `[]` for list items and `<name>` for map keys
  std::string type;  ///< "frequency, e.g. MHz", "whole number", "one of: a, b" ...
  bool required = false;
  std::string fallback;    ///< value if the key is left out; empty if required or absent
  std::string constraint;  ///< e.g. "between 1 and 64"
  Constraint range;        ///< of a number
  std::string doc;
};

/// Visits a struct's fields and describes them: as a JSON Schema (draft 2020-12) that an editor's
/// YAML server understands, and as rows for the reference in docs/.
class Describer {
 public:
  template <class T>
  void required(const char* key, T& field, const char* doc, Constraint c = any_value) {
    describe(key, field, doc, c, true);
  }

  template <class T>
  void optional(const char* key, T& field, const char* doc, Constraint c = any_value) {
    describe(key, field, doc, c, false);
  }

  /// For the numbers of a struct that takes the constraint of its key.
  [[nodiscard]] const Constraint& handed_down() const { return handed_down_; }

  /// The schema of T as a JSON-ready tree.
  template <class T>
  [[nodiscard]] static Node schema() {
    Node out;
    out.set("$schema", Node::of_text("https://json-schema.org/draft/2020-12/schema"));
    if constexpr (HasKind<T>) out.set("title", Node::of_text("tritsim " + std::string(T::kind)));
    Describer root = of<T>("", true);
    for (auto& entry : root.object().entries) out.set(entry.key, std::move(entry.value));
    return out;
  }

  /// Every key of T in the order of its fields, nested structs behind their key. For a struct that
  /// may be in a file of its own only its name is given.
  template <class T>
  [[nodiscard]] static std::vector<KeyDescription> keys() {
    return of<T>("", true).keys_;
  }

 private:
  using Rows = std::vector<KeyDescription>;

  template <class T>
  static Describer of(const std::string& path, bool root, const Constraint& c = any_value) {
    Describer d;
    d.path_ = path;
    d.handed_down_ = c;
    T value{};
    if constexpr (HasKind<T>) {
      Node kind;
      kind.set("const", Node::of_text(std::string(T::kind)));
      d.properties_.set("kind", std::move(kind));
      if (root) d.required_.emplace_back("kind");
    }
    value.fields(d);
    return d;
  }

  [[nodiscard]] Node object() const {
    Node out;
    out.set("type", Node::of_text("object"));
    Node properties = properties_;
    properties.kind = Node::Kind::map;
    out.set("properties", std::move(properties));
    Node required;
    required.kind = Node::Kind::sequence;
    for (const auto& key : required_) required.items.push_back(Node::of_text(key));
    out.set("required", std::move(required));
    out.set("additionalProperties", Node::of_boolean(false));
    return out;
  }

  template <class T>
  void describe(const char* key, const T& field, const char* doc, const Constraint& c, bool need) {
    const std::string path = path_.empty() ? key : path_ + "." + key;
    std::string fallback;
    if constexpr (Scalar<T>) {
      if (!need) fallback = Writer::write(field).text;
    }
    std::string type;
    Rows nested;
    Node schema = type_of<T>(path, c, type, nested);
    if constexpr (Scalar<T>) {
      if (!need) schema.set("default", Writer::write(field));
    }
    Constraint range;
    if constexpr (!std::is_class_v<Innermost<T>> || QuantityLike<Innermost<T>>) {
      range = full_range<T>(c);
    } else if constexpr (TextValue<Innermost<T>>) {
      range = c;
    } else if constexpr (!TakesConstraint<Innermost<T>>) {
      if (c != any_value) throw std::logic_error(path + ": a constraint that nothing looks at");
    }
    const std::string text = allowed<Innermost<T>>(range);
    keys_.push_back({path, type, need, fallback, text, range, doc});
    keys_.insert(keys_.end(), nested.begin(), nested.end());
    // Constraints that the pattern of a number with its unit cannot express.
    const bool in_words = schema.find("pattern") != nullptr && !text.empty();
    schema.set("description", Node::of_text(in_words ? fmt::format("{}; {}", doc, text) : doc));
    properties_.set(key, std::move(schema));
    if (need) required_.emplace_back(key);
  }

  static Node typed(const char* name) {
    Node out;
    out.set("type", Node::of_text(name));
    return out;
  }

  static void bound(Node& out, const Constraint& c) {
    if (c.min)
      out.set(c.min_open ? "exclusiveMinimum" : "minimum", Node::of_number(format_number(*c.min)));
    if (c.max) out.set("maximum", Node::of_number(format_number(*c.max)));
  }

  /// Either of two schemas.
  static Node either(Node a, Node b) {
    Node both;
    both.kind = Node::Kind::sequence;
    both.items = {std::move(a), std::move(b)};
    Node out;
    out.set("anyOf", std::move(both));
    return out;
  }

  static Node of_pattern(const std::string& units) {
    Node out = typed("string");
    out.set("pattern", Node::of_text(fmt::format("^[-+0-9.eE]+ *({})$", units)));
    return out;
  }

  template <QuantityLike T>
  static Node of_quantity(std::string& text) {
    std::string units;
    std::string pattern;
    for (const Unit& u : units_of<T>()) {
      units += (units.empty() ? "" : ", ") + std::string(u.text);
      pattern += (pattern.empty() ? "" : "|") + std::string(u.text);
    }
    text = "number with unit (" + units + ")";
    return of_pattern(pattern);
  }

  template <NamedEnum T>
  static Node of_enum(std::string& text) {
    Node names;
    names.kind = Node::Kind::sequence;
    for (const auto& [value, name] : EnumNames<T>::names) {
      text += (text.empty() ? "one of: " : ", ") + std::string(name);
      names.items.push_back(Node::of_text(std::string(name)));
    }
    Node out;
    out.set("enum", std::move(names));
    return out;
  }

  static Node of_number(const char* type, const Constraint& range) {
    Node out = typed(type);
    bound(out, range);
    return out;
  }

  /// Schema of a single value; `text` receives the type in words.
  template <class T>
  static Node of_scalar(const Constraint& c, std::string& text) {
    if constexpr (QuantityLike<T>) {
      return of_quantity<T>(text);
    } else if constexpr (TextValue<T>) {
      text = T::type_text;
      if constexpr (requires { T::is_free_text; })
        return either(typed("integer"), typed("string"));
      else
        return either(of_number("integer", c), of_pattern(std::string(T::unit_pattern)));
    } else if constexpr (std::same_as<T, bool>) {
      text = "true or false";
      return typed("boolean");
    } else if constexpr (Number<T>) {
      text = "whole number";
      return of_number("integer", full_range<T>(c));
    } else if constexpr (std::same_as<T, double>) {
      text = "number";
      return of_number("number", full_range<T>(c));
    } else if constexpr (std::same_as<T, std::string>) {
      text = "text";
      return typed("string");
    } else {
      return of_enum<T>(text);
    }
  }

  /// Schema of T; `text` receives the type in words, `nested` the rows of the keys inside it.
  template <class T>
  static Node type_of(const std::string& path, const Constraint& c, std::string& text,
                      Rows& nested) {
    if constexpr (IsOptional<T>::value) {
      return type_of<typename T::value_type>(path, c, text, nested);
    } else if constexpr (Scalar<T>) {
      return of_scalar<T>(c, text);
    } else if constexpr (IsVector<T>::value) {
      std::string inner;
      Node out = typed("array");
      out.set("items", type_of<typename T::value_type>(path + "[]", c, inner, nested));
      text = "list of " + inner;
      return out;
    } else if constexpr (IsMap<T>::value) {
      std::string inner;
      Node out = typed("object");
      out.set("additionalProperties",
              type_of<typename T::mapped_type>(path + ".<name>", c, inner, nested));
      text = "map of name to " + inner;
      return out;
    } else if constexpr (HasKind<T>) {
      text = fmt::format("{} (file name, or its keys in place)", T::kind);
      return either(typed("string"), of<T>(path, false).object());
    } else {
      text = "map";
      const Describer inner = of<T>(path, false, c);
      nested = inner.keys_;
      return inner.object();
    }
  }

  std::string path_;
  Constraint handed_down_;
  Node properties_;
  std::vector<std::string> required_;
  Rows keys_;
};

}  // namespace tritsim
