// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "arch/base/schema.hpp"

namespace tritsim {

/// A delay of a data sheet: a count of clocks of the part's rated clock, or a time. Either way it
/// is a time: at another clock it is another number of clocks.
class DramDelay {
 public:
  static constexpr std::string_view type_text = "whole number of rated clocks, or time (ns)";
  static constexpr std::string_view unit_pattern = "ps|ns|us|ms|s";

  constexpr DramDelay() = default;

  constexpr DramDelay(std::uint32_t clocks)  // NOLINT(google-explicit-constructor): 17 is a delay
      : clocks_(clocks) {}

  constexpr explicit DramDelay(Time time) : time_(time) {}

  constexpr bool operator==(const DramDelay&) const = default;

  /// The count it was given as; 0 if it was given as a time.
  [[nodiscard]] constexpr std::uint32_t clocks() const { return clocks_; }

  [[nodiscard]] constexpr bool given() const { return clocks_ > 0 || time_ > Time{}; }

  /// Whole clocks of `clock` that are as long or longer; `rated` is the clock that counts are of.
  [[nodiscard]] std::uint32_t at(Frequency clock, Frequency rated) const;

  /// Whole clocks of `clock` that are no longer: of an interval that must not be exceeded.
  [[nodiscard]] std::uint32_t at_most(Frequency clock, Frequency rated) const;

  [[nodiscard]] std::optional<ScalarFault> read(std::string_view text);

  [[nodiscard]] std::string text() const;

  [[nodiscard]] std::optional<double> number() const {
    return time_ > Time{} ? std::nullopt : std::optional<double>(clocks_);
  }

 private:
  [[nodiscard]] double exact(Frequency clock, Frequency rated) const {
    return time_ > Time{} ? time_ * clock : clocks_ * (clock / rated);
  }

  std::uint32_t clocks_ = 0;
  Time time_;
};

/// Refresh of one bank at a time (LPDDR REFpb, HBM REFSB, GDDR6 REFpb), or of one bank of each
/// group (DDR5 REFsb).
struct PerBankRefresh {
  DramDelay interval;  ///< from one refresh to the next
  DramDelay duration;
  bool of_each_group = false;
  DramDelay to_activate{};  ///< of another bank of the rank
  DramDelay to_refresh{};   ///< of another bank of the rank

  bool operator==(const PerBankRefresh&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("tREFIpb", interval, "interval between two refreshes, each of one bank", any_count);
    io.required("tRFCpb", duration, "time one bank is refreshing", any_count);
    io.optional("of_each_group", of_each_group,
                "a refresh is of one bank of each group at once (DDR5 REFsb)");
    io.optional("tRREFD", to_activate,
                "refresh to an activate of another bank (DDR5 tREFSBRD, LPDDR5 tpbR2act)",
                any_cycles);
    io.optional("tREF2REF", to_refresh, "refresh to that of another bank (LPDDR5 tpbR2pbR)",
                any_cycles);
  }
};

/// Timing in whole clocks of the channel, as the laws work with it; names as in JESD79-4.
struct DramClocks {
  struct BankRefresh {
    std::uint32_t interval = 0, duration = 0, to_activate = 0, to_refresh = 0;
  };

  std::uint32_t cl = 0, cwl = 0, trcd = 0, trcd_write = 0, trp = 0, trp_all = 0, tras = 0, trc = 0;
  std::uint32_t trrd_s = 0, trrd_l = 0, tfaw = 0, tccd_s = 0, tccd_l = 0;
  std::uint32_t tccd_l_write = 0, tppd = 0, trtrs = 0;
  std::uint32_t twr = 0, twtr_s = 0, twtr_l = 0, trtp = 0, turnaround = 0;
  std::uint32_t trefi = 0, trfc = 0;
  std::optional<BankRefresh> per_bank;
  std::uint32_t txp = 0;  ///< 0: the controller does not power down

  [[nodiscard]] std::uint32_t rcd(bool write) const { return write ? trcd_write : trcd; }
};

/// Timing of a DRAM (names as in JESD79-4), as a data sheet gives it.
struct DramTiming {
  Frequency clock;  ///< the rated clock: counts of clocks are of it; zero: the channel's
  DramDelay cl, cwl, trcd;
  DramDelay trcd_write;  ///< 0: as tRCD
  DramDelay trp;
  DramDelay trp_all;  ///< 0: as tRP
  DramDelay tras, trc;
  DramDelay trrd_s, trrd_l, tfaw;
  std::uint32_t tccd_s = 0;  ///< of the channel's clock: a burst on the bus
  DramDelay tccd_l;
  DramDelay tccd_l_write{};  ///< 0: as tCCD_L
  DramDelay twr, twtr_s, twtr_l, trtp;
  std::uint32_t turnaround = 2;   ///< of the channel's clock
  std::uint32_t rank_switch = 2;  ///< of the channel's clock
  DramDelay tppd{};               ///< 0: none
  DramDelay trefi, trfc;
  std::optional<PerBankRefresh> per_bank;

  bool operator==(const DramTiming&) const = default;

  /// Delays rounded up to whole clocks of a channel at `channel`, intervals of refreshes down; a
  /// bank group is never faster than the bus. Minimum clock counts of a standard are not modelled.
  [[nodiscard]] DramClocks at(Frequency channel) const;

  template <class Io>
  void fields(Io& io) {
    io.required("clock", clock,
                "rated DRAM clock: counts of clocks below are of it, and the supply's currents "
                "unless measured_at says otherwise",
                any_clock);
    io.required("CL", cl, "read latency", any_count);
    io.required("CWL", cwl, "write latency", any_count);
    io.required("tRCD", trcd, "activate to column command", any_count);
    io.optional("tRCD_WR", trcd_write, "activate to write, where it differs; 0: tRCD", any_cycles);
    io.required("tRP", trp, "precharge to activate", any_count);
    io.optional("tRP_AB", trp_all, "precharge of all banks, where it differs; 0: tRP", any_cycles);
    io.required("tRAS", tras, "activate to precharge", any_count);
    io.required("tRC", trc, "activate to activate of the same bank", any_count);
    io.required("tRRD_S", trrd_s, "activate to activate, other bank group", any_count);
    io.required("tRRD_L", trrd_l, "activate to activate, same bank group", any_count);
    io.required("tFAW", tfaw, "window of at most four activates", any_count);
    io.required("tCCD_S", tccd_s, "column to column, other bank group; always in clocks",
                any_count);
    io.required("tCCD_L", tccd_l, "column to column, same bank group", any_count);
    io.optional("tCCD_L_WR", tccd_l_write,
                "write to write, same bank group, where it differs; 0: tCCD_L", any_cycles);
    io.required("tWR", twr, "end of write data to precharge", any_count);
    io.required("tWTR_S", twtr_s, "end of write data to read, other bank group", any_count);
    io.required("tWTR_L", twtr_l, "end of write data to read, same bank group", any_count);
    io.required("tRTP", trtp, "read command to precharge", any_count);
    io.optional("turnaround", turnaround,
                "idle bus clocks from read data to write data; always in clocks", any_cycles);
    io.optional("tRTRS", rank_switch,
                "idle bus clocks between bursts of two ranks; clocks whatever the clock",
                any_cycles);
    io.optional("tPPD", tppd, "precharge to precharge; 0: the command bus alone decides",
                any_cycles);
    io.required("tREFI", trefi, "refresh interval", any_count);
    io.required("tRFC", trfc, "refresh duration, all banks", any_count);
    io.optional("per_bank", per_bank, "refresh bank by bank, instead of all banks at once");
  }
};

}  // namespace tritsim
