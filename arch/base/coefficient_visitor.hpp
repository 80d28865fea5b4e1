// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>

#include "arch/base/coefficient.hpp"

namespace tritsim {

template <class T>
struct IsCoefficient : std::false_type {};

template <class Q>
struct IsCoefficient<Coefficient<Q>> : std::true_type {};

/// Visits a struct's fields and calls `visit(path, coefficient)` for each coefficient in it,
/// whatever its dimension. Paths are those that --set takes, e.g.
/// memories.0.memory.dram.controller.front_end.
template <class Visit>
class CoefficientVisitor {
 public:
  explicit CoefficientVisitor(Visit& visit, std::string path = {})
      : visit_(visit), path_(std::move(path)) {}

  template <class T>
  void required(const char* key, T& field, const char* /*doc*/, Constraint = any_value) {
    walk(path_.empty() ? key : path_ + "." + key, field);
  }

  template <class T>
  void optional(const char* key, T& field, const char* doc, Constraint = any_value) {
    required(key, field, doc);
  }

 private:
  template <class T>
  void walk(const std::string& path, T& value) {
    if constexpr (IsCoefficient<T>::value) {
      visit_(path, value);
    } else if constexpr (IsOptional<T>::value) {
      if (value) walk(path, *value);
    } else if constexpr (IsVector<T>::value) {
      for (std::size_t i = 0; i < value.size(); ++i) walk(path + "." + std::to_string(i), value[i]);
    } else if constexpr (IsMap<T>::value) {
      for (auto& [key, item] : value) walk(path + "." + key, item);
    } else if constexpr (!Scalar<T>) {
      CoefficientVisitor inner(visit_, path);
      value.fields(inner);
    }
  }

  Visit& visit_;
  std::string path_;
};

/// Calls `visit(path, coefficient)` for each coefficient in `value`.
template <class T, class Visit>
void for_each_coefficient(T& value, Visit&& visit) {
  CoefficientVisitor<Visit> visitor(visit);
  value.fields(visitor);
}

}  // namespace tritsim
