// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "arch/core/core.hpp"
#include "models/core/core_activity.hpp"

namespace tritsim {

/// Why an instruction was not issued one cycle after its predecessor.
struct IssueTime {
  Cycle cycle = 0;                  ///< of the issue
  std::optional<CoreUnit> held_by;  ///< the unit it waited for last, if it waited
};

/// In-order issue: which instruction may start when. Knows nothing of memory; finish() gives it the
/// end of a memory instruction.
class Scoreboard {
 public:
  explicit Scoreboard(const CoreSpec& core);

  /// A unit whose end must be known before `instruction` can be timed; none if it can be now.
  [[nodiscard]] std::optional<CoreUnit> waits_for(const Instruction& instruction) const;

  /// Issue time of `instruction`; waits_for() must be empty.
  [[nodiscard]] IssueTime issue_time(const Instruction& instruction) const;

  /// Issues at `cycle`. `end` is absent for a memory instruction: finish() follows.
  void issue(const Instruction& instruction, Cycle cycle, std::optional<Cycle> end);

  /// The end of the unit's running memory instruction.
  void finish(CoreUnit unit, Cycle end);

  [[nodiscard]] bool running(CoreUnit unit) const { return !state(unit).end_known; }

  /// The earliest cycle in which the next instruction could be issued if nothing held it back.
  [[nodiscard]] Cycle next_issue() const { return next_issue_; }

  /// When the last instruction so far ends; all ends must be known.
  [[nodiscard]] Cycle last_end() const { return last_end_; }

 private:
  struct UnitState {
    Cycle free = 0;
    bool end_known = true;
    bool in_go = false;  ///< its last instruction is a GO
  };

  struct RegisterState {
    Cycle free = 0;
    CoreUnit user = CoreUnit::element_wise;
    bool end_known = true;
  };

  [[nodiscard]] const UnitState& state(CoreUnit u) const {
    return units_[static_cast<std::size_t>(u)];
  }

  [[nodiscard]] UnitState& state(CoreUnit u) { return units_[static_cast<std::size_t>(u)]; }

  /// True if `instruction` has to wait until `unit` is free.
  [[nodiscard]] bool needs_unit(const Instruction& instruction, CoreUnit unit) const;

  template <class F>
  static void for_each_register(const Instruction& i, F&& f) {
    for (const std::uint8_t r : {i.dst, i.src1, i.src2}) {
      if (r != Instruction::no_register) f(r);
    }
  }

  /// Units that an opcode needs to be ready, computed once.
  struct Needs {
    CoreUnit own = CoreUnit::element_wise;
    std::array<bool, core_units.size()> unit{};
  };

  IssueSpec spec_;
  Cycle fetch_cycles_ = 0;  ///< of an instruction, one after the other from the start on
  std::array<Needs, opcodes.size()> needs_{};
  std::array<UnitState, core_units.size()> units_{};
  std::vector<RegisterState> registers_;
  Cycle issued_ = 0;  ///< instructions
  Cycle next_issue_ = 0;
  Cycle last_end_ = 0;
};

}  // namespace tritsim
