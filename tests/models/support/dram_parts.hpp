// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "tests/models/support/specs.hpp"

namespace tritsim::test {

struct DramPart {
  std::string name;
  DramSpec spec;

  friend void PrintTo(const DramPart& p, std::ostream* out) { *out << p.name; }
};

/// Parts, maps and controllers that take the channel law through each of its rules.
inline std::vector<DramPart> dram_parts() {
  const auto with = [](DramSpec d, const std::function<void(DramSpec&)>& change) {
    change(d);
    return d;
  };
  const auto mapped = [&](const char* address) {
    return with(ddr4_2400(), [&](DramSpec& d) { d.address = address; });
  };
  return {
      {"ddr4", ddr4_2400()},
      {"ddr4_bank_by_bank", ddr4_2400(false)},
      {"ddr4_hashed", mapped("row column bank^row group^row")},
      {"ddr4_split", mapped("row bank column group:1 column:3 group:1")},
      {"ddr4_row_lowest", mapped("bank column group row")},
      {"ddr4_column_highest", mapped("column row bank group")},
      // The second burst of a group has to wait, whatever the other group does: gaps of 4 and 8.
      {"two_slow_groups", with(ddr4_2400(),
                               [](DramSpec& d) {
                                 d.bank_groups = 2;
                                 d.timing.tccd_l = 12;
                               })},
      {"lpddr4", lpddr4_3200()},
      {"lpddr4_bank_refresh", lpddr4_3200(true)},
      {"hbm2", hbm2()},
      {"closed_page",
       with(ddr4_2400(), [](DramSpec& d) { d.controller.page_policy = PagePolicy::closed; })},
      {"queue_of_one", with(ddr4_2400(), [](DramSpec& d) { d.controller.queue = 1; })},
      {"queue_of_64", with(hbm2(), [](DramSpec& d) { d.controller.queue = 64; })},
      {"powered_down", with(ddr4_2400(),
                            [](DramSpec& d) {
                              d.controller.power_down = PowerDown{20, 8};
                            })},
      {"powered_down_bank_refresh", with(lpddr4_3200(true),
                                         [](DramSpec& d) {
                                           d.controller.power_down = PowerDown{64, 12};
                                         })},
      {"refresh_all_the_time", with(ddr4_2400(), [](DramSpec& d) { d.timing.trefi = 700; })},
  };
}

}  // namespace tritsim::test
