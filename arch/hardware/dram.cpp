// SPDX-License-Identifier: Apache-2.0
#include "arch/hardware/dram.hpp"

namespace tritsim {

DramClocks DramSpec::clocks() const {
  DramClocks t = timing.at(clock);
  if (controller.power_down) {
    t.txp = controller.power_down->txp.at(clock, timing.clock > Frequency{} ? timing.clock : clock);
  }
  return t;
}

std::uint64_t DramSpec::bank_period() const {
  return static_cast<std::uint64_t>(burst().si()) << address_map().bank_end();
}

DramConditions DramSpec::conditions() const {
  if (supply.measured_at) return *supply.measured_at;
  const Frequency rated = timing.clock > Frequency{} ? timing.clock : clock;
  const DramClocks t = timing.at(rated);
  return {rated, t.tras, t.trc, t.trfc, t.per_bank ? t.per_bank->duration : 0};
}

namespace {

/// Visits delays with their keys.
template <class Use>
class EachDelay {
 public:
  explicit EachDelay(Use use) : use_(std::move(use)) {}

  template <class T, class... Rest>
  void required(const char* key, T& field, const Rest&... /*rest*/) {
    if constexpr (std::same_as<T, DramDelay>) use_(key, field);
  }

  template <class T, class... Rest>
  void optional(const char* key, T& field, const Rest&... rest) {
    required(key, field, rest...);
  }

 private:
  Use use_;
};

}  // namespace

void DramSpec::check_timing(Checker& c) const {
  bool in_range = true;
  EachDelay delays([&](const std::string& key, const DramDelay& d) {
    const std::uint32_t n = d.at(clock, timing.clock);
    if (any_count.holds(n) || !d.given()) return;
    in_range = false;
    c.fail("timing." + key, fmt::format("comes to {} clocks of {}", n, format(clock)),
           "give a time between 1 and 1048576 clocks, or another clock");
  });
  DramTiming copy = timing;
  copy.fields(delays);
  if (!in_range) return;
  const DramClocks t = clocks();
  if (t.tccd_l < t.tccd_s) c.fail("timing.tCCD_L", "is below tCCD_S", "give tCCD_L >= tCCD_S");
  if (t.tccd_l_write < t.tccd_l) {
    c.fail("timing.tCCD_L_WR", "is below tCCD_L", "give tCCD_L_WR >= tCCD_L");
  }
  if (t.trrd_l < t.trrd_s) c.fail("timing.tRRD_L", "is below tRRD_S", "give tRRD_L >= tRRD_S");
  if (t.twtr_l < t.twtr_s) c.fail("timing.tWTR_L", "is below tWTR_S", "give tWTR_L >= tWTR_S");
  if (t.trc < t.tras) {
    c.fail("timing.tRC", "is below tRAS", "give tRC >= tRAS + tRP as the data sheet does");
  }
  // The longest delay of a burst: a refresh, and before it the end of what is in progress.
  const std::uint64_t busy =
      std::uint64_t{t.trfc} + t.trp_all + t.trcd + t.trc + t.cl + t.cwl + t.twr + t.twtr_l;
  if (busy >= t.trefi) {
    c.fail("timing.tREFI", "leaves no time between refreshes",
           "give tREFI > tRFC + tRP_AB + tRCD + tRC + CL + CWL + tWR + tWTR_L");
  }
  if (t.per_bank && t.per_bank->duration >= t.per_bank->interval * std::uint64_t{ranks}) {
    c.fail("timing.per_bank.tREFIpb", "leaves no time between refreshes", "give tREFIpb > tRFCpb");
  }
}

void DramSpec::check(Checker& c) const {
  check_timing(c);
  if (page < burst()) {
    c.fail("page", "is smaller than a burst", "give at least bus_width x burst_length");
    return;
  }
  if (std::uint64_t{ranks} * bank_groups * banks_per_group > most_banks) {
    c.fail("banks_per_group", fmt::format("makes more than {} banks", most_banks),
           fmt::format("give ranks x bank_groups x banks_per_group <= {}", most_banks));
    return;
  }
  if (burst_length < beats_per_clock) {
    c.fail("burst_length", "is shorter than a clock", "give burst_length >= beats_per_clock");
    return;
  }
  if (burst_clocks() > timing.tccd_s) {
    c.fail("burst_length", "needs more bus cycles than tCCD_S allows",
           fmt::format("give burst_length <= {} tCCD_S", beats_per_clock));
  }
  if (command_clocks.column > timing.tccd_s) {
    c.fail("command_clocks.column", "is longer than tCCD_S", "give column <= tCCD_S");
  }
  for (std::size_t r = 0; controller.power_down && r < supply.rails.size(); ++r) {
    const DramRail& rail = supply.rails[r];
    for (const auto& [key, current] : {std::pair{"IDD2P", rail.idd2p}, {"IDD3P", rail.idd3p}}) {
      if (current) continue;
      c.fail(fmt::format("supply.rails.{}.{}", r, key),
             "is missing, and the controller powers down",
             "give the current, or leave controller.power_down out");
    }
  }
  try {
    static_cast<void>(address_map());
  } catch (const std::invalid_argument& e) {
    const std::string text = e.what();
    const auto parted = text.find("; ");
    c.fail("address", text.substr(0, parted), text.substr(parted + 2));
  }
}

}  // namespace tritsim
