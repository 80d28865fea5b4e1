// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace tritsim {

/// The first character of a text that does something instead of being shown, as "U+001B"; empty if
/// there is none. These are the control characters of Unicode but for tab and ends of lines, and
/// those that turn the direction of writing. They steer terminals, cut texts short, or show what is
/// not there, so no file may hold them. `text` is UTF-8.
[[nodiscard]] std::string control_character(std::string_view text);

/// The same text, every such character written out as "\u001b"; for messages, which quote input.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace tritsim
