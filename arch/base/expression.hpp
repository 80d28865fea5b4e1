// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "arch/base/schema.hpp"

namespace tritsim {

/// Why an expression has no value, and the remedy.
struct ExpressionFault {
  std::string what;
  std::string remedy;
};

/// A count as text: `heads * head_width`, `round_up(floor(8 * hidden / 3), 256)`, `layer % 4 == 3`.
///
/// Numbers, names of dimensions, `+ - * / %`, comparisons (1 if they hold, else 0), `and`, `or`,
/// `not`, brackets, and the functions min, max, floor, ceil, round_up(x, multiple). Arithmetic is
/// exact: 1 / 3 * 3 is 1. A fraction may occur on the way; the value has to be whole and not
/// negative.
class Expression {
 public:
  static constexpr std::string_view type_text = "count: digits, or an expression over dimensions";
  static constexpr bool is_free_text = true;
  static constexpr std::int64_t largest = std::int64_t{1} << 53;

  /// The value of a name; it throws ExpressionFault if it has none.
  using Names = std::function<std::int64_t(const std::string&)>;

  Expression() = default;

  /// The number itself.
  Expression(std::uint64_t number);  // NOLINT: a number is an expression

  /// Compiles a text; its fault says what is wrong with it.
  [[nodiscard]] std::optional<ScalarFault> read(std::string_view text);

  [[nodiscard]] std::string text() const { return text_; }

  /// The value of an expression that is one number.
  [[nodiscard]] std::optional<double> number() const;

  [[nodiscard]] bool empty() const { return steps_.empty(); }

  /// The names that occur in it.
  [[nodiscard]] std::vector<std::string> names() const;

  /// Throws ExpressionFault if there is no value, or none that is a count up to `largest`.
  [[nodiscard]] std::int64_t value(const Names& names) const;

  bool operator==(const Expression& other) const { return text_ == other.text_; }

 private:
  friend class ExpressionParser;
  friend class ExpressionMachine;

  /// Steps without operands, of two operands, of two with a truth as result, of one: in this order.
  enum class Code : std::uint8_t {
    number,
    name,
    add,
    subtract,
    multiply,
    divide,
    remainder,
    min,
    max,
    round_up,
    equal,
    less,
    less_equal,
    both,
    either,
    negate,
    invert,
    floor,
    ceil,
  };

  /// A step of the program, which works on a stack.
  struct Step {
    Code code = Code::number;
    std::int64_t numerator = 0;  ///< of a number
    std::int64_t denominator = 1;
    std::string name{};
  };

  std::string text_;
  std::vector<Step> steps_;
};

}  // namespace tritsim
