// SPDX-License-Identifier: Apache-2.0
#include "sim/run/short_run.hpp"

#include <algorithm>

#include "arch/workload/trace.hpp"
#include "models/base/longest_run.hpp"
#include "sim/run/run.hpp"

namespace tritsim {
namespace {

constexpr std::uint32_t sampled_layers = 3;

/// Steps of a run whose steps grow with the context, and of one that is made many times.
constexpr std::uint32_t sampled_steps = 2;
constexpr std::uint32_t fewest_steps = 1;

/// Sum of min(c, window) over the contexts from `first` to `last`.
double positions_read(double first, double last, double window) {
  const double full = std::clamp(window, first - 1, last);  // the last that is not cut off
  return (full - first + 1) * (first + full) / 2 + (last - full) * window;
}

/// The first context of a few steps that read as much of their caches as the steps from `first` to
/// `last` do in the mean: those in the middle, unless windows fill up on the way.
std::uint32_t first_of_sample(const Trace& trace, std::uint32_t first, std::uint32_t last,
                              std::uint32_t sampled) {
  const std::uint32_t steps = last - first + 1;
  const bool windows = std::any_of(trace.ops.begin(), trace.ops.end(), [](const Op& op) {
    return op.attention && op.attention->window;
  });
  if (!windows) return first + (steps - sampled) / 2;
  const auto read = [&](double from, double to) {
    double bytes = 0;
    for (const Op& op : trace.ops) {
      if (!op.attention) continue;
      const double window = op.attention->window ? *op.attention->window : to;
      bytes +=
          trace.cache_bytes(op).si() / op.attention->attended() * positions_read(from, to, window);
    }
    return bytes;
  };
  const double mean = read(first, last) / steps;
  const std::uint64_t less = longest_run(last - first, [&](std::uint64_t n) {
    const double context = static_cast<double>(first + n - 1);
    return read(context, context) < mean;
  });
  return std::max(first + static_cast<std::uint32_t>(less) - sampled / 2, first);
}

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
    const std::uint32_t first = result.context + 1;
    set_context(ops, first_of_sample(ops, first, result.context + result.steps, steps));
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
