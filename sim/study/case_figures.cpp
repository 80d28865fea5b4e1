// SPDX-License-Identifier: Apache-2.0
#include "sim/study/case_figures.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "models/processor/gpu_kernel_law.hpp"
#include "sim/result/energy.hpp"
#include "sim/run/memory_bench.hpp"

namespace tritsim {
namespace {

/// The range of an energy over its value.
Ends relative(const Range<Energy>& e) {
  if (!(e.value > Energy{})) return {};
  return {e.low / e.value, 1, e.high / e.value};
}

/// Which ops and how many sequences of a model.
std::string work_of(const std::vector<std::string>& excluded, std::uint32_t sequences) {
  const std::string ops = excluded.empty() ? "every op of the model"
                                           : fmt::format("without {}", fmt::join(excluded, ", "));
  return fmt::format("{}, {} sequence{}", ops, sequences, sequences == 1 ? "" : "s");
}

}  // namespace

CaseFigures figures_of(const Result& result) {
  const KernelResult& kernel = result.kernels.front();
  const auto cycles = static_cast<double>(kernel.activity.cycles);
  const Range<Energy> range = price(result).total();
  const Energy energy = range.value;
  std::map<std::string, Time> parts = result.host.parts;
  for (auto& [name, time] : parts) time = time / std::max(result.steps, 1U);
  return {cycles,
          cycles_to_time(cycles, kernel.core.clock),
          result.tokens_per_second().si(),
          energy / result.elapsed,
          energy / result.tokens(),
          result.host.offload,
          std::move(parts),
          {},
          result.model ? work_of(result.excluded, result.workload.batch) : "a program on the core",
          relative(range)};
}

CaseFigures figures_of(const ProcessorResult& result) {
  const Range<Energy> range = result.energy().total();
  const Energy energy = range.value;
  return {0,
          result.elapsed(),
          result.tokens() / result.elapsed().si(),
          energy / result.elapsed(),
          energy / result.tokens(),
          {},
          {},
          {},
          work_of({}, result.workload.batch),
          relative(range)};
}

CaseFigures figures_of_kernel(ProcessorSpec processor, const KernelCase& kernel) {
  processor.step_time.value = processor.kernel_time.value;
  ProcessorResult r;
  r.decode = step_activity(processor, {gpu_kernel_of(processor, kernel)}, LaunchMode::graph);
  r.processor = std::move(processor);
  r.decode_steps = 1;
  return figures_of(r);
}

CaseFigures figures_of_memory(const MeasurementSpec& m, const MemorySpec& memory) {
  CaseFigures f;
  if (m.bandwidth) {
    f.bandwidth = run_memory(memory, {*m.traffic, 1, {}}).bandwidth;
  } else {
    const IdleLatencies idle = idle_latencies(memory);
    f.time = m.idle_latency->page == PageState::hit    ? idle.hit
             : m.idle_latency->page == PageState::miss ? idle.miss
                                                       : idle.conflict;
  }
  return f;
}

CaseFigures figures_at_rest(const BoardSpec& board) {
  Result nothing;
  nothing.board = board;
  nothing.elapsed = 1.0_s;
  CaseFigures f;
  const Range<Energy> range = price(nothing).total();
  f.power = range.value / nothing.elapsed;
  f.priced = relative(range);
  return f;
}

}  // namespace tritsim
