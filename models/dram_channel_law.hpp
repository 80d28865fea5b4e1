// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <vector>

#include <boost/container/static_vector.hpp>

#include "arch/dram.hpp"
#include "models/activity.hpp"

namespace tritsim {

/// One command on the command bus of a DRAM channel.
struct DramCommand {
  enum class Kind {
    activate,
    precharge,
    precharge_all,
    read,
    write,
    refresh,
    refresh_bank,
    power_down,
    power_up,
  };

  std::int64_t tick = 0;  ///< DRAM clock
  Kind kind = Kind::read;
  bool auto_precharge = false;  ///< of a read or write: closes the row behind it
  std::uint32_t group = 0;
  std::uint32_t bank = 0;  ///< in its group
  std::uint32_t row = 0;
  std::uint32_t column = 0;  ///< in bursts

  bool operator==(const DramCommand&) const = default;
};

/// One DRAM channel, command by command, in whole DRAM clocks.
///
/// Bursts are served in order. Burst k enters the controller's queue at
///   e(k) = max(arrival, column command of burst k - queue, last column command - 2048)
/// and then gets, each in the first clock that is free on the command bus (one command a clock):
///   PRE  if its bank has another row open: from e(k), tRAS after ACT, tRTP after a read, tWR after
///        write data
///   ACT  if its row is not open: from e(k), tRP after PRE, tRC after the bank's last ACT, tRRD_S
///        and tRRD_L, at most four in tFAW
///   RD, WR  from e(k), tRCD after ACT, tCCD_S and tCCD_L, tWTR_S and tWTR_L after write data;
///        write data `turnaround` clocks after read data
/// PRE and ACT of a burst may go before column commands of earlier bursts, not before their ACTs.
/// Under the closed page policy a burst carries an auto-precharge, which acts when PRE could go,
/// unless the request's next burst to its bank is to the same row.
///
/// Refresh falls due each tREFI. A burst whose column command would go when it is due, or later,
/// waits with all its commands until it is done: PREA if a row is open, from the due clock on and
/// when PRE of every open row could go; REF from the due clock on, tRP_AB after PREA, tRP after any
/// other precharge, tRC after any ACT; ACT tRFC after REF.
///
/// Bank by bank, PRE, REFpb and its tRFCpb concern the bank in turn alone, in the same way; a burst
/// to another bank waits for nothing but the command bus. In a round each bank has its turn once,
/// downwards, beginning below the last one of the round before (the first round: bank 0). A bank in
/// use is put off as long as others are left: that of the waiting burst, if it entered by the due
/// clock, and that of the burst before, if its column command went at most tRC before the due
/// clock.
///
/// Power-down: once `after` clocks have passed in which no command, data, write recovery, refresh
/// or wake-up was under way and no burst waited, the channel is powered down. A burst that enters
/// wakes it, and gets its commands from tXP after e(k) on; so do bursts that enter meanwhile. A
/// refresh wakes it tXP before it is due, whoever comes later.
///
/// A run of bursts that find the rows of a rotation of the banks open, and no earlier command or
/// data in their way, go in a rhythm known beforehand until a row ends or a refresh is due: they
/// are stepped over, with the same result to the last clock. So is a rotation whose rows are all
/// closed, or all to be closed, where nothing else is in the way than a rhythm: it repeats the one
/// before.
class DramChannelLaw {
 public:
  using Ticks = std::int64_t;

  /// Ends of the data of the first and the last burst.
  struct Span {
    Ticks first = 0;
    Ticks last = 0;
  };

  explicit DramChannelLaw(const DramSpec& spec);

  /// Serves `count` > 0 consecutive bursts, in the order of the calls; scheduled in order, arrivals
  /// must not decrease.
  Span serve(Ticks arrival, std::uint64_t burst, std::uint64_t count, bool write);

  /// The same of `requests` runs of `count` bursts one behind the other, the n-th of which arrives
  /// at arrival(n), later or no earlier than the one before; `served` takes the span of each.
  template <class Arrival, class Served>
  void serve_all(Arrival&& arrival, std::uint64_t burst, std::uint64_t count,
                 std::uint64_t requests, bool write, Served&& served);

  /// Counts reads of `bursts` each that find the channel at rest and their rows open, and leave
  /// nothing behind that the next one does not override.
  void skip(std::uint64_t requests, std::uint64_t bursts);

  /// From when on a request finds nothing in its way but rows: no command, no data, no wait.
  [[nodiscard]] Ticks rest() const;

  /// Whether burst `b` finds its row open.
  [[nodiscard]] bool hits(std::uint64_t b) const;

  /// When a column command could go next, as far as earlier bursts decide it.
  [[nodiscard]] Ticks next_column() const { return last_cas_ + timing_.tccd_s; }

  /// Direction of the last burst.
  [[nodiscard]] bool writing() const { return writing_; }

  [[nodiscard]] Ticks next_refresh() const { return next_refresh_; }

  /// Bound on a read of `bursts` from its arrival at rest to the end of its data, refresh apart.
  [[nodiscard]] Ticks rest_latency(std::uint64_t bursts) const;

  [[nodiscard]] const AddressMap& map() const { return map_; }

  /// Performs the refreshes due by `end` and closes the books.
  void settle(Ticks end);

  /// Appends every command to `sink` from now on; nothing is stepped over then.
  void record(std::vector<DramCommand>* sink) { sink_ = sink; }

  /// Bursts, commands and refreshes; times are in busy() and active().
  [[nodiscard]] const MemoryActivity& counts() const { return count_; }

  [[nodiscard]] Ticks busy() const { return busy_; }

  /// Clocks with a row open, once the books are closed.
  [[nodiscard]] Ticks active() const { return active_; }

  /// Clocks powered down with a row open, and with none.
  [[nodiscard]] Ticks down_open() const { return down_open_; }

  [[nodiscard]] Ticks down_closed() const { return down_closed_; }

 private:
  static constexpr Ticks long_ago = -1'000'000;
  static constexpr std::size_t none = ~std::size_t{0};
  static constexpr Ticks look_back = 2048;
  static constexpr std::uint64_t most_lanes = 64;
  static constexpr std::uint64_t most_turn = 16;  ///< bursts of an Opening
  static constexpr std::uint64_t most_open = 4 * std::uint64_t{DramSpec::most_banks};

  /// The command bus: which clocks are taken, as far back as anything looks.
  class Slots {
   public:
    [[nodiscard]] Ticks first_free(Ticks t) const {
      while (taken(t)) ++t;
      return t;
    }

    void take(Ticks t) {
      take_old(t);
      newest_ = std::max(newest_, t);
    }

    /// A clock that is not after the newest.
    void take_old(Ticks t) {
      Word& w = words_[(t >> 6) & (words - 1)];
      if (w.number == t >> 6) {
        w.bits |= std::uint64_t{1} << (t & 63);
      } else {
        w = {t >> 6, std::uint64_t{1} << (t & 63)};
      }
    }

    [[nodiscard]] Ticks newest() const { return newest_; }

   private:
    static constexpr Ticks words = 64;

    /// 64 clocks, from number x 64 on.
    struct Word {
      Ticks number = -1;
      std::uint64_t bits = 0;
    };

    [[nodiscard]] bool taken(Ticks t) const {
      const Word& w = words_[(t >> 6) & (words - 1)];
      return w.number == t >> 6 && (w.bits >> (t & 63) & 1) != 0;
    }

    std::array<Word, words> words_{};
    Ticks newest_ = -1;
  };

  struct Bank {
    std::int64_t row = -1;
    Ticks act = long_ago;  ///< last ACT
    Ticks act_ready = 0;   ///< once closed
    Ticks pre_ready = 0;   ///< while open
  };

  struct Group {
    Ticks act = long_ago;
    Ticks cas = long_ago;
    Ticks write_end = long_ago;  ///< of its last write data
  };

  /// When rows were open. They open in the order of time, but a burst may close its row before an
  /// earlier burst opens one: closings are put in order here. If the n-th comes before the opening
  /// behind it, which is the n+1st, all rows are closed from one to the other.
  class RowTimes {
   public:
    void open(Ticks at) { opened_.push_back(at); }

    void close(Ticks at) {
      last_closed_ = std::max(last_closed_, at);
      const bool in_order = closed_.empty() || at >= closed_.back();
      closed_.push_back(at);
      if (!in_order) sift();
    }

    /// So many rows at a time.
    void close(Ticks at, std::size_t rows) {
      for (; rows > 0 && at < last_closed_; --rows) close(at);
      last_closed_ = std::max(last_closed_, at);
      closed_.insert(closed_.end(), rows, at);
    }

    [[nodiscard]] std::size_t pending() const { return opened_.size(); }

    /// No row closes before `until` any more.
    void count(Ticks until);

    [[nodiscard]] Ticks last_closed() const { return last_closed_; }

    /// Clocks without an open row, up to the openings that are counted.
    [[nodiscard]] Ticks all_closed() const { return all_closed_; }

   private:
    /// Puts the last closing in its place.
    void sift();

    std::vector<Ticks> opened_;
    std::vector<Ticks> closed_{0};  ///< the first opening ends the time from 0 on
    Ticks last_closed_ = 0;
    Ticks all_closed_ = 0;
  };

  /// A bank among all, and its group.
  struct Place {
    std::uint32_t bank = 0, group = 0;
  };

  /// Where the first burst of a block lies.
  struct BlockPlace {
    std::uint64_t block = ~std::uint64_t{0};
    std::int64_t row = 0;
    Place first;
  };

  /// What a burst meets, by its place in the rotation of the present block.
  struct Lane {
    Place place;
    Ticks cas = long_ago;  ///< of the last burst in this place, in the rhythm
  };

  /// Column commands of runs of hits with nothing else in their way.
  struct Rhythms {
    Rhythms(const DramSpec& spec, const AddressMap& map, std::uint64_t length);

    std::uint64_t rotation;
    Ticks period = 0;           ///< clocks of a rotation
    std::vector<Ticks> offset;  ///< [first phase][burst] from the first one
    std::vector<bool> prompt;   ///< [first phase] repeats from its first burst on
    std::vector<Place> place;   ///< [burst] what it adds (XOR) to the place of a block's first
  };

  /// When the commands of a burst go.
  struct Plan {
    Ticks pre = -1;  ///< -1: none
    Ticks act = -1;
    Ticks cas = 0;
  };

  /// A rotation whose rows had to be opened, as it went before.
  struct Opening {
    bool known = false;
    Ticks period = 0;  ///< of the rhythm it breaks in on; 0: none
    boost::container::static_vector<Ticks, most_turn> rhythm;  ///< by lane, from the last one
    boost::container::static_vector<Plan, most_turn> plan;     ///< from the same
    std::uint64_t rows = 0;                                    ///< it opens
    bool runs_on = false;                                      ///< hits can follow, ...
    Ticks next = 0;  ///< ... the first of them then, if it is there
  };

  /// Openings [closed, to be closed][read, write].
  struct Openings {
    std::array<std::array<std::array<Opening, 2>, 2>, most_turn> at_rest;  ///< by the first's lane
    std::array<std::array<Opening, 2>, 2> in_rhythm;                       ///< of a block
  };

  /// Clock before which no burst enters any more, however early it arrived.
  [[nodiscard]] Ticks earliest() {
    return std::max(cas_of(served_ - queue_), last_cas_ - look_back);
  }

  [[nodiscard]] Ticks& cas_of(std::uint64_t n) { return cas_[n & (cas_.size() - 1)]; }

  /// Earliest column command to an open row, from `from` on, as far as other columns decide it.
  [[nodiscard]] Ticks column_ready(const Group& group, Ticks from, bool write) const;
  [[nodiscard]] Plan plan(const Bank& bank, const Group& group, std::int64_t row, Ticks entry,
                          bool write) const;
  Plan step(Ticks arrival, std::uint64_t burst, std::uint64_t end, bool write);
  /// Whether nothing but rows and the rhythm is in the way of the block that begins with `burst`.
  [[nodiscard]] bool clear_way(Ticks entry, bool write) const;
  /// Serves a rotation of `block`, which enters at `entry`, as `opening` went.
  void repeat(const Opening& opening, Ticks entry, Ticks base, std::uint64_t burst,
              const BlockPlace& block, bool write);
  /// Serves a rotation and keeps how it went.
  void learn(Opening& opening, Ticks arrival, Ticks base, std::uint64_t burst, std::uint64_t end,
             bool write);
  /// Serves a rotation whose rows are all closed, or all to be closed, if nothing else is in its
  /// way than a rhythm; returns its bursts, or 0 if it must be stepped.
  std::uint64_t open_rotation(Ticks arrival, std::uint64_t burst, std::uint64_t end, bool write);

  /// The place of the block that a burst lies in.
  [[nodiscard]] const BlockPlace& locate(std::uint64_t burst);

  /// That of a burst, by its lane.
  [[nodiscard]] Place place_in(const BlockPlace& block, std::uint64_t lane) const {
    const Place& step = rhythms_->place[lane];
    return {block.first.bank ^ step.bank, block.first.group ^ step.group};
  }

  /// Puts the lanes in rhythm for hits from `burst` on, the first of which goes at `cas`.
  void set_rhythm(std::uint64_t burst, Ticks cas);

  /// Whether the run in rhythm goes on with `burst`.
  [[nodiscard]] bool continues(Ticks arrival, std::uint64_t burst, bool write) const {
    if (!in_rhythm_ || burst != next_burst_ || write != writing_ || (burst & (block_ - 1)) == 0) {
      return false;
    }
    const Ticks next = lanes_[burst & lane_mask_].cas + period_;
    return arrival <= next && next > slots_.newest() && next < next_refresh_ && !asleep(arrival);
  }

  /// Whether a run of hits can begin with `burst`, because the rows of its rotation are open and no
  /// command, data or refresh is in its way. The lanes are in rhythm then.
  bool fall_in(Ticks arrival, std::uint64_t burst, bool write);

  /// Column command of the n-th burst from here, if the rhythm is kept.
  [[nodiscard]] Ticks in_rhythm(std::uint64_t n) const {
    return lanes_[(next_burst_ + n) & lane_mask_].cas +
           static_cast<Ticks>((n >> map_.rotation_shift()) + 1) * period_;
  }

  /// How many bursts from `burst`, which goes on in rhythm, keep it.
  [[nodiscard]] std::uint64_t cruising(std::uint64_t burst, std::uint64_t end) const;
  /// Serves `n` bursts from `burst`, which keep the rhythm. Their column commands are written down
  /// only when somebody looks back at them.
  void cruise(std::uint64_t burst, std::uint64_t n, bool write);
  /// Writes down the column commands of a run that the next bursts look back at.
  void write_down();
  void column(Bank& bank, Group& group, Ticks cas, bool write);
  void close(Bank& bank, Ticks at, Ticks recovery);
  /// Books an ACT; no row closes before `until` any more.
  void opened(Ticks act, Ticks until);
  /// From when on the channel has nothing to do.
  [[nodiscard]] Ticks idle_since() const;

  /// Whether the channel is powered down when a burst enters at `entry`, or still waking up.
  [[nodiscard]] bool asleep(Ticks entry) const {
    return power_down_ && (entry < awake_ || entry > idle_since() + power_down_->after);
  }

  /// Powers an idle channel down, until `until`; returns whether it was.
  bool sleep(Ticks until);
  /// Powers an idle channel down between each of `refreshes` that are due `interval` apart.
  void sleep_through(Ticks refreshes, Ticks interval);
  /// When the first command of a burst that enters at `entry` can go.
  [[nodiscard]] Ticks wake(Ticks entry);
  /// The refreshes due by `now`; `wanted` is the bank of the next burst, which waits since `since`.
  void refresh(Ticks now, std::size_t wanted, Ticks since);
  void refresh_all();
  void refresh_bank(std::size_t wanted);
  std::size_t next_to_refresh(std::size_t wanted);
  [[nodiscard]] bool last_in_row(std::uint64_t burst, std::uint64_t end, const BurstPlace& p) const;

  void emit(DramCommand::Kind kind, Ticks tick, const BurstPlace& place,
            bool auto_precharge = false) {
    if (sink_ == nullptr) return;
    sink_->push_back(
        {tick, kind, auto_precharge, place.group, place.bank, place.row, place.column});
  }

  DramClocks timing_;
  AddressMap map_;
  std::uint32_t banks_per_group_;
  Ticks data_;  ///< bus clocks of a burst
  std::uint64_t queue_;
  bool in_order_;
  bool close_page_;
  std::optional<PowerDown> power_down_;
  std::uint64_t rotation_;   ///< bursts
  std::uint64_t lane_mask_;  ///< of a burst's number
  std::uint64_t block_;      ///< bursts
  std::shared_ptr<const Rhythms> rhythms_;
  BlockPlace block_place_;              ///< located last
  std::shared_ptr<Openings> openings_;  ///< of all copies: they follow from the memory alone

  boost::container::static_vector<Bank, DramSpec::most_banks> banks_;
  boost::container::static_vector<Group, DramSpec::most_banks> groups_;
  boost::container::static_vector<Ticks, 512> cas_;  ///< of the last bursts
  std::array<Ticks, 4> acts_{long_ago, long_ago, long_ago, long_ago};
  std::uint64_t served_ = 0;  ///< bursts
  std::uint64_t activates_ = 0;
  Slots slots_;
  Ticks last_cas_ = long_ago;
  Ticks write_end_ = long_ago;  ///< of the last write data
  Ticks read_end_ = long_ago;
  Ticks next_refresh_;
  Ticks refreshed_ = long_ago;         ///< end of the last refresh
  std::size_t refresh_turn_ = 0;       ///< bank in turn
  std::uint64_t refreshed_banks_ = 0;  ///< of this round, a bit each
  std::uint64_t refreshed_count_ = 0;
  std::size_t last_bank_ = none;  ///< of the last burst
  std::size_t refresh_idle_ = 0;  ///< banks refreshed since the last burst

  boost::container::static_vector<Lane, most_lanes> lanes_;

  // The rhythm: that of the lanes, of a block whose rows are open.
  bool in_rhythm_ = false;
  std::uint64_t next_burst_ = ~std::uint64_t{0};
  bool writing_ = false;
  Ticks period_ = 0;

  /// Column commands in rhythm that are not written down.
  struct Run {
    std::uint64_t count = 0;
    std::uint64_t end = 0;   ///< bursts served by then
    std::uint64_t next = 0;  ///< burst behind it
    Ticks period = 0;
    std::array<Ticks, most_turn> cas{};  ///< the last one by lane
  };

  std::uint64_t unwritten_ = 0;  ///< of the last bursts
  Run before_;                   ///< before the block that was repeated last

  Ticks awake_ = 0;  ///< end of the last wake-up for a burst
  Ticks kept_ = 0;   ///< until then something else keeps the channel awake
  Ticks down_open_ = 0;
  Ticks down_closed_ = 0;

  std::uint32_t open_rows_ = 0;
  RowTimes row_times_;
  Ticks busy_ = 0;
  Ticks active_ = 0;
  MemoryActivity count_;
  std::vector<DramCommand>* sink_ = nullptr;
};

template <class Arrival, class Served>
void DramChannelLaw::serve_all(Arrival&& arrival, std::uint64_t burst, std::uint64_t count,
                               std::uint64_t requests, bool write, Served&& served) {
  const Ticks latency = (write ? timing_.cwl : timing_.cl) + data_;
  for (std::uint64_t n = 0; n < requests;) {
    const std::uint64_t first = burst + n * count;
    // Those that are there in time and end in rhythm are known by their first and last bursts.
    boost::container::static_vector<Span, 32> spans;
    if (sink_ == nullptr && continues(arrival(n), first, write)) {
      const std::uint64_t whole = cruising(first, burst + requests * count) / count;
      for (std::uint64_t i = 0; i < std::min<std::uint64_t>(whole, spans.capacity()); ++i) {
        const Ticks cas = in_rhythm(i * count);
        if (arrival(n + i) > cas) break;
        spans.push_back({cas + latency, in_rhythm((i + 1) * count - 1) + latency});
      }
    }
    if (spans.empty()) {
      served(serve(arrival(n++), first, count, write));
      continue;
    }
    cruise(first, spans.size() * count, write);
    n += spans.size();
    for (const Span& span : spans) served(span);
  }
}

}  // namespace tritsim
