// SPDX-License-Identifier: Apache-2.0
#include "arch/hardware/memory.hpp"

#include "arch/base/number_setter.hpp"

namespace tritsim {

void MemorySpec::check(Checker& c) const {
  if (dram.has_value() + sram.has_value() + simple.has_value() + fixed.has_value() != 1) {
    c.fail("", "needs exactly one of dram, sram, simple, fixed", "describe one of them");
  }
  check_uncertain(*this, c);
}

}  // namespace tritsim
