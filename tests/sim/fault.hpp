// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "sim/run/run.hpp"

namespace tritsim::test {

/// The problem of a run; empty if there is none.
inline std::string fault(const BoardSpec& b, const ModelSpec& m, Workload w,
                         std::uint32_t context = 0) {
  w.context = context;
  try {
    static_cast<void>(run_model(b, m, w));
  } catch (const ConfigError& e) {
    return e.what();
  }
  return {};
}

}  // namespace tritsim::test
