// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "sim/run.hpp"

namespace tritsim::test {

/// What is wrong with a run; empty: nothing.
inline std::string fault(const BoardSpec& b, const ModelSpec& m, const Workload& w,
                         std::uint32_t context = 0) {
  try {
    static_cast<void>(run_model(b, m, w, {}, context));
  } catch (const ConfigError& e) {
    return e.what();
  }
  return {};
}

}  // namespace tritsim::test
