// SPDX-License-Identifier: Apache-2.0
#include "arch/core/ternary_unit.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include <fmt/format.h>

namespace tritsim {
namespace {

std::uint64_t power_of_three(std::uint32_t n) {
  std::uint64_t p = 1;
  for (std::uint32_t i = 0; i < n; ++i) p *= 3;
  return p;
}

void check_share(Checker& c, const char* key, const Coefficient<double>& share) {
  if (share.high > 1) c.fail(key, "is above 1", "give shares from 0 to 1");
}

void check_packing(const TernarySpec& t, Checker& c) {
  const double bits = t.weight.si() * 8;
  if (t.decoder) {
    const double code = 8.0 / t.decoder->trits;
    if (std::abs(bits - code) > 1e-9) {
      c.fail("weight",
             fmt::format("is not what a decoder of {} trits a byte takes", t.decoder->trits),
             fmt::format("give {} bit", code));
    }
    if (t.ideal_weight) c.fail("ideal_weight", "has a decoder", "leave one of them out");
    return;
  }
  if (t.ideal_weight || bits >= 2) return;
  if (t.table && bits * t.table->trits >= t.table->code_bits() - 1e-9) return;
  c.fail("weight", "is below 2 bit and nothing decodes it",
         "describe the decoder, or say ideal_weight: true for a bound");
}

}  // namespace

std::uint64_t TableSpec::entries() const {
  return symmetric ? (power_of_three(trits) + 1) / 2 : power_of_three(trits);
}

std::uint32_t TableSpec::entry_bits(std::uint32_t activation_bits) const {
  return activation_bits + static_cast<std::uint32_t>(std::bit_width(trits - 1));
}

std::uint32_t TableSpec::code_bits() const {
  return static_cast<std::uint32_t>(std::bit_width(power_of_three(trits) - 1));
}

void SkipSpec::check(Checker& c) const {
  check_share(c, "zero_weights", zero_weights);
  if (zero_activations) check_share(c, "zero_activations", *zero_activations);
}

void TernarySpec::check(Checker& c) const {
  check_fifo(c);
  check_packing(*this, c);
  if (int{tree.has_value()} + int{bit_serial.has_value()} + int{table.has_value()} > 1) {
    c.fail("", "is of several forms", "describe at most one of tree, bit_serial, table");
    return;
  }
  if (tree && ternaries_per_cycle % tree->width(ternaries_per_cycle) != 0) {
    c.fail("ternaries_per_cycle", "is no number of whole trees",
           fmt::format("give a multiple of tree.inputs, {}", tree->inputs));
  }
  if (table) {
    const std::uint64_t rate =
        std::uint64_t{table->trits} * table->tables * table->lookups_per_cycle;
    if (rate != ternaries_per_cycle) {
      c.fail("ternaries_per_cycle", "is not what the tables look up",
             fmt::format("give trits x tables x lookups_per_cycle, {}", rate));
    }
  }
  if (skip && (tree || table)) {
    c.fail("skip", "needs adders of their own for each weight",
           "leave it out, a tree or a table takes zeros along");
  }
}

}  // namespace tritsim
