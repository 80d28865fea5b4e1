// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <span>

#include "arch/workload/trace_file.hpp"

namespace tritsim {

/// Hands the weights of a matrix, row by row, in pieces of any size, to what it is given.
using WeightSource = std::function<void(const std::function<void(std::span<const float>)>&)>;

/// What absmean quantisation makes of a matrix (arXiv 2402.17764, equations 1 to 3):
///
///   scale = max(mean |w|, 1e-5),  q = clip(round(w / scale), -1, 1), ties to even.
///
/// The bound is that of the reference implementation. The source is read twice: for the mean, in
/// double, and for the counts, which are exact. Memory does not grow with the rows. Throws
/// ConfigError, naming `name` and the element, if a weight is not finite or the source does not
/// give rows x columns of them.
[[nodiscard]] MatrixStatistics ternary_statistics(const std::string& name, std::uint64_t rows,
                                                  std::uint64_t columns,
                                                  const WeightSource& source);

}  // namespace tritsim
