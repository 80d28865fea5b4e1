// SPDX-License-Identifier: Apache-2.0
#include "models/dram/dram_timing_law.hpp"

namespace tritsim {

std::vector<DramConstraint> dram_constraints(const DramSpec& spec) {
  using enum DramOp;
  using enum DramScope;
  const DramClocks t = spec.clocks();
  const std::int64_t data = spec.burst_length / 2;
  const std::int64_t read_to_write = std::int64_t{t.cl} + data + t.turnaround - t.cwl;
  const std::int64_t write_data = t.cwl + data;  // from WR to the end of its data
  const std::int64_t rfc = t.per_bank ? t.per_bank->duration : t.trfc;
  return {
      {bank, activate, read, t.trcd},
      {bank, activate, write, t.trcd_write},
      {bank, activate, precharge, t.tras},
      {bank, activate, activate, t.trc},
      {bank, activate, refresh, t.trc},
      {bank, read, precharge, t.trtp},
      {bank, write, precharge, write_data + t.twr},
      {bank, precharge, activate, t.trp},
      {bank, precharge, refresh, t.trp},
      {bank, precharge_all, activate, t.trp_all},
      {bank, precharge_all, refresh, t.trp_all},
      {bank, refresh, activate, rfc},
      {bank, refresh, refresh, rfc},

      {group, activate, activate, t.trrd_l},
      {group, read, read, t.tccd_l},
      {group, read, write, t.tccd_l},
      {group, write, write, t.tccd_l},
      {group, write, read, std::max<std::int64_t>(t.tccd_l, write_data + t.twtr_l)},

      {channel, activate, activate, t.trrd_s},
      {channel, activate, activate, t.tfaw, 4},
      {channel, read, read, t.tccd_s},
      {channel, read, write, std::max<std::int64_t>(t.tccd_s, read_to_write)},
      {channel, write, write, t.tccd_s},
      {channel, write, read, std::max<std::int64_t>(t.tccd_s, write_data + t.twtr_s)},
  };
}

DramTimingTable::DramTimingTable(const DramSpec& spec) : burst_(spec.burst_length / 2) {
  const DramClocks t = spec.clocks();
  latency_ = {t.cl + burst_, t.cwl + burst_};
  for (const DramConstraint& c : dram_constraints(spec)) {
    if (c.window > 1) {
      window_ = c.clocks;
      continue;
    }
    Row& row = rows_[static_cast<std::size_t>(c.scope)][static_cast<std::size_t>(c.first)];
    row.delays[row.count++] = {c.next, static_cast<std::int32_t>(c.clocks)};
  }
}

DramTimingTable::Ticks DramTimingTable::gap(DramScope scope, DramOp first, DramOp next) const {
  for (const Delay& d : after(scope, first)) {
    if (d.next == next) return d.clocks;
  }
  return long_ago;
}

DramTimingTable::Ticks DramTimingTable::reach(DramOp first, DramOp next) const {
  const bool window = first == DramOp::activate && next == DramOp::activate;
  return std::max({gap(DramScope::bank, first, next), gap(DramScope::group, first, next),
                   gap(DramScope::channel, first, next), window ? window_ : long_ago});
}

DramTimingTable::Ticks DramTimingTable::reach(DramOp first) const {
  using enum DramOp;
  Ticks longest = 0;
  for (const DramOp next : {activate, precharge, read, write, refresh}) {
    longest = std::max(longest, reach(first, next));
  }
  return longest;
}

}  // namespace tritsim
