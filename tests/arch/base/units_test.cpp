// SPDX-License-Identifier: Apache-2.0
#include "arch/base/units.hpp"

#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <type_traits>
#include <vector>

#include <gtest/gtest.h>

namespace tritsim {
namespace {

static_assert(std::same_as<decltype(Power{} * Time{}), Energy>);
static_assert(std::same_as<decltype(Energy{} / Time{}), Power>);
static_assert(std::same_as<decltype(Bytes{} / Bandwidth{}), Time>);
static_assert(std::same_as<decltype(Bandwidth{} * Time{}), Bytes>);
static_assert(std::same_as<decltype(EnergyPerByte{} * Bytes{}), Energy>);
static_assert(std::same_as<decltype(Voltage{} * Current{}), Power>);
static_assert(std::same_as<decltype(1.0 / Time{}), Frequency>);
static_assert(std::same_as<decltype(Energy{} / Energy{}), double>);
static_assert(std::same_as<decltype(Frequency{} * Time{}), double>);
static_assert(std::same_as<decltype(2.0 * Time{} / 3.0), Time>);

template <class A, class B>
concept Addable = requires(A a, B b) {
  a + b;
};

template <class A, class B>
concept Comparable = requires(A a, B b) {
  a < b;
};

static_assert(Addable<Time, Time> && Comparable<Time, Time>);
static_assert(!Addable<Time, Energy> && !Comparable<Time, Energy>);
static_assert(!Addable<Time, double> && !std::is_convertible_v<double, Time>);

static_assert(1.0_s == 1000.0_ms);
static_assert(300.0_MHz == 0.3_GHz);
static_assert(8_bit == 1_B && 1_KiB == 1024_B);
static_assert(19.2_GBps == Bandwidth{19.2e9});
static_assert(2.0_W * 3.0_s == 6.0_J && 1.0_V * 1.0_mA == 1.0_mW);
static_assert(cycles_to_time(60e6, 60.0_MHz) == 1.0_s);
static_assert(-(1.0_J) < Energy{});

template <class Q>
ParsedQuantity parse(std::string_view text) {
  return parse_quantity(text, units_of<Q>());
}

template <class Q>
class EveryUnit : public testing::Test {};

using Quantities = testing::Types<Time, Frequency, Energy, Power, Bytes, Bandwidth, EnergyPerByte,
                                  Voltage, Current>;
TYPED_TEST_SUITE(EveryUnit, Quantities);

TYPED_TEST(EveryUnit, HasOneOfSizeOneSoThatEveryValueCanBeWritten) {
  int ones = 0;
  for (const Unit& u : units_of<TypeParam>()) ones += u.si == 1;
  EXPECT_EQ(ones, 1);
}

TYPED_TEST(EveryUnit, IsRead) {
  for (const Unit& u : units_of<TypeParam>()) {
    for (const char* gap : {"", " ", "  ", "\t"}) {
      const auto text = "2.5" + std::string(gap) + std::string(u.text);
      const auto parsed = parse<TypeParam>(text);
      ASSERT_TRUE(parsed.si.has_value()) << parsed.problem;
      EXPECT_EQ(*parsed.si, 2.5 * u.si) << text;
    }
  }
}

template <class Q>
void expect_same_after_text(double si) {
  const std::string text = format(Q{si});
  const auto parsed = parse<Q>(text);
  ASSERT_TRUE(parsed.si.has_value()) << text << ": " << parsed.problem;
  EXPECT_EQ(*parsed.si, si) << text;
}

TYPED_TEST(EveryUnit, GivesBackRandomValuesExactly) {
  std::mt19937_64 random(2024);
  std::uniform_real_distribution<double> mantissa(1, 10);
  std::uniform_int_distribution<int> exponent(-20, 20);
  for (int i = 0; i < 5000; ++i) {
    expect_same_after_text<TypeParam>((i % 2 == 0 ? 1 : -1) * mantissa(random) *
                                      std::pow(10.0, exponent(random)));
  }
}

TYPED_TEST(EveryUnit, GivesBackShortValuesExactlyAndShort) {
  for (const Unit& u : units_of<TypeParam>()) {
    for (const double number : {1.0, 1.1, 2.56, 17.0, 333.0, 999.0}) {
      const double si = number * u.si;
      expect_same_after_text<TypeParam>(si);
      EXPECT_LE(format(TypeParam{si}).size(), 24U);
    }
  }
}

TYPED_TEST(EveryUnit, GivesBackTheExtremesOfDoubles) {
  using Limits = std::numeric_limits<double>;
  for (const double si : {0.0, Limits::max(), Limits::lowest(), Limits::min(), -Limits::min()}) {
    expect_same_after_text<TypeParam>(si);
  }
}

TYPED_TEST(EveryUnit, RefusesWhatIsNotANumberWithAUnit) {
  const std::string unit(units_of<TypeParam>().back().text);
  const std::vector<std::string> texts{"",
                                       " ",
                                       "x",
                                       "-",
                                       "+",
                                       "1",
                                       "1 ",
                                       "nan",
                                       "inf",
                                       "nan " + unit,
                                       "inf " + unit,
                                       "-inf " + unit,
                                       unit,
                                       "1 1 " + unit,
                                       "1 " + unit + " 2",
                                       "1 " + unit + "x",
                                       "0x10 " + unit,
                                       "1e999 " + unit,
                                       "1e-999 " + unit,
                                       "+-1 " + unit,
                                       "-+1 " + unit,
                                       "++1 " + unit,
                                       "1,5 " + unit,
                                       "1 " + unit + " ",
                                       " 1 " + unit,
                                       "1 furlong"};
  for (const std::string& bad : texts) {
    const auto parsed = parse<TypeParam>(bad);
    EXPECT_FALSE(parsed.si.has_value()) << bad;
    EXPECT_FALSE(parsed.problem.empty()) << bad;
    EXPECT_FALSE(parsed.remedy.empty()) << bad;
  }
}

TEST(ParseQuantity, TakesASign) {
  EXPECT_EQ(parse<Voltage>("+1.2 V").si, 1.2);
  EXPECT_EQ(parse<Voltage>("-1.2 V").si, -1.2);
}

TEST(ParseQuantity, RefusesWhatTheUnitMakesTooLargeOrTooSmall) {
  EXPECT_EQ(parse<Bytes>("1e308 GiB").problem, "'1e308 GiB' is too large or too small");
  EXPECT_EQ(parse<Time>("1e-320 ps").problem, "'1e-320 ps' is too large or too small");
  EXPECT_EQ(parse<Time>("0 ps").si, 0.0);
}

TEST(ParseQuantity, SaysWhatIsWrong) {
  EXPECT_EQ(parse<Frequency>("60").problem, "'60' has no unit (one of: Hz, kHz, MHz, GHz)");
  EXPECT_EQ(parse<Frequency>("fast").problem,
            "'fast' is not a number with a unit (one of: Hz, kHz, MHz, GHz)");
  EXPECT_EQ(parse<Frequency>("60 W").problem, "unit 'W' is not one of: Hz, kHz, MHz, GHz");
  EXPECT_EQ(parse<Frequency>("60 W").remedy, "write one of these units");
  EXPECT_EQ(parse<Frequency>("60 mhz").remedy, "did you mean 'MHz'?");
}

TEST(Format, TakesTheLargestUnitThatKeepsTheNumberAtOrAboveOne) {
  EXPECT_EQ(format(300.0_MHz), "300 MHz");
  EXPECT_EQ(format(1.2_GHz), "1.2 GHz");
  EXPECT_EQ(format(999.0_ns), "999 ns");
  EXPECT_EQ(format(0.5_ps), "0.5 ps");
  EXPECT_EQ(format(2_bit), "2 bit");
  EXPECT_EQ(format(8_KiB), "8 KiB");
  EXPECT_EQ(format(-3.0_mW), "-3 mW");
  EXPECT_EQ(format(EnergyPerByte{11.4e-12}), "11.4 pJ/B");
  EXPECT_EQ(format(Bytes{1000}), "1000 B");
  EXPECT_EQ(format(Energy{}), "0 J");
  EXPECT_EQ(format(Time{}), "0 s");
  EXPECT_EQ(format(Energy{0.15e-12}), "0.15 pJ") << "150 fJ is another double";
}

TEST(ParseNumber, ReadsWholeDecimalNumbersOnly) {
  EXPECT_EQ(parse_number("0.5"), 0.5);
  EXPECT_EQ(parse_number("+2"), 2.0);
  EXPECT_EQ(parse_number("-2e3"), -2000.0);
  for (const char* bad : {"", "+", "-", "+-2", "++2", "0x10", "1 ", " 1", "1,5", "nan", "inf",
                          "-infinity", "1e999", "one", "1.2.3"}) {
    EXPECT_FALSE(parse_number(bad).has_value()) << bad;
  }
}

TEST(FormatNumber, IsTheShortestTextThatReadsBack) {
  EXPECT_EQ(format_number(0.1), "0.1");
  EXPECT_EQ(format_number(3), "3");
  std::mt19937_64 random(7);
  for (int i = 0; i < 10000; ++i) {
    const double v = std::ldexp(static_cast<double>(random()), static_cast<int>(random() % 400));
    EXPECT_EQ(parse_number(format_number(v)), v);
  }
}

}  // namespace
}  // namespace tritsim
