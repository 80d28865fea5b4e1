// SPDX-License-Identifier: Apache-2.0
#include "models/dram/dram_timing_law.hpp"

namespace tritsim {

namespace {

std::int64_t clocks_of(const DramCommandClocks& c, DramOp op) {
  switch (op) {
    case DramOp::activate:
      return c.activate;
    case DramOp::read:
    case DramOp::write:
      return c.column;
    case DramOp::refresh:
      return c.refresh;
    case DramOp::precharge:
    case DramOp::precharge_all:
      break;
  }
  return c.precharge;
}

/// Between banks that share a rank.
void add_rank(std::vector<DramConstraint>& list, const DramSpec& spec, const DramClocks& t) {
  using enum DramOp;
  using enum DramScope;
  const std::int64_t data = spec.burst_clocks();
  const std::int64_t read_to_write = std::int64_t{t.cl} + data + t.turnaround - t.cwl;
  const std::int64_t write_data = t.cwl + data;  // from WR to the end of its data
  for (const DramConstraint& c : {
           DramConstraint{group, activate, activate, t.trrd_l},
           {group, read, read, t.tccd_l},
           {group, read, write, t.tccd_l},
           {group, write, write, t.tccd_l_write},
           {group, write, read, std::max<std::int64_t>(t.tccd_l, write_data + t.twtr_l)},

           {rank, activate, activate, t.trrd_s},
           {rank, activate, activate, t.tfaw, 4},
           {rank, read, read, t.tccd_s},
           {rank, read, write, std::max<std::int64_t>(t.tccd_s, read_to_write)},
           {rank, write, write, t.tccd_s},
           {rank, write, read, std::max<std::int64_t>(t.tccd_s, write_data + t.twtr_s)},
       }) {
    list.push_back(c);
  }
  if (t.tppd > 0) list.push_back({rank, precharge, precharge, t.tppd});
  if (t.per_bank && t.per_bank->to_activate > 0) {
    list.push_back({rank, refresh, activate, t.per_bank->to_activate});
  }
  if (t.per_bank && t.per_bank->to_refresh > 0) {
    list.push_back({rank, refresh, refresh, t.per_bank->to_refresh});
  }
}

/// Between bursts of two ranks: one after the other on the data bus, and a switch between them.
void add_other_rank(std::vector<DramConstraint>& list, const DramSpec& spec, const DramClocks& t) {
  using enum DramOp;
  using enum DramScope;
  const std::int64_t burst = std::int64_t{spec.burst_clocks()} + t.trtrs;
  const std::int64_t later = std::int64_t{t.cl} - t.cwl;  // data of a read than those of a write
  const std::int64_t least = spec.command_clocks.column;
  list.push_back({other_rank, read, read, burst});
  list.push_back({other_rank, write, write, burst});
  list.push_back({other_rank, read, write, std::max(least, burst + later)});
  list.push_back({other_rank, write, read, std::max(least, burst - later)});
}

}  // namespace

std::vector<DramConstraint> dram_constraints(const DramSpec& spec) {
  using enum DramOp;
  using enum DramScope;
  const DramClocks t = spec.clocks();
  const std::int64_t write_data = std::int64_t{t.cwl} + spec.burst_clocks();
  const std::int64_t rfc = t.per_bank ? t.per_bank->duration : t.trfc;
  std::vector<DramConstraint> list{
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
  };
  add_rank(list, spec, t);
  if (spec.ranks > 1) add_other_rank(list, spec, t);
  // Commands are known by their first clocks, delays are between their last ones.
  for (DramConstraint& c : list) {
    c.clocks += clocks_of(spec.command_clocks, c.first) - clocks_of(spec.command_clocks, c.next);
    c.clocks = std::max<std::int64_t>(c.clocks, c.scope == bank ? 1 : 0);
  }
  return list;
}

DramTimingTable::DramTimingTable(const DramSpec& spec) : burst_(spec.burst_clocks()) {
  const DramClocks t = spec.clocks();
  const Ticks sent = spec.command_clocks.column - Ticks{1};
  latency_ = {sent + t.cl + burst_, sent + t.cwl + burst_};
  for (std::size_t op = 0; op < ops; ++op) {
    command_[op] = clocks_of(spec.command_clocks, static_cast<DramOp>(op));
  }
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
                   gap(DramScope::rank, first, next), gap(DramScope::other_rank, first, next),
                   window ? window_ : long_ago});
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
