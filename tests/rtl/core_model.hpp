// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "arch/board/board.hpp"
#include "arch/core/program.hpp"

class Vcore;

namespace tritsim::rtl {

/// What the RTL takes at run time; the names are those of its ports.
struct Configuration {
  std::uint32_t d = 64;
  std::uint32_t port_bytes = 1;           ///< a power of two, 16 at most
  std::uint32_t ternaries_per_cycle = 1;  ///< a power of two, a port word at most; divides d
  std::uint32_t burst = 1;                ///< port words of a weight read
  std::uint32_t fifo_words = 2048;        ///< 2048 at most, a multiple of the burst
  std::uint32_t fetch_outstanding = 1;
  std::uint32_t load_store_outstanding = 1;
  std::uint32_t memory_latency = 1;
};

[[nodiscard]] std::string to_string(const Configuration& c);

/// The shipped D5005 board with the same core and memory.
[[nodiscard]] BoardSpec board_of(const Configuration& c);

/// The verilated core of core.sv beside a memory that answers each request `memory_latency` cycles
/// after its issue.
class CoreModel {
 public:
  CoreModel();
  ~CoreModel();
  CoreModel(const CoreModel&) = delete;
  CoreModel& operator=(const CoreModel&) = delete;

  std::vector<std::uint8_t> memory;

  /// Writes the program to the core and starts it. Returns the cycles from start to ready; the
  /// registers keep their values for the next program. Throws if it does not end.
  std::uint64_t run(const Program& program, const Configuration& c);

 private:
  void clock();

  std::unique_ptr<Vcore> top_;
};

}  // namespace tritsim::rtl
