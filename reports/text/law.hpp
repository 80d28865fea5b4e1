// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

// The laws behind the figures, as docs/modelling.md states them.
namespace tritsim {

/// The section under a heading ("Energy", not "Energy (`models/energy/energy_law.cpp`)"), up to the
/// next heading, without its own; empty if there is none.
[[nodiscard]] std::string_view law_section(std::string_view heading);

/// A section as HTML: paragraphs, lists and tables of Markdown, with code and emphasis in them.
[[nodiscard]] std::string law_html(std::string_view section);

/// The anchor of a law in a page: "law-power-over-time".
[[nodiscard]] std::string law_anchor(std::string_view heading);

}  // namespace tritsim
