// SPDX-License-Identifier: Apache-2.0
#include "tests/rtl/golden.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace tritsim::rtl {
namespace {

int saturate(std::int64_t value, int bits) {
  const std::int64_t limit = std::int64_t{1} << (bits - 1);
  return static_cast<int>(std::clamp(value, -limit, limit - 1));
}

int element(std::int64_t value) {
  return saturate(value, 8);
}

int rounded(double value) {
  return element(static_cast<std::int64_t>(std::min(std::floor(value + 0.5), 127.0)));
}

int quotient(int a, int b) {
  if (b == 0) return a == 0 ? 0 : a > 0 ? 127 : -128;
  return element(a * 16 / b);
}

int row_wise(Opcode op, int a, int b) {
  const double x = a / 16.0;
  switch (op) {
    case Opcode::add:
      return element(a + b);
    case Opcode::sub:
      return element(a - b);
    case Opcode::mul:
      return element(static_cast<std::int64_t>(std::floor(a * b / 16.0)));
    case Opcode::div:
      return quotient(a, b);
    case Opcode::exp:
      return rounded(std::exp(x) * 16);
    default:
      return rounded(16 / (1 + std::exp(-x)));
  }
}

/// The root of the mean square; in steps of 64 from 256 on.
int root_mean_square(const std::vector<int>& x) {
  const std::int64_t squares = std::inner_product(x.begin(), x.end(), x.begin(), std::int64_t{0});
  const std::int64_t mean = squares / static_cast<std::int64_t>(x.size());
  const std::int64_t step = std::min<std::int64_t>(mean / 64, 255);
  const double radicand = static_cast<double>(mean < 256 ? mean : 64 * step + 32);
  return std::max(static_cast<int>(std::floor(std::sqrt(radicand) + 0.5)), 1);
}

}  // namespace

Golden::Vector Golden::multiply(const Vector& x, std::uint64_t matrix) {
  const std::size_t d = x.size();
  Vector sums(d, 0);
  for (std::size_t i = 0; i < d; ++i) {
    for (std::size_t j = 0; j < d; ++j) {
      const std::size_t n = i * d + j;
      const int code = memory[matrix + n / 4] >> (n % 4 * 2) & 3;
      const int weight = code == 1 ? 1 : code == 3 ? -1 : 0;
      const int sum = sums[j] + weight * x[i];
      sums[j] = saturate(sum, 16);
      if (sums[j] != sum) ++saturated_sums_;
    }
  }
  for (int& sum : sums) sum = element(static_cast<std::int64_t>(std::floor(sum / 16.0)));
  return sums;
}

void Golden::run(const Program& program, std::uint32_t d) {
  for (Vector& v : registers_) v.resize(d, 0);
  for (const Instruction& in : program.instructions) {
    const std::uint64_t address = shape_of(in.op).address ? program.symbols[in.symbol].address : 0;
    const Vector a = in.src1 == Instruction::no_register ? Vector(d, 0) : registers_[in.src1];
    const Vector b = in.src2 == Instruction::no_register ? Vector(d, 0) : registers_[in.src2];
    if (in.op == Opcode::sv) {
      for (std::size_t k = 0; k < d; ++k) memory[address + k] = static_cast<std::uint8_t>(a[k]);
      continue;
    }
    Vector& out = registers_[in.dst];
    if (in.op == Opcode::tmatmul) {
      out = multiply(a, address);
      continue;
    }
    const int root = in.op == Opcode::norm ? root_mean_square(a) : 0;
    for (std::size_t k = 0; k < d; ++k) {
      if (in.op == Opcode::ldv) {
        out[k] = static_cast<std::int8_t>(memory[address + k]);
      } else if (in.op == Opcode::norm) {
        out[k] = quotient(a[k], root);
      } else {
        out[k] = row_wise(in.op, a[k], b[k]);
      }
    }
  }
}

}  // namespace tritsim::rtl
