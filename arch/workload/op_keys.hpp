// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "arch/workload/block.hpp"

// Which keys of a block's entry mean something to which kinds of op.
namespace tritsim {

enum class KeyUse : std::uint8_t {
  none,    ///< means nothing to the op
  some,    ///< may be given
  needed,  ///< must be
};

/// A key that is for some kinds of op only.
struct OpKey {
  std::string_view name;
  bool (*is_given)(const BlockOp&);
  unsigned needed_by = 0;  ///< groups of kinds, as bits
  unsigned taken_by = 0;

  /// What the key is to an entry of a kind of op. `width` and `widths` are one or the other.
  [[nodiscard]] KeyUse use_in(const BlockOp& entry) const;
};

/// All of them.
[[nodiscard]] std::span<const OpKey> op_keys();

}  // namespace tritsim
