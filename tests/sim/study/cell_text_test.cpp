// SPDX-License-Identifier: Apache-2.0
#include "sim/study/cell_text.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace tritsim {
namespace {

TEST(Cells, ComeBackBitForBit) {
  const std::vector<Cell> cells{
      Cell{},        std::int64_t{-7},        0.1, 5e-324, std::numeric_limits<double>::infinity(),
      std::string(), std::string("a\0b\n", 4)};
  EXPECT_EQ(unpack(pack(cells)), cells);
  EXPECT_TRUE(unpack("").empty());
}

TEST(Cells, ThatAreCutOffAreRefused) {
  const std::string whole = pack({std::string("abc"), 1.5});
  int refused = 0;
  for (std::size_t n = 1; n < whole.size(); ++n) {
    try {
      EXPECT_EQ(unpack(whole.substr(0, n)).size(), 1U) << n;  // between two cells
    } catch (const std::runtime_error&) {
      ++refused;
    }
  }
  EXPECT_EQ(refused, static_cast<int>(whole.size()) - 2);
  EXPECT_THROW(static_cast<void>(unpack("\x09")), std::runtime_error);
}

}  // namespace
}  // namespace tritsim
