// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>

#include "arch/base/problems.hpp"

namespace tritsim::fuzz {

/// What a reader made of an input.
enum class Verdict {
  refused,      ///< with an explanation
  read,         ///< and holds what the reader promises
  unexplained,  ///< refused without an explanation
  changed,      ///< accepted, but does not hold it
};

/// Whether `reads` holds of an input; a refusal is a verdict too. Any other exception, and any
/// fault of memory, is the caller's to see.
template <class F>
Verdict verdict_of(F&& reads) {
  try {
    return reads() ? Verdict::read : Verdict::changed;
  } catch (const ConfigError& e) {
    return e.what()[0] == '\0' ? Verdict::unexplained : Verdict::refused;
  }
}

/// The body of a libFuzzer target.
template <class F>
int run(const std::uint8_t* data, std::size_t size, F&& judge) {
  const Verdict verdict = judge(std::string(reinterpret_cast<const char*>(data), size));
  if (verdict == Verdict::unexplained || verdict == Verdict::changed) std::abort();
  return 0;
}

}  // namespace tritsim::fuzz
