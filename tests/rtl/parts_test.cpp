// SPDX-License-Identifier: Apache-2.0
// Values of the parts that the area law is fitted to (tests/rtl/parts), against golden models.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <queue>
#include <random>
#include <vector>

#include <Vparts_top.h>
#include <gtest/gtest.h>
#include <verilated.h>

namespace tritsim::rtl {
namespace {

constexpr int minus = 3;

int value_of(int code) {
  return code == 1 ? 1 : code == minus ? -1 : 0;
}

std::int64_t clamp_bits(std::int64_t value, int bits) {
  const std::int64_t end = std::int64_t{1} << (bits - 1);
  return std::clamp(value, -end, end - 1);
}

std::int64_t signed_field(std::uint64_t word, int at, int bits) {
  const std::uint64_t field = (word >> at) & ((std::uint64_t{1} << bits) - 1);
  return field >> (bits - 1) != 0 ? static_cast<std::int64_t>(field) - (std::int64_t{1} << bits)
                                  : static_cast<std::int64_t>(field);
}

std::uint64_t field(std::int64_t value, int at, int bits) {
  return (static_cast<std::uint64_t>(value) & ((std::uint64_t{1} << bits) - 1)) << at;
}

class Parts : public testing::Test {
 protected:
  Parts() {
    // $readmemh looks where the program runs.
    std::filesystem::current_path(TRITSIM_SOURCE_DIR "/tests/rtl/parts");
    top_ = std::make_unique<Vparts_top>(&context_);
    top_->rst = 1;
    tick(2);
    top_->rst = 0;
  }

  ~Parts() override { std::filesystem::current_path(before_); }

  void tick(int cycles = 1) {
    for (int i = 0; i < cycles; ++i) {
      top_->clk = 0;
      top_->eval();
      top_->clk = 1;
      top_->eval();
    }
  }

  int pick(int low, int high) { return std::uniform_int_distribution<int>(low, high)(random_); }

  int ternary() { return std::array{0, 1, minus}.at(static_cast<std::size_t>(pick(0, 2))); }

  std::filesystem::path before_ = std::filesystem::current_path();
  VerilatedContext context_;
  std::unique_ptr<Vparts_top> top_;
  std::mt19937 random_{1};
};

TEST_F(Parts, TreeAddsTernaryProductsRowByRow) {
  for (int row = 0; row < 20; ++row) {
    std::int64_t sum = 0;
    std::int64_t saturated = 0;
    const int beats = pick(1, 6);
    for (int beat = 0; beat < beats; ++beat) {
      std::int64_t of_beat = 0;
      top_->tree_first = beat == 0;
      top_->tree_weights = 0;
      top_->tree_x = 0;
      for (int i = 0; i < 8; ++i) {
        const int code = row % 2 == 0 ? ternary() : 1;
        const int x = row % 2 == 0 ? pick(-128, 127) : pick(100, 127);
        top_->tree_weights |= static_cast<std::uint16_t>(code << (2 * i));
        top_->tree_x |= field(x, 8 * i, 8);
        of_beat += value_of(code) * x;
      }
      sum += of_beat;
      saturated = clamp_bits(saturated + of_beat, 12);
      tick();
    }
    top_->tree_weights = 0;
    top_->tree_first = 0;
    tick(4);  // three levels and the accumulator, which adds zeros from then on
    EXPECT_EQ(static_cast<std::int32_t>(top_->tree_sum), sum);
    EXPECT_EQ(signed_field(top_->tree_saturated, 0, 12), saturated);
  }
}

TEST_F(Parts, LanesKeepASumEach) {
  std::array<std::int64_t, 4> sums{};
  top_->lanes_clear = 1;
  tick();
  top_->lanes_clear = 0;
  for (int n = 0; n < 200; ++n) {
    const int x = n < 100 ? pick(-128, 127) : 127;
    top_->lanes_x = static_cast<std::uint8_t>(x);
    top_->lanes_weights = 0;
    for (std::size_t i = 0; i < sums.size(); ++i) {
      const int code = n < 100 ? ternary() : i % 2 == 0 ? 1 : minus;
      top_->lanes_weights |= static_cast<std::uint8_t>(code << (2 * i));
      sums[i] = clamp_bits(sums[i] + value_of(code) * x, 10);
    }
    tick();
    for (std::size_t i = 0; i < sums.size(); ++i) {
      ASSERT_EQ(signed_field(top_->lanes_sums, static_cast<int>(10 * i), 10), sums[i]);
    }
  }
}

TEST_F(Parts, DecoderTakesFiveTritsOutOfAByte) {
  for (int code = 0; code < 243; ++code) {
    top_->decoder_bytes = static_cast<std::uint16_t>(code | (242 - code) << 8);
    tick();
    for (int half = 0; half < 2; ++half) {
      int sum = 0;
      int place = 1;
      for (int i = 0; i < 5; ++i, place *= 3) {
        const int two = static_cast<int>(top_->decoder_weights >> (10 * half + 2 * i)) & 3;
        sum += (value_of(two) + 1) * place;
      }
      EXPECT_EQ(sum, half == 0 ? code : 242 - code);
    }
  }
}

TEST_F(Parts, TablesAreLookedUpWithTheirSigns) {
  std::array<std::array<int, 14>, 2> held{};
  for (int i = 0; i < 14; ++i) {
    top_->table_write = 1;
    top_->table_index = static_cast<std::uint8_t>(i);
    top_->table_entries = 0;
    for (int t = 0; t < 2; ++t) {
      const int entry = pick(-384, 381);
      held.at(static_cast<std::size_t>(t)).at(static_cast<std::size_t>(i)) = entry;
      top_->table_entries |= static_cast<std::uint32_t>(field(entry, 10 * t, 10));
    }
    tick();
  }
  top_->table_write = 0;
  for (int n = 0; n < 100; ++n) {
    const std::array<int, 2> at{pick(0, 13), pick(0, 13)};
    const std::array<int, 2> negative{pick(0, 1), pick(0, 1)};
    top_->table_codes =
        static_cast<std::uint16_t>(at[0] | negative[0] << 6 | at[1] << 7 | negative[1] << 13);
    tick(2);
    int sum = 0;
    for (std::size_t t = 0; t < 2; ++t) {
      const int entry = held.at(t).at(static_cast<std::size_t>(at.at(t)));
      sum += negative.at(t) != 0 ? -entry : entry;
    }
    EXPECT_EQ(signed_field(top_->table_sum, 0, 12), sum);
  }
}

TEST_F(Parts, BitSerialAdderTakesTheSignFirst) {
  for (int n = 0; n < 50; ++n) {
    std::array<int, 8> x{};
    std::int64_t sum = 0;
    top_->serial_weights = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      x[i] = pick(-128, 127);
      const int code = ternary();
      top_->serial_weights |= static_cast<std::uint16_t>(code << (2 * i));
      sum += value_of(code) * x[i];
    }
    for (int bit = 7; bit >= 0; --bit) {
      top_->serial_first = bit == 7;
      top_->serial_plane = 0;
      for (std::size_t i = 0; i < x.size(); ++i) {
        top_->serial_plane |= static_cast<std::uint8_t>((x[i] >> bit & 1) << i);
      }
      tick();
    }
    tick(4);
    EXPECT_EQ(static_cast<std::int16_t>(top_->serial_sum), sum);
  }
}

TEST_F(Parts, MacVectorAddsProducts) {
  for (int n = 0; n < 20; ++n) {
    std::array<std::int64_t, 2> sums{};
    for (int beat = 0; beat < 3; ++beat) {
      top_->mac_first = beat == 0;
      top_->mac_x = 0;
      top_->mac_weights = 0;
      for (int i = 0; i < 4; ++i) {
        const int x = pick(-128, 127);
        top_->mac_x |= static_cast<std::uint32_t>(field(x, 8 * i, 8));
        for (int c = 0; c < 2; ++c) {
          const int w = pick(-128, 127);
          top_->mac_weights |= field(w, 8 * (4 * c + i), 8);
          sums.at(static_cast<std::size_t>(c)) += x * w;
        }
      }
      tick();
    }
    top_->mac_x = 0;
    top_->mac_first = 0;
    tick(3);
    EXPECT_EQ(signed_field(top_->mac_sums & 0xffffffff, 0, 32), sums[0]);
    EXPECT_EQ(signed_field(top_->mac_sums >> 32, 0, 32), sums[1]);
  }
}

TEST_F(Parts, SystolicArrayMultipliesByTheWeightsThatStandInIt) {
  std::array<std::array<int, 2>, 3> w{};
  top_->systolic_load = 1;
  for (int r = 2; r >= 0; --r) {
    top_->systolic_weights = 0;
    for (int c = 0; c < 2; ++c) {
      w.at(static_cast<std::size_t>(r)).at(static_cast<std::size_t>(c)) = pick(-128, 127);
      top_->systolic_weights |= static_cast<std::uint16_t>(
          field(w.at(static_cast<std::size_t>(r)).at(static_cast<std::size_t>(c)), 8 * c, 8));
    }
    tick();
  }
  top_->systolic_load = 0;
  // Row r's input enters r cycles later; column c's sum leaves 3 + c cycles after the first.
  const std::array<int, 3> x{pick(-128, 127), pick(-128, 127), pick(-128, 127)};
  for (std::size_t cycle = 0; cycle < 5; ++cycle) {
    top_->systolic_x =
        cycle < 3 ? static_cast<std::uint32_t>(field(x.at(cycle), static_cast<int>(8 * cycle), 8))
                  : 0;
    tick();
    for (std::size_t c = 0; c < 2; ++c) {
      if (cycle != 2 + c) continue;
      const std::int64_t sum = x[0] * w[0][c] + x[1] * w[1][c] + x[2] * w[2][c];
      EXPECT_EQ(signed_field(top_->systolic_sums >> (32 * c), 0, 32), sum) << c;
    }
  }
}

TEST_F(Parts, ElementsAreAddedMultipliedAndSquashed) {
  for (int n = 0; n < 400; ++n) {
    const std::array<int, 2> a{pick(-32768, 32767), pick(-2000, 2000)};
    const std::array<int, 2> b{pick(-32768, 32767), pick(-2000, 2000)};
    const int op = n % 4;
    top_->element_op = static_cast<std::uint8_t>(op);
    top_->element_a = static_cast<std::uint32_t>(field(a[0], 0, 16) | field(a[1], 16, 16));
    top_->element_b = static_cast<std::uint32_t>(field(b[0], 0, 16) | field(b[1], 16, 16));
    tick(2);
    for (std::size_t i = 0; i < 2; ++i) {
      const auto at = static_cast<int>(16 * i);
      const std::int64_t product = std::int64_t{a.at(i)} * b.at(i) >> 8;
      const std::int64_t expected = op == 0   ? clamp_bits(a.at(i) + b.at(i), 16)
                                    : op == 1 ? clamp_bits(a.at(i) - b.at(i), 16)
                                    : op == 2
                                        ? clamp_bits(product, 16)
                                        : std::clamp<std::int64_t>((a.at(i) >> 2) + 128, 0, 256);
      EXPECT_EQ(signed_field(top_->element_result, at, 16), expected) << op;
      if (op != 3) continue;
      const double whole = a.at(i) >> 8;
      EXPECT_EQ(signed_field(top_->element_by_table, at, 16),
                std::floor(256 / (1 + std::exp(-whole)) + 0.5));
    }
  }
}

TEST_F(Parts, NormDividesAndTakesTheRoot) {
  for (int n = 0; n < 20; ++n) {
    std::uint32_t squares = 0;
    const int count = pick(1, 40);
    top_->rms_clear = 1;
    tick();
    top_->rms_clear = 0;
    top_->rms_accumulate = 1;
    top_->rms_scale = static_cast<std::uint8_t>(pick(-128, 127));
    const int scale = static_cast<std::int8_t>(top_->rms_scale);
    for (int i = 0; i < count; ++i) {
      const int x = pick(-128, 127);
      const int y = pick(-128, 127);
      squares += static_cast<std::uint32_t>(x * x + y * y);
      top_->rms_x = static_cast<std::uint16_t>(field(x, 0, 8) | field(y, 8, 8));
      tick();
      EXPECT_EQ(top_->rms_scaled & 0xff, static_cast<std::uint32_t>(x * scale >> 4) & 0xff);
    }
    top_->rms_accumulate = 0;
    tick(4);
    EXPECT_EQ(top_->rms_squares, squares);
    top_->rms_count = static_cast<std::uint16_t>(count);
    top_->rms_divide = 1;
    tick();
    top_->rms_divide = 0;
    tick(25);
    EXPECT_EQ(top_->rms_quotient, squares / static_cast<std::uint32_t>(count));
    const std::uint32_t quotient = top_->rms_quotient;
    top_->rms_root = 1;
    tick();
    top_->rms_root = 0;
    tick(13);
    EXPECT_EQ(top_->rms_square_root, static_cast<std::uint32_t>(std::sqrt(quotient)));
  }
}

TEST_F(Parts, LoadCutsWordsIntoChunksAndStorePutsThemTogether) {
  top_->ls_go = 1;
  top_->ls_store = 0;
  top_->ls_address = 0x1000;
  top_->ls_words = 2;
  tick();
  top_->ls_go = 0;
  std::vector<int> chunks;
  std::vector<std::uint32_t> addresses;
  for (int cycle = 0; cycle < 20; ++cycle) {
    top_->eval();
    if (top_->ls_request != 0) addresses.push_back(top_->ls_request_address);
    top_->ls_answer = cycle == 3 || cycle == 8;
    top_->ls_answer_data = cycle == 3 ? 0x04030201 : 0x08070605;
    if (top_->ls_chunk_valid != 0) chunks.push_back(top_->ls_chunk);
    tick();
  }
  EXPECT_EQ(addresses, (std::vector<std::uint32_t>{0x1000, 0x1004}));
  EXPECT_EQ(chunks, (std::vector<int>{1, 2, 3, 4, 5, 6, 7, 8}));
  EXPECT_EQ(top_->ls_busy, 0);
  for (int i = 0; i < 4; ++i) {
    top_->ls_stored = 1;
    top_->ls_stored_chunk = static_cast<std::uint8_t>(0x11 * (i + 1));
    tick();
  }
  EXPECT_EQ(top_->ls_word_valid, 1);
  EXPECT_EQ(top_->ls_word, 0x44332211U);
}

TEST_F(Parts, RegistersKeepTheirVectors) {
  for (int reg = 0; reg < 2; ++reg) {
    top_->vr_write_go = 1;
    top_->vr_write_to = static_cast<std::uint8_t>(reg);
    tick();
    top_->vr_write_go = 0;
    top_->vr_write = 1;
    for (int i = 0; i < 8; ++i) {
      top_->vr_data = static_cast<std::uint8_t>(100 * reg + i);
      tick();
    }
    top_->vr_write = 0;
  }
  for (int reg = 0; reg < 2; ++reg) {
    top_->vr_read_go = 1;
    top_->vr_read_from = static_cast<std::uint8_t>(reg);
    tick();
    top_->vr_read_go = 0;
    tick(2);
    for (int i = 0; i < 8; ++i) {
      EXPECT_EQ(top_->vr_read_data, 100 * reg + i);
      tick();
    }
  }
}

TEST_F(Parts, FifoKeepsOrderAndCapacity) {
  std::queue<int> in;
  int next = 0;
  for (int n = 0; n < 500; ++n) {
    top_->fifo_push = 0;
    top_->fifo_pop = 0;
    top_->eval();
    if (top_->fifo_room != 0 && pick(0, 2) > 0) {
      top_->fifo_push = 1;
      top_->fifo_data = static_cast<std::uint8_t>(next);
      in.push(next);
      next = (next + 1) % 256;
    }
    if (top_->fifo_valid != 0 && pick(0, 1) == 0) {
      ASSERT_FALSE(in.empty());
      EXPECT_EQ(top_->fifo_head, in.front());
      in.pop();
      top_->fifo_pop = 1;
    }
    tick();
    ASSERT_LE(in.size(), 5U);  // four places and the head
  }
}

TEST_F(Parts, IssueWaitsForUnitsAndRegisters) {
  const auto instruction = [](int unit, int op, int a, int b, int c, int address) {
    return static_cast<std::uint32_t>(op | unit << 6 | a << 8 | b << 10 | c << 12 | address << 14);
  };
  const auto offer = [&](std::uint32_t word) {
    top_->issue_offered = 1;
    top_->issue_instruction = word;
    tick();
    top_->issue_offered = 0;
    top_->eval();
  };
  offer(instruction(1, 5, 0, 1, 2, 77));
  EXPECT_EQ(top_->issue_go, 1 << 1);
  EXPECT_EQ(top_->issue_op, 5);
  EXPECT_EQ(top_->issue_address, 77);
  tick();
  offer(instruction(2, 6, 2, 3, 3, 0));  // register 2 is in use
  EXPECT_EQ(top_->issue_go, 0);
  EXPECT_EQ(top_->issue_taken, 0);
  top_->issue_done = 1 << 1;
  tick();
  top_->issue_done = 0;
  top_->eval();
  EXPECT_EQ(top_->issue_go, 1 << 2);
  tick();
  offer(instruction(2, 7, 0, 1, 1, 0));  // its unit is busy
  EXPECT_EQ(top_->issue_go, 0);
}

TEST_F(Parts, StagesPassEveryWordInOrder) {
  std::queue<int> in;
  int next = 0;
  int received = 0;
  for (int n = 0; n < 500; ++n) {
    top_->stage_out_ready = static_cast<std::uint8_t>(pick(0, 1));
    top_->stage_in_valid = static_cast<std::uint8_t>(pick(0, 3) > 0);
    top_->stage_in_data = static_cast<std::uint8_t>(next);
    top_->eval();
    if (top_->stage_in_valid != 0 && top_->stage_in_ready != 0) {
      in.push(next);
      next = (next + 1) % 256;
    }
    if (top_->stage_out_valid != 0 && top_->stage_out_ready != 0) {
      ASSERT_FALSE(in.empty());
      ASSERT_EQ(top_->stage_out_data, in.front());
      in.pop();
      ++received;
    }
    tick();
  }
  EXPECT_GT(received, 150);
}

}  // namespace
}  // namespace tritsim::rtl
