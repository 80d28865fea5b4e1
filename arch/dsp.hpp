// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "arch/coefficient.hpp"

namespace tritsim {

/// One way to use a DSP block: how many products it makes in a cycle, and the energy of one block
/// and cycle in that use. Two products that share a factor fit one multiplier where the other two
/// factors and their guard bits do: AMD WP486 (two int8), WP521 (four int4).
struct DspMode {
  std::uint32_t products = 1;
  Coefficient<Energy> energy;

  bool operator==(const DspMode&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("products", products, "products of one block in a cycle", between(1, 64));
    io.required("energy", energy, "energy of one block and cycle");
  }
};

}  // namespace tritsim
