// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "arch/workload/trace.hpp"
#include "sim/result/processor_result.hpp"

namespace tritsim {

/// Runs a model on a processor. A batch of 0 is one sequence. Unless the processor says which, each
/// phase (prompt, generation) takes the ternary kernels that are faster, as far as memory holds the
/// weights in the forms that they read. Throws ConfigError if weights and cache do not fit its
/// memory.
[[nodiscard]] ProcessorResult run_processor(const ProcessorSpec& processor, const ModelSpec& model,
                                            const Workload& workload);

/// The same for a given trace, whose own context is ignored; the result names `model` as its
/// origin.
[[nodiscard]] ProcessorResult run_processor(const ProcessorSpec& processor, const ModelSpec& model,
                                            Trace trace, const Workload& workload);

/// The job of a result at the batch with the most tokens per second: of 1, 2, 4 ... 256 sequences
/// and the job's own, those whose weights and caches the memory holds. Of two equally fast ones,
/// the smaller. 256 is where serving software stops by default (vLLM, max_num_seqs). None if the
/// result was made from a trace, which is not part of it.
[[nodiscard]] std::optional<ProcessorResult> run_best_batch(const ProcessorResult& job);

}  // namespace tritsim
