// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "sim/result/result.hpp"

namespace tritsim {

/// The least time that a resource alone needs for a token step (of a program: for the run): counts
/// of the run over the resource's peak rate. Never more than the time taken.
struct Floor {
  Resource resource = Resource::matrix_unit;
  std::string where;  ///< kernel, unit or channel with the largest one
  Time time;
};

/// One for each resource that has a rate, in the order of `Resource`, of the kernel or channel that
/// needs the longest:
///   matrix, attention unit  time of all products at the unit's own pace, fills left out
///   vector units            cycles of the busier of element-wise and norm unit
///   memory                  whole bursts at the channel's peak
///   port                    bytes through a kernel's memory port, or the controller's, at its
///                           width
///   link                    bytes of DMA at the payload rate of their direction
///   exchange, host          the time that they were at work
[[nodiscard]] std::vector<Floor> floors_of(const Result& result);

}  // namespace tritsim
