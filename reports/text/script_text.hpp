// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

// JSON in the script elements of a page.
namespace tritsim {

/// JSON for a script element, with "<" escaped so that it cannot end the element.
[[nodiscard]] std::string script_text(std::string_view json);

/// A whole element that a reader of the page finds by its id.
[[nodiscard]] std::string script_element_of(std::string_view id, std::string_view json);

/// The JSON of the element with this id, as `script_text` left it; empty if there is none.
[[nodiscard]] std::string script_element(std::string_view html, std::string_view id);

}  // namespace tritsim
