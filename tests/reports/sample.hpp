// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "sim/result/energy.hpp"

// A result made by hand, with round numbers: three equal kernels of two lanes at 100 MHz that run
// ten steps for six sequences in 12.5 ms, 10 ms of them on the card.
namespace tritsim::sample {

inline BoardSpec board() {
  BoardSpec b;
  b.name = "board <A> & \"B\"";
  MemoryGroup ddr{"ddr", 3, {}};
  ddr.memory.name = "DDR";
  ddr.memory.dram.emplace();
  ddr.memory.dram->clock = 1000.0_MHz;
  ddr.memory.dram->bus_width = 8_B;
  ddr.memory.dram->timing.trefi = 7800;
  b.memories.push_back(ddr);
  CoreGroup group{"big", 2, "ddr", {0, 1, 2}, {}, {}};
  group.core.clock = 100.0_MHz;
  group.core.vector_length = 4;
  group.core.element = 2_B;
  group.core.memory_port = 8_B;
  group.core.ternary.emplace().ternaries_per_cycle = 4;
  group.core.activity.cells_per_ternary_bit.emplace();
  b.cores.push_back(group);
  b.power.boundary = "card";
  b.power.idle.value = 4.0_W;
  b.power.idle.low = 2.0_W;
  b.power.idle.high = 5.0_W;
  return b;
}

inline KernelResult kernel(const BoardSpec& b) {
  KernelResult k;
  k.name = "big_0";
  k.replicas = 3;
  k.lanes = 2;
  k.core = b.cores[0].core;
  k.activity.cycles = 1'000'000;
  k.activity.ternaries = 1'000'000;
  k.activity.weight_bytes = 100'000;
  k.activity.register_bytes = 5'000;
  k.activity.units[CoreUnit::load_store].instructions = 10;
  k.activity.units[CoreUnit::matrix].busy_cycles = 750'000;
  k.activity.working = 2.5_ms;
  k.shares[CycleCause::matrix] = 500'000;
  k.shares[CycleCause::weights] = 200'000;
  k.shares[CycleCause::matrix_vectors] = 40'000;
  k.shares[CycleCause::load_store] = 60'000;
  k.shares[CycleCause::element_wise] = 100'000;
  k.shares[CycleCause::norm] = 50'000;
  k.shares[CycleCause::issue] = 50'000;
  k.ops = {{"layers.0.a", "bit_linear", 0, 10, 310'000, 300'000},
           {"layers.0.b", "add", 0, 10, 90'000, 90'000},
           {"layers.1.a", "bit_linear", 1, 10, 410'000, 400'000},
           {"layers.1.b", "add", 1, 10, 110'000, 110'000},
           {"final_norm", "rms_norm", Op::no_layer, 10, 50'000, 50'000}};
  k.ops[0].memory_bytes = 60'000;
  k.ops[2].memory_bytes = 100'000;
  for (std::uint64_t n = 1; n <= 10; ++n)
    k.step_ends.push_back(n * 100'000 - (n < 10 ? 10'000 : 0));
  return k;
}

inline MemoryResult memory() {
  MemoryResult m{"ddr", 0, 3, {}};
  m.activity.reads = 9'000;
  m.activity.writes = 1'000;
  m.activity.bytes_read = 144'000;
  m.activity.bytes_written = 16'000;
  m.activity.bursts_read = 9'000;
  m.activity.bursts_written = 1'000;
  m.activity.page_hits = 6'000;
  m.activity.page_misses = 3'000;
  m.activity.page_conflicts = 1'000;
  m.activity.busy = 5.0_ms;
  return m;
}

inline Result model_run() {
  Result r;
  r.tool = "tritsim test";
  r.board = board();
  r.model.emplace();
  r.model->name = "tiny";
  r.model->traced = ModelSize{200, 200, 2 * (4 * 4 * 4 + 3 * 4 * 4), 0, {}, false};
  r.workload = {0, 10, 6};
  r.steps = 10;
  r.elapsed = 12.5_ms;
  r.first_token = 1.25_ms;
  r.kernels = {kernel(r.board)};
  r.memories = {memory()};
  r.excluded = {"lm_head"};
  return r;
}

inline Result program_run() {
  Result r = model_run();
  r.model.reset();
  r.program = "ldv v0, X\nadd v0, v0, v0\n";
  r.workload = {0, 1, 1};
  r.steps = 1;
  r.excluded.clear();
  r.kernels[0].replicas = 1;
  r.kernels[0].lanes = 1;
  r.kernels[0].step_ends = {1'000'000};
  r.kernels[0].ops = {{"0: ldv", "ldv", Op::no_layer, 1, 700'000, 600'000},
                      {"1: add", "add", Op::no_layer, 1, 400'000, 350'000}};
  r.memories[0].replicas = 1;
  return r;
}

/// 0.06 J of adders, 0.01 J + 0.01 J of DRAM, 0.05 J of the card: 0.13 J.
inline EnergyAccount energy() {
  const auto term = [](const char* component, const char* cause, bool is_static, double count,
                       const EnergyFactor& factor, EnergyUse use) {
    return EnergyTerm{component, cause, is_static, count, {factor}, use};
  };
  return {{term("ternary adders", "additions", false, 6e6,
                {"adder", {5e-9, 10e-9, 20e-9}, "a | b <paper>", Confidence::scaled},
                EnergyUse::adders),
           term("ddr", "bursts", false, 2,
                {"supply", {0.005, 0.005, 0.005}, "sheet", Confidence::cited}, EnergyUse::memory),
           term("ddr", "standby", true, 0.0125,
                {"supply", {0.8, 0.8, 0.8}, "sheet", Confidence::cited}, EnergyUse::memory),
           term("card", "time", true, 0.0125, {"idle", {2, 4, 5}, "fit", Confidence::calibrated},
                EnergyUse::idle)}};
}

}  // namespace tritsim::sample
