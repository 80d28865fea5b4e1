// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "arch/base/document.hpp"
#include "arch/base/schema.hpp"

namespace tritsim {

/// Visits a struct's fields and writes them to a map node, keys in the order of the fields.
/// Quantities become text with a unit; numbers stay numbers. Absent optionals are left out.
class Writer {
 public:
  template <class T>
  void required(const char* key, T& field, const char* /*doc*/, Constraint = any_value) {
    write_key(key, field);
  }

  template <class T>
  void optional(const char* key, T& field, const char* /*doc*/, Constraint = any_value) {
    write_key(key, field);
  }

  template <class T>
  [[nodiscard]] static Node write(const T& value) {
    if constexpr (QuantityLike<T>) {
      return Node::of_text(format(value));
    } else if constexpr (TextValue<T>) {
      return value.number() ? Node::of_number(value.text()) : Node::of_text(value.text());
    } else if constexpr (std::same_as<T, bool>) {
      return Node::of_boolean(value);
    } else if constexpr (Number<T>) {
      return Node::of_number(std::to_string(value));
    } else if constexpr (std::same_as<T, double>) {
      return Node::of_number(format_number(value));
    } else if constexpr (std::same_as<T, std::string>) {
      return Node::of_text(value);
    } else if constexpr (NamedEnum<T>) {
      return Node::of_text(std::string(name_of(value)));
    } else if constexpr (IsVector<T>::value) {
      Node out;
      out.kind = Node::Kind::sequence;
      for (const auto& item : value) out.items.push_back(write(item));
      return out;
    } else if constexpr (IsMap<T>::value) {
      Node out;
      out.kind = Node::Kind::map;
      for (const auto& [key, item] : value) out.set(key, write(item));
      return out;
    } else {
      Writer writer;
      writer.node_.kind = Node::Kind::map;
      if constexpr (HasKind<T>) writer.node_.set("kind", Node::of_text(std::string(T::kind)));
      const_cast<T&>(value).fields(writer);  // the visitor is shared with Reader, which writes
      return std::move(writer.node_);
    }
  }

 private:
  template <class T>
  void write_key(const char* key, const T& field) {
    if constexpr (IsOptional<T>::value) {
      if (field) node_.set(key, write(*field));
    } else {
      node_.set(key, write(field));
    }
  }

  Node node_;
};

}  // namespace tritsim
