// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/result/leave_one_out.hpp"
#include "sim/study/measurement_set.hpp"

namespace tritsim {

/// Fits the coefficients that are marked calibrated to the calibrated figures, all of one board,
/// processor or memory, then again without each figure in turn, and judges that one. In two steps:
/// coefficients that move a time, a rate or a count are fitted to these figures, the others then to
/// powers and energies. Coefficients that the figures' descriptions do not share are left as they
/// are. If the first case is of a board, memories among the others are memories of that board.
[[nodiscard]] LeaveOneOut leave_one_out(const std::vector<MeasurementCase>& cases);

/// The cases by subject, each set for leave_one_out; those of a board with those of its memories.
/// Without projected figures, and without subjects that have no calibrated figure.
[[nodiscard]] std::vector<std::vector<MeasurementCase>> by_subject(
    const std::vector<MeasurementCase>& cases);

}  // namespace tritsim
