// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include <boost/container/static_vector.hpp>

#include "models/dram/dram_column_law.hpp"
#include "models/dram/dram_command_law.hpp"

namespace tritsim {

/// A DRAM channel, which does what DramCommandLaw says and steps over the bursts whose commands are
/// known beforehand, with the same result to the last clock. Why that is so:
///
/// A stream of page hits. Let the rows of a rotation of the banks be open, and let no command of
/// before, no data and no refresh keep a burst of that rotation waiting longer than the burst
/// before it does (begin_stream() looks at each bank and group). Then the bursts keep each other
/// waiting and nothing else does: with the gaps of the table, burst n goes at
///   c(n) = max(c(n - 1) + tCCD_S, c(the last one in its bank group) + tCCD_L)
/// which only adds constants to earlier terms: shifted by any time it stays a solution, and its
/// terms a rotation apart differ by a constant period, from the first one on or from some later
/// one. DramColumnPattern works the recurrence out once for each first position, and a stream
/// begins only where it is periodic from the first burst on. It holds up to the end of a block of
/// rows, a refresh, or a burst that arrives after its turn. No row command is sent meanwhile, so no
/// clock of the command bus is contended.
///
/// Openings. A rotation whose rows are all closed, or all to be closed, with every constraint of
/// before met when it enters (unconstrained() and the banks themselves) has commands whose times,
/// counted from its base, follow from the table, the first position, the direction and the offsets
/// of the stream that it follows, since each is a maximum of such times and constants. The same
/// inputs have the same plan: it is stepped once, kept, and replayed from then on.
///
/// A part whose commands take several clocks of the bus is stepped throughout.
///
/// Column commands of a stream are kept only when a burst looks back at them: one that enters when
/// the queue has room for it.
class DramChannelLaw : public DramCommandLaw {
 public:
  /// Ends of the data of the first and the last burst.
  struct Span {
    Ticks first = 0;
    Ticks last = 0;
  };

  explicit DramChannelLaw(const DramSpec& spec);

  /// Serves `count` > 0 consecutive bursts, in the order of the calls; arrivals must not decrease.
  Span serve(Ticks arrival, std::uint64_t burst, std::uint64_t count, bool write);

  /// Requests of `bursts` each, one behind the other from burst `first` on.
  struct Requests {
    std::uint64_t first = 0;
    std::uint64_t bursts = 0;
    std::uint64_t count = 0;
    bool write = false;
  };

  /// The same for several requests, the n-th of which arrives at arrival(n), no earlier than the
  /// one before; `served` takes the span of each.
  template <class Arrival, class Served>
  void serve_all(const Requests& requests, Arrival&& arrival, Served&& served);

  /// Reads of the same size in open rows, one behind the other, none of which arrives before its
  /// turn in the stream of the ones before it: each goes when it arrives.
  struct Hits {
    Ticks turn = 0;          ///< from a request's column command to the next one's turn
    Ticks length = 0;        ///< from its first column command to its last
    std::uint64_t kept = 0;  ///< so many leave nothing behind of the ones before them
  };

  /// The same for any first burst; none where streams are stepped.
  [[nodiscard]] std::optional<Hits> hits(std::uint64_t bursts) const;

  /// From a column command to the end of its data.
  [[nodiscard]] Ticks read_latency() const { return table_->latency(false); }

  /// Bursts from `burst` on whose rows are known to be open, if it continues a stream of reads and
  /// does not arrive before its turn.
  [[nodiscard]] std::uint64_t open_behind(Ticks arrival, std::uint64_t burst) const;

  /// Counts reads of `bursts` each that hit open rows and go when they arrive, and leave nothing
  /// behind that the ones after them do not override.
  void skip(std::uint64_t requests, std::uint64_t bursts);

  /// From when on a request finds nothing in its way but rows: no command, no data, no wait.
  [[nodiscard]] Ticks rest() const;

  /// Bound on the time of a read of `bursts` from its arrival at rest to the end of its data,
  /// without refresh.
  [[nodiscard]] Ticks rest_latency(std::uint64_t bursts) const;

  /// Appends every command to `sink` from now on; nothing is stepped over then.
  void record(std::vector<DramCommand>* sink) { sink_ = sink; }

  void settle(Ticks end);

 protected:
  /// Whether no burst of the request behind `burst` lies in the same row of its bank.
  [[nodiscard]] bool last_in_row(std::uint64_t burst, std::uint64_t end,
                                 const DramAddress& p) const;

  /// Bursts are going to be served in another way: what was stepped over is written down.
  void leave_stream();

 private:
  using BankId = DramColumnPattern::BankId;

  static constexpr std::uint64_t most_positions = 64;
  static constexpr std::uint64_t most_opened = 16;  ///< bursts of an Opening

  /// Where the first burst of a block lies.
  struct BlockStart {
    std::uint64_t block = ~std::uint64_t{0};
    std::int64_t row = 0;
    BankId first;
  };

  /// A position in the rotation of the present block.
  struct Position {
    BankId id;
    Ticks column = long_ago;  ///< of the last burst there, in the stream
  };

  /// A rotation whose rows had to be opened, as it went before; times from its base.
  struct Opening {
    bool known = false;
    Ticks period = 0;  ///< of the stream that it follows; 0: none
    boost::container::static_vector<Ticks, most_opened> stream;  ///< its offsets, by position
    boost::container::static_vector<Plan, most_opened> plan;
    std::uint64_t rows = 0;  ///< it opens
    Ticks conflict_wait = 0;
    bool stream_after = false;  ///< hits can follow, ...
    Ticks next = 0;             ///< ... the first of them then, if it is there
  };

  /// Openings [closed, to be closed][read, write].
  using Kinds = std::array<std::array<Opening, 2>, 2>;

  struct Openings {
    std::array<Kinds, most_opened> at_rest;  ///< by the first position
    Kinds in_stream;                         ///< of a block
  };

  /// Clocks after which a command no longer constrains others.
  struct Reach {
    Ticks rows = 0;                     ///< ACT to ACT
    Ticks activate = 0;                 ///< ACT to anything
    std::array<Ticks, 2> column{};      ///< a column command to anything; its data are over
    std::array<Ticks, 2> turnaround{};  ///< [write] to a column command in the other direction
  };

  /// What a rotation that has to open its rows sets out from.
  struct Start {
    Ticks entry = 0;
    Ticks base = 0;  ///< its times are counted from here
    bool write = false;
  };

  Plan step_burst(Ticks arrival, std::uint64_t burst, std::uint64_t end, bool write);

  /// The start of the block that a burst lies in.
  [[nodiscard]] const BlockStart& locate(std::uint64_t burst);

  [[nodiscard]] BankId bank_in(const BlockStart& block, std::uint64_t position) const {
    return pattern_->bank(block.first, position);
  }

  /// Whether `burst` continues the stream.
  [[nodiscard]] bool stream_goes_on(Ticks arrival, std::uint64_t burst, bool write) const {
    if (!streaming_ || burst != next_burst_ || write != writing_ || (burst & (block_ - 1)) == 0) {
      return false;
    }
    const Ticks next = stream_[burst & position_mask_].column + period_;
    return arrival <= next && next > newest_command() && next < next_refresh_ && !asleep(arrival);
  }

  /// Begins a stream of hits with `burst`, if the rows of its rotation are open and no command,
  /// data or refresh is in its way.
  bool begin_stream(Ticks arrival, std::uint64_t burst, bool write);
  /// Whether the banks and groups of the rotation let bursts behind the first, which goes at
  /// `column`, follow in the pattern.
  [[nodiscard]] bool rotation_is_open(const BlockStart& block, std::uint64_t burst, Ticks column,
                                      bool write) const;
  /// Sets the positions as if the rotation before had kept the pattern.
  void set_stream(const BlockStart& block, std::uint64_t burst, Ticks column, bool write);

  /// Column command of the n-th burst from here in the stream.
  [[nodiscard]] Ticks column_in_stream(std::uint64_t n) const {
    return stream_[(next_burst_ + n) & position_mask_].column +
           static_cast<Ticks>((n >> map_.rotation_shift()) + 1) * period_;
  }

  /// How many bursts from `burst`, with which the stream goes on, are in it.
  [[nodiscard]] std::uint64_t hits_in_stream(std::uint64_t burst, std::uint64_t end) const;
  /// Serves `n` bursts from `burst`, which are in the stream.
  void skip_hits(std::uint64_t burst, std::uint64_t n, bool write);
  /// Writes the column commands of a stream down that the next bursts look back at.
  void keep_columns();

  /// Whether constraints between rows, the turning round of the bus and refresh are met at `entry`.
  [[nodiscard]] bool unconstrained(Ticks entry, bool write) const;
  /// Whether the banks of a rotation, which need other rows than are open, are all to be closed at
  /// `entry`, or are all closed; none if they differ or are not ready then.
  [[nodiscard]] std::optional<bool> rows_to_close(const BlockStart& block, Ticks entry) const;
  /// Serves a rotation whose rows are all closed, or all to be closed, if nothing else is in its
  /// way than a stream; returns its bursts, or 0 if it must be stepped.
  std::uint64_t open_rows(Ticks arrival, std::uint64_t burst, std::uint64_t end, bool write);
  /// When a rotation that follows the stream enters; none if the stream is too short, or if it
  /// arrives later.
  [[nodiscard]] std::optional<Ticks> entry_behind_stream(Ticks arrival, std::uint64_t burst,
                                                         bool write) const;
  [[nodiscard]] bool same_stream(const Opening& o, Ticks base) const;
  /// Serves a rotation by stepping and keeps how it went.
  void record_opening(Opening& o, Ticks arrival, const Start& start, std::uint64_t burst,
                      std::uint64_t end);
  /// Serves a rotation as `o` went.
  void replay_opening(const Opening& o, const Start& start, std::uint64_t burst,
                      const BlockStart& block);

  bool steps_only_;              ///< its commands take several clocks: nothing is stepped over
  std::uint64_t rotation_;       ///< bursts after which the order of banks repeats
  std::uint64_t position_mask_;  ///< of a burst's number
  std::uint64_t block_;          ///< bursts
  std::shared_ptr<const DramColumnPattern> pattern_;
  BlockStart block_start_;              ///< located last
  std::shared_ptr<Openings> openings_;  ///< of all copies: they follow from the part alone
  Reach reach_;

  // The stream, in a block whose rows are open.
  boost::container::static_vector<Position, most_positions> stream_;
  bool streaming_ = false;
  std::uint64_t next_burst_ = ~std::uint64_t{0};
  Ticks period_ = 0;

  /// Column commands of a stream whose times are not written down one by one.
  struct SkippedColumns {
    std::uint64_t count = 0;
    std::uint64_t end = 0;   ///< bursts served by then
    std::uint64_t next = 0;  ///< burst behind it
    Ticks period = 0;
    std::array<Ticks, most_opened> column{};  ///< the last one by position
  };

  std::uint64_t skipped_ = 0;      ///< of the last bursts
  SkippedColumns skipped_before_;  ///< before the block that was replayed last
};

template <class Arrival, class Served>
void DramChannelLaw::serve_all(const Requests& requests, Arrival&& arrival, Served&& served) {
  const auto [first, bursts, count, write] = requests;
  const Ticks latency = table_->latency(write);
  for (std::uint64_t n = 0; n < count;) {
    const std::uint64_t burst = first + n * bursts;
    // Those that are there in time and end in the stream are known by their first and last bursts.
    constexpr std::uint64_t at_once = 32;
    boost::container::static_vector<Span, at_once> spans;
    if (sink_ == nullptr && stream_goes_on(arrival(n), burst, write)) {
      const std::uint64_t whole = hits_in_stream(burst, first + count * bursts) / bursts;
      for (std::uint64_t i = 0; i < std::min(whole, at_once); ++i) {
        const Ticks column = column_in_stream(i * bursts);
        if (arrival(n + i) > column) break;
        spans.push_back({column + latency, column_in_stream((i + 1) * bursts - 1) + latency});
      }
    }
    if (spans.empty()) {
      served(serve(arrival(n++), burst, bursts, write));
      continue;
    }
    skip_hits(burst, spans.size() * bursts, write);
    n += spans.size();
    for (const Span& span : spans) served(span);
  }
}

}  // namespace tritsim
