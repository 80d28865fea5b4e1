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
      banks_per_group_(spec.banks_per_group),
      queue_(spec.controller.queue),
      in_order_(spec.controller.scheduling == DramScheduling::in_order),
      close_page_(spec.controller.page_policy == PagePolicy::closed),
      power_down_(spec.controller.power_down),
      bank_by_bank_(spec.timing.per_bank.has_value()),
      banks_(spec.banks()),
      groups_(spec.bank_groups),
      columns_(std::bit_ceil(std::max(queue_, most_turn) + 1), long_ago) {
  const DramClocks t = spec.clocks();
  refresh_interval_ = t.per_bank ? t.per_bank->interval : t.trefi;
  refresh_duration_ = t.per_bank ? t.per_bank->duration : t.trfc;
  txp_ = t.txp;
  next_refresh_ = refresh_interval_;
}

DramCommandLaw::Plan DramCommandLaw::plan(const Burst& b, Ticks entry) const {
  const Bank& bank = banks_[b.bank];
  const DramReadiness& group = groups_[b.place.group];
  const DramOp op = column_op(b.write);
  Plan p;
  Ticks row_ready = bank.ready[op];
  if (bank.row != static_cast<std::int64_t>(b.place.row)) {
    Ticks ready = std::max(entry, bank.ready[DramOp::activate]);
    if (bank.row >= 0) {
      p.pre = bus_.first_free(latest(entry, bank.ready[DramOp::precharge], group[DramOp::precharge],
                                     channel_[DramOp::precharge]));
      ready = std::max(ready,
                       p.pre + table_->gap(DramScope::bank, DramOp::precharge, DramOp::activate));
    }
    p.act = bus_.first_free(latest(ready, group[DramOp::activate], channel_[DramOp::activate],
                                   activated_[activates_ & 3] + table_->activate_window()));
    row_ready = p.act + table_->gap(DramScope::bank, DramOp::activate, op);
  }
  p.column = bus_.first_free(column_ready(b.place.group, std::max(entry, row_ready), b.write));
  return p;
}

DramCommandLaw::Plan DramCommandLaw::step(Ticks arrival, const Burst& b) {
  const Ticks at_the_earliest = earliest();
  const Ticks entry = std::max(arrival, at_the_earliest);
  if (entry >= next_refresh_) refresh(entry, b.bank, entry);
  const Ticks ready = wake(entry);
  Plan p = plan(b, ready);
  while (p.column >= next_refresh_) {
    kept_ = p.column;  // by the burst that waits
    refresh(p.column, b.bank, entry);
    p = plan(b, ready);
  }
  refresh_idle_ = 0;
  last_bank_ = b.bank;

  Bank& bank = banks_[b.bank];
  if (p.act >= 0) {
    if (p.pre >= 0) {
      ++count_.page_conflicts;
      bus_.take(p.pre);
      emit(Kind::precharge, p.pre, b.place);
      close(bank, b.place.group, p.pre);
    } else {
      ++count_.page_misses;
    }
    bus_.take(p.act);
    emit(Kind::activate, p.act, b.place);
    opened(p.act, in_order_ ? entry : at_the_earliest);
    bank.row = b.place.row;
    issue_activate(bank, b.place.group, p.act);
    ++count_.activates;
  } else {
    ++count_.page_hits;
  }
  bus_.take(p.column);
  emit(b.write ? Kind::write : Kind::read, p.column, b.place, b.closing);
  issue_column(bank, b.place.group, p.column, b.write);
  if (b.closing) close(bank, b.place.group, bank.ready[DramOp::precharge]);
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
  return latest(bus_.newest() + 1, read_end, written, refreshed_, row_times_.last_closed(), awake_,
                kept_);
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
    const Ticks pre = bus_.first_free(ready);
    bus_.take(pre);
    emit(Kind::precharge_all, pre, {});
    row_times_.close(pre, open_rows_);
    open_rows_ = 0;
    channel_.issue(table_->after(DramScope::channel, DramOp::precharge_all), pre);
    for (Bank& b : banks_) {
      if (b.row >= 0) b.ready.issue(table_->after(DramScope::bank, DramOp::precharge_all), pre);
      b.row = -1;
    }
  }
  for (const Bank& b : banks_) ready = std::max(ready, b.ready[DramOp::refresh]);
  ready = bus_.first_free(ready);
  bus_.take(ready);
  emit(Kind::refresh, ready, {});
  refreshed_ = ready + refresh_duration_;
  for (Bank& b : banks_) b.ready.issue(table_->after(DramScope::bank, DramOp::refresh), ready);
  ++count_.refreshes;
}

std::size_t DramCommandLaw::next_to_refresh(std::size_t wanted) {
  // Backwards through the banks: a stream, which goes forwards, is met and left behind. A bank in
  // use waits, until it is the last of its round.
  const std::size_t n = banks_.size();
  const Ticks row_cycle = table_->gap(DramScope::bank, DramOp::activate, DramOp::activate);
  const std::size_t used = last_column_ + row_cycle >= next_refresh_ ? last_bank_ : none;
  std::size_t first = none;
  std::size_t choice = none;
  for (std::size_t i = 0; i < n && choice == none; ++i) {
    const std::size_t bank = (refresh_turn_ + n - i) % n;
    if ((refreshed_banks_ >> bank & 1) != 0) continue;
    if (first == none) first = bank;
    if (bank != wanted && bank != used) choice = bank;
  }
  if (choice == none) choice = first;
  // There is a bank, and never is each of them refreshed already.
  // NOLINTBEGIN(clang-analyzer-core.DivideZero,clang-analyzer-core.UndefinedBinaryOperatorResult)
  if (choice == first) refresh_turn_ = (choice + n - 1) % n;
  refreshed_banks_ |= std::uint64_t{1} << choice;
  // NOLINTEND(clang-analyzer-core.DivideZero,clang-analyzer-core.UndefinedBinaryOperatorResult)
  if (++refreshed_count_ == n) refreshed_banks_ = refreshed_count_ = 0;
  return choice;
}

void DramCommandLaw::refresh_bank(std::size_t wanted) {
  const std::size_t turn = next_to_refresh(wanted);
  Bank& bank = banks_[turn];
  BurstPlace place;
  place.group = static_cast<std::uint32_t>(turn) / banks_per_group_;
  place.bank = static_cast<std::uint32_t>(turn) % banks_per_group_;
  if (bank.row >= 0) {
    const Ticks pre = bus_.first_free(std::max(next_refresh_, bank.ready[DramOp::precharge]));
    bus_.take(pre);
    emit(Kind::precharge, pre, place);
    close(bank, place.group, pre);
  }
  const Ticks at = bus_.first_free(std::max(next_refresh_, bank.ready[DramOp::refresh]));
  bus_.take(at);
  emit(Kind::refresh_bank, at, place);
  bank.ready.issue(table_->after(DramScope::bank, DramOp::refresh), at);
  refreshed_ = std::max(refreshed_, at + refresh_duration_);
  ++count_.bank_refreshes;
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
  if (refresh_idle_ <= (bank_by_bank_ ? 2 * banks_.size() : 0) || sink_ != nullptr) return;
  const auto each = static_cast<Ticks>(bank_by_bank_ ? banks_.size() : 1);  // refreshes of a round
  const Ticks rounds = (now - next_refresh_) / (refresh_interval_ * each) - 1;
  if (rounds <= 0) return;
  if (power_down_) sleep_through(rounds * each);
  next_refresh_ += rounds * each * refresh_interval_;
  (bank_by_bank_ ? count_.bank_refreshes : count_.refreshes) +=
      static_cast<std::uint64_t>(rounds * each);
}

void DramCommandLaw::refresh(Ticks now, std::size_t wanted, Ticks since) {
  while (next_refresh_ <= now) {
    skip_idle_refreshes(now);
    if (power_down_ && sleep(next_refresh_ - txp_)) kept_ = next_refresh_;
    if (bank_by_bank_) {
      refresh_bank(since <= next_refresh_ ? wanted : none);
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
