// SPDX-License-Identifier: Apache-2.0
#include "sim/run/job_runs.hpp"

#include "arch/board/device_fit.hpp"
#include "sim/run/run.hpp"

namespace tritsim {
namespace {

/// Positions in the cache before the prompt.
std::uint32_t context_before(const Result& r) {
  return r.context - (r.context > 0 && r.prompt ? r.prompt->tokens : 0);
}

/// The job's board and model with another workload, `behind` positions further on.
Result run_other(const JobRun& job, const Workload& workload, std::uint32_t behind) {
  const Result& r = job.result;
  const std::uint32_t context = context_before(r) + behind;
  Trace trace = job.trace ? *job.trace : expand(*r.model, context + 1);
  if (has_attention(trace)) set_context(trace, context + 1);
  Result other = run_trace(r.board, *r.model, trace, workload);
  other.zero_weights = r.zero_weights;
  other.zero_activations = r.zero_activations;
  return other;
}

double generated_per_second(const Result& r) {
  const double tokens = r.workload.generate > 0 ? r.workload.generate : r.workload.prompt;
  const Time elapsed = r.elapsed + (r.prompt ? r.prompt->elapsed : Time{});
  return tokens * r.workload.batch / elapsed.si();
}

/// The job with as many sequences as the memories hold, at most `batch` and more than its own; none
/// if they hold no more than that.
std::optional<Result> run_most(const JobRun& job, std::uint32_t batch) {
  Workload workload = job.result.workload;
  std::uint32_t fits = workload.batch;
  std::uint32_t too_many = batch + 1;
  std::optional<Result> best;
  for (workload.batch = batch; workload.batch > fits;) {
    try {
      best = run_other(job, workload, 0);
      fits = workload.batch;
    } catch (const DoesNotFit&) {
      too_many = workload.batch;
    }
    workload.batch = fits + (too_many - fits) / 2;
  }
  return best;
}

}  // namespace

std::optional<Result> run_generation(const JobRun& job) {
  const Workload& w = job.result.workload;
  if (!job.result.model || job.result.steps == 0) return {};
  if (w.prompt == 0) return job.result;
  if (w.generate < 2) return {};
  Workload generation{0, w.generate - 1, w.batch, w.simulate_layers};
  generation.every_step = w.every_step;
  return run_other(job, generation, w.prompt);
}

std::optional<Result> run_best_batch(const JobRun& job) {
  const Result& r = job.result;
  if (!r.model || r.steps == 0) return {};
  const std::uint32_t lanes = r.board.lanes();
  if (r.workload.batch == lanes) return r;
  std::optional<Result> other;
  if (r.workload.batch > lanes) {
    Workload workload = r.workload;
    workload.batch = lanes;
    other = run_other(job, workload, 0);
  } else {
    other = run_most(job, lanes);
  }
  const bool better = other && generated_per_second(*other) >= generated_per_second(r);
  return better ? other : std::optional<Result>(r);
}

}  // namespace tritsim
