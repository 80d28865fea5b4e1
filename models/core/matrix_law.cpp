// SPDX-License-Identifier: Apache-2.0
#include "models/core/matrix_law.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <stdexcept>

namespace tritsim {
namespace {

constexpr std::uint64_t ceil_div(std::uint64_t a, std::uint64_t b) {
  return (a + b - 1) / b;
}

/// Share of additions that are not of zero.
double additions_left(const SkipSpec& skip, const std::optional<ZeroShares>& zeros) {
  const double weights = zeros ? zeros->mean : skip.zero_weights.value;
  double activations = 0;
  if (skip.zero_activations) {
    activations = zeros && zeros->inputs ? *zeros->inputs : skip.zero_activations->value;
  }
  return (1 - weights) * (1 - activations);
}

double table_cycles(const TableSpec& t, std::uint64_t n, std::uint64_t m, MatrixWork& work) {
  const std::uint64_t groups = ceil_div(n, t.trits);
  const std::uint64_t fillings = ceil_div(groups, t.tables);
  const std::uint64_t fill = ceil_div(t.entries(), t.entries_per_cycle);
  const std::uint64_t look_up = ceil_div(m, t.lookups_per_cycle);
  work.lookups = groups * m;
  work.table_entries = groups * t.entries();
  return static_cast<double>(t.double_buffered
                                 ? fill + (fillings - 1) * std::max(fill, look_up) + look_up
                                 : fillings * (fill + look_up));
}

MatrixWork ternary_work(const CoreSpec& core, const MatrixOperand& operand, std::uint64_t n,
                        std::uint64_t m, std::uint32_t lanes) {
  const TernarySpec& t = *core.ternary;
  MatrixWork work;
  const double least = static_cast<double>(n * m) / t.ternaries_per_cycle;
  if (t.tree) {
    const TreeRows rows = tree_rows(t, n, m);
    work.stretch = static_cast<double>((rows.beats + t.tree->result_stall) * rows.count) / least;
    work.fill = levels(t.tree->width(t.ternaries_per_cycle));
  } else if (t.bit_serial) {
    work.stretch =
        static_cast<double>(ceil_div(core.activation_bits(), t.bit_serial->bits_per_cycle));
  } else if (t.table) {
    work.stretch = table_cycles(*t.table, n, m, work) / least;
  }
  if (t.skip) {
    work.stretch *= skip_share(*t.skip, operand.zeros, n, lanes);
    const double zero = 1 - additions_left(*t.skip, operand.zeros);
    work.skipped = static_cast<std::uint64_t>(std::llround(static_cast<double>(n * m) * zero));
    if (!operand.zeros) work.assumed_zeros = n * m;
  }
  if (t.decoder) {
    const double rate = static_cast<double>(t.decoder->count) * t.decoder->trits;
    work.stretch = std::max(work.stretch, t.ternaries_per_cycle / rate);
    work.fill += t.decoder->latency;
    work.decoded = ceil_div(n * m, t.decoder->trits);
  }
  return work;
}

MatrixWork mac_work(const MacSpec& mac, const WeightSpec& weights, std::uint64_t n,
                    std::uint64_t m) {
  const MacFormatSpec* format = mac.find(weights.format);
  if (format == nullptr) throw std::logic_error("the MAC array does not take this format");
  MatrixWork work;
  const std::uint64_t columns = std::uint64_t{mac.columns} * format->products;
  const std::uint64_t folds = ceil_div(n, mac.rows) * ceil_div(m, columns);
  double cycles = static_cast<double>(folds);
  if (mac.form == MacForm::vector) {
    work.fill = levels(mac.rows);
  } else if (mac.preloads) {
    cycles = static_cast<double>(folds * mac.rows + mac.rows + mac.columns - 1);
  } else {
    cycles = static_cast<double>(folds * (2ULL * mac.rows + mac.columns - 1));
  }
  work.products = n * m;
  if (weights.group > 0) {
    work.scalings = ceil_div(n, weights.group) * m;
    if (mac.scalings_per_cycle > 0) {
      cycles = std::max(cycles, static_cast<double>(work.scalings) / mac.scalings_per_cycle);
    }
  }
  work.stretch = cycles * static_cast<double>(mac.rows * columns) / static_cast<double>(n * m);
  return work;
}

}  // namespace

std::uint64_t levels(std::uint64_t n) {
  return static_cast<std::uint64_t>(std::bit_width(n - 1));
}

TreeRows tree_rows(const TernarySpec& unit, std::uint64_t inputs, std::uint64_t outputs) {
  const std::uint32_t width = unit.tree->width(unit.ternaries_per_cycle);
  const std::uint64_t trees = unit.ternaries_per_cycle / width;
  return {ceil_div(inputs, width), ceil_div(outputs, trees), trees};
}

double full_rate(const CoreSpec& core, NumberFormat format) {
  if (core.ternary && format == NumberFormat::ternary) return core.ternary->ternaries_per_cycle;
  return core.weights_per_cycle(format);
}

MatrixWork matrix_work(const CoreSpec& core, const MatrixOperand& operand, std::uint64_t inputs,
                       std::uint64_t outputs, std::uint32_t lanes) {
  if (inputs == 0 || outputs == 0) return {};
  if (core.ternary && operand.weights.format == NumberFormat::ternary) {
    return ternary_work(core, operand, inputs, outputs, lanes);
  }
  if (!core.mac) throw std::logic_error("the core has no unit for this format");
  return mac_work(*core.mac, operand.weights, inputs, outputs);
}

double largest_binomial(std::uint64_t count, std::uint64_t n, double p) {
  if (p <= 0 || n == 0 || count == 0) return 0;
  if (p >= 1) return static_cast<double>(n);
  const double log_p = std::log(p);
  const double log_q = std::log1p(-p);
  const auto draws = static_cast<double>(n);
  double log_choose = 0;  // ln of n over x
  double below = 0;       // F(x)
  double expected = 0;
  for (std::uint64_t x = 0; x < n; ++x) {
    const auto taken = static_cast<double>(x);
    if (x > 0) log_choose += std::log((draws - taken + 1) / taken);
    below = std::min(1.0, below + std::exp(log_choose + taken * log_p + (draws - taken) * log_q));
    expected += 1 - std::pow(below, static_cast<double>(count));
  }
  return expected;
}

double largest_normal(std::uint64_t count) {
  if (count < 2) return 0;
  const auto k = static_cast<double>(count);
  const auto below = [](double x) { return std::erfc(-x / std::sqrt(2.0)) / 2; };
  const auto f = [&](double x) { return 1 - std::pow(below(x), k) - std::pow(below(-x), k); };
  // Simpson's rule; the tail beyond 10 deviations is negligible for any number of rows in memory.
  constexpr int intervals = 2000;
  constexpr double step = 10.0 / intervals;
  double sum = f(0) + f(10);
  for (int i = 1; i < intervals; ++i) sum += f(i * step) * (i % 2 == 1 ? 4 : 2);
  return sum * step / 3;
}

double skip_share(const SkipSpec& skip, const std::optional<ZeroShares>& zeros,
                  std::uint64_t inputs, std::uint32_t sequences) {
  const double q = additions_left(skip, zeros);
  double spread = 0;  // s^2 of the rows' shares of additions
  if (zeros && zeros->rows > 1) {
    const double row = (zeros->mean - zeros->row_least) / largest_normal(zeros->rows);
    const double chance = zeros->mean * (1 - zeros->mean) / static_cast<double>(zeros->columns);
    const double scale = zeros->mean < 1 ? q / (1 - zeros->mean) : 0;
    spread = std::max(row * row - chance, 0.0) * scale * scale;
  }
  const std::uint64_t lanes = std::uint64_t{skip.lanes} * (skip.zero_activations ? sequences : 1U);
  const auto cycles = [&](std::uint64_t window) {
    const auto w = static_cast<double>(window);
    double c = largest_binomial(lanes, window, q);
    if (q > 0 && q < 1) c = w * q + (c - w * q) * std::sqrt(1 + w * spread / (q * (1 - q)));
    return std::clamp(c, 1.0, w);
  };
  const std::uint64_t window =
      skip.window == 0 ? inputs : std::min<std::uint64_t>(skip.window, inputs);
  const std::uint64_t rest = inputs % window;
  double sum = static_cast<double>(inputs / window) * cycles(window);
  if (rest > 0) sum += cycles(rest);
  return sum / static_cast<double>(inputs);
}

}  // namespace tritsim
