// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "arch/board/board.hpp"
#include "arch/hardware/part.hpp"

namespace tritsim {

/// A part of a core or of its kernel.
struct CorePart {
  std::string unit;
  PartCounts counts;
  double copies = 1;  ///< in a lane, or in a kernel
  bool per_lane = true;
  bool wrapper = false;
};

/// Parts of a lane, and those that the lanes of a kernel share, by what a core's description says:
///   ternary adders     ternary_tree of `tree.inputs` ternaries (all of them without a tree),
///                      table_lookup, or a bit_serial tree for each bit taken in a cycle
///   input memory       of a tree that keeps its input: words of all inputs, in distributed memory
///   accumulators       of a MAC array, one for each column
///   vector unit        element_wise; rms if the core has a norm
///   load and store     load_store_unit, one a kernel
///   vector registers   one memory, or one for each register
///   weight FIFO        one a kernel
///   issue              instruction_decode
///   register stages    of the attachment, of weights and of vectors both ways
[[nodiscard]] std::vector<CorePart> parts_of(const CoreGroup& group);

/// Memory blocks of the input memory of a core's trees, if it is built of blocks instead of
/// distributed memory: few words, as wide as all inputs. A description does not say which.
[[nodiscard]] double input_memory_blocks(const CoreSpec& core, RamBlock block);

}  // namespace tritsim
