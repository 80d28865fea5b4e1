// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/result/processor_result.hpp"

namespace tritsim {

/// Runs a model on a processor. A batch of 0 is one sequence. Throws ConfigError if weights and
/// cache do not fit its memory.
[[nodiscard]] ProcessorResult run_processor(const ProcessorSpec& processor, const ModelSpec& model,
                                            const Workload& workload);

}  // namespace tritsim
