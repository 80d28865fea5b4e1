// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cctype>
#include <numeric>

#include <fmt/format.h>

#include "arch/base/expression.hpp"

namespace tritsim {
namespace {

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

/// Recursive descent; each rule appends the steps of what it reads.
class ExpressionParser {
 public:
  using Code = Expression::Code;

  ExpressionParser(std::string_view text, Expression& out) : text_(text), out_(out) {}

  /// Throws ScalarFault.
  void run() {
    constexpr std::size_t longest = 500;
    if (text_.size() > longest) {
      fail(fmt::format("has more than {} characters", longest), "split it over dimensions");
    }
    either();
    skip();
    if (at_ < text_.size()) unexpected();
  }

 private:
  struct Sign {
    std::string_view text;
    Code code;
    bool inverted;
  };

  /// Longer ones first: "<=" begins with "<".
  static constexpr std::array<Sign, 6> signs{{{"==", Code::equal, false},
                                              {"!=", Code::equal, true},
                                              {"<=", Code::less_equal, false},
                                              {"<", Code::less, false},
                                              {">=", Code::less, true},
                                              {">", Code::less_equal, true}}};

  struct Function {
    std::string_view name;
    int arguments;
    Code code;
  };

  static constexpr std::array<Function, 5> functions{{{"min", 2, Code::min},
                                                      {"max", 2, Code::max},
                                                      {"floor", 1, Code::floor},
                                                      {"ceil", 1, Code::ceil},
                                                      {"round_up", 2, Code::round_up}}};

  [[noreturn]] void fail(const std::string& what, const std::string& remedy) const {
    throw ScalarFault{fmt::format("'{}' {}", text_, what), remedy};
  }

  [[noreturn]] void unexpected() const {
    if (at_ >= text_.size()) {
      fail("ends too early", "write a number, a dimension or an expression of them");
    }
    fail(fmt::format("has '{}' where it is not expected", text_.substr(at_, 12)),
         "write numbers, dimensions, + - * / %, comparisons, and, or, not, brackets, "
         "min, max, floor, ceil, round_up");
  }

  void skip() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }

  /// Takes a sign or a whole word, if it is next.
  bool take(std::string_view token) {
    skip();
    if (text_.substr(at_, token.size()) != token) return false;
    const std::size_t end = at_ + token.size();
    if (is_word(token.back()) && end < text_.size() && is_word(text_[end])) return false;
    at_ = end;
    return true;
  }

  void emit(Code code) { out_.steps_.push_back({code, 0, 1, {}}); }

  void either() {
    constexpr int deepest = 32;
    if (++depth_ > deepest) fail("has too many brackets", "split it over dimensions");
    both();
    while (take("or")) {
      both();
      emit(Code::either);
    }
    --depth_;
  }

  void both() {
    inverted();
    while (take("and")) {
      inverted();
      emit(Code::both);
    }
  }

  void inverted() {
    int times = 0;
    while (take("not")) ++times;
    comparison();
    for (; times > 0; --times) emit(Code::invert);
  }

  void comparison() {
    sum();
    const auto* sign = std::ranges::find_if(signs, [&](const Sign& s) { return take(s.text); });
    if (sign == signs.end()) return;
    sum();
    emit(sign->code);
    if (sign->inverted) emit(Code::invert);
  }

  void sum() {
    term();
    for (;;) {
      const Code code = take("+") ? Code::add : take("-") ? Code::subtract : Code::number;
      if (code == Code::number) return;
      term();
      emit(code);
    }
  }

  void term() {
    factor();
    for (;;) {
      const Code code = take("*")   ? Code::multiply
                        : take("/") ? Code::divide
                        : take("%") ? Code::remainder
                                    : Code::number;
      if (code == Code::number) return;
      factor();
      emit(code);
    }
  }

  void factor() {
    bool negative = false;
    while (take("-")) negative = !negative;
    primary();
    if (negative) emit(Code::negate);
  }

  void primary() {
    skip();
    if (take("(")) {
      either();
      if (!take(")")) fail("has a bracket that is not closed", "add ')'");
      return;
    }
    if (at_ >= text_.size()) unexpected();
    if (is_digit(text_[at_])) return number();
    if (!is_word(text_[at_])) unexpected();
    const std::size_t begin = at_;
    while (at_ < text_.size() && is_word(text_[at_])) ++at_;
    const std::string word(text_.substr(begin, at_ - begin));
    if (word == "and" || word == "or" || word == "not") {
      at_ = begin;
      unexpected();
    }
    if (take("(")) return call(word);
    out_.steps_.push_back({Code::name, 0, 1, word});
  }

  void number() {
    std::int64_t numerator = 0;
    std::int64_t denominator = 1;
    bool behind_point = false;
    const std::size_t begin = at_;
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '.' && !behind_point) {
        behind_point = true;
        continue;
      }
      if (!is_digit(c)) break;
      numerator = 10 * numerator + (c - '0');
      if (behind_point) denominator *= 10;
      if (numerator > Expression::largest || denominator > 1'000'000'000) {
        fail("has a number that is too large",
             fmt::format("write at most {}", Expression::largest));
      }
    }
    if (at_ < text_.size() && is_word(text_[at_])) {
      while (at_ < text_.size() && is_word(text_[at_])) ++at_;
      fail(fmt::format("has '{}', which is no number", text_.substr(begin, at_ - begin)),
           "write digits alone, e.g. 32000");
    }
    if (text_[begin] == '0' && begin + 1 < at_ && is_digit(text_[begin + 1])) {
      fail("has a number with a leading zero", "write it without, octal is not read");
    }
    const std::int64_t common = std::gcd(numerator, denominator);
    out_.steps_.push_back({Code::number, numerator / common, denominator / common, {}});
  }

  void call(const std::string& function) {
    const auto* it =
        std::ranges::find(functions, function, [](const Function& f) { return f.name; });
    if (it == functions.end()) {
      fail(fmt::format("calls '{}', which is no function", function),
           "write min, max, floor, ceil or round_up");
    }
    int given = 0;
    do {
      either();
      ++given;
    } while (take(","));
    if (!take(")")) fail("has a bracket that is not closed", "add ')'");
    if (given != it->arguments) {
      fail(fmt::format("gives '{}' {} arguments", function, given),
           fmt::format("it takes {}", it->arguments));
    }
    emit(it->code);
  }

  std::string_view text_;
  Expression& out_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

std::optional<ScalarFault> Expression::read(std::string_view text) {
  Expression out;
  out.text_ = std::string(text);
  // The names of flags in YAML.
  if (text == "true" || text == "false") {
    out.steps_.push_back({Code::number, text == "true" ? 1 : 0, 1, {}});
  } else {
    try {
      ExpressionParser(text, out).run();
    } catch (const ScalarFault& fault) {
      return fault;
    }
  }
  *this = std::move(out);
  return {};
}

}  // namespace tritsim
