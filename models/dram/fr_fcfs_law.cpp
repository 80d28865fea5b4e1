// SPDX-License-Identifier: Apache-2.0
#include "models/dram/fr_fcfs_law.hpp"

#include <algorithm>
#include <bit>

namespace tritsim {

FrFcfsLaw::FrFcfsLaw(const DramSpec& spec)
    : DramChannelLaw(spec),
      cap_(spec.controller.row_hit_cap),
      drain_(spec.controller.write_drain) {}

void FrFcfsLaw::Backlog::push(const Run& run) {
  if (empty()) {
    runs_.clear();
    first_ = 0;
  }
  auto place = runs_.end();
  while (place != runs_.begin() + static_cast<std::ptrdiff_t>(first_) &&
         (place - 1)->arrival > run.arrival) {
    --place;
  }
  runs_.insert(place, run);
}

void FrFcfsLaw::Backlog::pop() {
  if (++first_ * 2 < runs_.size() || first_ < 64) return;
  runs_.erase(runs_.begin(), runs_.begin() + static_cast<std::ptrdiff_t>(first_));
  first_ = 0;
}

void FrFcfsLaw::enqueue(const Run& run) {
  if (slots_.empty()) {
    const std::size_t most = queue_ + (drain_ ? drain_->queue : 0);
    slots_.resize(most);
    free_.resize(most);
    for (std::size_t n = 0; n < most; ++n) free_[n] = static_cast<Slot>(most - 1 - n);
    bank_queues_.resize(banks_.size());
  }
  backlog_[side(run.write)].push(run);
  next_.command = Command::none;
}

FrFcfsLaw::Ticks FrFcfsLaw::next_arrival() const {
  Ticks first = never;
  for (const std::size_t s : {0, 1}) {
    if (!backlog_[s].empty() && room(s)) first = std::min(first, backlog_[s].front().arrival);
  }
  return first;
}

void FrFcfsLaw::fill(Ticks now) {
  for (const std::size_t s : {0, 1}) {
    while (!backlog_[s].empty() && room(s) && backlog_[s].front().arrival <= now) enter(s);
  }
}

void FrFcfsLaw::begin(Ticks arrival, std::size_t bank) {
  leave_stream();
  clock_ = std::max(clock_, arrival);
  if (clock_ >= next_refresh_) refresh(clock_, bank, clock_);
  clock_ = wake(clock_);
}

void FrFcfsLaw::enter(std::size_t side) {
  Run& run = backlog_[side].front();
  const Slot slot = free_.back();
  Waiting w;
  w.place = map_.decode(run.burst);
  w.bank = static_cast<std::uint8_t>(number(w.place));
  if (queue_empty()) begin(run.arrival, w.bank);
  w.age = next_age_++;
  w.request = run.request;
  w.write = run.write;
  w.first = run.first;
  w.closing = close_page_ && last_in_row(run.burst, run.end, w.place);
  free_.pop_back();
  slots_[slot] = w;
  BankQueue& q = bank_queues_[w.bank];
  const std::size_t d = w.write ? 1 : 0;
  if (q.oldest[d] == no_slot) {
    q.oldest[d] = slot;
  } else {
    slots_[q.youngest[d]].next = slot;
  }
  q.youngest[d] = slot;
  if (q.hit[d] == no_slot && banks_[w.bank].row == static_cast<std::int64_t>(w.place.row)) {
    q.hit[d] = slot;
  }
  active_banks_ |= std::uint64_t{1} << w.bank;
  ++in_queue_[side];
  ++waiting_[d];
  clock_ = std::max(clock_, run.arrival);
  run.first = false;
  if (++run.burst == run.end) backlog_[side].pop();
}

bool FrFcfsLaw::drains() const {
  const bool reads = waiting_[0] > 0;
  if (draining_) return waiting_[1] > 0 && !(waiting_[1] <= drain_->low && reads);
  return waiting_[1] >= drain_->high || (!reads && waiting_[1] > 0);
}

FrFcfsLaw::Slot FrFcfsLaw::older(Slot a, Slot b) const {
  if (a == no_slot || b == no_slot) return a == no_slot ? b : a;
  return order(a) < order(b) ? a : b;
}

FrFcfsLaw::Slot FrFcfsLaw::oldest_in_turn(const BankQueue& q, bool writes) const {
  if (drain_) return q.oldest[writes ? 1 : 0];
  return older(q.oldest[0], q.oldest[1]);
}

FrFcfsLaw::Candidate FrFcfsLaw::choose() const {
  Candidate c = choose_from(clock_);
  // The clock may be taken by a refresh of a bank: others may be ready when the next one is free.
  for (Ticks free = bus_.first_free(c.at); free != c.at; free = bus_.first_free(c.at)) {
    c = choose_from(free);
  }
  return c;
}

FrFcfsLaw::Candidate FrFcfsLaw::choose_from(Ticks clock) const {
  // A command's rank: its clock, columns before rows, the oldest burst's first.
  std::uint64_t best = ~std::uint64_t{0};
  Candidate c;
  const auto consider = [&](Ticks at, bool row, Slot slot, Command command, std::size_t bank) {
    const auto wait = static_cast<std::uint64_t>(std::max<Ticks>(at - clock, 0));
    const std::uint64_t rank = wait << 33 | std::uint64_t{row} << 32 | order(slot);
    if (rank < best) {
      best = rank;
      c = {command, bank, clock + static_cast<Ticks>(wait)};
    }
  };
  const bool drain = drain_ && drains();
  const Ticks window = activated_[activates_ & 3] + table_->activate_window();
  for (std::uint64_t left = active_banks_; left != 0; left &= left - 1) {
    const auto b = static_cast<std::size_t>(std::countr_zero(left));
    const BankQueue& q = bank_queues_[b];
    const Bank& bank = banks_[b];
    const DramReadiness& group = groups_[b / banks_per_group_];
    const Slot oldest = oldest_in_turn(q, drain);
    if (oldest == no_slot) continue;
    const bool hit = slots_[oldest].place.row == bank.row;
    const bool capped = cap_ > 0 && q.passed >= cap_ && !hit;
    bool wanted = false;
    for (const std::size_t d : {0, 1}) {
      if (q.hit[d] == no_slot || capped || (drain_ && drain != (d == 1))) continue;
      const DramOp op = d == 0 ? DramOp::read : DramOp::write;
      wanted = true;
      consider(std::max({bank.ready[op], group[op], channel_[op]}), false, q.hit[d],
               d == 0 ? Command::read : Command::write, b);
    }
    if (hit || wanted) continue;
    if (bank.row < 0) {
      consider(std::max({bank.ready[DramOp::activate], group[DramOp::activate],
                         channel_[DramOp::activate], window}),
               true, oldest, Command::activate, b);
    } else {
      consider(std::max({bank.ready[DramOp::precharge], group[DramOp::precharge],
                         channel_[DramOp::precharge]}),
               true, oldest, Command::precharge, b);
    }
  }
  return c;
}

FrFcfsLaw::Ticks FrFcfsLaw::next_command() {
  if (next_.command != Command::none) return next_.at;
  fill(clock_);
  for (;;) {
    const Ticks arrival = next_arrival();
    if (queue_empty()) {
      if (arrival == never) return never;
      fill(arrival);
      continue;
    }
    next_ = choose();
    if (arrival > std::min(next_.at, next_refresh_)) break;
    fill(arrival);
  }
  if (next_.at >= next_refresh_) next_ = {Command::refresh, 0, next_refresh_};
  return next_.at;
}

std::optional<DramServed> FrFcfsLaw::send() {
  static_cast<void>(next_command());
  const Candidate c = next_;
  next_.command = Command::none;
  if (c.command == Command::refresh) {
    refresh_due();
    return {};
  }
  if (drain_) draining_ = drains();
  bus_.take(c.at);
  clock_ = c.at + 1;
  if (c.command == Command::read || c.command == Command::write) {
    return send_column(c, c.command == Command::write);
  }
  Bank& bank = banks_[c.bank];
  BankQueue& q = bank_queues_[c.bank];
  Waiting& w = slots_[oldest_in_turn(q, draining_)];
  if (c.command == Command::precharge) {
    w.conflict = true;
    emit(DramCommand::Kind::precharge, c.at, w.place);
    close(bank, w.place.group, c.at);
    q.hit = {no_slot, no_slot};
    return {};
  }
  w.opened = true;
  emit(DramCommand::Kind::activate, c.at, w.place);
  opened(c.at, c.at);
  bank.row = w.place.row;
  issue_activate(bank, w.place.group, c.at);
  ++count_.activates;
  q.passed = 0;
  for (const std::size_t d : {0, 1}) q.hit[d] = find_row(q.oldest[d], bank.row);
  return {};
}

FrFcfsLaw::Slot FrFcfsLaw::find_row(Slot from, std::int64_t row) const {
  while (from != no_slot && slots_[from].place.row != row) from = slots_[from].next;
  return from;
}

void FrFcfsLaw::remove_hit(BankQueue& q, std::size_t direction) {
  const Slot slot = q.hit[direction];
  const Waiting& w = slots_[slot];
  Slot before = no_slot;
  for (Slot s = q.oldest[direction]; s != slot; s = slots_[s].next) before = s;
  (before == no_slot ? q.oldest[direction] : slots_[before].next) = w.next;
  if (q.youngest[direction] == slot) q.youngest[direction] = before;
  q.hit[direction] = find_row(w.next, w.place.row);
  if (q.oldest[0] == no_slot && q.oldest[1] == no_slot) {
    active_banks_ &= ~(std::uint64_t{1} << w.bank);
  }
  free_.push_back(slot);
  --in_queue_[side(w.write)];
  --waiting_[direction];
}

DramServed FrFcfsLaw::send_column(const Candidate& c, bool write) {
  BankQueue& q = bank_queues_[c.bank];
  Bank& bank = banks_[c.bank];
  const std::size_t d = write ? 1 : 0;
  const Waiting w = slots_[q.hit[d]];
  const Slot oldest = oldest_in_turn(q, write);
  if (slots_[oldest].place.row != w.place.row) ++q.passed;
  remove_hit(q, d);
  // A row that others in the queue want stays open.
  const bool closing = w.closing && q.hit[0] == no_slot && q.hit[1] == no_slot;
  emit(write ? DramCommand::Kind::write : DramCommand::Kind::read, c.at, w.place, closing);
  issue_column(bank, w.place.group, c.at, write);
  if (closing) close(bank, w.place.group, bank.ready[DramOp::precharge]);
  ++(w.conflict ? count_.page_conflicts : w.opened ? count_.page_misses : count_.page_hits);
  ++(write ? count_.bursts_written : count_.bursts_read);
  busy_ += table_->burst();
  writing_ = write;
  last_bank_ = c.bank;
  refresh_idle_ = 0;
  column_of(served_++) = c.at;
  return {w.request, w.first, c.at + table_->latency(write)};
}

void FrFcfsLaw::refresh_due() {
  const Candidate c = choose();
  Slot oldest = no_slot;
  for (const BankQueue& q : bank_queues_) {
    oldest = older(oldest, older(q.oldest[0], q.oldest[1]));
  }
  keep_awake(c.at);
  refresh(c.at, slots_[oldest].bank, next_refresh_);
  for (std::size_t b = 0; b < banks_.size(); ++b) {
    if (banks_[b].row < 0) bank_queues_[b].hit = {no_slot, no_slot};
  }
}

}  // namespace tritsim
