// SPDX-License-Identifier: Apache-2.0
#include "models/base/activity.hpp"

#include <gtest/gtest.h>

#include "arch/base/writer.hpp"
#include "models/processor/processor_law.hpp"
#include "sim/result/result.hpp"

namespace tritsim {
namespace {

/// Gives every figure another value, and what may be missing or empty one.
class Filler {
 public:
  explicit Filler(std::uint64_t first) : next_(first) {}

  template <class T, class... Rest>
  void required(const char* /*key*/, T& field, const Rest&... /*rest*/) {
    fill(field);
  }

  template <class T, class... Rest>
  void optional(const char* /*key*/, T& field, const Rest&... /*rest*/) {
    fill(field);
  }

  template <class T>
  void fill(T& field) {
    if constexpr (IsOptional<T>::value) {
      fill(field.emplace());
    } else if constexpr (IsMap<T>::value) {
      fill(field["int8"]);
    } else if constexpr (QuantityLike<T>) {
      field = T{static_cast<double>(next_++)};
    } else if constexpr (std::same_as<T, double> || std::same_as<T, std::uint64_t>) {
      field = static_cast<T>(next_++);
    } else if constexpr (std::is_class_v<T> && !std::same_as<T, std::string> &&
                         !IsVector<T>::value) {
      field.fields(*this);
    }
  }

 private:
  std::uint64_t next_;
};

/// The numbers of a written tree, in its order.
void collect(const Node& n, std::vector<double>& out) {
  if (n.kind == Node::Kind::scalar) {
    const auto end = n.text.find(' ');
    if (const auto plain = parse_number(n.text)) {
      out.push_back(*plain);
    } else if (end != std::string::npos) {
      for (const auto units : {units_of<Time>(), units_of<Bytes>()}) {
        if (const auto q = parse_quantity(n.text, units); q.si) out.push_back(*q.si);
      }
    }
  }
  for (const Node& item : n.items) collect(item, out);
  for (const Node::Entry& e : n.entries) collect(e.value, out);
}

template <class A>
std::vector<double> figures(const A& activity) {
  std::vector<double> out;
  collect(Writer::write(activity), out);
  return out;
}

template <class A>
A filled(std::uint64_t first) {
  A a;
  Filler(first).fill(a);
  return a;
}

template <class A>
class EveryActivity : public testing::Test {};

using Activities =
    testing::Types<MemoryActivity, UnitActivity, UnitActivities, AttentionActivity,
                   ExchangeActivity, MatrixActivity, CoreActivity, LinkActivity, OffloadActivity,
                   HostActivity, OpCycles, CycleShares, ProcessorActivity, ProcessorActivity::Kind>;
TYPED_TEST_SUITE(EveryActivity, Activities);

TYPED_TEST(EveryActivity, IsAddedAndScaledFieldByField) {
  const auto a = filled<TypeParam>(1000);
  const auto b = filled<TypeParam>(2);
  const std::vector<double> of_a = figures(a);
  const std::vector<double> of_b = figures(b);
  ASSERT_GT(of_a.size(), 1U);
  ASSERT_EQ(of_a.size(), of_b.size());
  TypeParam sum = a;
  accumulate(sum, b, 3);
  TypeParam product = a;
  scale(product, 7);
  TypeParam from_nothing;
  accumulate(from_nothing, a);
  const std::vector<double> of_sum = figures(sum);
  const std::vector<double> of_product = figures(product);
  ASSERT_EQ(of_sum.size(), of_a.size());
  for (std::size_t i = 0; i < of_a.size(); ++i) {
    const bool is_index = std::same_as<TypeParam, OpCycles> && of_a[i] == Op::no_layer;
    EXPECT_EQ(of_sum[i], is_index ? of_a[i] : of_a[i] + 3 * of_b[i]) << "figure " << i;
    EXPECT_EQ(of_product[i], is_index ? of_a[i] : 7 * of_a[i]) << "figure " << i;
  }
  EXPECT_EQ(figures(from_nothing), of_a);
}

TEST(Activity, ACountThatDoesNotFitIsRefused) {
  MemoryActivity a;
  a.bytes_read = std::uint64_t{1} << 62;
  EXPECT_THROW(scale(a, 8), ConfigError);
  EXPECT_THROW(accumulate(a, a, 7), ConfigError);
  scale(a, 3);
  EXPECT_EQ(a.bytes_read, std::uint64_t{3} << 62);
}

}  // namespace
}  // namespace tritsim
