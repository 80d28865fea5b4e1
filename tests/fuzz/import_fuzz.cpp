// SPDX-License-Identifier: Apache-2.0
// libFuzzer target: any bytes as a file of configs/import/ and a config.json behind it. Built with
// TRITSIM_FUZZ=ON and clang, see docs/traces.md.
#include "tests/fuzz/checkpoint_input.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return tritsim::fuzz::run(data, size, tritsim::fuzz::judge_import);
}
