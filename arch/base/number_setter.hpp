// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include <fmt/format.h>

#include "arch/base/coefficient_visitor.hpp"
#include "arch/base/reader.hpp"
#include "arch/base/uncertain.hpp"

namespace tritsim {

/// What became of a number that was to be set.
struct NumberChange {
  std::optional<ScalarFault> fault{};  ///< why it was not
  bool found = false;                  ///< the path names a number; a fault is one of the text
  double before = 0;                   ///< in SI base units
  double after = 0;
};

/// Visits a struct's fields and gives the number at a dotted path another value. Items of a list
/// are named by their place, from 0.
class NumberSetter {
 public:
  NumberSetter(std::string_view path, std::string_view text)
      : head_(path.substr(0, path.find('.'))),
        rest_(head_.size() < path.size() ? path.substr(head_.size() + 1) : std::string_view{}),
        text_(text) {}

  template <class T>
  void required(const char* key, T& field, const char* /*doc*/, Constraint c = any_value) {
    if (key == head_) walk(field, rest_, c);
  }

  template <class T>
  void optional(const char* key, T& field, const char* doc, Constraint c = any_value) {
    required(key, field, doc, c);
  }

  [[nodiscard]] const NumberChange& change() const { return change_; }

 private:
  template <class T>
  void walk(T& value, std::string_view path, const Constraint& c) {
    if constexpr (IsOptional<T>::value) {
      if (value) walk(*value, path, c);
    } else if constexpr (IsCoefficient<T>::value) {
      change_.fault = {"has a range of its own", "give that one low and high"};
    } else if constexpr (Scalar<T>) {
      if (path.empty()) set(value, c);
    } else {
      const std::string_view head = path.substr(0, path.find('.'));
      const auto rest = head.size() < path.size() ? path.substr(head.size() + 1) : "";
      if constexpr (IsVector<T>::value) {
        std::size_t at = 0;
        if (!parse_whole_number(head, at) && at < value.size()) walk(value[at], rest, c);
      } else if constexpr (IsMap<T>::value) {
        const auto it = value.find(std::string(head));
        if (it != value.end()) walk(it->second, rest, c);
      } else if (!path.empty()) {
        NumberSetter inner(path, text_);
        value.fields(inner);
        change_ = inner.change_;
      }
    }
  }

  template <class T>
  void set(T& value, const Constraint& c) {
    const auto before = numeric(value);
    change_.found = before.has_value();
    change_.fault =
        before ? parse_scalar(text_, value) : ScalarFault{"is not a number", "name one"};
    if (change_.fault) return;
    change_.before = *before;
    change_.after = numeric(value).value_or(*before);
    const Constraint full = full_range<T>(c);
    if (full.holds(change_.after)) return;
    change_.fault = {fmt::format("'{}' is out of range", text_), "it must be " + allowed<T>(full)};
  }

  std::string_view head_;
  std::string_view rest_;
  std::string_view text_;
  NumberChange change_{ScalarFault{"names no number that is given", "write the path of one"}};
};

/// Gives the number at `path` of a description the value that `text` says.
template <class T>
NumberChange set_number(T& description, std::string_view path, std::string_view text) {
  NumberSetter setter(path, text);
  description.fields(setter);
  return setter.change();
}

/// Visits a struct's fields and calls `visit(path, part)` for each part, itself included, that
/// lists uncertain numbers. The path is empty or ends with a dot.
template <class Visit>
class UncertainVisitor {
 public:
  UncertainVisitor(Visit& visit, std::string path) : visit_(visit), path_(std::move(path)) {}

  template <class T>
  void required(const char* key, T& field, const char* /*doc*/, Constraint = any_value) {
    walk(path_ + key + ".", field);
  }

  template <class T>
  void optional(const char* key, T& field, const char* doc, Constraint = any_value) {
    required(key, field, doc);
  }

  template <class T>
  void walk(const std::string& path, T& value) {
    if constexpr (IsOptional<T>::value) {
      if (value) walk(path, *value);
    } else if constexpr (IsVector<T>::value) {
      for (std::size_t i = 0; i < value.size(); ++i) walk(fmt::format("{}{}.", path, i), value[i]);
    } else if constexpr (IsMap<T>::value) {
      for (auto& [key, item] : value) walk(fmt::format("{}{}.", path, key), item);
    } else if constexpr (!Scalar<T> && !IsCoefficient<T>::value) {
      if constexpr (ListsUncertain<T>) visit_(path, value);
      UncertainVisitor inner(visit_, path);
      value.fields(inner);
    }
  }

 private:
  Visit& visit_;
  std::string path_;
};

template <class T, class Visit>
void for_each_uncertain(T& value, Visit&& visit) {
  UncertainVisitor<Visit>(visit, "").walk("", value);
}

/// A number that a description lists as uncertain, at either end.
struct UncertainEnds {
  NumberChange low, high;

  /// False for a number that is set beyond its ends: they are about another value.
  [[nodiscard]] bool hold() const {
    return !low.fault && !high.fault && low.after <= low.before && high.before <= high.after;
  }
};

template <ListsUncertain T>
UncertainEnds ends_of(const T& description, const Uncertain& u) {
  T low = description;
  T high = description;
  return {set_number(low, u.key, u.low), set_number(high, u.key, u.high)};
}

/// Checks the numbers that a description lists as uncertain: each is there, and its ends are values
/// of it in their order.
template <ListsUncertain T>
void check_uncertain(const T& description, Checker& c) {
  for (std::size_t i = 0; i < description.uncertain.size(); ++i) {
    const Uncertain& u = description.uncertain[i];
    const auto fail = [&](const char* key, const std::string& what, const std::string& remedy) {
      c.fail(fmt::format("uncertain.{}.{}", i, key), what, remedy);
    };
    const UncertainEnds ends = ends_of(description, u);
    const auto check_end = [&](const char* key, const NumberChange& end) {
      if (!end.fault) return true;
      fail(end.found ? key : "key", fmt::format("'{}' {}", u.key, end.fault->what),
           end.fault->remedy);
      return false;
    };
    if (check_end("low", ends.low) && check_end("high", ends.high) &&
        ends.low.after > ends.high.after) {
      fail("high", "is below low", "give low <= high");
    }
    if (u.source.empty()) fail("source", "is empty", "name the document, run or reason");
  }
}

}  // namespace tritsim
