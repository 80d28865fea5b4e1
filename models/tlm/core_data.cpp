// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "models/tlm/core.hpp"

// What a core's units move: memory streams and gathers.
namespace tritsim {

void Core::run_memory_unit(MemoryUnit& unit) {
  for (;;) {
    wait(unit.go);
    move_data(unit);
    unit.busy = false;
    unit.done.notify();
  }
}

void Core::transport(MemoryUnit& unit, const Instruction& i, Transfer::Step step) {
  const std::uint64_t base =
      channel_of(i.op, placement_.vectors_base, placement_.weights_base, placement_.cache_base);
  unit.transfer.step = step;
  unit.transfer.alone = placement_.alone;
  StreamRequest& request = unit.transfer.request;
  request = cost(i).stream;
  request.address = program_->symbols[i.symbol].address;
  if (i.op == Opcode::append) request.address += (i.attention.positions - 1) * request.bytes;
  request.start = at(unit.issued) - lag();
  request.port = placement_.port;

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
  const StreamRequest& request = unit.transfer.request;
  // A unit that begins when all its data are there waits for the whole stream.
  const bool begins_after = unit.unit == CoreUnit::matrix && request.unit_per_byte == Time{};
  if (Time* starved = activity_.starved_of(unit.unit)) {
    *starved += begins_after ? result.finish - request.start : result.starved;
  }
  return result.finish + lag();
}

void Core::move_data(MemoryUnit& unit) {
  end_at(unit, unit.unit == CoreUnit::exchange ? gather(unit) : stream(unit));
}

void Core::end_at(MemoryUnit& unit, Time finish) {
  // It ends within a cycle of the core; its unit goes on at the next edge.
  const double cycles = (finish - epoch_) * spec_.clock;
  const Cycle end = static_cast<Cycle>(std::ceil(cycles - 1e-3)) + cost(unit.instruction).cycles;
  activity_.units[unit.unit].busy_cycles += end - unit.issued;
  board_->finish(unit.unit, end);
  InFlight& entry = in_flight_[unit.slot - retired_];
  entry.what.end = end;
  entry.what.data_end = finish;
  entry.ended = true;
}

}  // namespace tritsim
