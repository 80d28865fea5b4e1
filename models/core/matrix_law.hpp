// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "arch/core/core.hpp"
#include "arch/workload/zero_shares.hpp"

namespace tritsim {

/// The weights of a product, as far as timing depends on them.
struct MatrixOperand {
  WeightSpec weights{NumberFormat::ternary};
  std::optional<ZeroShares> zeros{};  ///< none: a unit that skips takes its default share

  bool operator==(const MatrixOperand&) const = default;
};

/// Cost of a product on a matrix unit whose weights arrive as fast as it takes them.
struct MatrixWork {
  double stretch = 1;      ///< its cycles over those at weights_per_cycle without losses
  std::uint64_t fill = 0;  ///< cycles from the last weight to the last sum, besides the latency
  std::uint64_t skipped = 0;
  std::uint64_t assumed_zeros = 0;
  std::uint64_t lookups = 0;
  std::uint64_t table_entries = 0;
  std::uint64_t decoded = 0;
  std::uint64_t products = 0;
  std::uint64_t scalings = 0;

  bool operator==(const MatrixWork&) const = default;
};

/// Levels of a tree over n leaves.
[[nodiscard]] std::uint64_t levels(std::uint64_t n);

/// A product as adder trees do it: `trees` outputs at a time.
struct TreeRows {
  std::uint64_t beats = 0;  ///< of a row: cycles in which it takes inputs
  std::uint64_t count = 0;
  std::uint64_t trees = 1;
};

[[nodiscard]] TreeRows tree_rows(const TernarySpec& unit, std::uint64_t inputs,
                                 std::uint64_t outputs);

/// Weights a cycle that `stretch` refers to: the adders, look-ups or elements of the unit.
[[nodiscard]] double full_rate(const CoreSpec& core, NumberFormat format);

/// A product of `inputs` x `outputs` weights for `lanes` vectors, n x m below.
///
///   adders      cycles = n m / rate
///   tree        cycles = (ceil(n / inputs) + stall) ceil(m / trees), fill log2(inputs)
///   bit-serial  cycles = n m / rate x ceil(activation bits / bits a cycle)
///   tables      b = ceil(n / (trits x tables)) fillings of f = entries / entries a cycle and
///   look-ups
///               of l = ceil(m / look-ups a cycle): b (f + l), or f + (b - 1) max(f, l) + l with
///               two sets of tables
///   decoders    no more than count x trits a cycle; fill: their latency
///   skipping    cycles as above x skip_share()
///   MAC vector  cycles = ceil(n / rows) ceil(m / (columns x products)), fill log2(rows)
///   systolic    as many folds of 2 rows + columns - 1, or with preloads rows x folds and
///               rows + columns - 1 (SCALE-Sim, arXiv 1811.02883, weight stationary, one vector)
///   groups      at least ceil(n / group) m / scalings a cycle
[[nodiscard]] MatrixWork matrix_work(const CoreSpec& core, const MatrixOperand& operand,
                                     std::uint64_t inputs, std::uint64_t outputs,
                                     std::uint32_t lanes = 1);

/// Expected maximum of `count` binomial variables of `n` draws with probability `p`:
/// sum over x of 1 - F(x)^count, exact.
[[nodiscard]] double largest_binomial(std::uint64_t count, std::uint64_t n, double p);

/// The same for `count` standard normal variables.
[[nodiscard]] double largest_normal(std::uint64_t count);

/// Share of a product's cycles that are left when zeros are skipped. A group of lanes takes as long
/// for each window of w weights as the lane with the most to add, and at least a cycle:
///
///   w q + (largest_binomial(lanes, w, q) - w q) sqrt(1 + w s^2 / (q (1 - q)))
///
/// q: share of additions that are not of zero. s: how much the rows' shares differ beyond chance,
/// from the range over the rows (their least share lies largest_normal(rows) deviations below the
/// mean; L. Tippett, 1925); zero without statistics. Zero activations differ between sequences, so
/// all `sequences` in lock step wait for each other.
[[nodiscard]] double skip_share(const SkipSpec& skip, const std::optional<ZeroShares>& zeros,
                                std::uint64_t inputs, std::uint32_t sequences = 1);

}  // namespace tritsim
