// SPDX-License-Identifier: Apache-2.0
#include "models/core/matrix_law.hpp"

#include <algorithm>
#include <cmath>
#include <random>

#include <gtest/gtest.h>

#include "arch/core/program.hpp"
#include "models/core/core_law.hpp"
#include "tests/models/support/specs.hpp"

namespace tritsim::test {
namespace {

const WeightSpec ternary{NumberFormat::ternary};

CoreSpec adder_lanes(std::uint32_t rate, std::uint32_t activation_bits = 8) {
  CoreSpec core = shipped_core("kria_engine.yaml");
  core.element = Bytes{activation_bits / 8.0};
  core.ternary->ternaries_per_cycle = rate;
  return core;
}

/// Cycles of a product, besides its fill.
double cycles(const CoreSpec& core, std::uint64_t n, std::uint64_t m,
              const MatrixOperand& operand = {}, std::uint32_t lanes = 1) {
  return static_cast<double>(n * m) / full_rate(core, operand.weights.format) *
         matrix_work(core, operand, n, m, lanes).stretch;
}

// ---- adders, trees, bit-serial adders ----------------------------------------------------------

TEST(MatrixLaw, AdderLanesTakeTheirWeightsWithoutLoss) {
  const MatrixWork work = matrix_work(adder_lanes(256), {}, 1000, 36);
  EXPECT_EQ(work, MatrixWork{});
}

TEST(MatrixLaw, NothingToDoIsNothing) {
  CoreSpec core = adder_lanes(256);
  core.ternary->table = TableSpec{4, 64, 1, 1};
  EXPECT_EQ(matrix_work(core, {}, 0, 100), MatrixWork{});
  EXPECT_EQ(matrix_work(core, {}, 100, 0), MatrixWork{});
}

TEST(MatrixLaw, ATreePadsItsRowsAndFillsLevelByLevel) {
  CoreSpec core = adder_lanes(256);
  core.ternary->tree = AdderTreeSpec{64};  // four trees
  EXPECT_NEAR(cycles(core, 128, 40), 2 * 10, 1e-9);
  EXPECT_NEAR(cycles(core, 129, 40), 3 * 10, 1e-9);
  EXPECT_NEAR(cycles(core, 128, 41), 2 * 11, 1e-9);
  EXPECT_EQ(matrix_work(core, {}, 128, 40).fill, 6U);
  core.ternary->tree = AdderTreeSpec{65};
  core.ternary->ternaries_per_cycle = 65;
  EXPECT_EQ(matrix_work(core, {}, 128, 40).fill, 7U);
  // A tree of one input is an adder.
  core.ternary->tree = AdderTreeSpec{1};
  core.ternary->ternaries_per_cycle = 1;
  EXPECT_EQ(matrix_work(core, {}, 129, 41), MatrixWork{});
  // One that takes all at once makes all outputs in a cycle, behind its fill.
  core.ternary->tree = AdderTreeSpec{1024};
  core.ternary->ternaries_per_cycle = 1024 * 1024;
  EXPECT_NEAR(cycles(core, 1024, 1024), 1, 1e-9);
}

TEST(MatrixLaw, BitSerialCyclesFollowTheActivationWidth) {
  for (const std::uint32_t bits : {4U, 8U, 16U}) {
    CoreSpec core = adder_lanes(256, bits);
    const double at_once = cycles(core, 256, 8);
    EXPECT_NEAR(at_once, 8, 1e-9);
    core.ternary->bit_serial = BitSerialSpec{1};
    EXPECT_NEAR(cycles(core, 256, 8), 8.0 * bits, 1e-9);
    EXPECT_NEAR(core.weights_per_cycle(NumberFormat::ternary), 256.0 / bits, 1e-9);
    core.ternary->bit_serial = BitSerialSpec{3};
    EXPECT_NEAR(cycles(core, 256, 8), 8.0 * ((bits + 2) / 3), 1e-9);
    core.ternary->bit_serial = BitSerialSpec{16};
    EXPECT_NEAR(cycles(core, 256, 8), at_once, 1e-9);
  }
}

// ---- tables ------------------------------------------------------------------------------------

TEST(MatrixLaw, ATableHoldsTheSumsOfItsGroup) {
  EXPECT_EQ((TableSpec{1, 1}.entries()), 3U);
  EXPECT_EQ((TableSpec{3, 1}.entries()), 27U);
  EXPECT_EQ((TableSpec{5, 1}.entries()), 243U);
  TableSpec half{3, 1};
  half.symmetric = true;
  EXPECT_EQ(half.entries(), 14U);
  EXPECT_EQ((TableSpec{3, 1}.code_bits()), 5U);
  EXPECT_EQ((TableSpec{5, 1}.code_bits()), 8U);
  // A sum of three activations needs two bits more, of four as well, of five three.
  for (const std::uint32_t bits : {4U, 8U, 16U}) {
    EXPECT_EQ((TableSpec{1, 1}.entry_bits(bits)), bits);
    EXPECT_EQ((TableSpec{3, 1}.entry_bits(bits)), bits + 2);
    EXPECT_EQ((TableSpec{4, 1}.entry_bits(bits)), bits + 2);
    EXPECT_EQ((TableSpec{5, 1}.entry_bits(bits)), bits + 3);
  }
  EXPECT_EQ((TableSpec{3, 32}.bits(8)), 27U * 10 * 32);
}

TEST(MatrixLaw, TablesAreFilledAndLookedUp) {
  CoreSpec core = adder_lanes(3 * 32 * 2);
  core.ternary->table = TableSpec{3, 32, 2, 1};
  // 192 inputs are 64 groups: two fillings of 27 cycles, each looked up for 100 outputs, two a
  // cycle.
  EXPECT_NEAR(cycles(core, 192, 100), 2 * (27 + 50), 1e-9);
  const MatrixWork work = matrix_work(core, {}, 192, 100);
  EXPECT_EQ(work.lookups, 64U * 100);
  EXPECT_EQ(work.table_entries, 64U * 27);
  // Any rest is a group, any rest of groups a filling.
  EXPECT_NEAR(cycles(core, 193, 100), 3 * (27 + 50), 1e-9);
  // Two sets of tables: the first filling and the last look-up alone.
  core.ternary->table->double_buffered = true;
  EXPECT_NEAR(cycles(core, 192, 100), 27 + 50 + 50, 1e-9);
  EXPECT_NEAR(cycles(core, 192, 10), 27 + 27 + 5, 1e-9);
  EXPECT_NEAR(cycles(core, 96, 100), 27 + 50, 1e-9);  // nothing to overlap
  core.ternary->table->symmetric = true;
  EXPECT_NEAR(cycles(core, 192, 100), 14 + 50 + 50, 1e-9);
  EXPECT_EQ(matrix_work(core, {}, 192, 100).table_entries, 64U * 14);
}

TEST(MatrixLaw, FillingCostsLessTheMoreOutputsShareIt) {
  CoreSpec core = adder_lanes(3 * 32);
  core.ternary->table = TableSpec{3, 32, 1, 1};
  double last = std::numeric_limits<double>::infinity();
  for (const std::uint64_t outputs : {1U, 10U, 100U, 1000U, 100000U}) {
    const double stretch = matrix_work(core, {}, 960, outputs).stretch;
    EXPECT_LT(stretch, last);
    last = stretch;
  }
  EXPECT_NEAR(last, 1, 1e-3);
}

// ---- packing -----------------------------------------------------------------------------------

TEST(MatrixLaw, DecodersLimitTheStream) {
  CoreSpec core = adder_lanes(256);
  core.ternary->weight = Bytes{0.2};
  core.ternary->decoder = TritDecoderSpec{5, 52, 2, exactly(36.0)};
  EXPECT_EQ(matrix_work(core, {}, 1000, 10).stretch, 1);  // 260 trits a cycle
  EXPECT_EQ(matrix_work(core, {}, 1000, 10).fill, 2U);
  EXPECT_EQ(matrix_work(core, {}, 1001, 1).decoded, 201U);
  core.ternary->decoder->count = 16;
  EXPECT_NEAR(cycles(core, 1000, 8), 100, 1e-9);  // 80 a cycle
  EXPECT_NEAR(core.weights_per_cycle(NumberFormat::ternary), 80, 1e-9);
}

TEST(MatrixLaw, StreamsFollowThePacking) {
  CoreSpec core = adder_lanes(256);
  const auto bytes = [&](double bits) {
    core.ternary->weight = Bytes{bits / 8};
    const OpcodeCost cost = opcode_cost(core, sized(Opcode::tmatmul, 1000, 1000), 1);
    EXPECT_EQ(cost.weight_bytes, cost.stream.bytes);
    Instruction product{Opcode::tmatmul};
    product.elements = product.outputs = 1000;
    EXPECT_EQ(symbol_bytes(core, product), cost.stream.bytes);
    // The unit is through in as many cycles, however the weights are stored.
    const Time all = cost.stream.unit_per_byte * static_cast<double>(cost.stream.bytes);
    EXPECT_NEAR(all * core.clock, 1e6 / 256, 0.1);
    return cost.stream.bytes;
  };
  EXPECT_EQ(bytes(2), 250'000U);
  EXPECT_EQ(bytes(1.6), 200'000U);
  EXPECT_EQ(bytes(std::log2(3.0)), 198'121U);
}

// ---- skipping ----------------------------------------------------------------------------------

SkipSpec skipping(std::uint32_t lanes, std::uint32_t window, double zeros) {
  return {lanes, window, exactly(zeros), {}};
}

TEST(MatrixLaw, LargestBinomialIsExactWhereItIsKnown) {
  EXPECT_EQ(largest_binomial(8, 0, 0.5), 0);
  EXPECT_EQ(largest_binomial(8, 100, 0), 0);
  EXPECT_EQ(largest_binomial(8, 100, 1), 100);
  EXPECT_NEAR(largest_binomial(1, 100, 0.3), 30, 1e-9);  // the mean
  EXPECT_NEAR(largest_binomial(1, 5000, 0.69), 3450, 1e-6);
  EXPECT_NEAR(largest_binomial(3, 1, 0.5), 1 - 0.125, 1e-12);  // any of three
  // Two of two draws at one half: P(max > 0) + P(max > 1) = 15/16 + 7/16.
  EXPECT_NEAR(largest_binomial(2, 2, 0.5), 15.0 / 16 + 7.0 / 16, 1e-12);
  EXPECT_NEAR(largest_binomial(1'000'000'000, 16, 0.5), 16, 1e-3);  // some lane has them all
}

TEST(MatrixLaw, LargestNormalIsThatOfTheTables) {
  EXPECT_EQ(largest_normal(1), 0);
  EXPECT_NEAR(largest_normal(2), 1 / std::sqrt(std::acos(-1.0)), 1e-6);
  EXPECT_NEAR(largest_normal(10), 1.53875, 1e-4);  // Tippett
  EXPECT_NEAR(largest_normal(1000), 3.24144, 1e-4);
}

/// Mean over trials of the cycles of `lanes` lanes, each with its own share of additions.
template <class Share>
double trial(std::uint32_t lanes, std::uint32_t inputs, std::uint32_t window, int trials,
             Share&& share) {
  std::mt19937_64 random(7);
  double sum = 0;
  for (int t = 0; t < trials; ++t) {
    std::vector<double> q(lanes);
    for (double& x : q) x = share(random);
    for (std::uint32_t done = 0; done < inputs; done += window) {
      const std::uint32_t w = std::min(window, inputs - done);
      std::uint32_t most = 1;
      for (const double x : q) {
        std::uint32_t additions = 0;
        std::bernoulli_distribution adds(x);
        for (std::uint32_t i = 0; i < w; ++i) additions += adds(random) ? 1 : 0;
        most = std::max(most, additions);
      }
      sum += most;
    }
  }
  return sum / trials / inputs;
}

TEST(MatrixLaw, SkippingAgreesWithTrials) {
  for (const auto& [lanes, window, zeros] :
       {std::tuple{4U, 16U, 0.31}, {16U, 64U, 0.31}, {16U, 7U, 0.6}, {64U, 128U, 0.5}}) {
    const double expected = trial(lanes, 256, window, 400, [z = zeros](auto&) { return 1 - z; });
    EXPECT_NEAR(skip_share(skipping(lanes, window, zeros), {}, 256), expected, 0.005)
        << lanes << " lanes, window " << window;
  }
}

TEST(MatrixLaw, RowsThatDifferCostMoreAsInTrials) {
  // Rows whose share of zeros is normal around 0.4, and the statistics that a trace has of them.
  constexpr double deviation = 0.05;
  constexpr std::uint32_t columns = 1024;
  std::mt19937_64 random(3);
  ZeroShares zeros{0, 1, 4096, columns};
  std::normal_distribution<double> share(0.4, deviation);
  for (std::uint64_t r = 0; r < zeros.rows; ++r) {
    std::binomial_distribution<int> count(columns, std::clamp(share(random), 0.0, 1.0));
    const double z = count(random) / double{columns};
    zeros.mean += z / static_cast<double>(zeros.rows);
    zeros.row_least = std::min(zeros.row_least, z);
  }
  const double expected = trial(16, columns, columns, 200, [](auto& r) {
    std::normal_distribution<double> d(0.6, deviation);
    return std::clamp(d(r), 0.0, 1.0);
  });
  const double law = skip_share(skipping(16, 0, 0.9), zeros, columns);
  EXPECT_NEAR(law, expected, 0.01);
  // The default share is not used, and equal rows would be faster.
  EXPECT_LT(skip_share(skipping(16, 0, zeros.mean), {}, columns), law - 0.03);
  // Rows that differ by chance alone are what the binomial says.
  const double chance = std::sqrt(0.4 * 0.6 / columns) * largest_normal(4096);
  const ZeroShares alike{0.4, 0.4 - chance, 4096, columns};
  EXPECT_NEAR(skip_share(skipping(16, 0, 0), alike, columns),
              skip_share(skipping(16, 0, 0.4), {}, columns), 1e-6);
}

TEST(MatrixLaw, SkippingHasItsLimits) {
  EXPECT_EQ(skip_share(skipping(16, 64, 0), {}, 1024), 1);             // nothing to skip
  EXPECT_NEAR(skip_share(skipping(1, 64, 0.3), {}, 1024), 0.7, 1e-9);  // no lane to wait for
  EXPECT_EQ(skip_share(skipping(16, 1, 0.5), {}, 1024), 1);            // nothing to look ahead at
  EXPECT_NEAR(skip_share(skipping(16, 64, 1), {}, 1024), 1.0 / 64, 1e-9);
  EXPECT_NEAR(skip_share(skipping(16, 0, 0.3), {}, 60'000), 0.7, 0.01);
  EXPECT_NEAR(skip_share(skipping(1'000'000, 8, 0.3), {}, 1024), 1, 1e-3);
}

TEST(MatrixLaw, LessToSkipIsNeverFaster) {
  for (const std::uint32_t window : {4U, 16U, 100U, 0U}) {
    double last = 0;
    for (double zeros = 1; zeros >= 0; zeros -= 0.05) {
      const double share = skip_share(skipping(16, window, zeros), {}, 1000);
      EXPECT_GE(share, last - 1e-12) << window << ' ' << zeros;
      EXPECT_LE(share, 1);
      last = share;
    }
  }
  double last = 0;
  for (std::uint32_t lanes = 1; lanes <= 1024; lanes *= 2) {  // more to wait for
    const double share = skip_share(skipping(lanes, 64, 0.4), {}, 1024);
    EXPECT_GE(share, last);
    last = share;
  }
}

TEST(MatrixLaw, ZeroActivationsAreSkippedTooAndDifferFromSequenceToSequence) {
  SkipSpec skip = skipping(16, 64, 0.3);
  const double weights_alone = skip_share(skip, {}, 1024);
  EXPECT_EQ(skip_share(skip, {}, 1024, 8), weights_alone);  // the same weights for all
  skip.zero_activations = exactly(0.5);
  EXPECT_NEAR(skip_share(skip, {}, 1024), skip_share(skipping(16, 64, 0.65), {}, 1024), 1e-12);
  EXPECT_GT(skip_share(skip, {}, 1024, 8), skip_share(skip, {}, 1024));
  EXPECT_LT(skip_share(skip, {}, 1024, 8), weights_alone);
  // The trace's share of zero activations takes precedence over the core's; without the means it is
  // lost.
  const ZeroShares known{0.3, 0.3, 1, 1024, 0.8};
  EXPECT_NEAR(skip_share(skip, known, 1024), skip_share(skipping(16, 64, 1 - 0.7 * 0.2), {}, 1024),
              1e-12);
  skip.zero_activations.reset();
  EXPECT_EQ(skip_share(skip, known, 1024), weights_alone);
}

TEST(MatrixLaw, SkippedAdditionsAreCounted) {
  CoreSpec core = adder_lanes(256);
  core.ternary->skip = skipping(16, 64, 0.25);
  const MatrixWork assumed = matrix_work(core, {}, 1000, 100);
  EXPECT_EQ(assumed.skipped, 25'000U);
  EXPECT_EQ(assumed.assumed_zeros, 100'000U);
  const MatrixWork known = matrix_work(core, {ternary, ZeroShares{0.5, 0.5, 1, 1000}}, 1000, 100);
  EXPECT_EQ(known.skipped, 50'000U);
  EXPECT_EQ(known.assumed_zeros, 0U);
  EXPECT_LT(known.stretch, assumed.stretch);
}

// ---- MAC arrays --------------------------------------------------------------------------------

CoreSpec array(MacForm form, std::uint32_t rows, std::uint32_t columns) {
  CoreSpec core = shipped_core("kria_engine.yaml");
  MacSpec mac;
  static_cast<MatrixUnitSpec&>(mac) = *core.ternary;
  mac.form = form;
  mac.rows = rows;
  mac.columns = columns;
  mac.formats["int8"] = {"int8", 2, 1, exactly(0.0)};
  mac.formats["fp16"] = {"fp16", 1, 1, exactly(60.0)};
  core.mac = mac;
  return core;
}

TEST(MatrixLaw, AVectorArrayTakesABlockOfWeightsACycle) {
  const CoreSpec core = array(MacForm::vector, 64, 4);
  const MatrixOperand fp16{{NumberFormat::fp16}, {}};
  const MatrixOperand int8{{NumberFormat::int8}, {}};
  EXPECT_NEAR(cycles(core, 640, 40, fp16), 10 * 10, 1e-9);
  EXPECT_NEAR(cycles(core, 640, 40, int8), 10 * 5, 1e-9);  // two products an element
  EXPECT_NEAR(cycles(core, 641, 41, int8), 11 * 6, 1e-9);
  EXPECT_EQ(matrix_work(core, fp16, 640, 40).fill, 6U);
  EXPECT_EQ(matrix_work(core, fp16, 640, 40).products, 25'600U);
  EXPECT_EQ(core.weights_per_cycle(NumberFormat::int8), 512);
  EXPECT_EQ(core.weights_per_cycle(NumberFormat::int4), 0);
  EXPECT_EQ(core.unit_for(NumberFormat::int4), nullptr);
}

TEST(MatrixLaw, ASystolicArrayFillsAndDrains) {
  CoreSpec core = array(MacForm::systolic, 16, 8);
  const MatrixOperand fp16{{NumberFormat::fp16}, {}};
  // SCALE-Sim, one vector: 2 x 16 + 8 + 1 - 2 cycles a fold.
  EXPECT_NEAR(cycles(core, 16, 8, fp16), 39, 1e-9);
  EXPECT_NEAR(cycles(core, 32, 24, fp16), 6 * 39, 1e-9);
  core.mac->preloads = true;
  EXPECT_NEAR(cycles(core, 16, 8, fp16), 39, 1e-9);  // nothing to load behind
  EXPECT_NEAR(cycles(core, 32, 24, fp16), 6 * 16 + 23, 1e-9);
  // One element: a weight a cycle, or a cycle to load and one to use it.
  CoreSpec one = array(MacForm::systolic, 1, 1);
  EXPECT_NEAR(cycles(one, 10, 10, fp16), 200, 1e-9);
  one.mac->preloads = true;
  EXPECT_NEAR(cycles(one, 10, 10, fp16), 101, 1e-9);
}

TEST(MatrixLaw, GroupsHaveScales) {
  CoreSpec core = array(MacForm::vector, 64, 4);
  const MatrixOperand grouped{{NumberFormat::int8, 128, 32}, {}};
  const MatrixWork work = matrix_work(core, grouped, 1280, 40);
  EXPECT_EQ(work.scalings, 400U);
  EXPECT_NEAR(cycles(core, 1280, 40, grouped), 100, 1e-9);
  core.mac->scalings_per_cycle = 1;
  EXPECT_NEAR(cycles(core, 1280, 40, grouped), 400, 1e-9);
  core.mac->scalings_per_cycle = 8;
  EXPECT_NEAR(cycles(core, 1280, 40, grouped), 100, 1e-9);
  // The stream carries the scales: 8.25 bit a weight.
  const StreamRequest s = stream_of(core, sized(Opcode::tmatmul, 1280, 40), 1, grouped);
  EXPECT_EQ(s.bytes, 1280U * 40 * 33 / 32);
  EXPECT_NEAR((s.unit_per_byte * static_cast<double>(s.bytes)) * core.clock, 400 / 4.0, 1e-6);
}

TEST(MatrixLaw, ProductsOfEitherUnitAreCounted) {
  const CoreSpec core = array(MacForm::vector, 64, 4);
  CoreActivity a;
  count_instruction(a, opcode_cost(core, sized(Opcode::tmatmul, 640, 40), 1));
  EXPECT_EQ(a.ternaries, 25'600U);
  EXPECT_FALSE(a.matrix);
  const OpcodeCost cost =
      opcode_cost(core, sized(Opcode::tmatmul, 640, 40), 1, {{NumberFormat::fp16}, {}});
  EXPECT_EQ(cost.cycles, 16U + 6);  // latency and fill
  EXPECT_EQ(cost.weight_bytes, 51'200U);
  count_instruction(a, cost);
  EXPECT_EQ(a.ternaries, 25'600U);
  ASSERT_TRUE(a.matrix);
  EXPECT_EQ(a.matrix->products, (std::map<std::string, std::uint64_t>{{"fp16", 25'600}}));
  EXPECT_THROW(
      (void)opcode_cost(core, sized(Opcode::tmatmul, 640, 40), 1, {{NumberFormat::int4}, {}}),
      std::logic_error);
}

}  // namespace
}  // namespace tritsim::test
