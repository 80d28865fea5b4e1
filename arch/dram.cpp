// SPDX-License-Identifier: Apache-2.0
#include "arch/dram.hpp"

#include <cmath>
#include <set>

namespace tritsim {

void ControllerPort::check(Checker& c) const {
  if (burst > 0 && std::fmod(width.si() * burst, 1) != 0) {
    c.fail("burst", "is not a whole number of bytes long", "give width x burst in whole bytes");
  }
  if (count > 1 && !stripe) {
    c.fail("stripe", fmt::format("is missing for {} ports", count),
           "give the consecutive bytes that go through one port");
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

void DramSpec::check(Checker& c) const {
  if (page < burst()) {
    c.fail("page", "is smaller than a burst", "give at least bus_width x burst_length");
    return;
  }
  if (std::uint64_t{bank_groups} * banks_per_group > most_banks) {
    c.fail("banks_per_group", fmt::format("makes more than {} banks", most_banks),
           fmt::format("give bank_groups x banks_per_group <= {}", most_banks));
    return;
  }
  if (burst_length / 2 > timing.tccd_s) {
    c.fail("burst_length", "needs more bus cycles than tCCD_S allows",
           "give burst_length <= 2 tCCD_S");
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
