// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace tritsim {

/// The first character of a text that has an effect instead of being shown, as "U+001B"; empty if
/// there is none. These are the control characters of Unicode except tab and line ends, and those
/// that change the direction of writing. They control terminals, truncate texts, or disguise them,
/// so no file may contain them. `text` is UTF-8.
[[nodiscard]] std::string control_character(std::string_view text);

/// The same text, every such character written out as "\u001b"; for messages, which quote input.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace tritsim
