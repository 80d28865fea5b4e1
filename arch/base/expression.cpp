// SPDX-License-Identifier: Apache-2.0
#include "arch/base/expression.hpp"

#include <cctype>

#include <fmt/format.h>

#include "arch/base/fraction.hpp"

namespace tritsim {

/// The program of an expression, run on a stack.
class ExpressionMachine {
 public:
  using Code = Expression::Code;

  explicit ExpressionMachine(const Expression::Names& names) : names_(names) {}

  void run(const Expression::Step& step) {
    if (step.code == Code::number) {
      stack_.push_back({step.numerator, step.denominator});
    } else if (step.code == Code::name) {
      stack_.push_back({names_(step.name), 1});
    } else if (step.code >= Code::negate) {
      stack_.push_back(of_one(step.code, pop()));
    } else {
      const Fraction b = pop();
      const Fraction a = pop();
      stack_.push_back(step.code >= Code::equal ? of_truth(step.code, a, b)
                                                : of_two(step.code, a, b));
    }
  }

  [[nodiscard]] const Fraction& result() const { return stack_.back(); }

 private:
  Fraction pop() {
    const Fraction top = stack_.back();
    stack_.pop_back();
    return top;
  }

  static Fraction of_one(Code code, const Fraction& a) {
    if (code == Code::negate) return {-a.numerator, a.denominator};
    if (code == Code::invert) return {a.is_true() ? 0 : 1, 1};
    return code == Code::floor ? Fraction{a.floor(), 1} : ceil_of(a);
  }

  static Fraction of_truth(Code code, const Fraction& a, const Fraction& b) {
    bool holds = false;
    if (code == Code::equal) holds = !is_less(a, b) && !is_less(b, a);
    if (code == Code::less) holds = is_less(a, b);
    if (code == Code::less_equal) holds = !is_less(b, a);
    if (code == Code::both) holds = a.is_true() && b.is_true();
    if (code == Code::either) holds = a.is_true() || b.is_true();
    return {holds ? 1 : 0, 1};
  }

  static Fraction of_two(Code code, const Fraction& a, const Fraction& b) {
    switch (code) {
      case Code::add:
        return add(a, b, 1);
      case Code::subtract:
        return add(a, b, -1);
      case Code::multiply:
        return multiply(a, b);
      case Code::divide:
        return divide(a, b);
      case Code::remainder:
        return add(a, multiply(b, {divide(a, b).floor(), 1}), -1);
      case Code::min:
        return is_less(a, b) ? a : b;
      case Code::max:
        return is_less(a, b) ? b : a;
      default:
        return multiply(ceil_of(divide(a, b)), b);
    }
  }

  const Expression::Names& names_;
  std::vector<Fraction> stack_;
};

Expression::Expression(std::uint64_t number) : text_(std::to_string(number)) {
  steps_.push_back({Code::number, static_cast<std::int64_t>(number), 1, {}});
}

std::optional<double> Expression::number() const {
  const bool is_literal = steps_.size() == 1 && steps_[0].code == Code::number &&
                          std::isdigit(static_cast<unsigned char>(text_[0])) != 0;
  if (!is_literal) return {};
  return static_cast<double>(steps_[0].numerator) / static_cast<double>(steps_[0].denominator);
}

std::vector<std::string> Expression::names() const {
  std::vector<std::string> out;
  for (const Step& s : steps_) {
    if (s.code == Code::name) out.push_back(s.name);
  }
  return out;
}

std::int64_t Expression::value(const Names& names) const {
  ExpressionMachine machine(names);
  for (const Step& s : steps_) machine.run(s);
  const Fraction& result = machine.result();
  if (!result.is_whole()) {
    throw ExpressionFault{fmt::format("'{}' is {}, which is not whole", text_, result.text()),
                          "give dimensions that divide, or write floor, ceil or round_up"};
  }
  if (result.numerator < 0 || result.numerator > largest) {
    throw ExpressionFault{fmt::format("'{}' is {}", text_, result.text()),
                          fmt::format("a count is between 0 and {}", largest)};
  }
  return result.numerator;
}

}  // namespace tritsim
