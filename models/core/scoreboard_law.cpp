// SPDX-License-Identifier: Apache-2.0
#include "models/core/scoreboard_law.hpp"

#include <algorithm>

namespace tritsim {

Scoreboard::Scoreboard(const CoreSpec& core)
    : spec_(core.issue),
      fetch_cycles_(core.attachment ? core.attachment->instruction_cycles : 0),
      registers_(core.registers),
      next_issue_(fetch_cycles_) {
  const auto memory = [](CoreUnit u) { return any_opcode(u, uses_memory); };
  for (const OpcodeRow& row : opcodes) {
    Needs& needs = needs_[static_cast<std::size_t>(row.id)];
    needs.own = row.unit;
    for (const auto& [u, name] : EnumNames<CoreUnit>::names) {
      const bool shares_memory = spec_.exclusive_memory && memory(needs.own) && memory(u);
      // Products with the cache wait until its last position is written.
      const bool appended = needs.own == CoreUnit::attention && u == CoreUnit::load_store;
      needs.unit[static_cast<std::size_t>(u)] = u == needs.own || shares_memory || appended ||
                                                spec_.policy == IssuePolicy::all_units_ready;
    }
  }
}

bool Scoreboard::needs_unit(const Instruction& instruction, CoreUnit unit) const {
  const Needs& needs = needs_[static_cast<std::size_t>(instruction.op)];
  if (!needs.unit[static_cast<std::size_t>(unit)]) return false;
  const bool beside_go = spec_.policy == IssuePolicy::all_units_ready && spec_.overlap_go &&
                         unit == CoreUnit::matrix && needs.own != unit && state(unit).in_go;
  return !beside_go;
}

std::optional<CoreUnit> Scoreboard::waits_for(const Instruction& instruction) const {
  for (const auto& [u, name] : EnumNames<CoreUnit>::names) {
    if (!state(u).end_known && needs_unit(instruction, u)) return u;
  }
  std::optional<CoreUnit> user;
  for_each_register(instruction, [&](std::uint8_t r) {
    if (!registers_[r].end_known) user = registers_[r].user;
  });
  return user;
}

IssueTime Scoreboard::issue_time(const Instruction& instruction) const {
  IssueTime t{next_issue_, {}};
  for (const auto& [u, name] : EnumNames<CoreUnit>::names) {
    if (state(u).free > t.cycle && needs_unit(instruction, u)) t = {state(u).free, u};
  }
  for_each_register(instruction, [&](std::uint8_t r) {
    if (registers_[r].free > t.cycle) t = {registers_[r].free, registers_[r].user};
  });
  return t;
}

void Scoreboard::issue(const Instruction& instruction, Cycle cycle, std::optional<Cycle> end) {
  const CoreUnit unit = needs_[static_cast<std::size_t>(instruction.op)].own;
  state(unit) = {end.value_or(0), end.has_value(), instruction.op == Opcode::go};
  for_each_register(instruction, [&](std::uint8_t r) {
    registers_[r] = {end.value_or(0), unit, end.has_value()};
  });
  next_issue_ = std::max(cycle + (instruction.op == Opcode::go ? spec_.go_cycles : 1),
                         ++issued_ * fetch_cycles_ + fetch_cycles_);
  if (end) last_end_ = std::max(last_end_, *end);
}

void Scoreboard::finish(CoreUnit unit, Cycle end) {
  state(unit).free = end;
  state(unit).end_known = true;
  for (RegisterState& r : registers_) {
    if (r.user == unit && !r.end_known) {
      r.free = end;
      r.end_known = true;
    }
  }
  last_end_ = std::max(last_end_, end);
}

}  // namespace tritsim
