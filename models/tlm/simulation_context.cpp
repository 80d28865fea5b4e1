// SPDX-License-Identifier: Apache-2.0
#include "models/tlm/simulation_context.hpp"

#include <cstdlib>
#include <cstring>
#include <limits>
#include <stdexcept>

#include <fmt/format.h>

#include "arch/base/problems.hpp"
#include "models/tlm/address_sanitizer.hpp"

namespace tritsim {
namespace {

constexpr const char* beyond_the_clock = "tritsim: beyond the clock";

/// The end of SystemC's clock, in ps.
constexpr double end_of_time = 0x1p64;

[[noreturn]] void refuse(double picoseconds) {
  const std::string text = fmt::format(
      "the run lasts {:.3g} s or more, the simulation counts picoseconds up to {:.3g} s (213 "
      "days); "
      "give a smaller --prompt or --generate, or faster clocks",
      picoseconds * 1e-12, end_of_time * 1e-12);
  SC_REPORT_ERROR(beyond_the_clock, text.c_str());
  throw std::logic_error("an error report that does not throw");
}

}  // namespace

SimulationContext::SimulationContext() {
  setenv("SYSTEMC_DISABLE_COPYRIGHT_MESSAGE", "1", 0);  // read when the first context is made
  // A warning of SystemC (two modules of one name, an unbound socket) is an internal error.
  sc_core::sc_report_handler::set_actions(sc_core::SC_WARNING, sc_core::SC_THROW);
  outer_ = sc_core::sc_curr_simcontext;
  own_ = std::make_unique<sc_core::sc_simcontext>();
  sc_core::sc_curr_simcontext = sc_core::sc_default_global_context = own_.get();
}

SimulationContext::~SimulationContext() {
  own_.reset();
  announce_own_stack();
  sc_core::sc_curr_simcontext = sc_core::sc_default_global_context = outer_;
}

void SimulationContext::run() {
  try {
    sc_core::sc_start();
    announce_own_stack();
  } catch (const sc_core::sc_report& report) {
    announce_own_stack();
    if (std::strcmp(report.get_msg_type(), beyond_the_clock) == 0) {
      throw ConfigError(report.get_msg());
    }
    throw std::runtime_error(report.get_msg());
  }
}

sc_core::sc_time to_sc_time(Time t) {
  if (!(t.si() * 1e12 + 0.5 < end_of_time)) refuse(t.si() * 1e12);
  // Times are never negative, and std::llround is a library call on the hot path.
  // NOLINTNEXTLINE(bugprone-incorrect-roundings)
  return sc_core::sc_time::from_value(static_cast<sc_dt::uint64>(t.si() * 1e12 + 0.5));
}

Time from_sc_time(const sc_core::sc_time& t) {
  return Time{t.to_seconds()};
}

void wait_for(const sc_core::sc_time& delay) {
  const sc_dt::uint64 current = sc_core::sc_time_stamp().value();
  if (delay.value() > std::numeric_limits<sc_dt::uint64>::max() - current) {
    refuse(static_cast<double>(current) + static_cast<double>(delay.value()));
  }
  sc_core::wait(delay);
}

void wait_until(Time t) {
  const sc_core::sc_time target = to_sc_time(t);
  const sc_core::sc_time& current = sc_core::sc_time_stamp();
  if (target > current) sc_core::wait(target - current);
}

Time now() {
  return from_sc_time(sc_core::sc_time_stamp());
}

}  // namespace tritsim
