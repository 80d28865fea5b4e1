// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "arch/base/schema.hpp"

namespace tritsim {

/// One way to use a DSP block: how many products it makes in a cycle, and on how many of its
/// multipliers. Two products that share a factor fit one multiplier where the other two factors and
/// their guard bits do: AMD WP486 (two int8), WP521 (four int4).
struct DspMode {
  std::uint32_t products = 1;
  std::uint32_t multipliers = 1;

  bool operator==(const DspMode&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("products", products, "products of one block in a cycle", between(1, 64));
    io.optional("multipliers", multipliers,
                "multipliers of the block at work, each at the energy of dsp_mac", between(1, 16));
  }
};

}  // namespace tritsim
