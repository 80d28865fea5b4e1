// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "arch/base/schema.hpp"

namespace tritsim {

/// How a number is stored.
enum class NumberFormat { fp16, int8, int4, ternary, fp32 };

template <>
struct EnumNames<NumberFormat> {
  static constexpr std::array<std::pair<NumberFormat, std::string_view>, 5> names{{
      {NumberFormat::fp16, "fp16"},
      {NumberFormat::int8, "int8"},
      {NumberFormat::int4, "int4"},
      {NumberFormat::ternary, "ternary"},
      {NumberFormat::fp32, "fp32"},
  }};
};

/// Bits of a stored number; ternary ones are packed four to a byte.
[[nodiscard]] constexpr double bits_of(NumberFormat format) {
  switch (format) {
    case NumberFormat::fp32:
      return 32;
    case NumberFormat::fp16:
      return 16;
    case NumberFormat::int8:
      return 8;
    case NumberFormat::int4:
      return 4;
    case NumberFormat::ternary:
      break;
  }
  return 2;
}

/// How the weights of a matrix are stored.
struct WeightSpec {
  NumberFormat format = NumberFormat::fp16;
  std::uint32_t group = 0;        ///< weights that share a scale; 0: one for the matrix
  std::uint32_t group_bits = 16;  ///< bits of scale and zero point of a group
  double mean_bits = 0;           ///< of a weight, where precision is mixed; 0: the format's

  bool operator==(const WeightSpec&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("format", format, "how a weight is stored");
    io.optional("group", group, "weights that share a scale; 0: one scale for the matrix",
                between(0, 1 << 22));
    io.optional("group_bits", group_bits, "bits of scale and zero point of a group",
                between(0, 64));
    io.optional("mean_bits", mean_bits,
                "stored bits of a weight in the mean, where precision is mixed, scales left out; "
                "0: those of the format",
                between(0, 64));
  }

  void check(Checker& c) const {
    if (mean_bits > 0 && mean_bits < 0.125) {
      c.fail("mean_bits", "is less than an eighth of a bit",
             "give 0.125 or more, or 0 for the bits of the format");
    }
  }

  /// Bits per weight, shares of the group's scale included.
  [[nodiscard]] double bits() const {
    return (mean_bits > 0 ? mean_bits : bits_of(format)) +
           (group == 0 ? 0.0 : static_cast<double>(group_bits) / group);
  }
};

}  // namespace tritsim
