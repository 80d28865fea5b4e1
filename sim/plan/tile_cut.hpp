// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "arch/core/core.hpp"
#include "arch/workload/mapping.hpp"
#include "arch/workload/trace.hpp"

namespace tritsim {

/// The tiles of a product that the host takes one by one: for each part of its outputs one for each
/// part of its inputs.
struct TileCut {
  std::vector<std::uint32_t> inputs;
  std::vector<std::uint32_t> outputs;
};

/// Parts are as long as a vector register and as the outputs that a product may have; the last may
/// be shorter, and where tiles are whole each vector has parts of its own.
[[nodiscard]] TileCut tile_cut(const Trace& trace, const CoreSpec& core, const MappingSpec& mapping,
                               const Op& op);

}  // namespace tritsim
