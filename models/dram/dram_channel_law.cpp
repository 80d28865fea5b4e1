// SPDX-License-Identifier: Apache-2.0
#include "models/dram/dram_channel_law.hpp"

#include <algorithm>

namespace tritsim {

DramChannelLaw::DramChannelLaw(const DramSpec& spec)
    : DramCommandLaw(spec),
      steps_only_(spec.command_clocks != DramCommandClocks{}),
      rotation_(std::uint64_t{1} << map_.rotation_shift()),
      position_mask_(std::min(rotation_, most_positions) - 1),
      block_(std::uint64_t{1} << map_.block_shift()),
      pattern_(std::make_shared<const DramColumnPattern>(
          spec, map_, *table_, rotation_ <= most_positions ? rotation_ : 1)),
      openings_(std::make_shared<Openings>()),
      stream_(position_mask_ + 1) {
  using enum DramOp;
  reach_.rows = table_->reach(activate, activate);
  reach_.activate = table_->reach(activate);
  reach_.column = {std::max(table_->reach(read), table_->latency(false)),
                   std::max(table_->reach(write), table_->latency(true))};
  reach_.turnaround = {table_->reach(read, write), table_->reach(write, read)};
}

bool DramChannelLaw::last_in_row(std::uint64_t burst, std::uint64_t end,
                                 const DramAddress& p) const {
  const std::uint64_t limit = std::min({end, burst + rotation_ + 1, (burst | (block_ - 1)) + 1});
  for (std::uint64_t b = burst + 1; b < limit; ++b) {
    if (number(map_.decode(b)) == number(p)) return false;
  }
  return true;
}

DramChannelLaw::Plan DramChannelLaw::step_burst(Ticks arrival, std::uint64_t burst,
                                                std::uint64_t end, bool write) {
  Burst b;
  b.write = write;
  if (rotation_ > most_positions || close_page_ || sink_ != nullptr) {
    b.address = map_.decode(burst);
    b.bank = number(b.address);
    b.closing = close_page_ && last_in_row(burst, end, b.address);
  } else {  // nobody asks for more than bank and row
    const BlockStart& block = locate(burst);
    const BankId own = bank_in(block, burst & position_mask_);
    b.address.row = static_cast<std::uint32_t>(block.row);
    b.bank = own.bank;
  }
  if (skipped_ > 0 || skipped_before_.count > 0) {
    // A burst that arrives after all of them does not need them, nor do the ones after it.
    if (arrival <= last_column_) keep_columns();
    skipped_ = skipped_before_.count = 0;
  }
  const Plan p = step(arrival, b);
  streaming_ = false;
  next_burst_ = burst + 1;
  return p;
}

void DramChannelLaw::leave_stream() {
  if (skipped_ > 0 || skipped_before_.count > 0) keep_columns();
  streaming_ = false;
  next_burst_ = ~std::uint64_t{0};
}

const DramChannelLaw::BlockStart& DramChannelLaw::locate(std::uint64_t burst) {
  const std::uint64_t block = burst >> map_.block_shift();
  if (block_start_.block != block) {
    const DramAddress first = map_.decode(block << map_.block_shift());
    block_start_ = {block,
                    static_cast<std::int64_t>(first.row),
                    {number(first), static_cast<std::uint32_t>(group_of(number(first)))}};
  }
  return block_start_;
}

bool DramChannelLaw::begin_stream(Ticks arrival, std::uint64_t burst, bool write) {
  if (rotation_ > most_positions || close_page_) return false;
  const std::uint64_t position = burst & position_mask_;
  if (!pattern_->stream(write).settled[position]) return false;
  const BlockStart& block = locate(burst);
  const BankId id = bank_in(block, position);
  const Bank& first = banks_[id.bank];
  if (first.row != block.row || asleep(arrival)) return false;
  const Ticks column =
      column_ready(id.group, std::max(arrival, first.ready[column_op(write)]), write);
  if (column >= next_refresh_) {
    // It waits for the refresh, as step() would have it wait.
    if (!part_by_part_ && !power_down_) {
      refresh(column, none, arrival);
      streaming_ = false;
    }
    return false;
  }
  if (column <= newest_command() || !rotation_is_open(block, burst, column, write)) return false;

  if (arrival > last_column_) {
    skipped_ = skipped_before_.count = 0;
  } else if (skipped_ > 0) {
    keep_columns();
  }
  set_stream(block, burst, column, write);
  return true;
}

bool DramChannelLaw::rotation_is_open(const BlockStart& block, std::uint64_t burst, Ticks column,
                                      bool write) const {
  const DramOp op = column_op(write);
  const std::uint64_t position = burst & position_mask_;
  const Ticks* offset = &pattern_->stream(write).offset[position * rotation_];
  const std::uint64_t left = std::min(rotation_, block_ - (burst & (block_ - 1)));
  for (std::uint64_t n = 1; n < left; ++n) {
    const BankId at = bank_in(block, (position + n) & position_mask_);
    const Bank& bank = banks_[at.bank];
    const Ticks ready = column_ready(at.group, bank.ready[op], write);
    if (bank.row != block.row || ready > column + offset[n]) return false;
  }
  return true;
}

void DramChannelLaw::set_stream(const BlockStart& block, std::uint64_t burst, Ticks column,
                                bool write) {
  const DramColumnPattern::Stream& pattern = pattern_->stream(write);
  const std::uint64_t position = burst & position_mask_;
  const Ticks* offset = &pattern.offset[position * rotation_];
  period_ = pattern.period;
  for (std::uint64_t n = 0; n < rotation_; ++n) {
    Position& p = stream_[(position + n) & position_mask_];
    p.id = bank_in(block, (position + n) & position_mask_);
    p.column = column + offset[n] - period_;
  }
  streaming_ = true;
  next_burst_ = burst;
  writing_ = write;
}

std::uint64_t DramChannelLaw::hits_in_stream(std::uint64_t burst, std::uint64_t end) const {
  const unsigned shift = map_.rotation_shift();
  const Ticks next = stream_[burst & position_mask_].column + period_;
  const std::uint64_t n = std::min(end, (burst | (block_ - 1)) + 1) - burst;
  // Up to the refresh; less than 2^32 clocks away, and dividing 32 bits is much the faster.
  if (next + static_cast<Ticks>(((n - 1) >> shift) + 1) * period_ < next_refresh_) return n;
  const std::uint64_t rotations =
      static_cast<std::uint32_t>(next_refresh_ - 1 - next) / static_cast<std::uint32_t>(period_);
  std::uint64_t fit = (rotations << shift) + 1;
  while (fit < n && column_in_stream(fit) < next_refresh_) ++fit;
  return std::min(n, fit);
}

void DramChannelLaw::skip_hits(std::uint64_t burst, std::uint64_t n, bool write) {
  const std::uint64_t mask = rotation_ - 1;
  const unsigned shift = map_.rotation_shift();
  const DramOp op = column_op(write);
  const bool each = !last_column_is_enough();
  // Bursts whole rotations apart differ by whole periods.
  for (std::uint64_t i = n - std::min(n, rotation_); i < n; ++i) {
    Position& p = stream_[(burst + i) & mask];
    p.column += static_cast<Ticks>((i >> shift) + 1) * period_;
    issue_in_group(p.id.bank, op, p.column);
    if (each) end_column(p.id.bank, p.column, write);
  }
  const Position& last = stream_[(burst + n - 1) & mask];
  if (!each) end_column(last.id.bank, last.column, write);
  last_bank_ = last.id.bank;
  take(op, last_column_);
  skipped_ += n;
  served_ += n;
  next_burst_ = burst + n;
  count_.page_hits += n;
  (write ? count_.bursts_written : count_.bursts_read) += n;
  busy_ += static_cast<Ticks>(n) * table_->burst();
  refresh_idle_ = 0;
}

void DramChannelLaw::keep_columns() {
  const DramOp op = column_op(writing_);
  const std::uint64_t mask = rotation_ - 1;
  const auto keep = [&](std::uint64_t count, std::uint64_t end, std::uint64_t next, Ticks period,
                        auto&& last) {
    Ticks back = 0;
    for (std::uint64_t n = 1; n <= count; ++n) {
      const Ticks column = last((next - n) & mask) - back;
      column_of(end - n) = column;
      for (Ticks clock = 0; clock < table_->command(op); ++clock) bus(op).take_old(column + clock);
      if ((n & mask) == 0) back += period;
    }
  };
  keep(std::min(skipped_, queue_), served_, next_burst_, period_,
       [&](std::uint64_t position) { return stream_[position].column; });
  if (const std::uint64_t since = served_ - skipped_before_.end; since < queue_) {
    keep(std::min(skipped_before_.count, queue_ - since), skipped_before_.end, skipped_before_.next,
         skipped_before_.period,
         [&](std::uint64_t position) { return skipped_before_.column[position]; });
  }
  skipped_ = skipped_before_.count = 0;
}

DramChannelLaw::Span DramChannelLaw::serve(Ticks arrival, std::uint64_t burst, std::uint64_t count,
                                           bool write) {
  const std::uint64_t end = burst + count;
  const Ticks latency = table_->latency(write);
  Span span{-1, 0};
  if (sink_ == nullptr && arrival >= next_refresh_ && !part_by_part_) {
    refresh(arrival, none, arrival);
    streaming_ = false;
  }
  while (burst < end) {
    Ticks first = 0;
    std::uint64_t n = 0;
    if (sink_ == nullptr && !steps_only_) {
      if (stream_goes_on(arrival, burst, write) || begin_stream(arrival, burst, write)) {
        first = stream_[burst & position_mask_].column + period_;
        n = hits_in_stream(burst, end);
        skip_hits(burst, n, write);
      } else if (end - burst >= rotation_) {
        n = open_rows(arrival, burst, end, write);
        first = column_of(served_ - n);
      }
    }
    if (n == 0) {
      first = step_burst(arrival, burst, end, write).column;
      n = 1;
    }
    if (span.first < 0) span.first = first + latency;
    burst += n;
  }
  span.last = last_column_ + latency;
  return span;
}

DramChannelLaw::Ticks DramChannelLaw::rest() const {
  return std::max({last_column_in_[0] + reach_.column[0], last_column_in_[1] + reach_.column[1],
                   last_activate_ + reach_.activate, refreshed_, newest_command() + 1});
}

DramChannelLaw::Ticks DramChannelLaw::rest_latency(std::uint64_t bursts) const {
  using enum DramOp;
  // Row by row: the first, then each by tRRD_L, and by tFAW for every four; then all as if the last
  // of them had opened first. A command may lose a clock to each of the others on the bus.
  const auto rows = static_cast<Ticks>(std::min(rotation_, bursts));
  const Ticks same_group = table_->gap(DramScope::group, read, read);
  const Ticks opening = table_->gap(DramScope::bank, precharge, activate) +
                        table_->gap(DramScope::bank, activate, read) +
                        (rows - 1) * table_->gap(DramScope::group, activate, activate) +
                        (rows - 1) / 4 * table_->activate_window() + 2 * rows;
  const auto rotations = static_cast<Ticks>((bursts + rotation_ - 1) / rotation_);
  const Ticks period = rotation_ <= most_positions ? pattern_->stream(false).period
                                                   : static_cast<Ticks>(rotation_) * same_group;
  return opening + rotations * period + same_group + table_->latency(false);
}

std::optional<DramChannelLaw::Hits> DramChannelLaw::hits(std::uint64_t bursts) const {
  if (steps_only_ || close_page_ || bank_machines_ > 0 || rotation_ > most_positions) return {};
  const DramColumnPattern::Stream& pattern = pattern_->stream(false);
  Hits h{0, 0, (rotation_ + bursts - 1) / bursts};
  for (std::uint64_t first = 0; first < rotation_; ++first) {
    if (!pattern.settled[first]) return {};
    const auto column = [&](std::uint64_t n) {
      return pattern.offset[first * rotation_ + n % rotation_] +
             static_cast<Ticks>(n / rotation_) * pattern.period;
    };
    h.turn = std::max(h.turn, column(bursts));
    h.length = std::max(h.length, column(bursts - 1));
  }
  return h;
}

std::uint64_t DramChannelLaw::open_behind(Ticks arrival, std::uint64_t burst) const {
  if (!streaming_ || writing_ || burst != next_burst_ || asleep(arrival)) return 0;
  if ((burst & (block_ - 1)) == 0) return 0;
  const Ticks turn = column_in_stream(0);
  if (arrival < turn || turn <= newest_command()) return 0;
  return (burst | (block_ - 1)) + 1 - burst;
}

void DramChannelLaw::skip(std::uint64_t requests, std::uint64_t bursts) {
  count_.page_hits += requests * bursts;
  count_.bursts_read += requests * bursts;
  busy_ += static_cast<Ticks>(requests * bursts) * table_->burst();
  streaming_ = false;
}

void DramChannelLaw::settle(Ticks end) {
  DramCommandLaw::settle(end);
  streaming_ = false;
}

}  // namespace tritsim
