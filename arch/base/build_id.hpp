// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace tritsim {

/// Digest of the sources that results follow from: two programs with the same one give the same
/// results, whatever their version says.
[[nodiscard]] std::string_view build_id();

}  // namespace tritsim
