// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/plan/code_emitter.hpp"

namespace tritsim {

/// Lowers the attention that `code` is at: keys and values go to their caches, then scores, softmax
/// and products with the values. Its instructions take their sizes with them, on every core.
void lower_attention(CodeEmitter& code, const Op& op);

}  // namespace tritsim
