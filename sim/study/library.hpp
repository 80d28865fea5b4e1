// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace tritsim {

/// The directory of the shipped descriptions: `configs` of the working directory, else the one that
/// was installed with the program, else that of the source tree the program was built in. Throws
/// ConfigError if there is none.
[[nodiscard]] std::string shipped_configs();

}  // namespace tritsim
