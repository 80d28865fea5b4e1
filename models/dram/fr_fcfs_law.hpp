// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "models/dram/dram_channel_law.hpp"

namespace tritsim {

/// A burst whose column command has gone.
struct DramServed {
  std::uint32_t request = 0;
  bool first = false;  ///< of its request
  std::int64_t data_end = 0;
};

/// A DRAM channel whose controller schedules first ready, first come, first served (FR-FCFS; Rixner
/// et al., "Memory Access Scheduling", ISCA 2000). A queue of `queue` bursts is filled in order of
/// arrival. In each clock the controller sends one command:
///   1. the column command of the oldest burst that may go by every timing rule;
///   2. else, for the oldest burst of each bank, oldest first: PRE, if no burst in the queue wants
///      the row that is open, or ACT; whichever may go.
/// Refresh and power-down are those of DramCommandLaw: commands that would go when a refresh of all
/// banks is due, or later, wait for it; bank by bank, the bank in turn alone is kept back.
///
/// With `row_hit_cap` c, at most c bursts pass the oldest burst of their bank, which wants another
/// row; from then on the open row counts as not wanted. With `write_drain`, reads and writes have a
/// queue each. Reads are served until `high` writes wait or no read does, then writes until no
/// more than `low` wait and a read does, which is looked at with each command; the other
/// direction's bursts count for nothing meanwhile.
///
/// With a `round` of n, the ports of the controller take turns: wherever there is room in the
/// queue, the port in turn lets in up to n bursts that have arrived, then the next that has any. A
/// queue of writes has turns of its own.
///
/// Clocks in which no command can go are not stepped: which burst is next, and when, follows from
/// the clocks from which the table allows each command of each bank.
class FrFcfsLaw : public DramChannelLaw {
 public:
  explicit FrFcfsLaw(const DramSpec& spec);

  /// A run of consecutive bursts of a request.
  struct Run {
    Ticks arrival = 0;
    std::uint64_t burst = 0;
    std::uint64_t end = 0;
    std::uint32_t request = 0;  ///< the caller's number
    bool write = false;
    bool first = false;      ///< holds the request's first burst
    std::uint32_t port = 0;  ///< of the controller
  };

  /// Adds bursts, which must arrive neither before the last command that was sent nor before the
  /// last limit of next_command(). Those that arrived earlier are before them.
  void enqueue(const Run& run);

  /// Whether bursts wait.
  [[nodiscard]] bool waiting() const {
    return !queue_empty() || !entries_[0].empty() || !entries_[1].empty();
  }

  /// Clock of the next command or refresh, if it is before `limit`: by then all bursts that arrive
  /// before have to be known. Else `limit`, or later.
  [[nodiscard]] Ticks next_command(Ticks limit);

  /// Sends the command that next_command() found before its limit. Returns the burst that is
  /// served, if it is a column command.
  std::optional<DramServed> send();

  static constexpr Ticks never = std::numeric_limits<Ticks>::max();

 private:
  using Slot = std::uint16_t;

  static constexpr Slot no_slot = 0xffff;
  static constexpr std::uint32_t most_ages = 1U << 16;

  /// A burst in the queue.
  struct Waiting {
    DramAddress address;
    std::uint32_t age = 0;  ///< number in order of entry
    std::uint32_t request = 0;
    Slot next = no_slot;  ///< younger one of its bank and direction
    std::uint8_t bank = 0;
    bool write = false;
    bool closing = false;  ///< last of its request in its row
    bool first = false;
    bool opened = false;    ///< its row was opened for it ...
    bool conflict = false;  ///< ... and another one closed
  };

  /// The bursts that wait for a bank, [read, write].
  struct BankQueue {
    std::array<Slot, 2> oldest{no_slot, no_slot};
    std::array<Slot, 2> youngest{no_slot, no_slot};
    std::array<Slot, 2> hit{no_slot, no_slot};  ///< oldest one whose row is open
    std::uint32_t passed = 0;                   ///< bursts that passed the oldest one
  };

  static constexpr std::size_t row_and_column_ops = 4;  ///< ACT, PRE, RD, WR

  // What makes up the rank of a command: its place (list and bank), the age of its burst, whether
  // it is a row command, the clocks until it may go. The command of least rank is next.
  static constexpr unsigned age_shift = 7;
  static constexpr unsigned row_shift = age_shift + 17;
  static constexpr unsigned clock_shift = row_shift + 1;

  /// A command that a bank waits for.
  struct Candidate {
    Ticks at = 0;                  ///< as far as the bank decides it
    std::uint64_t rank = 0;        ///< without clocks
    std::uint16_t constraint = 0;  ///< group x row_and_column_ops + op
    DramOp op = DramOp::activate;
  };

  enum class Action : std::uint8_t { none, command, refresh };

  /// What is sent next.
  struct Choice {
    Action action = Action::none;
    DramOp op = DramOp::activate;
    std::size_t bank = 0;
    Ticks at = never;
  };

  /// Bursts that have no room in the queue yet, in order of arrival.
  class Backlog {
   public:
    [[nodiscard]] bool empty() const { return first_ == runs_.size(); }

    [[nodiscard]] Run& front() { return runs_[first_]; }

    [[nodiscard]] const Run& front() const { return runs_[first_]; }

    void push(const Run& run);
    void pop();

   private:
    std::vector<Run> runs_;
    std::size_t first_ = 0;
  };

  /// What waits to enter a queue, by port of the controller, and whose turn it is.
  class Entries {
   public:
    Entries(std::size_t ports, std::uint32_t round) : ports_(ports), round_(round) {}

    [[nodiscard]] bool empty() const;
    /// Earliest arrival; `never` if nothing waits.
    [[nodiscard]] Ticks first_arrival() const;
    void push(const Run& run);
    /// The run of which a burst enters next, of those that have arrived by `now`.
    [[nodiscard]] Run& next(Ticks now);
    /// That burst has entered.
    void pop();

   private:
    [[nodiscard]] bool ready(std::size_t port, Ticks now) const {
      return !ports_[port].empty() && ports_[port].front().arrival <= now;
    }

    std::vector<Backlog> ports_;
    std::uint32_t round_;  ///< 0: one backlog, in order of arrival
    std::size_t turn_ = 0;
    std::uint32_t left_ = 0;  ///< bursts of this turn
  };

  [[nodiscard]] bool queue_empty() const { return in_queue_[0] + in_queue_[1] == 0; }

  /// The queue of a burst: one for all, or one for each direction.
  [[nodiscard]] std::size_t side(bool write) const { return drain_ && write ? 1 : 0; }

  [[nodiscard]] bool room(std::size_t side) const {
    return in_queue_[side] < (side == 1 ? drain_->queue : queue_);
  }

  /// Arrival of the next burst for which a queue has room.
  [[nodiscard]] Ticks next_arrival() const;
  /// Lets bursts into the queues that arrived by `now`.
  void fill(Ticks now);
  void enter(std::size_t side, Ticks now);
  /// Wakes the channel for a burst that finds the queues empty.
  void begin(Ticks entry, std::size_t bank);
  /// Whether writes are served, now that these bursts wait.
  [[nodiscard]] bool drains() const;
  /// Looks up what a bank waits for, whenever its row, its queue or whose turn it is has changed.
  void update(std::size_t bank);
  /// The command that goes next; a queue holds a burst.
  [[nodiscard]] Choice choose();
  /// The same of commands that go at these clocks of the buses, or as soon as possible after them.
  [[nodiscard]] Choice choose_from(const std::array<Ticks, 2>& clocks) const;
  /// The older of two bursts in the queues, either of which may be none.
  [[nodiscard]] Slot older(Slot a, Slot b) const;

  /// The oldest burst of a bank; of those that are served, where writes are drained in turns.
  [[nodiscard]] Slot oldest_in_turn(const BankQueue& q, bool writes) const;

  /// Ages begin at zero again.
  void number_anew();
  DramServed send_column(const Choice& c);
  void send_row(const Choice& c);
  /// Takes the oldest page hit of a bank and a direction out of the queue.
  void remove_hit(BankQueue& q, std::size_t direction);
  [[nodiscard]] Slot find_row(Slot from, std::int64_t row) const;
  void refresh_due();

  std::uint32_t cap_;
  std::optional<WriteDrain> drain_;
  bool draining_ = false;  ///< with the last command
  bool turn_ = false;      ///< of writes, with the next command
  std::array<Entries, 2> entries_;
  std::vector<Waiting> slots_;  ///< none before the first burst is queued
  std::vector<Slot> free_;
  std::vector<BankQueue> bank_queues_;
  std::array<std::vector<Candidate>, 2>
      candidates_;                        ///< by bank; a second one if both directions hit
  std::array<std::uint64_t, 2> ready_{};  ///< which of them there are, a bit each
  std::array<std::uint64_t, 2> in_queue_{};
  std::array<std::uint32_t, 2> waiting_{};  ///< in the queue, [read, write]
  std::uint32_t next_age_ = 0;
  std::array<Ticks, 2> clocks_{};  ///< [bus] no command goes earlier
  Ticks room_since_ = 0;           ///< a burst has left the queue before
  Ticks waiting_since_ = 0;        ///< the queues were empty before
  Choice next_;                    ///< before the last limit; none: to be chosen
};

}  // namespace tritsim
