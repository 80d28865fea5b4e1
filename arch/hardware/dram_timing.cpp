// SPDX-License-Identifier: Apache-2.0
#include "arch/hardware/dram_timing.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "arch/base/reader.hpp"

namespace tritsim {
namespace {

/// What rounding may add to a whole number of clocks.
constexpr double hair = 1e-6;

std::uint32_t whole(double clocks) {
  return static_cast<std::uint32_t>(
      std::clamp(clocks, 0.0, double{std::numeric_limits<std::uint32_t>::max()}));
}

}  // namespace

std::uint32_t DramDelay::at(Frequency clock, Frequency rated) const {
  return whole(std::ceil(exact(clock, rated) - hair));
}

std::uint32_t DramDelay::at_most(Frequency clock, Frequency rated) const {
  return whole(std::floor(exact(clock, rated) + hair));
}

std::optional<ScalarFault> DramDelay::read(std::string_view text) {
  const bool digits = text.find_first_not_of("-0123456789") == std::string_view::npos;
  if (digits) {
    time_ = Time{};
    return parse_scalar(text, clocks_);
  }
  Time time;
  if (auto fault = parse_scalar(text, time)) {
    fault->remedy = "write clocks of the rated clock, e.g. 17, or a time, e.g. 14.16 ns";
    return fault;
  }
  if (time <= Time{} || time > Time{1e-3}) {
    return ScalarFault{"'" + std::string(text) + "' is out of range",
                       "it must be positive and at most 1 ms"};
  }
  *this = DramDelay(time);
  return {};
}

std::string DramDelay::text() const {
  return time_ > Time{} ? format(time_) : std::to_string(clocks_);
}

DramClocks DramTiming::at(Frequency channel) const {
  const Frequency rated = clock > Frequency{} ? clock : channel;
  const auto up = [&](const DramDelay& d) { return d.at(channel, rated); };
  DramClocks c;
  c.cl = up(cl);
  c.cwl = up(cwl);
  c.trcd = up(trcd);
  c.trcd_write = trcd_write.given() ? up(trcd_write) : c.trcd;
  c.trp = up(trp);
  c.trp_all = trp_all.given() ? up(trp_all) : c.trp;
  c.tras = up(tras);
  c.trc = up(trc);
  c.trrd_s = up(trrd_s);
  c.trrd_l = up(trrd_l);
  c.tfaw = up(tfaw);
  c.tccd_s = tccd_s;
  c.tccd_l = up(tccd_l);
  if (channel < rated) c.tccd_l = std::max(c.tccd_l, c.tccd_s);
  c.tccd_l_write = tccd_l_write.given() ? std::max(up(tccd_l_write), c.tccd_s) : c.tccd_l;
  c.twr = up(twr);
  c.twtr_s = up(twtr_s);
  c.twtr_l = up(twtr_l);
  c.trtp = up(trtp);
  c.turnaround = turnaround;
  c.trtrs = rank_switch;
  c.tppd = up(tppd);
  c.trefi = trefi.at_most(channel, rated);
  c.trfc = up(trfc);
  if (per_bank) {
    c.per_bank =
        DramClocks::BankRefresh{per_bank->interval.at_most(channel, rated), up(per_bank->duration),
                                up(per_bank->to_activate), up(per_bank->to_refresh)};
  }
  return c;
}

}  // namespace tritsim
