// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <random>
#include <string>

#include "tests/rtl/core_model.hpp"

namespace tritsim::rtl {

/// One program on both.
struct Outcome {
  std::uint64_t rtl_cycles = 0;
  std::uint64_t simulated_cycles = 0;
  double rtl_seconds = 0;
  double simulator_seconds = 0;
  std::size_t instructions = 0;
  std::size_t wrong_bytes = 0;  ///< of memory and registers, RTL against golden model
  std::uint64_t saturated_sums = 0;

  [[nodiscard]] double error() const {
    return static_cast<double>(simulated_cycles) / static_cast<double>(rtl_cycles) - 1;
  }
};

enum class Contents { random, extreme };  ///< extreme: elements 127, weights +1

/// Runs assembly on the RTL, the golden model and the simulator, from registers and a memory of the
/// given contents. All registers are loaded before and stored after, by programs of their own.
[[nodiscard]] Outcome compare(const std::string& text, const Configuration& c, std::uint32_t seed,
                              Contents contents = Contents::random);

/// A program of 1 to 40 instructions on any registers: every instruction of the core.
[[nodiscard]] std::string random_program(std::mt19937& random);

/// Uniform in [low, high], the same on every standard library.
[[nodiscard]] std::uint32_t pick(std::mt19937& random, std::uint32_t low, std::uint32_t high);

}  // namespace tritsim::rtl
