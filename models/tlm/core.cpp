// SPDX-License-Identifier: Apache-2.0
#include "models/tlm/core.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include <fmt/format.h>
#include <sysc/kernel/sc_dynamic_processes.h>

#include "models/tlm/simulation_context.hpp"

namespace tritsim {

Core::Core(const sc_core::sc_module_name& name, const CoreSpec& spec,
           const CorePlacement& placement)
    : sc_module(name),
      spec_(spec),
      placement_(placement),
      prefetches_((spec.ternary && spec.ternary->prefetch.si() > 0) ||
                  (spec.mac && spec.mac->prefetch.si() > 0)),
      costs_(cost_table(spec, placement.lanes)) {
  control.register_b_transport(this, &Core::start);
  if (spec_.attention) {
    activity_.units.add(CoreUnit::attention);
    activity_.attention.emplace();
  }
  if (placement_.tensor_group > 1) {
    activity_.units.add(CoreUnit::exchange);
    activity_.exchange.emplace();
  }
  SC_THREAD(issue);
  for (const CoreUnitRow& row : core_units) {
    MemoryUnit& unit = memory_unit(row.id);
    unit.unit = row.id;
    unit.socket = row.id == CoreUnit::load_store ? &vectors : &weights;
    if (placement_.alone || !moves_data(row.id)) continue;
    sc_core::sc_spawn([this, &unit] { run_memory_unit(unit); },
                      fmt::format("run_{}", row.key).c_str());
  }
}

bool Core::moves_data(CoreUnit unit) const {
  return activity_.units.find(unit) != nullptr && any_opcode(unit, ends_elsewhere);
}

void Core::load(const Program& program, std::uint32_t repeat, InstructionRange range,
                std::uint32_t first_step) {
  if (program_ != &program || operand_of_symbol_.size() != program.symbols.size()) {
    list_operands(program);
  }
  program_ = &program;
  range_ = {range.first, std::min(range.last, program.instructions.size())};
  repeat_ = repeat;
  first_step_ = first_step;
}

void Core::list_operands(const Program& program) {
  operands_.assign(1, MatrixOperand{});
  operand_of_symbol_.clear();
  sized_costs_.clear();
  for (const Symbol& s : program.symbols) {
    MatrixOperand operand{s.weights, {}};
    if (spec_.ternary && spec_.ternary->skip) operand.zeros = s.zeros;
    auto it = std::find(operands_.begin(), operands_.end(), operand);
    if (it == operands_.end()) it = operands_.insert(it, operand);
    operand_of_symbol_.push_back(static_cast<std::uint32_t>(it - operands_.begin()));
  }
}

void Core::start(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
  if (payload.is_write()) {
    if (!ready_ || program_ == nullptr) {
      payload.set_response_status(tlm::TLM_GENERIC_ERROR_RESPONSE);
      return;
    }
    ready_ = false;
    start_.notify(delay);
  }
  payload.set_response_status(tlm::TLM_OK_RESPONSE);
}

const OpcodeCost& Core::sized_cost(const Instruction& i) {
  const AttentionSize& a = i.attention;
  const std::uint32_t operand = operand_of(i);
  const std::array key{static_cast<std::uint32_t>(i.op),
                       i.elements,
                       i.outputs,
                       operand,
                       a.positions,
                       a.heads,
                       a.shared,
                       static_cast<std::uint32_t>(a.cache)};
  const auto it = sized_costs_.find(key);
  if (it != sized_costs_.end()) return it->second;
  return sized_costs_.emplace(key, opcode_cost(spec_, i, placement_.lanes, operands_[operand]))
      .first->second;
}

Time Core::at(Cycle cycle) const {
  return epoch_ + cycles_to_time(static_cast<double>(cycle), spec_.clock);
}

void Core::skip(std::uint32_t runs, Cycle cycles) {
  if (runs > skippable()) throw std::logic_error("a run that is begun cannot be left out");
  left_ -= runs;
  skipped_ += cycles;
}

void Core::issue() {
  for (;;) {
    wait(start_);
    // The start register is seen at the next edge of the core's clock.
    launched_ = static_cast<Cycle>(std::ceil(std::max(now() * spec_.clock - 1e-3, 0.0)));
    epoch_ = cycles_to_time(static_cast<double>(launched_), spec_.clock);
    run_program();
    ready_ = true;
    finished_at_ = now();
    finished_.notify();
  }
}

void Core::run_program() {
  Scoreboard board(spec_);
  board_ = &board;
  frontier_ = 0;
  const std::vector<Instruction>& program = program_->instructions;
  skipped_ = 0;
  for (left_ = repeat_; left_ > 0;) {
    --left_;
    std::uint32_t step = first_step_ + repeat_ - 1 - left_;
    if (next_run) {
      const NextStep next = next_run();
      step = next.step;
      left_ = next.last ? 0 : 1;
    }
    for (std::size_t i = range_.first; i < range_.last; ++i) {
      const bool last = i + 1 == range_.last;
      issue_one(board, later_by(program[i], step * program_->positions_per_step),
                last && left_ == 0 ? nullptr : &program[last ? range_.first : i + 1],
                prefetches_ ? next_product(i) : nullptr);
    }
  }
  for (const CoreUnitRow& row : core_units) wait_for(row.id);
  retire();
  const Cycle cycles = board.last_end() + spec_.issue.finish_cycles + skipped_;
  activity_.cycles += cycles;
  wait_until(at(cycles));
  left_out_ += skipped_;
}

const Instruction* Core::next_product(std::size_t i) {
  const auto streams = [](const Instruction& k) { return is_product(k.op); };
  const std::vector<Instruction>& program = program_->instructions;
  if (!streams(program[i])) return nullptr;
  const auto end = program.begin() + static_cast<std::ptrdiff_t>(range_.last);
  const auto at = program.begin() + static_cast<std::ptrdiff_t>(i);
  auto next = std::find_if(at + 1, end, streams);
  if (next == end) {
    if (left_ == 0) return nullptr;
    next = std::find_if(program.begin() + static_cast<std::ptrdiff_t>(range_.first), end, streams);
  }
  const StreamRequest& stream = cost(*next).stream;
  return stream.prefetch_bytes >= stream.request_bytes ? &*next : nullptr;
}

void Core::issue_one(Scoreboard& board, const Instruction& instruction, const Instruction* next,
                     const Instruction* next_product) {
  while (const auto unit = board.waits_for(instruction)) wait_for(*unit);
  const IssueTime t = board.issue_time(instruction);
  const Cycle earliest = board.next_issue();
  if (t.held_by) activity_.units[*t.held_by].issue_stall_cycles += t.cycle - earliest;
  const OpcodeCost& c = cost(instruction);
  count_instruction(activity_, c);

  in_flight_.push_back({{instruction, t.cycle, 0, 0, &c, {}}, false});
  if (ends_elsewhere(instruction.op)) {
    MemoryUnit& unit = memory_unit(c.unit);
    board.issue(instruction, t.cycle, {});
    unit.instruction = instruction;
    unit.next = next_product;
    unit.issued = t.cycle;
    unit.slot = retired_ + in_flight_.size() - 1;
    if (next == nullptr || board.waits_for(*next) == c.unit) {
      move_data(unit);  // nothing is issued before its end, so no other process is needed
      retire();
    } else {
      unit.busy = true;
      if (!placement_.alone) {
        unit.go.notify();
      } else if (c.unit != CoreUnit::exchange) {
        begin_stream(unit);
      }
    }
  } else {
    const Cycle end = t.cycle + c.cycles;
    board.issue(instruction, t.cycle, end);
    activity_.units[c.unit].busy_cycles += end - t.cycle;
    in_flight_.back().what.end = end;
    in_flight_.back().ended = true;
    retire();
  }
}

void Core::wait_for(CoreUnit busy) {
  MemoryUnit& unit = memory_unit(busy);
  if (placement_.alone && unit.busy) {
    end_at(unit, busy == CoreUnit::exchange ? gather(unit) : complete(unit));
    unit.busy = false;
  }
  while (unit.busy) wait(unit.done);
}

void Core::retire() {
  while (!in_flight_.empty() && in_flight_.front().ended) {
    RetiredInstruction& r = in_flight_.front().what;
    if (r.end > frontier_) {
      r.exposed = r.end - frontier_;
      frontier_ = r.end;
    }
    if (on_retire) on_retire(r);
    in_flight_.pop_front();
    ++retired_;
  }
}

}  // namespace tritsim
