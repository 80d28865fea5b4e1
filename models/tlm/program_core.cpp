// SPDX-License-Identifier: Apache-2.0
#include "models/tlm/program_core.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "models/tlm/simulation_context.hpp"

namespace tritsim {

ProgramCore::ProgramCore(const sc_core::sc_module_name& name) : sc_module(name) {
  control.register_b_transport(this, &ProgramCore::start);
  SC_THREAD(launch);
}

void ProgramCore::load(const Program& program, std::uint32_t repeat, InstructionRange range,
                       std::uint32_t first_step) {
  program_ = &program;
  range_ = {range.first, std::min(range.last, program.instructions.size())};
  repeat_ = repeat;
  first_step_ = first_step;
}

void ProgramCore::start(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
  payload.set_response_status(tlm::TLM_OK_RESPONSE);
  if (!payload.is_write()) return;
  if (!ready_ || program_ == nullptr) {
    payload.set_response_status(tlm::TLM_GENERIC_ERROR_RESPONSE);
    return;
  }
  ready_ = false;
  start_.notify(delay);
}

void ProgramCore::launch() {
  for (;;) {
    wait(start_);
    // The start register is seen at the next edge of the core's clock.
    const Frequency clock = site_.core.clock;
    launched_ = static_cast<Cycle>(std::ceil(std::max(now() * clock - 1e-3, 0.0)));
    epoch_ = cycles_to_time(static_cast<double>(launched_), clock);
    wait_until(epoch_);
    frontier_ = 0;
    for (std::uint32_t i = 0; i < repeat_; ++i) run_once(first_step_ + i);
    const Cycle cycles = cycle();
    activity_.cycles += cycles;
    wait_until(epoch_ + cycles_to_time(static_cast<double>(cycles), clock));
    ready_ = true;
    finished_at_ = now();
    finished_.notify();
  }
}

void ProgramCore::run_once(std::uint32_t step) {
  told_ = 0;
  const Cycle begin = cycle();
  run(*program_, range_, step);
  const std::size_t all = range_.last - range_.first;
  if (told_ < all) done(OpSpan::no_op, all - told_, begin);
}

void ProgramCore::done(std::uint32_t trace_op, std::size_t instructions, Cycle start) {
  told_ += instructions;
  const Cycle end = cycle();
  const Cycle exposed = end > frontier_ ? end - frontier_ : 0;
  frontier_ = std::max(frontier_, end);
  if (on_op) on_op({trace_op, instructions, start, end, exposed});
}

Cycle ProgramCore::cycle() const {
  const double cycles = (now() - epoch_) * site_.core.clock;
  return static_cast<Cycle>(std::ceil(std::max(cycles - 1e-3, 0.0)));
}

void ProgramCore::wait_cycles(double cycles) {
  wait_for(to_sc_time(cycles_to_time(cycles, site_.core.clock)));
}

void ProgramCore::transfer(tlm::tlm_command command, std::uint64_t address, unsigned char* data,
                           std::uint64_t bytes) {
  tlm::tlm_generic_payload payload;
  payload.set_command(command);
  payload.set_address(address);
  payload.set_data_ptr(data);
  payload.set_data_length(static_cast<unsigned int>(bytes));
  payload.set_streaming_width(static_cast<unsigned int>(bytes));
  sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
  memory->b_transport(payload, delay);
  if (!payload.is_response_ok()) {
    const std::string reason =
        fmt::format("{}: the memory answers an access of {} bytes at 0x{:x} with {}", name(), bytes,
                    address, payload.get_response_string());
    SC_REPORT_ERROR("tritsim", reason.c_str());
  }
  if (delay > sc_core::SC_ZERO_TIME) wait_for(delay);
}

void OpCore::run(const Program& program, InstructionRange range, std::uint32_t step) {
  const std::vector<Instruction>& code = program.instructions;
  for (std::size_t first = range.first; first < range.last;) {
    std::size_t last = first + 1;
    while (last < range.last && code[last].trace_op == code[first].trace_op) ++last;
    const Cycle start = cycle();
    run_op(call_of(program, {first, last}, step));
    done(code[first].trace_op, last - first, start);
    first = last;
  }
}

OpCall OpCore::call_of(const Program& program, InstructionRange range, std::uint32_t step) const {
  const CorePlacement& at = site().placement;
  OpCall call;
  call.trace_op = program.instructions[range.first].trace_op;
  if (call.trace_op < site().ops.size()) call.name = site().ops[call.trace_op];
  call.program = &program;
  call.range = range;
  call.step = step;
  for (std::size_t n = range.first; n < range.last; ++n) {
    const Instruction i = later_by(program.instructions[n], step * program.positions_per_step);
    if (!uses_memory(i.op)) continue;
    const Symbol& symbol = program.symbols[i.symbol];
    const StreamRequest stream =
        stream_of(site().core, i, at.lanes, MatrixOperand{symbol.weights, {}});
    std::uint64_t address =
        channel_of(i.op, at.vectors_base, at.weights_base, at.cache_base) + symbol.address;
    if (i.op == Opcode::append) address += (i.attention.positions - 1) * stream.bytes;
    call.moves.push_back({address, stream.bytes, stream.write});
  }
  return call;
}

}  // namespace tritsim
