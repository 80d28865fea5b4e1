// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

// The laws behind the figures, as docs/modelling.md states them.
namespace tritsim {

/// The section under a heading ("Energy", not "Energy (`models/energy_law.cpp`)"), without the
/// heading and what follows the next heading; empty if there is none.
[[nodiscard]] std::string_view law_section(std::string_view heading);

/// The anchor of a law in a page: "law-power-over-time".
[[nodiscard]] std::string law_anchor(std::string_view heading);

}  // namespace tritsim
