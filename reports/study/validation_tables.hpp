// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "sim/result/verdict.hpp"

// Shared by the tables and the page of a validation.
namespace tritsim {

/// "projected", "calibrated" or "predicted".
[[nodiscard]] const char* fit_of(const Verdict& verdict);

/// Without the projected ones.
[[nodiscard]] std::vector<Verdict> those_judged(const std::vector<Verdict>& verdicts);

/// Of those, the ones with a row of their own: single kernels are many, and beside other figures
/// they stand in kernel_table().
[[nodiscard]] std::vector<Verdict> those_shown(const std::vector<Verdict>& verdicts);

/// Whether ranges were asked for: without, areas alone have one.
[[nodiscard]] bool have_ranges(const std::vector<Verdict>& verdicts);

/// In the order of their appearance.
[[nodiscard]] std::vector<std::string> quantities_of(const std::vector<Verdict>& verdicts);

/// "+6.2 % bias, 0.1 % spread, 4 figures".
[[nodiscard]] std::string bias_text(const ErrorGroup& group);

/// Which hardware is off to one side, a sentence.
[[nodiscard]] std::string systematic_errors(const std::vector<ErrorGroup>& groups);

/// How many measured figures the ranges cover, a sentence.
[[nodiscard]] std::string coverage_sentence(const std::vector<Verdict>& verdicts);

}  // namespace tritsim
