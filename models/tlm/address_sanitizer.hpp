// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace tritsim {

/// Tells AddressSanitizer that code runs on the stack of its thread again. SystemC's library says
/// when it goes to a SystemC thread, but not when it comes back from the last one. Nothing in a
/// build without the sanitizer.
void announce_own_stack();

}  // namespace tritsim
