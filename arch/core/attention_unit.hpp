// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "arch/base/coefficient.hpp"
#include "arch/core/matrix_unit.hpp"

namespace tritsim {

/// The attention unit: products of queries with the keys of a cache, softmax in a buffer of scores,
/// products of those with the values. The cache is streamed, each element once for all the query
/// heads that share it.
struct AttentionSpec {
  std::uint32_t products_per_cycle = 1;
  std::string mode;           ///< of the device's DSP blocks that make them; empty: in fabric
  Coefficient<double> cells;  ///< logic cells of one product beside its DSP block
  std::uint64_t scores = 0;   ///< capacity of the score buffer
  Bytes score;
  Bytes fifo;
  FetchSpec fetch;

  bool operator==(const AttentionSpec&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("products_per_cycle", products_per_cycle,
                "multiply-adds a cycle of queries with keys, of scores with values", any_width);
    io.optional("mode", mode,
                "mode of the DSP blocks that make them; left out: they use logic cells only");
    io.required("cells", cells, "logic cells of one multiply-add beside its DSP block", any_cells);
    io.required("scores", scores, "capacity of the score buffer: heads x positions",
                between(1, 1 << 26));
    io.required("score", score, "stored size of one score", any_word);
    io.required("fifo", fifo, "capacity of the cache FIFO", any_size);
    io.required("fetch", fetch, "how keys and values are requested from memory");
  }

  void check(Checker& c) const {
    if (fifo < fetch.request) {
      c.fail("fifo", "holds less than one request", "give fifo >= fetch.request");
    }
  }
};

}  // namespace tritsim
