// SPDX-License-Identifier: Apache-2.0
#include "arch/hardware/controller_port.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

namespace tritsim {

std::vector<std::uint32_t> ControllerPort::controller_ports() const {
  constexpr std::uint32_t unknown = ~std::uint32_t{0};
  std::vector<std::uint32_t> numbers(count, unknown);
  std::uint32_t next = 0;
  for (std::uint32_t port = 0; port < count; ++port) {
    if (numbers[port] != unknown) continue;
    numbers[port] = next;
    for (const SharedPort& s : shared) {
      if (std::find(s.members.begin(), s.members.end(), port) == s.members.end()) continue;
      for (const std::uint32_t member : s.members) numbers[member] = next;
    }
    ++next;
  }
  return numbers;
}

void ControllerPort::check(Checker& c) const {
  if (burst > 0 && std::fmod(width.si() * burst, 1) != 0) {
    c.fail("burst", "is not a whole number of bytes long", "give width x burst in whole bytes");
  }
  std::set<std::uint32_t> seen;
  for (std::size_t s = 0; s < shared.size(); ++s) {
    for (std::size_t m = 0; m < shared[s].members.size(); ++m) {
      const std::uint32_t port = shared[s].members[m];
      const auto key = fmt::format("shared.{}.members.{}", s, m);
      if (port >= count) {
        c.fail(key, fmt::format("there is no port {}", port),
               fmt::format("give ports from 0 to {}", count - 1));
      } else if (!seen.insert(port).second) {
        c.fail(key, fmt::format("port {} is named twice", port), "name it once");
      }
    }
  }
}

}  // namespace tritsim
