// SPDX-License-Identifier: Apache-2.0
#include "sim/run/short_run.hpp"

#include <algorithm>

#include "arch/workload/trace.hpp"
#include "sim/run/run.hpp"

namespace tritsim {
namespace {

constexpr std::uint32_t sampled_layers = 3;

/// Steps of a run whose steps grow with the context, and of one that is made many times.
constexpr std::uint32_t sampled_steps = 2;
constexpr std::uint32_t fewest_steps = 1;

}  // namespace

double step_time(const Result& r) {
  return r.elapsed.si() / r.rounds / std::max(r.steps, std::uint32_t{1});
}

ShortRun short_run(const Result& result, RunSample sample, const Trace* trace) {
  Trace ops = trace != nullptr ? *trace : expand(*result.model);
  Workload work = result.workload;
  if (result.prompt) work.prompt = 0;  // the result is about what comes after it
  if (has_attention(ops) && result.tokens_at_once == 1) {
    const std::uint32_t steps =
        std::min(result.steps, sample == RunSample::steps ? fewest_steps : sampled_steps);
    set_context(ops, result.context + 1 + (result.steps - steps) / 2);
    work.prompt = 0;
    work.generate = steps;
  } else if (has_attention(ops)) {
    set_context(ops, result.context + 1);
  } else if (sample == RunSample::steps && work.generate > 0) {
    work.prompt = 0;
    work.generate = std::min(work.generate, sampled_steps);
  }
  work.simulate_layers = work.simulate_layers.value_or(sampled_layers);
  const auto run_with = [model = *result.model, ops](const Workload& workload) -> BoardRun {
    return [=](const BoardSpec& board) { return run_trace(board, model, ops, workload); };
  };
  BoardRun run = run_with(work);
  try {
    return {run(result.board), run};
  } catch (const ConfigError&) {  // blocks differ, or kernels share resources: simulate all blocks
    if (result.workload.simulate_layers) throw;
    work.simulate_layers.reset();
    run = run_with(work);
    return {run(result.board), run};
  }
}

}  // namespace tritsim
