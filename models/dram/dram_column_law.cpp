// SPDX-License-Identifier: Apache-2.0
#include "models/dram/dram_column_law.hpp"

#include <algorithm>

namespace tritsim {

DramColumnPattern::DramColumnPattern(const DramSpec& spec, const AddressMap& map,
                                     const DramTimingTable& table, std::uint64_t rotation) {
  for (std::uint64_t n = 0; n < rotation; ++n) {
    const DramAddress p = map.decode(n);
    const std::uint32_t group = p.rank * spec.bank_groups + p.group;
    steps_.push_back({group * spec.banks_per_group + p.bank, group});
  }
  for (const bool write : {false, true}) streams_[write ? 1 : 0] = solve(table, write, spec);
}

DramColumnPattern::Stream DramColumnPattern::solve(const DramTimingTable& table, bool write,
                                                   const DramSpec& spec) const {
  const DramOp op = write ? DramOp::write : DramOp::read;
  const Ticks same_rank = table.gap(DramScope::rank, op, op);
  const Ticks other_rank = table.gap(DramScope::other_rank, op, op);
  const Ticks same_group = table.gap(DramScope::group, op, op);
  const std::uint64_t rotation = steps_.size();
  constexpr std::uint64_t rotations = 6;
  Stream s{0, std::vector<Ticks>(rotation * rotation), std::vector<bool>(rotation)};
  for (std::uint64_t first = 0; first < rotation; ++first) {
    std::vector<Ticks> group(std::size_t{spec.ranks} * spec.bank_groups, DramTimingTable::long_ago);
    std::vector<Ticks> rank(spec.ranks, DramTimingTable::long_ago);
    std::vector<Ticks> column;
    for (std::uint64_t n = 0; n < rotations * rotation; ++n) {
      const std::uint32_t own = steps_[(first + n) % rotation].group;
      const std::uint32_t own_rank = own / spec.bank_groups;
      Ticks at = std::max<Ticks>(n == 0 ? 0 : DramTimingTable::long_ago, group[own] + same_group);
      for (std::uint32_t r = 0; r < spec.ranks; ++r) {
        at = std::max(at, rank[r] + (r == own_rank ? same_rank : other_rank));
      }
      group[own] = rank[own_rank] = at;
      column.push_back(at);
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
