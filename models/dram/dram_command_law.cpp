// SPDX-License-Identifier: Apache-2.0
#include "models/dram/dram_command_law.hpp"

#include <limits>

namespace tritsim {
namespace {

using Kind = DramCommand::Kind;

/// The latest of some clocks; by value: std::max of a list goes through memory.
template <class... T>
constexpr std::int64_t latest(std::int64_t first, T... others) {
  ((first = std::max(first, static_cast<std::int64_t>(others))), ...);
  return first;
}

/// Bursts that a rotation of the banks may have where its column commands are kept.
constexpr std::uint64_t most_turn = 16;

}  // namespace

DramCommandLaw::DramCommandLaw(const DramSpec& spec)
    : map_(spec.address_map()),
      table_(std::make_shared<const DramTimingTable>(spec)),
      bank_shift_(static_cast<unsigned>(std::countr_zero(spec.banks_per_group))),
      group_shift_(static_cast<unsigned>(std::countr_zero(spec.bank_groups))),
      row_bus_(spec.row_bus),
      bank_machines_(spec.controller.bank_machines),
      queue_(spec.controller.queue),
      close_page_(spec.controller.page_policy == PagePolicy::closed),
      power_down_(spec.controller.power_down),
      refresh_part_(!spec.timing.per_bank ? spec.ranks > 1 ? RefreshPart::rank : RefreshPart::all
                    : spec.timing.per_bank->of_each_group ? RefreshPart::bank_of_each_group
                                                          : RefreshPart::bank),
      part_by_part_(refresh_part_ != RefreshPart::all),
      banks_(spec.banks()),
      groups_(std::size_t{spec.ranks} * spec.bank_groups),
      ranks_(spec.ranks),
      columns_(std::bit_ceil(std::max(queue_, most_turn) + 1), long_ago) {
  const DramClocks t = spec.clocks();
  refresh_interval_ = (t.per_bank ? t.per_bank->interval : t.trefi) / spec.ranks;
  refresh_duration_ = t.per_bank ? t.per_bank->duration : t.trfc;
  txp_ = t.txp;
  next_refresh_ = refresh_interval_;
}

DramCommandLaw::Plan DramCommandLaw::plan(const Burst& b, Ticks entry) const {
  const Bank& bank = banks_[b.bank];
  const DramReadiness& group = groups_[group_of(b.bank)];
  const Rank& rank = ranks_[rank_of(b.bank)];
  const DramOp op = column_op(b.write);
  Plan p;
  Ticks row_ready = bank.ready[op];
  if (bank.row != static_cast<std::int64_t>(b.address.row)) {
    Ticks ready = latest(entry, bank.ready[DramOp::activate], last_activate_ + 1);
    if (bank.row >= 0) {
      p.pre = first_free(DramOp::precharge,
                         latest(entry, bank.ready[DramOp::precharge], group[DramOp::precharge],
                                rank.ready[DramOp::precharge]));
      ready = std::max(ready,
                       p.pre + table_->gap(DramScope::bank, DramOp::precharge, DramOp::activate));
    }
    p.act = first_free(DramOp::activate, latest(ready, group[DramOp::activate],
                                                rank.ready[DramOp::activate], window_end(rank)));
    row_ready = p.act + table_->gap(DramScope::bank, DramOp::activate, op);
  }
  p.column = first_free(op, column_ready(group_of(b.bank), std::max(entry, row_ready), b.write));
  return p;
}

void DramCommandLaw::use_machine(std::size_t bank, Ticks column) {
  auto place = std::find_if(machines_.begin(), machines_.end(),
                            [&](const BankMachine& m) { return m.bank == bank; });
  if (place == machines_.end()) {
    machines_.push_back({bank, column});
    place = machines_.end() - 1;
  }
  place->column = column;
  std::rotate(machines_.begin(), place, place + 1);
}

DramCommandLaw::Ticks DramCommandLaw::machine_free(std::size_t bank) const {
  if (bank_machines_ == 0 || machines_.size() < bank_machines_) return long_ago;
  for (std::size_t n = 0; n < bank_machines_; ++n) {
    if (machines_[n].bank == bank) return long_ago;
  }
  return machines_[bank_machines_ - 1].column;
}

DramCommandLaw::Plan DramCommandLaw::step(Ticks arrival, const Burst& b) {
  const Ticks entry = latest(arrival, earliest(), machine_free(b.bank));
  if (entry >= next_refresh_) refresh(entry, b.bank, entry);
  const Ticks ready = wake(entry);
  Plan p = plan(b, ready);
  while (p.column >= next_refresh_) {
    keep_awake(p.column);
    refresh(p.column, b.bank, entry);
    p = plan(b, ready);
  }
  refresh_idle_ = 0;
  last_bank_ = b.bank;

  Bank& bank = banks_[b.bank];
  if (p.act >= 0) {
    if (p.pre >= 0) {
      ++count_.page_conflicts;
      conflict_wait_ += idle_before(p.column, arrival);
      take(DramOp::precharge, p.pre);
      emit(Kind::precharge, p.pre, b.address);
      close(b.bank, p.pre);
    } else {
      ++count_.page_misses;
    }
    take(DramOp::activate, p.act);
    emit(Kind::activate, p.act, b.address);
    opened(p.act, entry);
    bank.row = b.address.row;
    issue_activate(b.bank, p.act);
    ++count_.activates;
  } else {
    ++count_.page_hits;
  }
  take(column_op(b.write), p.column);
  emit(b.write ? Kind::write : Kind::read, p.column, b.address, b.closing);
  issue_column(b.bank, p.column, b.write);
  if (b.closing) close(b.bank, bank.ready[DramOp::precharge]);
  ++(b.write ? count_.bursts_written : count_.bursts_read);
  busy_ += table_->burst();
  writing_ = b.write;
  column_of(served_++) = p.column;
  return p;
}

DramCommandLaw::Ticks DramCommandLaw::idle_since() const {
  // A write is over when its row could be closed.
  const Ticks read_end = last_column_in_[0] + table_->latency(false);
  const Ticks written =
      last_column_in_[1] + table_->gap(DramScope::bank, DramOp::write, DramOp::precharge);
  return latest(newest_command() + 1, read_end, written, refreshed_, row_times_.last_closed(),
                awake_, kept_);
}

bool DramCommandLaw::sleep(Ticks until) {
  const Ticks from = idle_since() + power_down_->after;
  if (from >= until) return false;
  (open_rows_ > 0 ? down_open_ : down_closed_) += until - from;
  emit(Kind::power_down, from, {});
  emit(Kind::power_up, until, {});
  return true;
}

DramCommandLaw::Ticks DramCommandLaw::wake(Ticks entry) {
  if (!power_down_) return entry;
  // By then it is being woken for a refresh.
  const Ticks up = std::min(entry, next_refresh_ - txp_);
  if (sleep(up)) awake_ = up + txp_;
  return std::max(entry, awake_);
}

void DramCommandLaw::refresh_all() {
  Ticks ready = next_refresh_;
  if (open_rows_ > 0) {
    for (const Bank& b : banks_) {
      if (b.row >= 0) ready = std::max(ready, b.ready[DramOp::precharge]);
    }
    const Ticks pre = first_free(DramOp::precharge_all, ready);
    take(DramOp::precharge_all, pre);
    emit(Kind::precharge_all, pre, {});
    row_times_.close(pre, open_rows_);
    open_rows_ = 0;
    for (Bank& b : banks_) {
      if (b.row >= 0) b.ready.issue(table_->after(DramScope::bank, DramOp::precharge_all), pre);
      b.row = -1;
    }
  }
  for (const Bank& b : banks_) ready = std::max(ready, b.ready[DramOp::refresh]);
  ready = first_free(DramOp::refresh, ready);
  take(DramOp::refresh, ready);
  emit(Kind::refresh, ready, {});
  refreshed_ = ready + refresh_duration_;
  for (Bank& b : banks_) b.ready.issue(table_->after(DramScope::bank, DramOp::refresh), ready);
  ++count_.refreshes;
}

std::size_t DramCommandLaw::refresh_parts() const {
  switch (refresh_part_) {
    case RefreshPart::rank:
      return ranks_.size();
    case RefreshPart::bank_of_each_group:
      return ranks_.size() << bank_shift_;
    case RefreshPart::all:
    case RefreshPart::bank:
      break;
  }
  return banks_.size();
}

std::size_t DramCommandLaw::part_of(std::size_t bank) const {
  switch (refresh_part_) {
    case RefreshPart::rank:
      return rank_of(bank);
    case RefreshPart::bank_of_each_group:
      return rank_of(bank) << bank_shift_ | (bank & ((std::size_t{1} << bank_shift_) - 1));
    case RefreshPart::all:
    case RefreshPart::bank:
      break;
  }
  return bank;
}

std::size_t DramCommandLaw::next_to_refresh(std::size_t wanted) {
  // Backwards through the parts: a stream, which goes forwards, is met and left behind. A part in
  // use waits, until it is the last of its round.
  const std::size_t n = refresh_parts();
  const Ticks row_cycle = table_->gap(DramScope::bank, DramOp::activate, DramOp::activate);
  const bool in_use = last_bank_ != none && last_column_ + row_cycle >= next_refresh_;
  const std::size_t used = in_use ? part_of(last_bank_) : none;
  const std::size_t kept = wanted == none ? none : part_of(wanted);
  std::size_t first = none;
  std::size_t choice = none;
  for (std::size_t i = 0; i < n && choice == none; ++i) {
    const std::size_t part = (refresh_turn_ + n - i) % n;
    if ((refreshed_parts_ >> part & 1) != 0) continue;
    if (first == none) first = part;
    if (part != kept && part != used) choice = part;
  }
  if (choice == none) choice = first;
  // There is a part, and never is each of them refreshed already.
  // NOLINTBEGIN(clang-analyzer-core.DivideZero,clang-analyzer-core.UndefinedBinaryOperatorResult)
  if (choice == first) refresh_turn_ = (choice + n - 1) % n;
  refreshed_parts_ |= std::uint64_t{1} << choice;
  // NOLINTEND(clang-analyzer-core.DivideZero,clang-analyzer-core.UndefinedBinaryOperatorResult)
  if (++refreshed_count_ == n) refreshed_parts_ = refreshed_count_ = 0;
  return choice;
}

void DramCommandLaw::refresh_next_part(std::size_t wanted) {
  const std::size_t turn = next_to_refresh(wanted);
  const bool single = refresh_part_ == RefreshPart::bank;
  boost::container::static_vector<std::size_t, DramSpec::most_banks> part;
  for (std::size_t b = 0; b < banks_.size(); ++b) {
    if (part_of(b) == turn) part.push_back(b);
  }
  DramReadiness& rank = ranks_[rank_of(part.front())].ready;
  DramAddress address;
  address.rank = static_cast<std::uint32_t>(rank_of(part.front()));
  address.bank = static_cast<std::uint32_t>(part.front() & ((std::size_t{1} << bank_shift_) - 1));
  if (single) {
    address.group =
        static_cast<std::uint32_t>(group_of(turn) & ((std::size_t{1} << group_shift_) - 1));
  }
  // One command closes all rows of the part.
  const DramOp closing = single ? DramOp::precharge : DramOp::precharge_all;
  Ticks ready = next_refresh_;
  bool open = false;
  for (const std::size_t b : part) {
    if (banks_[b].row < 0) continue;
    open = true;
    ready = latest(ready, banks_[b].ready[DramOp::precharge], rank[DramOp::precharge]);
  }
  if (open) {
    const Ticks pre = first_free(closing, ready);
    take(closing, pre);
    emit(single                               ? Kind::precharge
         : refresh_part_ == RefreshPart::rank ? Kind::precharge_all
                                              : Kind::precharge_same,
         pre, address);
    for (const std::size_t b : part) {
      if (banks_[b].row < 0) continue;
      banks_[b].row = -1;
      banks_[b].ready.issue(table_->after(DramScope::bank, closing), pre);
      --open_rows_;
      row_times_.close(pre);
    }
    rank.issue(table_->after(DramScope::rank, DramOp::precharge), pre);
  }
  ready = latest(next_refresh_, rank[DramOp::refresh]);
  for (const std::size_t b : part) ready = std::max(ready, banks_[b].ready[DramOp::refresh]);
  const Ticks at = first_free(DramOp::refresh, ready);
  take(DramOp::refresh, at);
  emit(single                               ? Kind::refresh_bank
       : refresh_part_ == RefreshPart::rank ? Kind::refresh
                                            : Kind::refresh_same,
       at, address);
  for (const std::size_t b : part) {
    banks_[b].ready.issue(table_->after(DramScope::bank, DramOp::refresh), at);
  }
  rank.issue(table_->after(DramScope::rank, DramOp::refresh), at);
  refreshed_ = std::max(refreshed_, at + refresh_duration_);
  ++(refresh_part_ == RefreshPart::rank ? count_.refreshes : count_.bank_refreshes);
}

void DramCommandLaw::sleep_through(Ticks refreshes) {
  // The time before the first of them, and the others', which are alike.
  sleep(next_refresh_ - txp_);
  const Ticks each = refresh_interval_ - refresh_duration_ - power_down_->after - txp_;
  down_closed_ += (refreshes - 1) * std::max<Ticks>(each, 0);
  kept_ = next_refresh_ + (refreshes - 1) * refresh_interval_ + refresh_duration_;
}

void DramCommandLaw::skip_idle_refreshes(Ticks now) {
  // In an idle stretch nothing happens but refreshes, each when it is due: of those only the last
  // round can matter.
  if (refresh_idle_ <= (part_by_part_ ? 2 * refresh_parts() : 0) || sink_ != nullptr) return;
  const auto each =
      static_cast<Ticks>(part_by_part_ ? refresh_parts() : 1);  // refreshes of a round
  const Ticks rounds = (now - next_refresh_) / (refresh_interval_ * each) - 1;
  if (rounds <= 0) return;
  if (power_down_) sleep_through(rounds * each);
  next_refresh_ += rounds * each * refresh_interval_;
  const bool of_banks = part_by_part_ && refresh_part_ != RefreshPart::rank;
  (of_banks ? count_.bank_refreshes : count_.refreshes) +=
      static_cast<std::uint64_t>(rounds * each);
}

void DramCommandLaw::refresh(Ticks now, std::size_t wanted, Ticks since) {
  while (next_refresh_ <= now) {
    skip_idle_refreshes(now);
    if (power_down_ && sleep(next_refresh_ - txp_)) kept_ = next_refresh_;
    if (part_by_part_) {
      refresh_next_part(since <= next_refresh_ ? wanted : none);
    } else {
      refresh_all();
    }
    next_refresh_ += refresh_interval_;
    ++refresh_idle_;
  }
}

void DramCommandLaw::settle(Ticks end) {
  refresh(end, none, end);
  if (power_down_) sleep(end);
  row_times_.count(std::numeric_limits<Ticks>::max());
  const Ticks until = row_times_.last_closed();
  active_ = (open_rows_ > 0 ? std::max(end, until) : until) - row_times_.all_closed();
}

}  // namespace tritsim
