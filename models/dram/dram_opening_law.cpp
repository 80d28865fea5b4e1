// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "models/dram/dram_channel_law.hpp"

// Rotations of the banks that open their rows.
namespace tritsim {

bool DramChannelLaw::unconstrained(Ticks entry, bool write) const {
  const std::size_t other = write ? 0 : 1;
  const auto ready = [&](const Rank& r) { return r.ready[DramOp::precharge] <= entry; };
  return std::all_of(ranks_.begin(), ranks_.end(), ready) &&
         last_activate_ + reach_.rows <= entry &&
         last_column_in_[other] + reach_.turnaround[other] <= entry && refreshed_ <= entry;
}

std::optional<DramChannelLaw::Ticks> DramChannelLaw::entry_behind_stream(Ticks arrival,
                                                                         std::uint64_t burst,
                                                                         bool write) const {
  // In the stream for as long as the queue looks back, and fed by the queue. Of several ranks, the
  // next rows may be in another one than the stream.
  if (ranks_.size() > 1 || (burst & (block_ - 1)) != 0 || skipped_ < std::max(queue_, rotation_) ||
      burst != next_burst_ || write != writing_) {
    return {};
  }
  const std::uint64_t before = (queue_ - 1) & (rotation_ - 1);
  const Ticks entry = stream_[(burst - 1 - before) & (rotation_ - 1)].column -
                      static_cast<Ticks>((queue_ - 1) >> map_.rotation_shift()) * period_;
  if (arrival > entry || entry < last_column_ - look_back) return {};
  return entry;
}

bool DramChannelLaw::same_stream(const Opening& o, Ticks base) const {
  bool same = o.period == period_;
  for (std::uint64_t i = 0; i < rotation_; ++i) same &= o.stream[i] == stream_[i].column - base;
  return same;
}

std::optional<bool> DramChannelLaw::rows_to_close(const BlockStart& block, Ticks entry) const {
  std::uint64_t to_close = 0;
  bool ready = true;
  for (std::uint64_t i = 0; i < rotation_; ++i) {  // no branches: they could not be predicted
    const Bank& bank = banks_[bank_in(block, i).bank];
    const bool open = bank.row >= 0;
    to_close += open ? 1 : 0;
    ready &= (open ? bank.ready[DramOp::precharge] : bank.ready[DramOp::activate]) <= entry;
    ready &= bank.row != block.row;
  }
  if (!ready || (to_close != 0 && to_close != rotation_)) return {};
  return to_close != 0;
}

std::uint64_t DramChannelLaw::open_rows(Ticks arrival, std::uint64_t burst, std::uint64_t end,
                                        bool write) {
  if (rotation_ > most_opened || close_page_ || (burst & (block_ - 1)) + rotation_ > block_) {
    return 0;
  }
  // Before a refresh of all banks is over nothing of the burst begins.
  const bool waits = !part_by_part_ && !power_down_;
  Start start{waits ? std::max(arrival, refreshed_) : arrival, 0, write};
  const bool resting = start.entry >= rest();
  if (!resting) {
    const auto entry = entry_behind_stream(arrival, burst, write);
    if (!entry) return 0;
    start.entry = *entry;
  }
  if (!unconstrained(start.entry, write) || asleep(start.entry)) return 0;
  const BlockStart& block = locate(burst);
  const auto to_close = rows_to_close(block, start.entry);
  if (!to_close) return 0;

  start.base = resting ? start.entry : last_column_;
  Kinds& kinds = resting ? openings_->at_rest[burst & position_mask_] : openings_->in_stream;
  Opening& o = kinds[*to_close ? 1 : 0][write ? 1 : 0];
  if (o.known && start.base + o.plan.back().column >= next_refresh_) return 0;
  if (o.known && (resting || same_stream(o, start.base))) {
    replay_opening(o, start, burst, block);
  } else {
    record_opening(o, arrival, start, burst, end);
  }
  return rotation_;
}

void DramChannelLaw::record_opening(Opening& o, Ticks arrival, const Start& start,
                                    std::uint64_t burst, std::uint64_t end) {
  const Ticks refresh = next_refresh_;
  const std::uint64_t activates = count_.activates;
  const Ticks waited = conflict_wait_;
  const Ticks base = start.base;
  o = {};
  o.period = period_;
  for (std::uint64_t i = 0; i < rotation_; ++i) o.stream.push_back(stream_[i].column - base);
  for (std::uint64_t i = 0; i < rotation_; ++i) {
    const Plan p = step_burst(arrival, burst + i, end, start.write);
    o.plan.push_back({p.pre < 0 ? long_ago : p.pre - base, p.act < 0 ? long_ago : p.act - base,
                      p.column - base});
  }
  o.rows = count_.activates - activates;
  o.conflict_wait = conflict_wait_ - waited;
  // Whether hits can follow is seen where a whole rotation of them is left. A burst that comes in
  // time goes when one would that has been there for long.
  const std::uint64_t behind = burst + rotation_;
  const std::uint64_t in_block = behind & (block_ - 1);
  const bool is_left = in_block != 0 && in_block + rotation_ <= block_;
  const DramOp op = column_op(start.write);
  o.known = next_refresh_ == refresh &&
            last_column_ + table_->gap(DramScope::group, op, op) < refresh &&
            (is_left || block_ < 2 * rotation_);
  if (!o.known || !is_left || !begin_stream(long_ago, behind, start.write)) return;
  o.stream_after = true;
  o.next = stream_[behind & position_mask_].column + period_ - base;
}

void DramChannelLaw::replay_opening(const Opening& o, const Start& start, std::uint64_t burst,
                                    const BlockStart& block) {
  const Ticks base = start.base;
  const bool write = start.write;
  skipped_before_.count = 0;
  if (base <= last_column_) {
    // Often nothing looks back further than this block.
    skipped_before_.count = std::min(skipped_, queue_);
    skipped_before_.end = served_;
    skipped_before_.next = next_burst_;
    skipped_before_.period = period_;
    for (std::uint64_t i = 0; i < rotation_; ++i) skipped_before_.column[i] = stream_[i].column;
  }
  skipped_ = 0;
  bool closed = false;
  const bool each = !last_column_is_enough();
  const DramOp column = column_op(write);
  for (std::uint64_t i = 0; i < rotation_; ++i) {
    const Plan& p = o.plan[i];
    const BankId id = bank_in(block, (burst + i) & position_mask_);
    Bank& bank = banks_[id.bank];
    if (p.act > long_ago) {
      if (p.pre > long_ago) {
        take(DramOp::precharge, base + p.pre);
        close(id.bank, base + p.pre);
        closed = true;
      }
      take(DramOp::activate, base + p.act);
      opened(base + p.act, start.entry);
      bank.row = block.row;
      issue_activate(id.bank, base + p.act);
    }
    take(column, base + p.column);
    issue_in_group(id.bank, column, base + p.column);
    if (each) end_column(id.bank, base + p.column, write);
    column_of(served_++) = base + p.column;
  }
  (closed ? count_.page_conflicts : count_.page_misses) += o.rows;
  count_.page_hits += rotation_ - o.rows;
  count_.activates += o.rows;
  conflict_wait_ += o.conflict_wait;
  (write ? count_.bursts_written : count_.bursts_read) += rotation_;
  busy_ += static_cast<Ticks>(rotation_) * table_->burst();
  refresh_idle_ = 0;
  last_bank_ = bank_in(block, (burst + rotation_ - 1) & position_mask_).bank;
  if (!each) end_column(last_bank_, base + o.plan.back().column, write);
  streaming_ = false;
  writing_ = write;
  next_burst_ = burst + rotation_;
  if (o.stream_after) set_stream(block, next_burst_, base + o.next, write);
}

}  // namespace tritsim
