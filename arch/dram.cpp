// SPDX-License-Identifier: Apache-2.0
#include "arch/dram.hpp"

namespace tritsim {

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
  try {
    static_cast<void>(address_map());
  } catch (const std::invalid_argument& e) {
    const std::string text = e.what();
    const auto parted = text.find("; ");
    c.fail("address", text.substr(0, parted), text.substr(parted + 2));
  }
}

}  // namespace tritsim
