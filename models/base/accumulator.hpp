// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "arch/base/problems.hpp"
#include "arch/base/schema.hpp"

namespace tritsim {

/// A product of counts; a ConfigError if it does not fit 64 bits: nothing wraps.
[[nodiscard]] inline std::uint64_t checked_product(std::uint64_t a, std::uint64_t b) {
  std::uint64_t product = 0;
  if (__builtin_mul_overflow(a, b, &product)) {
    throw ConfigError(
        "a count of the run exceeds 2^64; give a smaller --prompt, --generate or --batch");
  }
  return product;
}

/// A whole number of events from a calculation; a ConfigError if it does not fit 64 bits.
[[nodiscard]] inline std::uint64_t checked_count(double count) {
  if (!(count < 0x1p64)) static_cast<void>(checked_product(~std::uint64_t{0}, 2));
  return static_cast<std::uint64_t>(count);
}

/// Adds counts and times of one activity to those of another, field by field as `fields` lists
/// them, so that no figure can be left out of a sum. What only one side has (optionals, entries of
/// maps) counts as zero on the other; of lists both need the same number of items. Names and
/// indices are left alone. A count that does not fit 64 bits is a ConfigError: nothing wraps.
class Accumulator {
 public:
  explicit Accumulator(std::uint64_t times) : times_(times) {}

  void add(std::uint64_t& sum, std::uint64_t part) const {
    const std::uint64_t product = checked_product(part, times_);
    if (__builtin_add_overflow(sum, product, &sum)) {
      static_cast<void>(checked_product(~std::uint64_t{0}, 2));
    }
  }

  template <class Q>
  requires QuantityLike<Q> || std::same_as<Q, double>

  void add(Q& sum, const Q& part) const { sum += part * static_cast<double>(times_); }

  void add(std::string& /*name*/, const std::string& /*same*/) const {}

  void add(std::int32_t& /*index*/, const std::int32_t& /*same*/) const {}

  template <class E>
  requires NamedEnum<E>

  void add(E& /*kind*/, const E& /*same*/) const {}

  template <class T>
  void add(std::optional<T>& sum, const std::optional<T>& part) const {
    if (part) add(sum ? *sum : sum.emplace(), *part);
  }

  template <class T>
  void add(std::map<std::string, T>& sum, const std::map<std::string, T>& part) const {
    for (const auto& [name, value] : part) add(sum[name], value);
  }

  template <class T>
  void add(std::vector<T>& sum, const std::vector<T>& part) const {
    if (sum.size() != part.size()) throw std::logic_error("activities of different lists");
    for (std::size_t i = 0; i < sum.size(); ++i) add(sum[i], part[i]);
  }

  template <class T>
  void add(T& sum, const T& part) const {
    Addresses of;
    const_cast<T&>(part).fields(of);  // the visitor is shared with Reader, which writes
    Pairs pairs{*this, of.at.data()};
    sum.fields(pairs);
  }

 private:
  /// Where the fields of an activity are, in their order.
  struct Addresses {
    std::array<const void*, 32> at{};
    std::size_t n = 0;

    template <class T, class... Rest>
    void required(std::string_view /*key*/, T& field, const Rest&... /*rest*/) {
      at.at(n++) = &field;
    }

    template <class T, class... Rest>
    void optional(std::string_view /*key*/, T& field, const Rest&... /*rest*/) {
      at.at(n++) = &field;
    }
  };

  /// Visits the fields of the sum beside those of the part, which are of the same types.
  struct Pairs {
    const Accumulator& adder;
    const void* const* next;

    template <class T, class... Rest>
    void required(std::string_view /*key*/, T& field, const Rest&... /*rest*/) {
      adder.add(field, *static_cast<const T*>(*next++));
    }

    template <class T, class... Rest>
    void optional(std::string_view /*key*/, T& field, const Rest&... /*rest*/) {
      adder.add(field, *static_cast<const T*>(*next++));
    }
  };

  std::uint64_t times_;
};

/// sum += times x part.
template <class Activity>
void accumulate(Activity& sum, const Activity& part, std::uint64_t times = 1) {
  Accumulator(times).add(sum, part);
}

/// activity x times.
template <class Activity>
void scale(Activity& activity, std::uint64_t times) {
  if (times > 0) {
    Accumulator(times - 1).add(activity, Activity(activity));
  } else {
    activity = {};
  }
}

}  // namespace tritsim
