// SPDX-License-Identifier: Apache-2.0
#include <iostream>

#include "arch/units.hpp"
#include "tritsim_version.hpp"

int main() {
  std::cout << tritsim::version << '\n';
  return 0;
}
