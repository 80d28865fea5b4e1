// SPDX-License-Identifier: Apache-2.0
#include "models/dram/fr_fcfs_law.hpp"

#include <algorithm>
#include <bit>

namespace tritsim {
namespace {

std::uint32_t round_of(const DramController& c) {
  return c.port ? c.port->round : 0;
}

/// Ports that take turns; one if bursts enter in order of arrival.
std::size_t ports_in_turn(const DramController& c) {
  if (round_of(c) == 0) return 1;
  const auto numbers = c.port->controller_ports();
  return *std::max_element(numbers.begin(), numbers.end()) + std::size_t{1};
}

}  // namespace

FrFcfsLaw::FrFcfsLaw(const DramSpec& spec)
    : DramChannelLaw(spec),
      cap_(spec.controller.row_hit_cap),
      drain_(spec.controller.write_drain),
      entries_{Entries(ports_in_turn(spec.controller), round_of(spec.controller)),
               Entries(ports_in_turn(spec.controller), round_of(spec.controller))} {}

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

bool FrFcfsLaw::Entries::empty() const {
  return std::all_of(ports_.begin(), ports_.end(), [](const Backlog& b) { return b.empty(); });
}

FrFcfsLaw::Ticks FrFcfsLaw::Entries::first_arrival() const {
  Ticks first = never;
  for (const Backlog& b : ports_) {
    if (!b.empty()) first = std::min(first, b.front().arrival);
  }
  return first;
}

void FrFcfsLaw::Entries::push(const Run& run) {
  ports_[round_ == 0 ? 0 : run.port].push(run);
}

FrFcfsLaw::Run& FrFcfsLaw::Entries::next(Ticks now) {
  if (round_ > 0 && (left_ == 0 || !ready(turn_, now))) {
    do {
      turn_ = turn_ + 1 == ports_.size() ? 0 : turn_ + 1;
    } while (!ready(turn_, now));
    left_ = round_;
  }
  return ports_[turn_].front();
}

void FrFcfsLaw::Entries::pop() {
  if (round_ > 0) --left_;
  Run& run = ports_[turn_].front();
  run.first = false;
  if (++run.burst == run.end) ports_[turn_].pop();
}

void FrFcfsLaw::enqueue(const Run& run) {
  if (slots_.empty()) {
    const std::size_t most = queue_ + (drain_ ? drain_->queue : 0);
    slots_.resize(most);
    free_.resize(most);
    for (std::size_t n = 0; n < most; ++n) free_[n] = static_cast<Slot>(most - 1 - n);
    bank_queues_.resize(banks_.size());
    for (auto& list : candidates_) list.resize(banks_.size());
  }
  entries_[side(run.write)].push(run);
  next_.action = Action::none;
}

FrFcfsLaw::Ticks FrFcfsLaw::next_arrival() const {
  Ticks first = never;
  for (const std::size_t s : {0, 1}) {
    if (room(s)) first = std::min(first, entries_[s].first_arrival());
  }
  return first == never ? never : std::max(first, room_since_);
}

void FrFcfsLaw::fill(Ticks now) {
  if (now < room_since_) return;
  for (const std::size_t s : {0, 1}) {
    while (room(s)) {
      const Ticks entry = std::max(entries_[s].first_arrival(), room_since_);
      if (entry > now) break;
      enter(s, entry);
    }
  }
}

void FrFcfsLaw::begin(Ticks entry, std::size_t bank) {
  leave_stream();
  waiting_since_ = entry;
  if (entry >= next_refresh_) refresh(entry, bank, entry);
  const Ticks awake = wake(entry);
  for (Ticks& clock : clocks_) clock = std::max(clock, awake);
}

void FrFcfsLaw::enter(std::size_t side, Ticks now) {
  const Run& run = entries_[side].next(now);
  const Slot slot = free_.back();
  Waiting w;
  w.address = map_.decode(run.burst);
  w.bank = static_cast<std::uint8_t>(number(w.address));
  if (queue_empty()) begin(now, w.bank);
  if (next_age_ == most_ages) number_anew();
  w.age = next_age_++;
  w.request = run.request;
  w.write = run.write;
  w.first = run.first;
  w.closing = close_page_ && last_in_row(run.burst, run.end, w.address);
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
  if (q.hit[d] == no_slot && banks_[w.bank].row == static_cast<std::int64_t>(w.address.row)) {
    q.hit[d] = slot;
  }
  update(w.bank);
  ++in_queue_[side];
  ++waiting_[d];
  for (Ticks& clock : clocks_) clock = std::max(clock, now);
  entries_[side].pop();
}

void FrFcfsLaw::number_anew() {
  std::vector<Slot> by_age;
  for (const BankQueue& q : bank_queues_) {
    for (const Slot oldest : q.oldest) {
      for (Slot s = oldest; s != no_slot; s = slots_[s].next) by_age.push_back(s);
    }
  }
  std::sort(by_age.begin(), by_age.end(),
            [&](Slot a, Slot b) { return slots_[a].age < slots_[b].age; });
  next_age_ = 0;
  for (const Slot s : by_age) slots_[s].age = next_age_++;
  for (std::size_t b = 0; b < banks_.size(); ++b) update(b);
}

bool FrFcfsLaw::drains() const {
  const bool reads = waiting_[0] > 0;
  if (draining_) return waiting_[1] > 0 && !(waiting_[1] <= drain_->low && reads);
  return waiting_[1] >= drain_->high || (!reads && waiting_[1] > 0);
}

FrFcfsLaw::Slot FrFcfsLaw::older(Slot a, Slot b) const {
  if (a == no_slot || b == no_slot) return a == no_slot ? b : a;
  return slots_[a].age < slots_[b].age ? a : b;
}

FrFcfsLaw::Slot FrFcfsLaw::oldest_in_turn(const BankQueue& q, bool writes) const {
  if (drain_) return q.oldest[writes ? 1 : 0];
  return older(q.oldest[0], q.oldest[1]);
}

void FrFcfsLaw::update(std::size_t bank) {
  using enum DramOp;
  const BankQueue& q = bank_queues_[bank];
  const Bank& b = banks_[bank];
  const std::uint64_t bit = std::uint64_t{1} << bank;
  for (auto& mask : ready_) mask &= ~bit;
  const Slot oldest = oldest_in_turn(q, turn_);
  if (oldest == no_slot) return;
  const std::size_t group = group_of(bank);
  const auto add = [&](std::size_t list, DramOp op, Slot slot) {
    ready_[list] |= bit;
    const std::uint64_t row = op == activate || op == precharge ? 1 : 0;
    const std::uint64_t age = slots_[slot].age;
    candidates_[list][bank] = {
        b.ready[op], row << row_shift | age << age_shift | list << 6 | bank,
        static_cast<std::uint16_t>(group * row_and_column_ops + static_cast<std::size_t>(op)), op};
  };
  const bool hit = slots_[oldest].address.row == b.row;
  const bool capped = cap_ > 0 && q.passed >= cap_ && !hit;
  const bool reads = !capped && q.hit[0] != no_slot && !(drain_ && turn_);
  const bool writes = !capped && q.hit[1] != no_slot && !(drain_ && !turn_);
  if (reads) add(0, DramOp::read, q.hit[0]);
  if (writes) add(reads ? 1 : 0, DramOp::write, q.hit[1]);
  if (!reads && !writes) add(0, b.row < 0 ? activate : precharge, oldest);
}

FrFcfsLaw::Choice FrFcfsLaw::choose() {
  if (drain_ && drains() != turn_) {
    turn_ = drains();
    for (std::size_t b = 0; b < banks_.size(); ++b) update(b);
  }
  std::array<Ticks, 2> clocks = clocks_;
  for (;;) {
    const Choice c = choose_from(clocks);
    // The clock may be taken by a refresh of a bank: others may be ready when the next one is free.
    const Ticks free = first_free(c.op, c.at);
    if (free == c.at) return c;
    Ticks& clock = clocks[bus_of(c.op)];
    clock = row_bus_ ? free : std::min(free, c.at + 1);
    if (!row_bus_) clocks = {clock, clock};
  }
}

FrFcfsLaw::Choice FrFcfsLaw::choose_from(const std::array<Ticks, 2>& clocks) const {
  using enum DramOp;
  // From when on groups and ranks allow commands.
  std::array<Ticks, DramSpec::most_banks * row_and_column_ops> allowed;
  const Ticks columns = clocks[bus_of(read)];
  const std::size_t groups = std::size_t{1} << group_shift_;
  Ticks* next = allowed.data();
  const DramReadiness* group = groups_.data();
  for (const Rank& r : ranks_) {
    const Ticks any_activate = std::max({clocks[0], r.ready[activate], window_end(r)});
    const Ticks any_precharge = std::max(clocks[0], r.ready[precharge]);
    const Ticks any_read = std::max(columns, r.ready[read]);
    const Ticks any_write = std::max(columns, r.ready[write]);
    for (std::size_t g = 0; g < groups; ++g, ++group, next += row_and_column_ops) {
      next[0] = std::max(any_activate, (*group)[activate]);
      next[1] = std::max(any_precharge, (*group)[precharge]);
      next[2] = std::max(any_read, (*group)[read]);
      next[3] = std::max(any_write, (*group)[write]);
    }
  }
  const Ticks earliest = std::min(clocks[0], clocks[1]);
  const auto ready = [&](const Candidate& c) { return std::max(c.at, allowed[c.constraint]); };
  std::uint64_t best = ~std::uint64_t{0};
  for (std::size_t list = 0; list < ready_.size(); ++list) {
    const Candidate* const candidates = candidates_[list].data();
    for (std::uint64_t left = ready_[list]; left != 0; left &= left - 1) {
      const Candidate& c = candidates[std::countr_zero(left)];
      const auto wait = static_cast<std::uint64_t>(ready(c) - earliest);
      best = std::min(best, wait << clock_shift | c.rank);
    }
  }
  const Candidate& c = candidates_[best >> 6 & 1][best & 63];
  return {Action::command, c.op, best & 63, ready(c)};
}

FrFcfsLaw::Ticks FrFcfsLaw::next_command(Ticks limit) {
  if (next_.action != Action::none) return next_.at;
  fill(std::min({clocks_[0], clocks_[1], limit - 1}));
  Choice choice;
  for (;;) {
    const Ticks arrival = next_arrival();
    if (queue_empty()) {
      if (arrival >= limit) return limit;
      fill(arrival);
      continue;
    }
    choice = choose();
    if (arrival > std::min(choice.at, next_refresh_) || arrival >= limit) break;
    fill(arrival);
  }
  if (choice.at >= next_refresh_) choice = {Action::refresh, {}, 0, next_refresh_};
  if (choice.at < limit) next_ = choice;
  return choice.at;
}

std::optional<DramServed> FrFcfsLaw::send() {
  const Choice c = next_;
  next_.action = Action::none;
  if (c.action == Action::refresh) {
    refresh_due();
    return {};
  }
  draining_ = turn_;
  take(c.op, c.at);
  const Ticks next = c.at + table_->command(c.op);
  // On two buses, the other one may send in the same clock.
  const std::size_t own = bus_of(c.op);
  clocks_[own] = next;
  clocks_[1 - own] = row_bus_ ? std::max(clocks_[1 - own], c.at) : next;
  if (c.op == DramOp::read || c.op == DramOp::write) return send_column(c);
  send_row(c);
  update(c.bank);
  return {};
}

void FrFcfsLaw::send_row(const Choice& c) {
  Bank& bank = banks_[c.bank];
  BankQueue& q = bank_queues_[c.bank];
  Waiting& w = slots_[oldest_in_turn(q, turn_)];
  if (c.op == DramOp::precharge) {
    w.conflict = true;
    emit(DramCommand::Kind::precharge, c.at, w.address);
    close(c.bank, c.at);
    q.hit = {no_slot, no_slot};
    return;
  }
  w.opened = true;
  emit(DramCommand::Kind::activate, c.at, w.address);
  opened(c.at, c.at);
  bank.row = w.address.row;
  issue_activate(c.bank, c.at);
  ++count_.activates;
  q.passed = 0;
  for (const std::size_t d : {0, 1}) q.hit[d] = find_row(q.oldest[d], bank.row);
}

FrFcfsLaw::Slot FrFcfsLaw::find_row(Slot from, std::int64_t row) const {
  while (from != no_slot && slots_[from].address.row != row) from = slots_[from].next;
  return from;
}

void FrFcfsLaw::remove_hit(BankQueue& q, std::size_t direction) {
  const Slot slot = q.hit[direction];
  const Waiting& w = slots_[slot];
  Slot before = no_slot;
  for (Slot s = q.oldest[direction]; s != slot; s = slots_[s].next) before = s;
  (before == no_slot ? q.oldest[direction] : slots_[before].next) = w.next;
  if (q.youngest[direction] == slot) q.youngest[direction] = before;
  q.hit[direction] = find_row(w.next, w.address.row);
  free_.push_back(slot);
  --in_queue_[side(w.write)];
  --waiting_[direction];
}

DramServed FrFcfsLaw::send_column(const Choice& c) {
  const bool write = c.op == DramOp::write;
  BankQueue& q = bank_queues_[c.bank];
  Bank& bank = banks_[c.bank];
  const std::size_t d = write ? 1 : 0;
  const Waiting w = slots_[q.hit[d]];
  const Slot oldest = oldest_in_turn(q, write);
  if (slots_[oldest].address.row != w.address.row) ++q.passed;
  remove_hit(q, d);
  // A row that others in the queue want stays open.
  const bool closing = w.closing && q.hit[0] == no_slot && q.hit[1] == no_slot;
  emit(write ? DramCommand::Kind::write : DramCommand::Kind::read, c.at, w.address, closing);
  if (w.conflict) conflict_wait_ += idle_before(c.at, waiting_since_);
  issue_column(c.bank, c.at, write);
  if (closing) close(c.bank, bank.ready[DramOp::precharge]);
  ++(w.conflict ? count_.page_conflicts : w.opened ? count_.page_misses : count_.page_hits);
  ++(write ? count_.bursts_written : count_.bursts_read);
  busy_ += table_->burst();
  writing_ = write;
  last_bank_ = c.bank;
  refresh_idle_ = 0;
  column_of(served_++) = c.at;
  room_since_ = c.at + 1;
  update(c.bank);
  return {w.request, w.first, c.at + table_->latency(write)};
}

void FrFcfsLaw::refresh_due() {
  const Choice c = choose();
  Slot oldest = no_slot;
  for (const BankQueue& q : bank_queues_) {
    oldest = older(oldest, older(q.oldest[0], q.oldest[1]));
  }
  keep_awake(c.at);
  refresh(c.at, slots_[oldest].bank, next_refresh_);
  for (std::size_t b = 0; b < banks_.size(); ++b) {
    if (banks_[b].row < 0) bank_queues_[b].hit = {no_slot, no_slot};
    update(b);
  }
}

}  // namespace tritsim
