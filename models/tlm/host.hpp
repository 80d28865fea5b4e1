// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <functional>
#include <vector>

#include <tlm_utils/simple_initiator_socket.h>

#include "arch/hardware/host.hpp"
#include "models/host/host_schedule.hpp"
#include "models/tlm/core_interface.hpp"
#include "models/tlm/host_link.hpp"

namespace tritsim {

/// A kernel that the host launches, and what it runs.
struct LaunchedKernel {
  CoreInterface* core = nullptr;
  const Program* program = nullptr;
};

/// An interval of the host's time.
struct HostSpan {
  enum class Kind { command, task, waiting };
  Kind kind = Kind::task;
  Time from;
  Time to;
  const HostTask* task = nullptr;
};

/// The host processor: runs its schedule, round by round. It launches by writing each kernel's
/// start register and then polls a ready register, or sleeps until the interrupt.
class Host : public sc_core::sc_module {
 public:
  tlm_utils::simple_initiator_socket<Host> link{"link"};

  SC_HAS_PROCESS(Host);
  /// Refers to link and schedule.
  Host(const sc_core::sc_module_name& name, const HostSpec& spec, HostLink& link_module,
       std::vector<LaunchedKernel> kernels, const HostSchedule& schedule);

  /// Called at the end of every interval that its activity counts.
  std::function<void(const HostSpan&)> on_span;

  /// Called after each step.
  std::function<void(const HostStep&)> on_step;

  /// Called after each round.
  std::function<void()> on_round;

  /// Called when it has finished.
  std::function<void()> on_finish;

  /// Chooses each round, where they are not all of the schedule.
  std::function<NextStep()> next_round;

  /// Rounds that have not begun.
  [[nodiscard]] std::uint32_t rounds_left() const { return rounds_left_; }

  /// Skips rounds that have not begun.
  void skip(std::uint32_t rounds) { rounds_left_ -= std::min(rounds, rounds_left_); }

  [[nodiscard]] const HostActivity& activity() const { return activity_; }

  [[nodiscard]] Time finished_at() const { return finished_at_; }

 private:
  void run();
  void run_step(const HostStep& step);
  void count(OffloadPart part, Time time);
  void dma(std::uint64_t bytes, bool to_card);
  void launch_and_wait(const HostStep& step);
  void access(LinkAccess::Kind kind, std::uint64_t bytes, bool write, std::uint64_t address);

  HostSpec spec_;
  HostLink& link_module_;
  std::vector<LaunchedKernel> kernels_;
  const HostSchedule& schedule_;
  std::uint32_t round_ = 0;  ///< among those that are not left out
  std::uint32_t rounds_left_;
  LinkAccess access_;
  tlm::tlm_generic_payload payload_;
  HostActivity activity_;
  Time finished_at_;
};

}  // namespace tritsim
