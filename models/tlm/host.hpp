// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <functional>
#include <vector>

#include <tlm_utils/simple_initiator_socket.h>

#include "arch/hardware/host.hpp"
#include "models/tlm/core.hpp"
#include "models/tlm/host_link.hpp"

namespace tritsim {

/// One step of the host's schedule: tasks first, then a program on every kernel (if there is one).
struct HostStep {
  std::vector<HostTask> tasks;
  std::vector<const Program*> programs;  ///< one per kernel; empty: nothing to launch
  std::uint32_t repeat = 1;              ///< times the programs run on end in one launch
  std::vector<InstructionRange> ranges;  ///< one per kernel; empty: whole programs
  HandOver part = HandOver::none;        ///< what the launch is counted as
  std::uint32_t first_step = 0;          ///< token step that the programs' first run is
};

/// A piece of the host's time.
struct HostSpan {
  enum class Kind { command, task, waiting };
  Kind kind = Kind::task;
  Time from;
  Time to;
  const HostTask* task = nullptr;
};

/// The host processor: runs its schedule `rounds` times. It launches by writing each kernel's start
/// register and then polls a ready register, or sleeps until the interrupt.
class Host : public sc_core::sc_module {
 public:
  tlm_utils::simple_initiator_socket<Host> link{"link"};

  SC_HAS_PROCESS(Host);
  Host(const sc_core::sc_module_name& name, const HostSpec& spec, const LinkSpec& link_spec,
       HostLink& link_module, std::vector<Core*> cores, std::vector<HostStep> schedule,
       std::uint32_t rounds = 1);

  /// Called for every piece of time that its activity counts, when it is over.
  std::function<void(const HostSpan&)> on_span;

  /// Called after each step, with the number of those before it.
  std::function<void(std::size_t)> on_step;

  /// Rounds that are not begun.
  [[nodiscard]] std::uint32_t rounds_left() const { return rounds_; }

  /// Leaves out rounds that are not begun.
  void skip(std::uint32_t rounds) { rounds_ -= std::min(rounds, rounds_); }

  [[nodiscard]] const HostActivity& activity() const { return activity_; }

  [[nodiscard]] Time finished_at() const { return finished_at_; }

 private:
  void run();
  void run_step(const HostStep& step);
  void count(HandOver part, Time time);
  void dma(std::uint64_t bytes, bool to_card);
  void launch_and_wait(const HostStep& step);
  void access(LinkAccess::Kind kind, std::uint64_t bytes, bool write, std::uint64_t address);

  HostSpec spec_;
  LinkSpec link_spec_;
  HostLink& link_module_;
  std::vector<Core*> cores_;
  std::vector<HostStep> schedule_;
  std::uint32_t rounds_;
  std::size_t done_ = 0;  ///< steps
  LinkAccess access_;
  tlm::tlm_generic_payload payload_;
  HostActivity activity_;
  Time finished_at_;
};

}  // namespace tritsim
