// SPDX-License-Identifier: Apache-2.0
#include "arch/base/build_id.hpp"

#include "tritsim_build_id.hpp"

namespace tritsim {

std::string_view build_id() {
  return generated_build_id;
}

}  // namespace tritsim
