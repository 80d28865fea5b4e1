// SPDX-License-Identifier: Apache-2.0
#include "arch/workload/trace_statistics.hpp"

#include <cmath>

#include <fmt/format.h>

namespace tritsim {
namespace {

constexpr double tolerance = 1e-6;  ///< between figures of a file that depend on each other

bool differ(double a, double b) {
  return std::fabs(a - b) > tolerance;
}

}  // namespace

ElementType element_type(NumberFormat format) {
  switch (format) {
    case NumberFormat::fp32:
      return ElementType::fp32;
    case NumberFormat::fp16:
      return ElementType::fp16;
    case NumberFormat::int8:
      return ElementType::int8;
    case NumberFormat::int4:
      return ElementType::int4;
    case NumberFormat::ternary:
      break;
  }
  return ElementType::ternary;
}

std::uint64_t stored_bytes(const WeightSpec& stored, std::uint64_t weights) {
  return static_cast<std::uint64_t>(std::ceil(static_cast<double>(weights) * stored.bits() / 8));
}

std::uint64_t stored_bytes(ElementType type, std::uint64_t elements) {
  switch (type) {
    case ElementType::ternary:
      return (elements + 3) / 4;
    case ElementType::int4:
      return (elements + 1) / 2;
    case ElementType::int8:
      return elements;
    case ElementType::fp16:
    case ElementType::bf16:
      return 2 * elements;
    case ElementType::fp32:
      break;
  }
  return 4 * elements;
}

void Spread::check(Checker& c) const {
  if (min > mean + tolerance || mean > max + tolerance) {
    c.fail("mean", fmt::format("{} is not between {} and {}", mean, min, max),
           "give min, mean and max in that order of size");
  }
}

void ActivationStatistics::check(Checker& c) const {
  if (zeros.empty()) c.fail("zeros", "no token", "give a number for each token, or leave them out");
  for (const auto& [key, list] : {std::pair{"absmax", &absmax}, std::pair{"toggles", &toggles}}) {
    if (list->size() == zeros.size()) continue;
    c.fail(key, fmt::format("{} tokens, zeros has {}", list->size(), zeros.size()),
           "give a number for each token in each list");
  }
}

void MatrixStatistics::check(Checker& c) const {
  if (differ(minus + zero + plus, 1)) {
    c.fail("zero", fmt::format("minus, zero and plus sum to {}", minus + zero + plus),
           "the three shares sum to 1");
    return;
  }
  double bits = 0;
  for (const double share : {minus, zero, plus}) {
    if (share > 0) bits -= share * std::log2(share);
  }
  if (std::fabs(entropy - bits) > 1e-4) {
    c.fail("entropy", fmt::format("{} is not the entropy of the shares", entropy),
           fmt::format("it is {:.6f}", bits));
  }
  if (differ(row_zeros.mean, zero)) {
    c.fail("row_zeros.mean", fmt::format("{} is not the share of zeros, {}", row_zeros.mean, zero),
           "rows are of one length, so both are the same");
  }
}

}  // namespace tritsim
