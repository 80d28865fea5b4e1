// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstdint>
#include <string_view>

#include "arch/base/schema.hpp"

namespace tritsim {

/// Visits a value's fields and mixes all of them into 64 bits (FNV-1a): guards against accidents,
/// not against intent. Equal values have equal digests, whatever text they were read from.
class Digest {
 public:
  template <class T>
  void required(const char* /*key*/, T& field, const char* /*doc*/, Constraint = any_value) {
    add(field);
  }

  template <class T>
  void optional(const char* /*key*/, T& field, const char* /*doc*/, Constraint = any_value) {
    add(field);
  }

  template <class T>
  void add(const T& value) {
    if constexpr (QuantityLike<T>) {
      add(value.si());
    } else if constexpr (TextValue<T>) {
      text(value.text());
    } else if constexpr (std::same_as<T, double>) {
      word(std::bit_cast<std::uint64_t>(value));
    } else if constexpr (std::integral<T> || std::is_enum_v<T>) {
      word(static_cast<std::uint64_t>(value));
    } else if constexpr (std::convertible_to<T, std::string_view>) {
      text(value);
    } else if constexpr (IsOptional<T>::value) {
      word(value.has_value() ? 1 : 0);
      if (value) add(*value);
    } else if constexpr (IsVector<T>::value) {
      word(value.size());
      for (const auto& item : value) add(item);
    } else if constexpr (IsMap<T>::value) {
      word(value.size());
      for (const auto& [key, item] : value) {
        text(key);
        add(item);
      }
    } else {
      const_cast<T&>(value).fields(*this);  // the visitor is shared with Reader, which writes
    }
  }

  [[nodiscard]] std::uint64_t value() const { return hash_; }

 private:
  void byte(unsigned char c) { hash_ = (hash_ ^ c) * 1099511628211U; }

  void word(std::uint64_t word) {
    for (int i = 0; i < 8; ++i) byte(static_cast<unsigned char>(word >> (8 * i)));
  }

  void text(std::string_view text) {
    word(text.size());
    for (const char c : text) byte(static_cast<unsigned char>(c));
  }

  std::uint64_t hash_ = 14695981039346656037U;
};

}  // namespace tritsim
