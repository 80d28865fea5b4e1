// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "arch/trace.hpp"
#include "sim/result/processor_result.hpp"

namespace tritsim {

/// Runs a model on a processor; `context` positions are in the cache before the prompt. A batch of
/// 0 is one sequence. Throws ConfigError if weights and cache do not fit its memory.
[[nodiscard]] ProcessorResult run_processor(const ProcessorSpec& processor, const ModelSpec& model,
                                            const Workload& workload, std::uint32_t context = 0);

/// The same of a trace that is at hand, whose own context does not count; `model` is what the
/// result says it was made from.
[[nodiscard]] ProcessorResult run_processor(const ProcessorSpec& processor, const ModelSpec& model,
                                            Trace trace, const Workload& workload,
                                            std::uint32_t context);

}  // namespace tritsim
