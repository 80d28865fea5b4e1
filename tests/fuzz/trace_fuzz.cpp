// SPDX-License-Identifier: Apache-2.0
// libFuzzer target: any bytes as a trace. Built with TRITSIM_FUZZ=ON and clang, see docs/traces.md.
#include <cstdint>
#include <cstdlib>

#include "tests/fuzz/trace_input.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tritsim::fuzz;
  const Verdict verdict = read_twice({reinterpret_cast<const char*>(data), size});
  if (verdict == Verdict::unexplained || verdict == Verdict::changed) std::abort();
  return 0;
}
