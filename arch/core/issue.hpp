// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "arch/base/schema.hpp"

// When a core issues instructions, and how long one takes.
namespace tritsim {

/// Timing of one instruction:
///   cycles = latency + max(register-port cycles, passes x D / elements_per_cycle)
///            [+ log2(VP)] [+ division_bits + log2(D), made even]
/// where register-port cycles are reads and writes of the whole vector through the port(s), and of
/// a pipeline that shares the port with itself those in which it waits. GO, TMATMUL, LDV, SV,
/// APPEND, SCORES and VALUES add their memory stream (see docs/modelling.md).
struct InstructionSpec {
  std::uint32_t reads = 0;
  std::uint32_t writes = 0;
  std::uint32_t passes = 1;
  std::uint32_t elements_per_cycle = 0;  ///< 0: as wide as the core's vector port
  std::uint32_t latency = 0;
  std::uint32_t pipeline = 0;       ///< chunks read before as many are written; 0: no such groups
  bool flushes_tree = false;        ///< log2(VP) levels of the adder tree over a chunk
  std::uint32_t division_bits = 0;  ///< of an iterative division, besides log2(D); 0: none

  bool operator==(const InstructionSpec&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("latency", latency, "cycles besides the passes: pipeline fill, set-up", any_cycles);
    io.optional("reads", reads, "vector registers read", between(0, 16));
    io.optional("writes", writes, "vector registers written", between(0, 16));
    io.optional("passes", passes, "passes of the unit over the vector", between(0, 65536));
    io.optional("elements_per_cycle", elements_per_cycle,
                "width of the unit; 0 means that of the core's vector port", between(0, 1 << 20));
    io.optional("pipeline", pipeline,
                "stages of a unit that reads as many chunks through a shared port, then writes "
                "them, and so on; 0: reads and writes alternate freely",
                between(0, 1024));
    io.optional("flushes_tree", flushes_tree,
                "one more cycle for each level of an adder tree over elements_per_cycle elements");
    io.optional("division_bits", division_bits,
                "bits of an iterative division by a sum over the vector, which adds "
                "log2(vector_length); a cycle a bit, two bits at a time; 0: none",
                between(0, 1024));
  }
};

enum class IssuePolicy {
  scoreboard,       ///< waits for its own unit and the registers it names
  all_units_ready,  ///< waits until every unit is ready
};

template <>
struct EnumNames<IssuePolicy> {
  static constexpr std::array<std::pair<IssuePolicy, std::string_view>, 2> names{{
      {IssuePolicy::scoreboard, "scoreboard"},
      {IssuePolicy::all_units_ready, "all_units_ready"},
  }};
};

/// What one launch by the host starts.
enum class Launch {
  program,      ///< a program, which the core runs by itself
  instruction,  ///< one instruction: a command buffer of one, the host waits for each
};

template <>
struct EnumNames<Launch> {
  static constexpr std::array<std::pair<Launch, std::string_view>, 2> names{{
      {Launch::program, "program"},
      {Launch::instruction, "instruction"},
  }};
};

/// In-order issue, at most one instruction a cycle.
struct IssueSpec {
  IssuePolicy policy = IssuePolicy::scoreboard;
  bool overlap_go = false;          ///< other units may work while a GO runs
  bool exclusive_memory = false;    ///< units that use memory exclude each other
  std::uint32_t go_cycles = 1;      ///< from a GO to the next instruction
  std::uint32_t finish_cycles = 0;  ///< from the last unit's end to the ready register
  Launch launch = Launch::program;

  bool operator==(const IssueSpec&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("policy", policy, "what an instruction waits for");
    io.optional("overlap_go", overlap_go,
                "under all_units_ready: other units may work while a GO runs");
    io.optional("go_cycles", go_cycles, "cycles from the issue of a GO to the next instruction",
                between(1, 1 << 20));
    io.optional("exclusive_memory", exclusive_memory, "units that use memory exclude each other");
    io.optional("finish_cycles", finish_cycles, "cycles from the last unit's end to ready",
                any_cycles);
    io.optional("launch", launch, "what the host starts with one launch");
  }
};

}  // namespace tritsim
