// SPDX-License-Identifier: Apache-2.0
#include "tests/rtl/twin.hpp"

#include <algorithm>
#include <array>
#include <chrono>

#include <fmt/format.h>

#include "sim/run/run.hpp"
#include "tests/rtl/golden.hpp"

namespace tritsim::rtl {
namespace {

// Memory: what registers start with, what they end with, vectors and matrices of the programs.
constexpr std::uint64_t slot = 0x1000;
constexpr std::uint64_t first_values = 0;
constexpr std::uint64_t last_values = 8 * slot;
constexpr std::uint64_t vectors = 16 * slot;
constexpr std::uint64_t matrices = 32 * slot;
constexpr std::uint64_t matrix_slot = 16 * slot;  // 2 bits x 512 x 512
constexpr std::uint64_t end_of_memory = matrices + 3 * matrix_slot;

std::string each_register(const char* op, std::uint64_t address) {
  std::string text;
  for (unsigned r = 0; r < 8; ++r) {
    text += fmt::format("{} v{}, 0x{:x}\n", op, r, address + r * slot);
  }
  return text;
}

class Stopwatch {
 public:
  [[nodiscard]] double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

std::vector<std::uint8_t> initial_memory(std::uint64_t bytes, std::uint32_t seed, Contents what) {
  std::vector<std::uint8_t> memory(bytes);
  std::mt19937 random(seed);
  for (std::uint8_t& byte : memory) byte = static_cast<std::uint8_t>(random() >> 24);
  if (what == Contents::extreme) {
    std::fill(memory.begin(), memory.begin() + matrices, 127);
    std::fill(memory.begin() + matrices, memory.end(), 0x55);
  }
  return memory;
}

}  // namespace

std::uint32_t pick(std::mt19937& random, std::uint32_t low, std::uint32_t high) {
  return low + static_cast<std::uint32_t>(random()) % (high - low + 1);
}

Outcome compare(const std::string& text, const Configuration& c, std::uint32_t seed,
                Contents contents) {
  const BoardSpec board = board_of(c);
  const CoreSpec& core = board.cores[0].core;
  const Program program = parse_assembly(text, "program", core).program;
  const Program load = parse_assembly(each_register("ldv", first_values), "load", core).program;
  const Program store = parse_assembly(each_register("sv", last_values), "store", core).program;

  CoreModel model;
  Golden golden;
  golden.memory = model.memory =
      initial_memory(std::max(end_of_memory, footprint(program, core, 1)), seed, contents);
  Outcome out;
  out.instructions = program.instructions.size();

  static_cast<void>(model.run(load, c));
  const Stopwatch rtl;
  out.rtl_cycles = model.run(program, c);
  out.rtl_seconds = rtl.seconds();
  static_cast<void>(model.run(store, c));

  const Stopwatch simulator;
  std::vector<std::string> warnings;
  out.simulated_cycles = run_program(board, text, "program", warnings).kernels[0].activity.cycles;
  out.simulator_seconds = simulator.seconds();

  for (const Program* p : {&load, &program, &store}) golden.run(*p, c.d);
  for (std::size_t i = 0; i < golden.memory.size(); ++i) {
    if (golden.memory[i] != model.memory[i]) ++out.wrong_bytes;
  }
  out.saturated_sums = golden.saturated_sums();
  return out;
}

std::string random_program(std::mt19937& random) {
  static constexpr std::array row_wise{"add", "sub", "mul", "div"};
  static constexpr std::array functions{"exp", "sig", "norm"};
  const auto reg = [&] { return pick(random, 0, 7); };
  const auto vector = [&] { return vectors + pick(random, 0, 5) * slot; };
  std::string text;
  for (std::uint32_t left = pick(random, 1, 40); left > 0; --left) {
    const std::uint32_t kind = pick(random, 0, 15);
    if (kind < 5) {
      text += fmt::format("{} v{}, v{}, v{}\n", row_wise[kind % 4], reg(), reg(), reg());
    } else if (kind < 10) {
      text += fmt::format("{} v{}, v{}\n", functions[kind % 3], reg(), reg());
    } else if (kind < 12) {
      text += fmt::format("ldv v{}, 0x{:x}\n", reg(), vector());
    } else if (kind < 14) {
      text += fmt::format("sv v{}, 0x{:x}\n", reg(), vector());
    } else {
      text += fmt::format("tmatmul v{}, v{}, 0x{:x}\n", reg(), reg(),
                          matrices + pick(random, 0, 2) * matrix_slot);
    }
  }
  return text;
}

}  // namespace tritsim::rtl
