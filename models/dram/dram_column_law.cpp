// SPDX-License-Identifier: Apache-2.0
#include "models/dram/dram_column_law.hpp"

#include <algorithm>

namespace tritsim {

DramColumnPattern::DramColumnPattern(const DramSpec& spec, const AddressMap& map,
                                     const DramTimingTable& table, std::uint64_t rotation) {
  for (std::uint64_t n = 0; n < rotation; ++n) {
    const BurstPlace p = map.decode(n);
    steps_.push_back({p.group * spec.banks_per_group + p.bank, p.group});
  }
  for (const bool write : {false, true}) {
    streams_[write ? 1 : 0] = solve(table, write, spec.bank_groups);
  }
}

DramColumnPattern::Stream DramColumnPattern::solve(const DramTimingTable& table, bool write,
                                                   std::uint32_t groups) const {
  const DramOp op = write ? DramOp::write : DramOp::read;
  const Ticks any = table.gap(DramScope::channel, op, op);
  const Ticks same_group = table.gap(DramScope::group, op, op);
  const std::uint64_t rotation = steps_.size();
  constexpr std::uint64_t rotations = 6;
  Stream s{0, std::vector<Ticks>(rotation * rotation), std::vector<bool>(rotation)};
  for (std::uint64_t first = 0; first < rotation; ++first) {
    std::vector<Ticks> group(groups, DramTimingTable::long_ago);
    std::vector<Ticks> column;
    for (std::uint64_t n = 0; n < rotations * rotation; ++n) {
      Ticks& own = group[steps_[(first + n) % rotation].group];
      const Ticks before = column.empty() ? -any : column.back();
      own = std::max(before + any, own + same_group);
      column.push_back(own);
    }
    const Ticks last = column[(rotations - 1) * rotation] - column[(rotations - 2) * rotation];
    s.period = std::max(s.period, last);
    bool same = true;
    for (std::uint64_t n = rotation; n < column.size(); ++n) {
      same = same && column[n] - column[n - rotation] == column[rotation] - column[0];
    }
    s.settled[first] = same;
    std::copy_n(column.begin(), rotation,
                s.offset.begin() + static_cast<std::ptrdiff_t>(first * rotation));
  }
  return s;
}

}  // namespace tritsim
