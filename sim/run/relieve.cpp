// SPDX-License-Identifier: Apache-2.0
#include "sim/run/relieve.hpp"

#include <algorithm>

#include "models/host/link_law.hpp"

namespace tritsim {
namespace {

void halve(std::uint32_t& cycles) {
  cycles = (cycles + 1) / 2;
}

void halve(Coefficient<Time>& time) {
  for (Time* t : {&time.value, &time.low, &time.high}) *t = *t / 2;
}

/// Sets the rates and drops the packets that they follow from.
void twice(LinkSpec& link) {
  link.to_card = payload_rate(link, true) * 2;
  link.to_host = payload_rate(link, false) * 2;
  link.pcie.reset();
  for (auto* latency : {&link.dma_setup, &link.mmio_write, &link.mmio_read, &link.interrupt}) {
    halve(*latency);
  }
  if (link.descriptors) halve(link.descriptors->time);
}

void twice(HostSpec& host) {
  host.memory_bandwidth = host.memory_bandwidth * 2;
  if (host.command) halve(*host.command);
  for (auto& [name, task] : host.tasks) {
    halve(task.per_call);
    halve(task.per_work);
  }
}

void twice(MemorySpec& memory) {
  if (memory.dram) {
    DramSpec& dram = *memory.dram;
    if (!dram.supply.measured_at) dram.supply.measured_at = dram.conditions();  // charges stay
    // Delays that are counted in clocks are half as long; those in nanoseconds stay.
    DramTiming& timing = dram.timing;
    timing.clock = (timing.clock > Frequency{} ? timing.clock : dram.clock) * 2;
    dram.clock = dram.clock * 2;
  }
  if (memory.sram) memory.sram->clock = memory.sram->clock * 2;
  if (memory.simple) memory.simple->bandwidth = memory.simple->bandwidth * 2;
}

void halve_latency(MemorySpec& memory) {
  if (memory.dram) halve(memory.dram->controller.front_end);
  if (memory.sram) halve(memory.sram->latency);
  if (memory.simple) memory.simple->latency = memory.simple->latency / 2;
  if (memory.fixed) halve(memory.fixed->cycles);
}

void widen_ports(MemorySpec& memory) {
  if (!memory.dram || !memory.dram->controller.port) return;
  ControllerPort& port = *memory.dram->controller.port;
  port.clock = port.clock * 2;
  for (SharedPort& shared : port.shared) shared.clock = shared.clock * 2;
}

void widen_ports(CoreSpec& core) {
  core.memory_port = core.memory_port * 2;
  const auto widen = [](FetchSpec& fetch) { fetch.port = fetch.port * 2; };
  widen(core.load_store);
  if (core.store) widen(*core.store);
  if (core.ternary) widen(core.ternary->fetch);
  if (core.mac) widen(core.mac->fetch);
  if (core.attention) widen(core.attention->fetch);
}

void halve_issue(CoreSpec& core) {
  halve(core.issue.finish_cycles);
  for (auto& [name, instruction] : core.instructions) halve(instruction.latency);
}

template <class F>
void each_core(BoardSpec& board, F&& change) {
  for (CoreGroup& group : board.cores) change(group.core);
}

template <class F>
void each_memory(BoardSpec& board, F&& change) {
  for (MemoryGroup& group : board.memories) change(group.memory);
}

}  // namespace

bool has_resource(const BoardSpec& board, Resource resource) {
  switch (resource) {
    case Resource::attention_unit:
      return std::any_of(board.cores.begin(), board.cores.end(),
                         [](const CoreGroup& g) { return g.core.attention.has_value(); });
    case Resource::exchange:
      return board.mapping.kernels_of_pipeline() > 1 && !board.mapping.host_gathers();
    default:
      return true;
  }
}

BoardSpec relieve(BoardSpec board, Resource resource) {
  switch (resource) {
    case Resource::matrix_unit:
      each_core(board, [](CoreSpec& core) { core.speed.matrix *= 2; });
      break;
    case Resource::attention_unit:
      each_core(board, [](CoreSpec& core) { core.speed.attention *= 2; });
      break;
    case Resource::vector_units:
      each_core(board, [](CoreSpec& core) { core.speed.vector *= 2; });
      break;
    case Resource::memory:
      each_memory(board, [](MemorySpec& memory) { twice(memory); });
      break;
    case Resource::memory_latency:
      each_memory(board, halve_latency);
      break;
    case Resource::port:
      each_memory(board, [](MemorySpec& memory) { widen_ports(memory); });
      each_core(board, [](CoreSpec& core) { widen_ports(core); });
      break;
    case Resource::exchange:
      if (board.exchange) {
        board.exchange->width = board.exchange->width * 2;
        halve(board.exchange->latency);
      }
      if (board.cards) twice(board.cards->link);
      break;
    case Resource::link:
      twice(board.link);
      break;
    case Resource::host:
      twice(board.host);
      break;
    case Resource::issue:
      each_core(board, halve_issue);
      break;
    case Resource::weight_bits:
      each_core(board, [](CoreSpec& core) { core.speed.weight_size /= 2; });
      break;
  }
  return board;
}

}  // namespace tritsim
