// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "tests/models/support/ternip_reference.hpp"

namespace tritsim::test {

/// A program on one lane of a build, and how many cycles its RTL takes.
struct TernipCount {
  TernipBuild build;
  std::string program;
  RtlCycle cycles = 0;

  friend void PrintTo(const TernipCount& c, std::ostream* out) {
    *out << "D = " << c.build.d << ", TP = " << c.build.tp << ", VP = " << c.build.vp
         << ", L = " << c.build.latency << ":\n"
         << c.program;
  }
};

/// Counts of the simulated RTL of the public repository sifferman/ternip, commit 541d48f7 (hard
/// sigmoid, pipelined multiplier, iterative divider, 16 bit), behind a memory that answers a burst
/// of 4 KiB L cycles after its request.
inline std::vector<TernipCount> ternip_counts() {
  std::string thirteen = "go W\n";
  for (int i = 0; i < 13; ++i) thirteen += "add v1, v1, v2\n";
  std::vector<TernipCount> counts{
      {{1024, 128, 4, 10}, "ldv v1, X", 268},
      {{1024, 128, 4, 40}, "ldv v1, X", 298},
      {{1024, 128, 4, 10}, "go W", 9237},
      {{1024, 128, 4, 40}, "go W", 9267},
      {{512, 128, 8, 10}, "go W", 2580},
      {{256, 64, 4, 1}, "go W", 1293},
      {{256, 64, 4, 10}, "go W", 1300},
      {{1024, 256, 4, 40}, "go W", 5171},
      {{1024, 256, 4, 100}, "go W", 5766},  // two bursts do not cover the latency
      {{1024, 128, 4, 40}, "go W\nmul v1, v1, v2", 9267},
      {{1024, 128, 4, 40}, "go W\nexport v3\nadd v1, v1, v3", 10299},
      {{1024, 128, 4, 40}, "go W\ngo W\ngo W", 27801},
      {{1024, 128, 4, 40}, thirteen, 10038},
  };
  // Whatever the latency, whether registers are the same or not.
  for (const std::uint32_t latency : {1U, 40U, 200U}) {
    const TernipBuild four{1024, 128, 4, latency};
    const TernipBuild eight{512, 128, 8, latency};
    counts.insert(counts.end(), {{four, "add v1, v2, v3", 772},
                                 {four, "mul v1, v1, v1", 774},
                                 {four, "sig v1, v2", 513},
                                 {four, "silu v1, v1", 521},
                                 {eight, "silu v1, v2", 131},
                                 {four, "clear", 7},
                                 {four, "acc v1", 264},
                                 {four, "finish", 121},
                                 {eight, "finish", 122},
                                 {four, "normalize v1, v1", 513},
                                 {four, "import v1", 263},
                                 {four, "export v1", 260},
                                 {four, "sv v1, X", 263}});
  }
  return counts;
}

}  // namespace tritsim::test
