// SPDX-License-Identifier: Apache-2.0
#include "models/tlm/simulation_context.hpp"

#include <fstream>
#include <stdexcept>

#include <gtest/gtest.h>

#include "tests/models/support/driver.hpp"

namespace tritsim::test {
namespace {

using sc_core::SC_PS;

TEST(KernelScope, SimulationsFollowOneAnother) {
  for (int n = 1; n <= 2; ++n) {
    SimulationContext simulation;
    Time seen;
    Driver driver("driver", [&] {
      sc_core::wait(100.0 * n, sc_core::SC_NS);
      seen = now();
    });
    simulation.run();
    EXPECT_NEAR(seen.si(), n * 100e-9, 1e-15);
    EXPECT_EQ(sc_core::sc_time_stamp(), sc_core::sc_time(100.0 * n, sc_core::SC_NS));
  }
}

TEST(KernelScope, TimeStartsAtZero) {
  {
    SimulationContext simulation;
    Driver driver("driver", [] { sc_core::wait(5, sc_core::SC_US); });
    simulation.run();
  }
  SimulationContext simulation;
  EXPECT_EQ(sc_core::sc_time_stamp(), sc_core::SC_ZERO_TIME);
}

TEST(KernelScope, TheContextOutsideComesBack) {
  sc_core::sc_simcontext* const before = sc_core::sc_curr_simcontext;
  {
    SimulationContext outer;
    sc_core::sc_simcontext* const own = sc_core::sc_curr_simcontext;
    EXPECT_NE(own, before);
    {
      SimulationContext inner;
      EXPECT_NE(sc_core::sc_curr_simcontext, own);
    }
    EXPECT_EQ(sc_core::sc_curr_simcontext, own);
  }
  EXPECT_EQ(sc_core::sc_curr_simcontext, before);
}

struct Raised {
  const char* name;
  void (*raise)();

  friend void PrintTo(const Raised& r, std::ostream* out) { *out << r.name; }
};

class Exceptions : public testing::TestWithParam<Raised> {};

TEST_P(Exceptions, ComeOutOfRun) {
  {
    SimulationContext simulation;
    Driver driver("driver", [] {
      sc_core::wait(1, sc_core::SC_NS);
      GetParam().raise();
    });
    try {
      simulation.run();
      FAIL() << "nothing was thrown";
    } catch (const std::runtime_error& e) {
      EXPECT_NE(std::string(e.what()).find("what went wrong"), std::string::npos) << e.what();
    }
  }
  // The next simulation is unaffected.
  SimulationContext simulation;
  bool ran = false;
  Driver driver("driver", [&] { ran = true; });
  simulation.run();
  EXPECT_TRUE(ran);
}

INSTANTIATE_TEST_SUITE_P(
    KernelScope, Exceptions,
    testing::Values(Raised{"report", [] { SC_REPORT_ERROR("tritsim", "what went wrong"); }},
                    Raised{"logic_error", [] { throw std::logic_error("what went wrong"); }}),
    [](const auto& test) { return std::string(test.param.name); });

std::size_t resident_pages() {
  std::ifstream file("/proc/self/statm");
  std::size_t size = 0;
  std::size_t resident = 0;
  file >> size >> resident;
  return resident;
}

TEST(KernelScope, AThousandInARowDoNotGrow) {
  const auto simulate = [] {
    SimulationContext simulation;
    Driver a("a", [] { sc_core::wait(1, sc_core::SC_US); });
    Driver b("b", [] {
      for (int n = 0; n < 10; ++n) sc_core::wait(1, sc_core::SC_NS);
    });
    simulation.run();
  };
  for (int n = 0; n < 200; ++n) simulate();
  const std::size_t before = resident_pages();
  for (int n = 0; n < 1000; ++n) simulate();
#ifndef __SANITIZE_ADDRESS__
  EXPECT_LE(resident_pages(), before + 64);
#else
  (void)before;
#endif
}

TEST(KernelScope, TimesAreRoundedToPicoseconds) {
  SimulationContext simulation;
  EXPECT_EQ(to_sc_time(Time{1.4e-12}), sc_core::sc_time(1, SC_PS));
  EXPECT_EQ(to_sc_time(Time{1.6e-12}), sc_core::sc_time(2, SC_PS));
  EXPECT_EQ(to_sc_time(Time{3600}), sc_core::sc_time(3600, sc_core::SC_SEC));
  EXPECT_NEAR(from_sc_time(sc_core::sc_time(7, sc_core::SC_NS)).si(), 7e-9, 1e-24);
}

TEST(KernelScope, WaitUntilIsAbsoluteAndNeverGoesBack) {
  SimulationContext simulation;
  std::vector<double> seen;
  Driver driver("driver", [&] {
    for (const double t : {5e-9, 5e-9, 1e-9, 7.0000004e-9}) {
      wait_until(Time{t});
      seen.push_back(std::round(now().si() * 1e12));
    }
  });
  simulation.run();
  EXPECT_EQ(seen, (std::vector<double>{5000, 5000, 5000, 7000}));
}

}  // namespace
}  // namespace tritsim::test
