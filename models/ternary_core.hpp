// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>

#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include "arch/program.hpp"
#include "models/core_law.hpp"
#include "models/transfer.hpp"

namespace tritsim {

/// Where a kernel finds its data.
struct CorePlacement {
  std::uint32_t lanes = 1;         ///< lanes at work; each has a sequence of its own
  std::uint64_t weights_base = 0;  ///< address window of the weights' channel
  std::uint64_t vectors_base = 0;  ///< address window of the vectors' channel
};

/// A finished instruction, in program order.
struct RetiredInstruction {
  Instruction instruction;
  Cycle start = 0;  ///< issue
  Cycle end = 0;
  Cycle exposed = 0;  ///< by how much it moved the end of everything before it
};

/// A kernel: `lanes` equal cores in lock step behind one weight stream. One process issues
/// instructions in order and runs ahead of simulated time as long as no memory instruction's end is
/// needed. An instruction that moves data runs in that process if the next one has to wait for it,
/// else in the process of its unit, since its end depends on who else uses the memory.
class TernaryCore : public sc_core::sc_module {
 public:
  tlm_utils::simple_initiator_socket<TernaryCore> vectors{"vectors"};
  tlm_utils::simple_initiator_socket<TernaryCore> weights{"weights"};
  tlm_utils::simple_target_socket<TernaryCore> control{"control"};  ///< a write starts the program

  SC_HAS_PROCESS(TernaryCore);
  TernaryCore(const sc_core::sc_module_name& name, const CoreSpec& spec,
              const CorePlacement& placement);

  /// Puts a part of a program into the instruction memory; the next start runs it `repeat` times
  /// on end.
  void load(const Program& program, std::uint32_t repeat, InstructionRange range = {});

  /// Called for every instruction, in program order.
  std::function<void(const RetiredInstruction&)> on_retire;

  [[nodiscard]] bool ready() const { return ready_; }

  /// Cycle of the clock, counted from time zero, in which the program was started last.
  [[nodiscard]] Cycle launched() const { return launched_; }

  /// Of the runs of a repeated program, how many skip() may leave out now.
  [[nodiscard]] std::uint32_t skippable() const { return left_ > 0 ? left_ - 1 : 0; }

  /// Leaves out runs that are not begun and would take `cycles`: the program ends that much later.
  void skip(std::uint32_t runs, Cycle cycles);

  [[nodiscard]] const sc_core::sc_event& finished() const { return finished_; }

  /// When it was last finished.
  [[nodiscard]] Time finished_at() const { return finished_at_; }

  [[nodiscard]] const CoreActivity& activity() const { return activity_; }

 private:
  /// A unit that moves data, and the instruction it runs.
  struct MemoryUnit {
    CoreUnit unit;
    tlm_utils::simple_initiator_socket<TernaryCore>* socket;
    sc_core::sc_event go;
    sc_core::sc_event done;
    Instruction instruction;
    Cycle issued = 0;
    std::size_t slot = 0;  ///< its place in in_flight_
    bool busy = false;
    Transfer transfer;
    tlm::tlm_generic_payload payload;
  };

  struct InFlight {
    RetiredInstruction what;
    bool ended = false;
  };

  void start(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
  void issue();

  void run_load_store() { run_memory_unit(load_store_); }

  void run_ternary() { run_memory_unit(ternary_); }

  void run_memory_unit(MemoryUnit& unit);
  /// Runs the unit's instruction: one memory transaction, then its end on the scoreboard.
  void move_data(MemoryUnit& unit);
  void run_program();
  /// `next` follows; none after the last.
  void issue_one(Scoreboard& board, const Instruction& instruction, const Instruction* next);
  void wait_for(CoreUnit busy);
  void retire();

  [[nodiscard]] Time at(Cycle cycle) const;

  [[nodiscard]] const OpcodeCost& cost(const Instruction& i) {
    return i.elements == 0 ? costs_[static_cast<std::size_t>(i.op)] : sized_cost(i);
  }

  const OpcodeCost& sized_cost(const Instruction& i);

  CoreSpec spec_;
  CorePlacement placement_;
  CostTable costs_;
  std::map<std::array<std::uint32_t, 3>, OpcodeCost> sized_costs_;  ///< opcode, elements, outputs
  const Program* program_ = nullptr;
  InstructionRange range_;
  std::uint32_t repeat_ = 0;
  std::uint32_t left_ = 0;  ///< runs of the program that are not begun
  Cycle skipped_ = 0;
  bool ready_ = true;
  sc_core::sc_event start_;
  sc_core::sc_event finished_;
  Time finished_at_;

  Cycle launched_ = 0;
  Time epoch_;  ///< simulated time of cycle 0, that of the launch
  Scoreboard* board_ = nullptr;
  MemoryUnit load_store_;
  MemoryUnit ternary_;
  std::deque<InFlight> in_flight_;  ///< issued, not yet retired
  std::size_t retired_ = 0;
  Cycle frontier_ = 0;  ///< latest end of everything retired
  CoreActivity activity_;
};

}  // namespace tritsim
