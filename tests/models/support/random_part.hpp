// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <initializer_list>
#include <random>

#include "arch/hardware/dram.hpp"

namespace tritsim::test {

/// Draws that are the same on every machine.
class Random {
 public:
  explicit Random(std::uint32_t seed) : engine_(seed) {}

  std::uint64_t below(std::uint64_t n) { return n == 0 ? 0 : engine_() % n; }

  bool chance(double p) { return static_cast<double>(below(1000)) < 1000 * p; }

  std::uint32_t between(std::uint32_t low, std::uint32_t high) {
    return low + static_cast<std::uint32_t>(below(high - low + 1));
  }

  template <class T>
  T pick(std::initializer_list<T> values) {
    return *(values.begin() + below(values.size()));
  }

 private:
  std::mt19937_64 engine_;
};

/// Organisation of a fictitious part with few rows, so that streams meet in them.
inline void draw_organisation(Random& random, DramSpec& d) {
  d.bank_groups = 1U << random.below(4);
  d.banks_per_group = 1U << random.below(4);
  d.page = Bytes{double(512U << random.below(5))};
  d.rows = 1U << random.between(1, 12);
}

/// Delays of a fictitious part, tRP and those behind it in the order of DramTiming, in ranges in
/// which each rule gets to decide.
inline void draw_delays(Random& random, DramTiming& t) {
  t.trp = random.between(1, 30);
  t.trp_all = random.chance(0.5) ? 0 : random.between(1, 40);
  t.tras = random.between(1, 60);
  t.trc = t.tras.clocks() + random.between(0, 40);
  t.trrd_s = random.between(1, 12);
  t.trrd_l = t.trrd_s.clocks() + random.between(0, 12);
  t.tfaw = random.between(1, 80);
  t.tccd_s = random.between(4, 8);
  t.tccd_l = t.tccd_s + random.between(0, 8);
  t.twr = random.between(1, 30);
  t.twtr_s = random.between(1, 10);
  t.twtr_l = t.twtr_s.clocks() + random.between(0, 12);
  t.trtp = random.between(1, 20);
  t.turnaround = random.between(0, 4);
  t.trfc = random.between(1, 400);
  t.trefi = t.trfc.clocks() + random.between(320, 5000);
}

}  // namespace tritsim::test
