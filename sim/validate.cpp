// SPDX-License-Identifier: Apache-2.0
#include "sim/validate.hpp"

#include "arch/reader.hpp"
#include "arch/writer.hpp"
#include "sim/processor_run.hpp"
#include "sim/result/energy.hpp"
#include "sim/run.hpp"

namespace tritsim {
namespace {

Result run(const MeasurementSpec& m) {
  BoardSpec board = *m.board;
  adapt(board, m.dim, m.memory_latency_cycles);
  if (m.model) return run_model(board, *m.model, m.workload);
  std::vector<std::string> warnings;
  return run_program(board, m.program, m.name, warnings);
}

ProcessorResult run(ProcessorSpec processor, const MeasurementSpec& m) {
  if (m.ternary) processor.ternary = *m.ternary;
  return run_processor(processor, *m.model, m.workload, m.context);
}

/// What a measurement may be of.
struct Figures {
  double cycles = 0;
  Time time;
  double tokens_per_second = 0;
  Power power;
  Energy energy_per_token;
};

Figures figures_of(const Result& result) {
  const KernelResult& kernel = result.kernels.front();
  const auto cycles = static_cast<double>(kernel.activity.cycles);
  const Energy energy = price(result).total().value;
  return {cycles, cycles_to_time(cycles, kernel.core.clock), result.tokens_per_second().si(),
          energy / result.elapsed, energy / result.tokens()};
}

Figures figures_of(const ProcessorResult& result) {
  const Energy energy = result.energy().total().value;
  return {0, result.elapsed(), result.tokens() / result.elapsed().si(), energy / result.elapsed(),
          energy / result.tokens()};
}

}  // namespace

void adapt(BoardSpec& board, std::uint32_t dim, std::uint32_t memory_latency_cycles) {
  if (memory_latency_cycles > 0) {
    for (MemoryGroup& group : board.memories) {
      group.memory.name = "answers after " + std::to_string(memory_latency_cycles) + " cycles";
      group.memory.dram.reset();
      group.memory.sram.reset();
      group.memory.fixed = FixedLatencySpec{memory_latency_cycles};
    }
  }
  if (dim == 0) return;
  for (CoreGroup& group : board.cores) group.core.vector_length = dim;
  // Read the changed board as a file would be: a core that cannot be built so is an error.
  ReadContext context;
  board = read_document<BoardSpec>(Writer::write(board), context);
}

Verdict judge(const MeasurementSpec& m, const std::string& source) {
  Figures f;
  if (m.processor) {
    f = figures_of(run(*m.processor, m));
  } else {
    f = figures_of(run(m));
  }
  Verdict v{m.name, {}, {}, source, 0, 0, m.tolerance, m.obtained, m.calibrated, m.note};
  const auto set = [&](const char* quantity, const char* unit, double measured, double simulated) {
    v.quantity = quantity;
    v.unit = unit;
    v.measured = measured;
    v.simulated = simulated;
  };
  if (m.cycles) {
    set("cycles", "", static_cast<double>(*m.cycles), f.cycles);
  } else if (m.time) {
    set("time", "s", m.time->si(), f.time.si());
  } else if (m.tokens_per_second) {
    set("tokens/s", "1/s", *m.tokens_per_second, f.tokens_per_second);
  } else if (m.power) {
    set("power", "W", m.power->si(), f.power.si());
  } else if (m.energy_per_token) {
    set("energy/token", "J", m.energy_per_token->si(), f.energy_per_token.si());
  }
  return v;
}

}  // namespace tritsim
