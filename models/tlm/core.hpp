// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <deque>
#include <functional>
#include <map>
#include <optional>

#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include "arch/core/program.hpp"
#include "models/core/core_law.hpp"
#include "models/core/scoreboard_law.hpp"
#include "models/tlm/exchange.hpp"
#include "models/tlm/transfer.hpp"

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

/// A kernel: `lanes` equal cores in lock step behind one weight stream. One process issues
/// instructions in order and runs ahead of simulated time as long as no memory instruction's end is
/// needed. An instruction that moves data runs in that process if the next one has to wait for it,
/// else in the process of its unit, since its end depends on other users of the memory. A kernel
/// that is alone on its channels needs no process but the first: all that can still come between
/// the requests of an instruction comes from itself, and is known when its end is needed.
class Core : public sc_core::sc_module {
 public:
  tlm_utils::simple_initiator_socket<Core> vectors{"vectors"};
  tlm_utils::simple_initiator_socket<Core> weights{"weights"};  ///< and keys, values
  tlm_utils::simple_target_socket<Core> control{"control"};     ///< a write starts the program

  /// To the others of a tensor-parallel group.
  sc_core::sc_port<ExchangeInterface, 1, sc_core::SC_ZERO_OR_MORE_BOUND> exchange{"exchange"};

  SC_HAS_PROCESS(Core);
  Core(const sc_core::sc_module_name& name, const CoreSpec& spec, const CorePlacement& placement);

  /// Puts a part of a program into the instruction memory; the next start runs it `repeat` times
  /// on end, as the steps from `first_step` on.
  void load(const Program& program, std::uint32_t repeat, InstructionRange range = {},
            std::uint32_t first_step = 0);

  /// Called for every instruction, in program order.
  std::function<void(const RetiredInstruction&)> on_retire;

  /// Chooses each run of a repeated program, where it does not repeat as often as it was told to.
  /// Asked when the run begins; the one before may not have retired by then.
  std::function<NextStep()> next_run;

  [[nodiscard]] bool ready() const { return ready_; }

  /// True if the weights of a product are requested during the product before.
  [[nodiscard]] bool prefetches() const { return prefetches_; }

  /// Cycle of the clock, counted from time zero, in which the program was started last.
  [[nodiscard]] Cycle launched() const { return launched_; }

  /// Of the runs of a repeated program, how many skip() may leave out now.
  [[nodiscard]] std::uint32_t skippable() const { return left_ > 0 ? left_ - 1 : 0; }

  /// Skips runs that have not begun, or other work, that would take `cycles`: the program ends that
  /// much later. The memories of a core that has them to itself do not see this time pass: in later
  /// launches the core's requests reach them that much earlier.
  void skip(std::uint32_t runs, Cycle cycles);

  /// Cycles left out in the launches before this one.
  [[nodiscard]] Cycle left_out() const { return left_out_; }

  [[nodiscard]] const sc_core::sc_event& finished() const { return finished_; }

  /// When it was last finished.
  [[nodiscard]] Time finished_at() const { return finished_at_; }

  [[nodiscard]] const CoreActivity& activity() const { return activity_; }

 private:
  /// A unit that moves data, in memory or between kernels, and the instruction it runs.
  struct MemoryUnit {
    CoreUnit unit = CoreUnit::load_store;
    tlm_utils::simple_initiator_socket<Core>* socket = nullptr;
    sc_core::sc_event go;
    sc_core::sc_event done;
    Instruction instruction;
    Cycle issued = 0;
    std::size_t slot = 0;  ///< its place in in_flight_
    bool busy = false;
    Transfer transfer;
    tlm::tlm_generic_payload payload;
    const Instruction* next =
        nullptr;  ///< the program's next product, if its weights are prefetched
    std::optional<StreamScheduler::Id>
        held;  ///< stream of this product, begun during the one before
  };

  struct InFlight {
    RetiredInstruction what;
    bool ended = false;
  };

  void start(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
  void issue();

  MemoryUnit& memory_unit(CoreUnit unit) { return units_[static_cast<std::size_t>(unit)]; }

  /// True if some of the unit's instructions end elsewhere, and the kernel has the unit.
  [[nodiscard]] bool moves_data(CoreUnit unit) const;
  void run_memory_unit(MemoryUnit& unit);
  /// Runs the unit's instruction: its stream or gather, then its end on the scoreboard.
  void move_data(MemoryUnit& unit);
  /// Books the end of the unit's instruction, whose data are there at `finish`.
  void end_at(MemoryUnit& unit, Time finish);
  /// Begins a memory stream that is not done at once.
  void begin_stream(MemoryUnit& unit);
  /// Runs the memory stream; returns its end.
  Time stream(MemoryUnit& unit);
  /// Runs the rest of a stream that has begun; returns its end.
  Time complete(MemoryUnit& unit);
  /// Counts the result of the unit's stream; returns its end.
  Time book(const MemoryUnit& unit);
  /// Waits for the shards of all kernels of the tensor-parallel group; returns when they are there.
  Time gather(const MemoryUnit& unit);
  /// One step of the unit's memory transaction, for `instruction`.
  void transport(MemoryUnit& unit, const Instruction& instruction, Transfer::Step step);
  /// The product after instruction `i` of the current run, if it is prefetched.
  const Instruction* next_product(std::size_t i);
  void run_program();
  /// `next` follows, none after the last; `next_product` is prefetched.
  void issue_one(Scoreboard& board, const Instruction& instruction, const Instruction* next,
                 const Instruction* next_product);
  void wait_for(CoreUnit busy);
  void retire();

  [[nodiscard]] Time at(Cycle cycle) const;

  /// Time skipped in earlier launches, which the memories have not seen pass.
  [[nodiscard]] Time lag() const {
    return placement_.alone ? cycles_to_time(static_cast<double>(left_out_), spec_.clock) : Time{};
  }

  [[nodiscard]] const OpcodeCost& cost(const Instruction& i) {
    const bool plain = i.elements == 0 && !grows(i.op) && operand_of(i) == 0;
    return plain ? costs_[static_cast<std::size_t>(i.op)] : sized_cost(i);
  }

  /// The weights of a product, as an index into operands_; 0 for other instructions.
  [[nodiscard]] std::uint32_t operand_of(const Instruction& i) const {
    return shape_of(i.op).address ? operand_of_symbol_[i.symbol] : 0;
  }

  const OpcodeCost& sized_cost(const Instruction& i);
  void list_operands(const Program& program);

  CoreSpec spec_;
  CorePlacement placement_;
  bool prefetches_;
  CostTable costs_;
  std::vector<MatrixOperand> operands_;  ///< different ones of the program, plain ones first
  std::vector<std::uint32_t> operand_of_symbol_;
  /// By opcode, elements, outputs, operand, and the sizes of attention that matter.
  std::map<std::array<std::uint32_t, 8>, OpcodeCost> sized_costs_;
  const Program* program_ = nullptr;
  InstructionRange range_;
  std::uint32_t repeat_ = 0;
  std::uint32_t first_step_ = 0;
  std::uint32_t left_ = 0;  ///< runs of the program that are not begun
  Cycle skipped_ = 0;       ///< in this launch
  Cycle left_out_ = 0;      ///< in those before
  bool ready_ = true;
  sc_core::sc_event start_;
  sc_core::sc_event finished_;
  Time finished_at_;

  Cycle launched_ = 0;
  Time epoch_;  ///< simulated time of cycle 0, that of the launch
  Scoreboard* board_ = nullptr;
  std::array<MemoryUnit, core_units.size()> units_;  ///< those that move data are used
  std::deque<InFlight> in_flight_;                   ///< issued, not yet retired
  std::size_t retired_ = 0;
  Cycle frontier_ = 0;  ///< latest end of everything retired
  CoreActivity activity_;
};

}  // namespace tritsim
