// SPDX-License-Identifier: Apache-2.0
#include "models/kernel.hpp"

#include <cstdlib>
#include <stdexcept>

#include "models/address_sanitizer.hpp"

// Debian's SystemC library contains a main() that calls sc_main(); our programs have their own.
int sc_main(int /*argc*/, char* /*argv*/[]) {
  return EXIT_FAILURE;
}

namespace tritsim {

Kernel::Kernel() {
  setenv("SYSTEMC_DISABLE_COPYRIGHT_MESSAGE", "1", 0);  // read when the first context is made
  // A warning of the kernel (two modules of one name, a socket left open) is a fault of ours.
  sc_core::sc_report_handler::set_actions(sc_core::SC_WARNING, sc_core::SC_THROW);
  outer_ = sc_core::sc_curr_simcontext;
  own_ = std::make_unique<sc_core::sc_simcontext>();
  sc_core::sc_curr_simcontext = sc_core::sc_default_global_context = own_.get();
}

Kernel::~Kernel() {
  own_.reset();
  announce_own_stack();
  sc_core::sc_curr_simcontext = sc_core::sc_default_global_context = outer_;
}

void Kernel::run() {
  try {
    sc_core::sc_start();
    announce_own_stack();
  } catch (const sc_core::sc_report& report) {
    announce_own_stack();
    throw std::runtime_error(report.get_msg());
  }
}

sc_core::sc_time to_sc_time(Time t) {
  // Times are never negative, and std::llround is a library call on the hot path.
  // NOLINTNEXTLINE(bugprone-incorrect-roundings)
  return sc_core::sc_time::from_value(static_cast<sc_dt::uint64>(t.si() * 1e12 + 0.5));
}

Time from_sc_time(const sc_core::sc_time& t) {
  return Time{t.to_seconds()};
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
