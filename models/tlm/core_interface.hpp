// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include <tlm>

#include "arch/core/program.hpp"
#include "models/core/core_law.hpp"

namespace tritsim {

/// Where a kernel finds its data.
struct CorePlacement {
  std::uint32_t lanes = 1;         ///< lanes at work; each has a sequence of its own
  std::uint64_t weights_base = 0;  ///< address window of the weights' channel
  std::uint64_t vectors_base = 0;  ///< address window of the vectors' channel
  std::uint64_t cache_base = 0;    ///< address window of the cache's channel
  std::uint32_t port = 0;          ///< of its memories, where kernels have one
  std::uint32_t tensor_group = 1;  ///< kernels of the tensor-parallel group, including this one
  bool alone = false;              ///< no other kernel uses its channels, and it waits for none
};

/// What a core is told of its place in a system before the simulation begins.
struct CoreSite {
  CoreSpec core;  ///< the board's description, for which programs are lowered
  CorePlacement placement;
  std::vector<std::string> ops;  ///< names, by Instruction::trace_op
};

/// Which token step is run next, where it is not the one after the last.
struct NextStep {
  std::uint32_t step = 0;
  bool last = false;  ///< no other follows
};

/// A finished instruction, in program order.
struct RetiredInstruction {
  Instruction instruction;
  Cycle start = 0;  ///< issue
  Cycle end = 0;
  Cycle exposed = 0;  ///< by how much it moved the end of everything before it
  const OpcodeCost* cost = nullptr;
  Time data_end{};  ///< of its memory stream or gather
};

/// A part of a program that is done: instructions of one op.
struct OpSpan {
  static constexpr std::uint32_t no_op = ~std::uint32_t{0};

  std::uint32_t trace_op = no_op;
  std::size_t instructions = 0;
  Cycle start = 0;  ///< in cycles of the core, from its start
  Cycle end = 0;
  Cycle exposed = 0;  ///< by how much it moved the end of everything before it
};

/// A kernel as the rest of a system sees it: Core, or one of a program's own. A write to its
/// control socket starts what was loaded; it is ready again when that is done. What it does in
/// between is its own affair. Its memory sockets lead to all channels, each in a window of
/// addresses.
class CoreInterface {
 public:
  CoreInterface() = default;
  virtual ~CoreInterface() = default;
  CoreInterface(const CoreInterface&) = delete;
  CoreInterface& operator=(const CoreInterface&) = delete;

  [[nodiscard]] virtual tlm::tlm_base_target_socket_b<>& control_socket() = 0;

  [[nodiscard]] virtual std::vector<tlm::tlm_base_initiator_socket<>*> memory_sockets() = 0;

  /// Called once, before the simulation begins.
  virtual void place(const CoreSite& /*site*/) {}

  /// Puts a part of a program into the instruction memory; the next start runs it `repeat` times
  /// on end, as the steps from `first_step` on. The program outlives the core.
  virtual void load(const Program& program, std::uint32_t repeat, InstructionRange range,
                    std::uint32_t first_step) = 0;

  [[nodiscard]] virtual bool ready() const = 0;

  [[nodiscard]] virtual const sc_core::sc_event& finished() const = 0;

  /// When it was last finished.
  [[nodiscard]] virtual Time finished_at() const = 0;

  /// Cycle of the clock, counted from time zero, in which it was started last.
  [[nodiscard]] virtual Cycle launched() const = 0;

  [[nodiscard]] virtual CoreActivity activity() const = 0;

  /// Of a core that tells what it does, one of these is called for all of its instructions, in
  /// program order.
  std::function<void(const RetiredInstruction&)> on_retire;
  std::function<void(const OpSpan&)> on_op;

  /// Chooses each run of a repeated program, where it does not repeat as often as it was told to.
  /// Asked when the run begins; the one before may not have retired by then. Not set in a system
  /// with parts of a program's own.
  std::function<NextStep()> next_run;

  // Work that only repeats other work may be left out, by cores that can do that: see Core.

  [[nodiscard]] virtual bool prefetches() const { return false; }

  [[nodiscard]] virtual std::uint32_t skippable() const { return 0; }

  virtual void skip(std::uint32_t /*runs*/, Cycle /*cycles*/) {
    throw std::logic_error("this core leaves out nothing");
  }

  [[nodiscard]] virtual Cycle left_out() const { return 0; }
};

}  // namespace tritsim
