// SPDX-License-Identifier: Apache-2.0
#include "models/dram_channel_law.hpp"

#include <algorithm>
#include <bit>
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

}  // namespace

DramChannelLaw::Rhythms::Rhythms(const DramSpec& spec, const AddressMap& map, std::uint64_t length)
    : rotation(length), offset(length * length), prompt(length) {
  for (std::uint64_t n = 0; n < length; ++n) {
    const BurstPlace p = map.decode(n);
    place.push_back({p.group * spec.banks_per_group + p.bank, p.group});
  }
  const DramClocks t = spec.clocks();
  constexpr std::uint64_t rotations = 6;
  for (std::uint64_t phase = 0; phase < rotation; ++phase) {
    // A run of hits from rest, on the rule of the column commands alone.
    std::vector<Ticks> group(spec.bank_groups, long_ago);
    std::vector<Ticks> cas;
    for (std::uint64_t n = 0; n < rotations * rotation; ++n) {
      Ticks& own = group[map.decode((phase + n) % rotation).group];
      const Ticks before = cas.empty() ? Ticks{-1} * t.tccd_s : cas.back();
      own = std::max(before + t.tccd_s, own + t.tccd_l);
      cas.push_back(own);
    }
    const Ticks last = cas[(rotations - 1) * rotation] - cas[(rotations - 2) * rotation];
    period = std::max(period, last);
    bool same = true;
    for (std::uint64_t n = rotation; n < cas.size(); ++n) {
      same = same && cas[n] - cas[n - rotation] == cas[rotation] - cas[0];
    }
    prompt[phase] = same;
    std::copy_n(cas.begin(), rotation,
                offset.begin() + static_cast<std::ptrdiff_t>(phase * rotation));
  }
}

DramChannelLaw::DramChannelLaw(const DramSpec& spec)
    : timing_(spec.clocks()),
      map_(spec.address_map()),
      banks_per_group_(spec.banks_per_group),
      data_(spec.burst_length / 2),
      queue_(spec.controller.queue),
      in_order_(spec.controller.scheduling == DramScheduling::in_order),
      close_page_(spec.controller.page_policy == PagePolicy::closed),
      power_down_(spec.controller.power_down),
      rotation_(std::uint64_t{1} << map_.rotation_shift()),
      lane_mask_(std::min(rotation_, most_lanes) - 1),
      block_(std::uint64_t{1} << map_.block_shift()),
      rhythms_(rotation_ <= most_lanes ? std::make_shared<const Rhythms>(spec, map_, rotation_)
                                       : std::make_shared<const Rhythms>(spec, map_, 1)),
      openings_(std::make_shared<Openings>()),
      banks_(spec.banks()),
      groups_(spec.bank_groups),
      cas_(std::bit_ceil(std::max(queue_, most_turn) + 1), long_ago),
      next_refresh_(timing_.per_bank ? timing_.per_bank->interval : timing_.trefi),
      lanes_(lane_mask_ + 1) {}

// Called for every burst or row of a block, from here alone.
inline void DramChannelLaw::close(Bank& bank, Ticks at, Ticks recovery) {
  bank.row = -1;
  bank.act_ready = std::max(at + recovery, bank.act + timing_.trc);
  --open_rows_;
  row_times_.close(at);
}

inline void DramChannelLaw::opened(Ticks act, Ticks until) {
  ++open_rows_;
  row_times_.open(act);
  if (row_times_.pending() > queue_ + most_open) row_times_.count(until);
}

inline void DramChannelLaw::column(Bank& bank, Group& group, Ticks cas, bool write) {
  group.cas = last_cas_ = cas;
  if (write) {
    group.write_end = write_end_ = cas + timing_.cwl + data_;
    bank.pre_ready = std::max(bank.pre_ready, write_end_ + timing_.twr);
  } else {
    read_end_ = cas + timing_.cl + data_;
    bank.pre_ready = std::max<Ticks>(bank.pre_ready, cas + timing_.trtp);
  }
}

void DramChannelLaw::RowTimes::sift() {
  // Few places, as a rule; a choice of two values at each is cheaper than a guess where to end.
  Ticks at = closed_.back();
  Ticks* place = &closed_.back();
  for (std::size_t left = std::min<std::size_t>(4, closed_.size() - 1); left > 0; --left) {
    const Ticks before = place[-1];
    place[0] = std::max(before, at);
    *--place = at = std::min(before, at);
  }
  for (; place != closed_.data() && place[-1] > at; --place) std::swap(place[-1], place[0]);
}

void DramChannelLaw::RowTimes::count(Ticks until) {
  const std::size_t pairs = std::min(opened_.size(), closed_.size());
  std::size_t n = 0;
  for (; n < pairs && opened_[n] <= until && closed_[n] <= until; ++n) {
    all_closed_ += std::max<Ticks>(0, opened_[n] - closed_[n]);
  }
  const auto done = static_cast<std::ptrdiff_t>(n);
  opened_.erase(opened_.begin(), opened_.begin() + done);
  closed_.erase(closed_.begin(), closed_.begin() + done);
}

DramChannelLaw::Ticks DramChannelLaw::idle_since() const {
  return latest(slots_.newest() + 1, read_end_, write_end_ + timing_.twr, refreshed_,
                row_times_.last_closed(), awake_, kept_);
}

bool DramChannelLaw::sleep(Ticks until) {
  const Ticks from = idle_since() + power_down_->after;
  if (from >= until) return false;
  (open_rows_ > 0 ? down_open_ : down_closed_) += until - from;
  emit(Kind::power_down, from, {});
  emit(Kind::power_up, until, {});
  return true;
}

DramChannelLaw::Ticks DramChannelLaw::wake(Ticks entry) {
  if (!power_down_) return entry;
  // By then it is being woken for a refresh.
  const Ticks up = std::min(entry, next_refresh_ - timing_.txp);
  if (sleep(up)) awake_ = up + timing_.txp;
  return std::max(entry, awake_);
}

void DramChannelLaw::refresh_all() {
  Ticks ready = next_refresh_;
  if (open_rows_ > 0) {
    for (const Bank& b : banks_) ready = std::max(ready, b.row >= 0 ? b.pre_ready : long_ago);
    const Ticks pre = slots_.first_free(ready);
    slots_.take(pre);
    emit(Kind::precharge_all, pre, {});
    row_times_.close(pre, open_rows_);
    open_rows_ = 0;
    ready = pre + timing_.trp_all;
    for (Bank& b : banks_) {
      ready = std::max(ready, b.row >= 0 ? b.act + timing_.trc : b.act_ready);
      b.row = -1;
    }
  } else {
    for (const Bank& b : banks_) ready = std::max(ready, b.act_ready);
  }
  ready = slots_.first_free(ready);
  slots_.take(ready);
  emit(Kind::refresh, ready, {});
  refreshed_ = ready + timing_.trfc;
  for (Bank& b : banks_) b.act_ready = refreshed_;
  ++count_.refreshes;
  next_refresh_ += timing_.trefi;
}

std::size_t DramChannelLaw::next_to_refresh(std::size_t wanted) {
  // Backwards through the banks: a stream, which goes forwards, is met and left behind. A bank in
  // use waits, until it is the last of its round.
  const std::size_t n = banks_.size();
  const std::size_t used = last_cas_ + timing_.trc >= next_refresh_ ? last_bank_ : none;
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

void DramChannelLaw::refresh_bank(std::size_t wanted) {
  const std::size_t number = next_to_refresh(wanted);
  Bank& bank = banks_[number];
  BurstPlace place;
  place.group = static_cast<std::uint32_t>(number) / banks_per_group_;
  place.bank = static_cast<std::uint32_t>(number) % banks_per_group_;
  if (bank.row >= 0) {
    const Ticks pre = slots_.first_free(std::max(next_refresh_, bank.pre_ready));
    slots_.take(pre);
    emit(Kind::precharge, pre, place);
    close(bank, pre, timing_.trp);
  }
  const Ticks at = slots_.first_free(std::max(next_refresh_, bank.act_ready));
  slots_.take(at);
  emit(Kind::refresh_bank, at, place);
  bank.act_ready = at + timing_.per_bank->duration;
  refreshed_ = std::max(refreshed_, bank.act_ready);
  ++count_.bank_refreshes;
  next_refresh_ += timing_.per_bank->interval;
  ++refresh_idle_;
}

void DramChannelLaw::sleep_through(Ticks refreshes, Ticks interval) {
  // The time before the first of them, and the others', which are alike.
  sleep(next_refresh_ - timing_.txp);
  const Ticks duration = timing_.per_bank ? timing_.per_bank->duration : timing_.trfc;
  const Ticks each = interval - duration - power_down_->after - timing_.txp;
  down_closed_ += (refreshes - 1) * std::max<Ticks>(each, 0);
  kept_ = next_refresh_ + (refreshes - 1) * interval + duration;
}

void DramChannelLaw::refresh(Ticks now, std::size_t wanted, Ticks since) {
  in_rhythm_ = false;
  while (next_refresh_ <= now) {
    // In an idle stretch nothing happens but refreshes, each when it is due: of those only the
    // last round can matter.
    const bool idle = timing_.per_bank ? refresh_idle_ > 2 * banks_.size() : refresh_idle_ > 0;
    const Ticks interval = timing_.per_bank ? timing_.per_bank->interval : timing_.trefi;
    if (idle && sink_ == nullptr) {
      const Ticks round = interval * (timing_.per_bank ? static_cast<Ticks>(banks_.size()) : 1);
      if (const Ticks rounds = (now - next_refresh_) / round - 1; rounds > 0) {
        if (power_down_) sleep_through(rounds * round / interval, interval);
        next_refresh_ += rounds * round;
        (timing_.per_bank ? count_.bank_refreshes : count_.refreshes) +=
            static_cast<std::uint64_t>(rounds) * (timing_.per_bank ? banks_.size() : 1);
      }
    }
    if (power_down_ && sleep(next_refresh_ - timing_.txp)) kept_ = next_refresh_;
    if (timing_.per_bank) {
      refresh_bank(since <= next_refresh_ ? wanted : none);
    } else {
      refresh_all();
      ++refresh_idle_;
    }
  }
}

// Called for every burst or run of them, from here alone.
inline DramChannelLaw::Ticks DramChannelLaw::column_ready(const Group& group, Ticks from,
                                                          bool write) const {
  const Ticks cas = latest(from, last_cas_ + timing_.tccd_s, group.cas + timing_.tccd_l);
  return write ? std::max(cas, read_end_ + timing_.turnaround - timing_.cwl)
               : latest(cas, write_end_ + timing_.twtr_s, group.write_end + timing_.twtr_l);
}

DramChannelLaw::Plan DramChannelLaw::plan(const Bank& bank, const Group& group, std::int64_t row,
                                          Ticks entry, bool write) const {
  Plan p;
  Ticks act = bank.act;
  if (bank.row != row) {
    Ticks ready = bank.act_ready;
    if (bank.row >= 0) {
      p.pre = slots_.first_free(std::max(entry, bank.pre_ready));
      ready = std::max<Ticks>(p.pre + timing_.trp, bank.act + timing_.trc);
    }
    act = p.act =
        slots_.first_free(latest(entry, ready, acts_[(activates_ - 1) & 3] + timing_.trrd_s,
                                 group.act + timing_.trrd_l, acts_[activates_ & 3] + timing_.tfaw));
  }
  p.cas = slots_.first_free(
      column_ready(group, std::max<Ticks>(entry, act + timing_.rcd(write)), write));
  return p;
}

bool DramChannelLaw::last_in_row(std::uint64_t burst, std::uint64_t end,
                                 const BurstPlace& p) const {
  const std::uint64_t limit = std::min({end, burst + rotation_ + 1, (burst | (block_ - 1)) + 1});
  for (std::uint64_t b = burst + 1; b < limit; ++b) {
    const BurstPlace other = map_.decode(b);
    if (other.group == p.group && other.bank == p.bank) return false;
  }
  return true;
}

DramChannelLaw::Plan DramChannelLaw::step(Ticks arrival, std::uint64_t burst, std::uint64_t end,
                                          bool write) {
  BurstPlace place;
  if (rotation_ > most_lanes || close_page_ || sink_ != nullptr) {
    place = map_.decode(burst);
  } else {  // nobody asks for the column
    const BlockPlace& block = locate(burst);
    const Place own = place_in(block, burst & lane_mask_);
    place = {own.group, own.bank - own.group * banks_per_group_,
             static_cast<std::uint32_t>(block.row), 0};
  }
  const std::int64_t row = place.row;
  const std::uint32_t number = place.group * banks_per_group_ + place.bank;
  Bank& bank = banks_[number];
  Group& group = groups_[place.group];
  if (unwritten_ > 0 || before_.count > 0) {
    // Who comes behind them all, and nobody before him any more, has no use for them.
    if (arrival <= last_cas_ || !in_order_) write_down();
    unwritten_ = before_.count = 0;
  }
  const Ticks at_the_earliest = earliest();
  const Ticks entry = std::max(arrival, at_the_earliest);
  if (entry >= next_refresh_) refresh(entry, number, entry);
  const Ticks ready = wake(entry);
  Plan p = plan(bank, group, row, ready, write);
  while (p.cas >= next_refresh_) {
    kept_ = p.cas;  // by the burst that waits
    refresh(p.cas, number, entry);
    p = plan(bank, group, row, ready, write);
  }
  refresh_idle_ = 0;
  last_bank_ = number;

  if (p.act >= 0) {
    if (p.pre >= 0) {
      ++count_.row_misses;
      slots_.take(p.pre);
      emit(Kind::precharge, p.pre, place);
      close(bank, p.pre, timing_.trp);
    } else {
      ++count_.row_closed;
    }
    slots_.take(p.act);
    emit(Kind::activate, p.act, place);
    opened(p.act, in_order_ ? entry : at_the_earliest);
    bank.row = row;
    bank.act = group.act = acts_[activates_++ & 3] = p.act;
    bank.pre_ready = p.act + timing_.tras;
    ++count_.activates;
  } else {
    ++count_.row_hits;
  }
  slots_.take(p.cas);
  const bool closing = close_page_ && last_in_row(burst, end, place);
  emit(write ? Kind::write : Kind::read, p.cas, place, closing);
  column(bank, group, p.cas, write);
  if (closing) close(bank, bank.pre_ready, timing_.trp);
  ++(write ? count_.bursts_written : count_.bursts_read);
  busy_ += data_;

  in_rhythm_ = false;
  writing_ = write;
  next_burst_ = burst + 1;
  cas_of(served_++) = p.cas;
  return p;
}

const DramChannelLaw::BlockPlace& DramChannelLaw::locate(std::uint64_t burst) {
  const std::uint64_t block = burst >> map_.block_shift();
  if (block_place_.block != block) {
    // Bits of a burst's number below the block's add to its place, each for itself.
    const BurstPlace first = map_.decode(block << map_.block_shift());
    block_place_ = {block,
                    static_cast<std::int64_t>(first.row),
                    {first.group * banks_per_group_ + first.bank, first.group}};
  }
  return block_place_;
}

void DramChannelLaw::set_rhythm(std::uint64_t burst, Ticks cas) {
  const std::uint64_t phase = burst & lane_mask_;
  const Ticks* offset = &rhythms_->offset[phase * rotation_];
  period_ = rhythms_->period;
  for (std::uint64_t n = 0; n < rotation_; ++n) {  // as if the rotation before had kept it
    lanes_[(phase + n) & lane_mask_].cas = cas + offset[n] - period_;
  }
  in_rhythm_ = true;
  next_burst_ = burst;
}

bool DramChannelLaw::fall_in(Ticks arrival, std::uint64_t burst, bool write) {
  const std::uint64_t phase = burst & lane_mask_;
  if (rotation_ > most_lanes || close_page_ || !rhythms_->prompt[phase]) return false;
  const BlockPlace& block = locate(burst);
  const Place place = place_in(block, phase);
  const Bank& first = banks_[place.bank];
  if (first.row != block.row || asleep(arrival)) return false;
  const Ticks rcd = timing_.rcd(write);
  const Ticks cas = column_ready(groups_[place.group], std::max(arrival, first.act + rcd), write);
  if (cas >= next_refresh_) {
    // It waits for the refresh, as step() would have it wait.
    if (!timing_.per_bank && !power_down_) refresh(cas, none, arrival);
    return false;
  }
  if (cas <= slots_.newest()) return false;
  const Ticks* offset = &rhythms_->offset[phase * rotation_];
  const std::uint64_t left = std::min(rotation_, block_ - (burst & (block_ - 1)));
  for (std::uint64_t n = 1; n < left; ++n) {
    const Place at = place_in(block, (phase + n) & lane_mask_);
    const Bank& bank = banks_[at.bank];
    const Group& g = groups_[at.group];
    const Ticks ready = std::max(bank.act + rcd, g.cas + timing_.tccd_l);
    if (bank.row != block.row || ready > cas + offset[n] ||
        (!write && g.write_end + timing_.twtr_l > cas + offset[n])) {
      return false;
    }
  }

  if (in_order_ && arrival > last_cas_) {
    unwritten_ = before_.count = 0;
  } else if (unwritten_ > 0) {
    write_down();
  }
  for (std::uint64_t n = 0; n < rotation_; ++n) lanes_[n].place = place_in(block, n);
  set_rhythm(burst, cas);
  writing_ = write;
  return true;
}

std::uint64_t DramChannelLaw::cruising(std::uint64_t burst, std::uint64_t end) const {
  const unsigned shift = map_.rotation_shift();
  const Ticks next = lanes_[burst & lane_mask_].cas + period_;
  const std::uint64_t n = std::min(end, (burst | (block_ - 1)) + 1) - burst;
  // Up to the refresh; less than 2^32 clocks away, and dividing 32 bits is much the faster.
  if (next + static_cast<Ticks>(((n - 1) >> shift) + 1) * period_ < next_refresh_) return n;
  const std::uint64_t rotations =
      static_cast<std::uint32_t>(next_refresh_ - 1 - next) / static_cast<std::uint32_t>(period_);
  std::uint64_t fit = (rotations << shift) + 1;
  while (fit < n && in_rhythm(fit) < next_refresh_) ++fit;
  return std::min(n, fit);
}

void DramChannelLaw::cruise(std::uint64_t burst, std::uint64_t n, bool write) {
  const std::uint64_t mask = rotation_ - 1;
  const unsigned shift = map_.rotation_shift();
  // Bursts whole rotations apart differ by whole periods.
  for (std::uint64_t i = n - std::min(n, rotation_); i < n; ++i) {
    Lane& lane = lanes_[(burst + i) & mask];
    lane.cas += static_cast<Ticks>((i >> shift) + 1) * period_;
    column(banks_[lane.place.bank], groups_[lane.place.group], lane.cas, write);
  }
  last_bank_ = lanes_[(burst + n - 1) & mask].place.bank;
  slots_.take(last_cas_);
  unwritten_ += n;
  served_ += n;
  next_burst_ = burst + n;
  count_.row_hits += n;
  (write ? count_.bursts_written : count_.bursts_read) += n;
  busy_ += static_cast<Ticks>(n) * data_;
  refresh_idle_ = 0;
}

bool DramChannelLaw::clear_way(Ticks entry, bool write) const {
  const Ticks act = acts_[(activates_ - 1) & 3];
  const Ticks rows = act + latest(timing_.trrd_s, timing_.trrd_l, timing_.tfaw, timing_.trc);
  const Ticks data =
      write ? read_end_ + timing_.turnaround - timing_.cwl : write_end_ + timing_.twtr_l;
  return std::max(rows, data) <= entry && refreshed_ <= entry;
}

std::uint64_t DramChannelLaw::open_rotation(Ticks arrival, std::uint64_t burst, std::uint64_t end,
                                            bool write) {
  const std::uint64_t in_block = burst & (block_ - 1);
  if (rotation_ > most_turn || close_page_ || in_block + rotation_ > block_) return 0;
  // Before a refresh of all banks is over nothing of the burst begins.
  const bool waits = !timing_.per_bank && !power_down_;
  Ticks entry = waits ? std::max(arrival, refreshed_) : arrival;
  const bool resting = entry >= rest();
  if (!resting) {
    // In rhythm for as long as the queue looks back, and fed by the queue.
    if (in_block != 0 || unwritten_ < std::max(queue_, rotation_) || burst != next_burst_ ||
        write != writing_) {
      return 0;
    }
    const std::uint64_t before = (queue_ - 1) & (rotation_ - 1);
    entry = lanes_[(burst - 1 - before) & (rotation_ - 1)].cas -
            static_cast<Ticks>((queue_ - 1) >> map_.rotation_shift()) * period_;
    if (arrival > entry || entry < last_cas_ - look_back) return 0;
  }
  if (!clear_way(entry, write) || asleep(entry)) return 0;
  std::uint64_t to_close = 0;
  bool clear = true;
  const BlockPlace& block = locate(burst);
  for (std::uint64_t i = 0; i < rotation_;
       ++i) {  // without branches: who is open is anybody's guess
    const Bank& bank = banks_[place_in(block, i).bank];
    const bool open = bank.row >= 0;
    to_close += open ? 1 : 0;
    clear &= (open ? bank.pre_ready : bank.act_ready) <= entry;
    clear &= bank.row != block.row;
  }
  if (!clear) return 0;
  if (to_close != 0 && to_close != rotation_) return 0;

  const Ticks base = resting ? entry : last_cas_;
  const std::size_t closes = to_close != 0 ? 1 : 0;
  Opening& o = resting ? openings_->at_rest[burst & lane_mask_][closes][write ? 1 : 0]
                       : openings_->in_rhythm[closes][write ? 1 : 0];
  if (o.known && base + o.plan.back().cas >= next_refresh_) return 0;
  bool same = o.known;
  if (!resting) {
    same = same && o.period == period_;
    for (std::uint64_t i = 0; i < rotation_; ++i) {
      same = same && o.rhythm[i] == lanes_[i].cas - base;
    }
  }
  if (same) {
    repeat(o, entry, base, burst, block, write);
  } else {
    learn(o, arrival, base, burst, end, write);
  }
  return rotation_;
}

void DramChannelLaw::learn(Opening& o, Ticks arrival, Ticks base, std::uint64_t burst,
                           std::uint64_t end, bool write) {
  const Ticks refresh = next_refresh_;
  const std::uint64_t activates = activates_;
  o = {};
  o.period = period_;
  for (std::uint64_t i = 0; i < rotation_; ++i) o.rhythm.push_back(lanes_[i].cas - base);
  for (std::uint64_t i = 0; i < rotation_; ++i) {
    const Plan p = step(arrival, burst + i, end, write);
    o.plan.push_back(
        {p.pre < 0 ? long_ago : p.pre - base, p.act < 0 ? long_ago : p.act - base, p.cas - base});
  }
  o.rows = activates_ - activates;
  // Whether hits can follow is seen where a whole rotation of them is left. A burst that comes in
  // time goes when one would that has been there for long.
  const std::uint64_t behind = burst + rotation_;
  const std::uint64_t in_block = behind & (block_ - 1);
  const bool is_left = in_block != 0 && in_block + rotation_ <= block_;
  o.known = next_refresh_ == refresh && last_cas_ + timing_.tccd_l < refresh &&
            (is_left || block_ < 2 * rotation_);
  if (!o.known || !is_left || !fall_in(long_ago, behind, write)) return;
  o.runs_on = true;
  o.next = lanes_[behind & lane_mask_].cas + period_ - base;
}

void DramChannelLaw::repeat(const Opening& o, Ticks entry, Ticks base, std::uint64_t burst,
                            const BlockPlace& block, bool write) {
  before_.count = 0;
  if (!in_order_) {
    write_down();
  } else if (base <= last_cas_) {
    // Often nobody looks back further than this block.
    before_.count = std::min(unwritten_, queue_);
    before_.end = served_;
    before_.next = next_burst_;
    before_.period = period_;
    for (std::uint64_t i = 0; i < rotation_; ++i) before_.cas[i] = lanes_[i].cas;
  }
  unwritten_ = 0;
  const Ticks until = in_order_ ? entry : earliest();
  bool closed = false;
  for (std::uint64_t i = 0; i < rotation_; ++i) {
    const Plan& p = o.plan[i];
    const Place place = place_in(block, (burst + i) & lane_mask_);
    Bank& bank = banks_[place.bank];
    Group& group = groups_[place.group];
    const Ticks cas = base + p.cas;
    if (p.act > long_ago) {
      if (p.pre > long_ago) {
        slots_.take(base + p.pre);
        close(bank, base + p.pre, timing_.trp);
        closed = true;
      }
      const Ticks act = base + p.act;
      slots_.take(act);
      opened(act, until);
      bank.row = block.row;
      bank.act = group.act = acts_[activates_++ & 3] = act;
      bank.pre_ready = act + timing_.tras;
    }
    slots_.take(cas);
    column(bank, group, cas, write);
    cas_of(served_++) = cas;
  }
  (closed ? count_.row_misses : count_.row_closed) += o.rows;
  count_.row_hits += rotation_ - o.rows;
  count_.activates += o.rows;
  (write ? count_.bursts_written : count_.bursts_read) += rotation_;
  busy_ += static_cast<Ticks>(rotation_) * data_;
  refresh_idle_ = 0;
  last_bank_ = place_in(block, (burst + rotation_ - 1) & lane_mask_).bank;
  in_rhythm_ = false;
  writing_ = write;
  next_burst_ = burst + rotation_;
  if (!o.runs_on) return;
  for (std::uint64_t i = 0; i < rotation_; ++i) lanes_[i].place = place_in(block, i);
  set_rhythm(next_burst_, base + o.next);
}

void DramChannelLaw::write_down() {
  const std::uint64_t mask = rotation_ - 1;
  const auto write = [&](std::uint64_t count, std::uint64_t end, std::uint64_t next, Ticks period,
                         auto&& last) {
    Ticks back = 0;
    for (std::uint64_t n = 1; n <= count; ++n) {
      const Ticks cas = last((next - n) & mask) - back;
      cas_of(end - n) = cas;
      slots_.take_old(cas);
      if ((n & mask) == 0) back += period;
    }
  };
  write(std::min(unwritten_, queue_), served_, next_burst_, period_,
        [&](std::uint64_t lane) { return lanes_[lane].cas; });
  if (const std::uint64_t since = served_ - before_.end; since < queue_) {
    write(std::min(before_.count, queue_ - since), before_.end, before_.next, before_.period,
          [&](std::uint64_t lane) { return before_.cas[lane]; });
  }
  unwritten_ = before_.count = 0;
}

DramChannelLaw::Span DramChannelLaw::serve(Ticks arrival, std::uint64_t burst, std::uint64_t count,
                                           bool write) {
  const std::uint64_t end = burst + count;
  const Ticks latency = (write ? timing_.cwl : timing_.cl) + data_;
  Span span{-1, 0};
  if (sink_ == nullptr && arrival >= next_refresh_ && !timing_.per_bank) {
    refresh(arrival, none, arrival);
  }
  while (burst < end) {
    Ticks first = 0;
    std::uint64_t n = 0;
    if (sink_ == nullptr) {
      if (continues(arrival, burst, write) || fall_in(arrival, burst, write)) {
        first = lanes_[burst & lane_mask_].cas + period_;
        n = cruising(burst, end);
        cruise(burst, n, write);
      } else if (end - burst >= rotation_) {
        n = open_rotation(arrival, burst, end, write);
        first = cas_of(served_ - n);
      }
    }
    if (n == 0) {
      first = step(arrival, burst, end, write).cas;
      n = 1;
    }
    if (span.first < 0) span.first = first + latency;
    burst += n;
  }
  span.last = last_cas_ + latency;
  return span;
}

bool DramChannelLaw::hits(std::uint64_t b) const {
  const BurstPlace p = map_.decode(b);
  return banks_[p.group * banks_per_group_ + p.bank].row == static_cast<std::int64_t>(p.row);
}

DramChannelLaw::Ticks DramChannelLaw::rest() const {
  const Ticks act = acts_[(activates_ - 1) & 3];
  return latest(last_cas_ + std::max<Ticks>(timing_.tccd_l, timing_.trtp),
                read_end_ + timing_.turnaround,
                write_end_ + std::max<Ticks>(timing_.twtr_l, timing_.twr),
                act + latest(timing_.trrd_l, timing_.tfaw, timing_.tras, timing_.trc), refreshed_,
                slots_.newest() + 1);
}

DramChannelLaw::Ticks DramChannelLaw::rest_latency(std::uint64_t bursts) const {
  // Row by row: the first, then each by tRRD_L, and by tFAW for every four; then all as if the last
  // of them had opened first. A command may lose a clock to each of the others on the bus.
  const auto rows = static_cast<Ticks>(std::min(rotation_, bursts));
  const Ticks opening = timing_.trp + timing_.rcd(false) + (rows - 1) * timing_.trrd_l +
                        (rows - 1) / 4 * timing_.tfaw + 2 * rows;
  const auto rotations = static_cast<Ticks>((bursts + rotation_ - 1) / rotation_);
  const Ticks period =
      rotation_ <= most_lanes ? rhythms_->period : static_cast<Ticks>(rotation_) * timing_.tccd_l;
  return opening + rotations * period + timing_.tccd_l + timing_.cl + data_;
}

void DramChannelLaw::skip(std::uint64_t requests, std::uint64_t bursts) {
  count_.row_hits += requests * bursts;
  count_.bursts_read += requests * bursts;
  busy_ += static_cast<Ticks>(requests * bursts) * data_;
  in_rhythm_ = false;
}

void DramChannelLaw::settle(Ticks end) {
  refresh(end, none, end);
  if (power_down_) sleep(end);
  row_times_.count(std::numeric_limits<Ticks>::max());
  const Ticks until = row_times_.last_closed();
  active_ = (open_rows_ > 0 ? std::max(end, until) : until) - row_times_.all_closed();
}

}  // namespace tritsim
