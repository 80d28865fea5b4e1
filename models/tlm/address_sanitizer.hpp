// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace tritsim {

/// Tells AddressSanitizer that execution is back on the thread's own stack. SystemC's library says
/// when it goes to a SystemC thread, but not when it comes back from the last one. Does nothing in
/// a build without the sanitizer.
void announce_own_stack();

}  // namespace tritsim
