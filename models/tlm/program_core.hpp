// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include "models/tlm/core_interface.hpp"

namespace tritsim {

/// The frame of a core of a program's own: start register, a process, memory accesses, the account
/// of its time. What is derived from it runs programs that are lowered for the board's core.
class ProgramCore : public sc_core::sc_module, public CoreInterface {
 public:
  tlm_utils::simple_target_socket<ProgramCore> control{"control"};
  tlm_utils::simple_initiator_socket<ProgramCore> memory{"memory"};

  SC_HAS_PROCESS(ProgramCore);
  explicit ProgramCore(const sc_core::sc_module_name& name);

  tlm::tlm_base_target_socket_b<>& control_socket() override { return control; }

  std::vector<tlm::tlm_base_initiator_socket<>*> memory_sockets() override { return {&memory}; }

  void place(const CoreSite& site) override { site_ = site; }

  void load(const Program& program, std::uint32_t repeat, InstructionRange range,
            std::uint32_t first_step) override;

  [[nodiscard]] bool ready() const override { return ready_; }

  [[nodiscard]] const sc_core::sc_event& finished() const override { return finished_; }

  [[nodiscard]] Time finished_at() const override { return finished_at_; }

  [[nodiscard]] Cycle launched() const override { return launched_; }

  /// Cycles from start to ready, and what activity_ holds besides.
  [[nodiscard]] CoreActivity activity() const override { return activity_; }

 protected:
  /// Runs the instructions of a range, which ends within the program; `step` is the token step.
  /// Called in a process: returns when they are done, after waits of its own.
  virtual void run(const Program& program, InstructionRange range, std::uint32_t step) = 0;

  [[nodiscard]] const CoreSite& site() const { return site_; }

  /// The next `instructions` of the range, of op `trace_op`, went on from `start` until now, in
  /// cycles since the start. What run() leaves out counts for no op.
  void done(std::uint32_t trace_op, std::size_t instructions, Cycle start);

  /// Whole cycles of the core since its start, rounded up.
  [[nodiscard]] Cycle cycle() const;

  /// Waits so many cycles of the core.
  void wait_cycles(double cycles);

  /// Reads or writes at an address of the system, and waits until the data are there. A refusal
  /// ends the run.
  void transfer(tlm::tlm_command command, std::uint64_t address, unsigned char* data,
                std::uint64_t bytes);

  /// Counts beside the cycles, for a core that reports its activity.
  CoreActivity activity_;

 private:
  void start(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
  void launch();
  void run_once(std::uint32_t step);

  CoreSite site_;
  const Program* program_ = nullptr;
  InstructionRange range_;
  std::uint32_t repeat_ = 0;
  std::uint32_t first_step_ = 0;
  bool ready_ = true;
  sc_core::sc_event start_;
  sc_core::sc_event finished_;
  Time finished_at_;
  Cycle launched_ = 0;
  Time epoch_;            ///< simulated time of the start
  Cycle frontier_ = 0;    ///< latest end of what is done, since the start
  std::size_t told_ = 0;  ///< instructions of the present run
};

/// Data that an op moves between the memories and the core.
struct DataMove {
  std::uint64_t address = 0;  ///< of the system
  std::uint64_t bytes = 0;    ///< of all lanes
  bool write = false;
};

/// An op, or a part of one: consecutive instructions of the program that belong to it.
struct OpCall {
  std::uint32_t trace_op = 0;
  std::string name;
  const Program* program = nullptr;
  InstructionRange range;
  std::uint32_t step = 0;       ///< the token step
  std::vector<DataMove> moves;  ///< in their order
};

/// A core that does whole ops by itself, as a black box: an op comes in, run_op() returns when it
/// is done.
class OpCore : public ProgramCore {
 public:
  using ProgramCore::ProgramCore;

 protected:
  virtual void run_op(const OpCall& op) = 0;

 private:
  void run(const Program& program, InstructionRange range, std::uint32_t step) final;
  [[nodiscard]] OpCall call_of(const Program& program, InstructionRange range,
                               std::uint32_t step) const;
};

}  // namespace tritsim
