// SPDX-License-Identifier: Apache-2.0
#include "models/tlm/core.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

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
  load_store_.unit = CoreUnit::load_store;
  load_store_.socket = &vectors;
  ternary_.unit = CoreUnit::ternary;
  ternary_.socket = &weights;
  attention_.unit = CoreUnit::attention;
  attention_.socket = &weights;
  exchange_.unit = CoreUnit::exchange;
  if (spec_.attention) activity_.attention.emplace();
  if (placement_.tensor_group > 1) activity_.exchange.emplace();
  SC_THREAD(issue);
  if (placement_.alone) return;
  SC_THREAD(run_load_store);
  SC_THREAD(run_ternary);
  if (spec_.attention) SC_THREAD(run_attention);
  if (placement_.tensor_group > 1) SC_THREAD(run_exchange);
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
    for (std::size_t i = range_.first; i < range_.last; ++i) {
      const bool last = i + 1 == range_.last;
      const std::uint32_t step = first_step_ + repeat_ - 1 - left_;
      issue_one(board, later_by(program[i], step * program_->positions_per_step),
                last && left_ == 0 ? nullptr : &program[last ? range_.first : i + 1],
                prefetches_ ? next_product(i) : nullptr);
    }
  }
  wait_for(CoreUnit::load_store);
  wait_for(CoreUnit::ternary);
  wait_for(CoreUnit::attention);
  wait_for(CoreUnit::exchange);
  retire();
  const Cycle cycles = board.last_end() + spec_.issue.finish_cycles + skipped_;
  activity_.cycles += cycles;
  wait_until(at(cycles));
  left_out_ += skipped_;
}

const Instruction* Core::next_product(std::size_t i) {
  const auto streams = [](const Instruction& k) {
    return shape_of(k.op).unit == CoreUnit::ternary && uses_memory(k.op);
  };
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
  if (t.held_by) unit_activity(activity_, *t.held_by).issue_stall_cycles += t.cycle - earliest;
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
      move_data(unit);  // nothing is issued before its end: no need for another process
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
    unit_activity(activity_, c.unit).busy_cycles += end - t.cycle;
    in_flight_.back().what.end = end;
    in_flight_.back().ended = true;
    retire();
  }
}

Core::MemoryUnit& Core::memory_unit(CoreUnit unit) {
  if (unit == CoreUnit::load_store) return load_store_;
  if (unit == CoreUnit::exchange) return exchange_;
  return unit == CoreUnit::attention ? attention_ : ternary_;
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

void Core::run_memory_unit(MemoryUnit& unit) {
  for (;;) {
    wait(unit.go);
    move_data(unit);
    unit.busy = false;
    unit.done.notify();
  }
}

void Core::transport(MemoryUnit& unit, const Instruction& i, Transfer::Step step) {
  const std::uint64_t base = unit.unit == CoreUnit::ternary ? placement_.weights_base
                             : grows(i.op)                  ? placement_.cache_base
                                                            : placement_.vectors_base;
  unit.transfer.step = step;
  unit.transfer.alone = placement_.alone;
  StreamRequest& request = unit.transfer.request;
  request = cost(i).stream;
  request.address = program_->symbols[i.symbol].address;
  if (i.op == Opcode::append) request.address += (i.attention.positions - 1) * request.bytes;
  request.start = at(unit.issued) - lag();

  unit.payload.set_extension(&unit.transfer);
  unit.payload.set_address(base + request.address);
  unit.payload.set_data_length(static_cast<unsigned>(request.bytes));
  unit.payload.set_command(request.write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
  unit.payload.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
  sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
  (*unit.socket)->b_transport(unit.payload, delay);
  if (!unit.payload.is_response_ok()) {
    const std::string reason = "memory refused a transfer: " + unit.payload.get_response_string();
    SC_REPORT_ERROR("tritsim", reason.c_str());
  }
}

Time Core::gather(const MemoryUnit& unit) {
  const Time start = at(unit.issued);
  const std::uint32_t whole = unit.instruction.outputs;
  if (whole == 0) return start;  // came with the gather before
  const auto shard = static_cast<std::uint64_t>(
      std::ceil((spec_.element * (double{1} * whole / placement_.tensor_group)).si()));
  const Time end = exchange->gather(start, shard * placement_.lanes);
  ExchangeActivity& a = *activity_.exchange;
  ++a.gathers;
  a.bytes_sent += shard * (placement_.tensor_group - 1);
  a.waited += end - start;
  return end;
}

void Core::begin_stream(MemoryUnit& unit) {
  const Instruction& i = unit.instruction;
  if (unit.held) {
    unit.transfer.id = *unit.held;
    transport(unit, i, Transfer::Step::release);
  } else {
    transport(unit, i, Transfer::Step::submit);
  }
  unit.held.reset();
  if (unit.next == nullptr) return;
  const StreamScheduler::Id own = unit.transfer.id;
  unit.transfer.after = own;
  transport(unit, *unit.next, Transfer::Step::hold);
  unit.held = unit.transfer.id;
  unit.transfer.id = own;
}

Time Core::stream(MemoryUnit& unit) {
  if (unit.next != nullptr || unit.held) {
    begin_stream(unit);
    return complete(unit);
  }
  transport(unit, unit.instruction, Transfer::Step::whole);
  return book(unit);
}

Time Core::complete(MemoryUnit& unit) {
  transport(unit, unit.instruction, Transfer::Step::complete);
  return book(unit);
}

Time Core::book(const MemoryUnit& unit) {
  const StreamResult& result = unit.transfer.result;
  if (unit.unit == CoreUnit::ternary) activity_.starved += result.starved;
  if (unit.unit == CoreUnit::attention) activity_.attention->starved += result.starved;
  return result.finish + lag();
}

void Core::move_data(MemoryUnit& unit) {
  end_at(unit, unit.unit == CoreUnit::exchange ? gather(unit) : stream(unit));
}

void Core::end_at(MemoryUnit& unit, Time finish) {
  // It ends within a cycle of the core; its unit goes on at the next edge.
  const double cycles = (finish - epoch_) * spec_.clock;
  const Cycle end = static_cast<Cycle>(std::ceil(cycles - 1e-3)) + cost(unit.instruction).cycles;
  unit_activity(activity_, unit.unit).busy_cycles += end - unit.issued;
  board_->finish(unit.unit, end);
  InFlight& entry = in_flight_[unit.slot - retired_];
  entry.what.end = end;
  entry.what.data_end = finish;
  entry.ended = true;
}

}  // namespace tritsim
