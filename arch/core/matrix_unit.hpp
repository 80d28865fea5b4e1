// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>

#include "arch/base/coefficient.hpp"
#include "arch/workload/model.hpp"

// The matrix units of a core: a ternary unit in one of four forms, and an array of
// multiply-accumulators. Laws: models/core/matrix_law.hpp.
namespace tritsim {

/// How a unit asks memory for data: `outstanding` requests of `request` bytes in flight; the next
/// one is issued `turnaround` cycles after the oldest is answered. The first one follows the start
/// of the instruction by `setup` + `turnaround`.
struct FetchSpec {
  Bytes request;
  std::uint32_t outstanding = 1;
  std::uint32_t turnaround = 0;
  Bytes port;  ///< bytes a cycle through a port of its own; zero: the core's memory port
  std::uint32_t setup = 0;
  bool posted = false;       ///< a write ends when its data are handed over
  bool joins_lanes = false;  ///< the vectors of all lanes are one stream

  bool operator==(const FetchSpec&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("request", request, "bytes of one request", any_size);
    io.required("outstanding", outstanding, "requests in flight", between(1, 4096));
    io.optional("turnaround", turnaround, "cycles from an answer to the next request", any_cycles);
    io.optional("setup", setup,
                "cycles that an instruction takes before its first request, e.g. for the "
                "descriptor of a DMA engine",
                any_cycles);
    io.optional("posted", posted,
                "a write ends when its data are handed over; nobody waits for the memory");
    io.optional("joins_lanes", joins_lanes,
                "the vectors of all lanes are one stream; otherwise every lane has as many "
                "requests in flight");
    io.optional("port", port, "bytes a cycle through a port of its own; 0 B: memory_port",
                between(0, 1 << 20));
  }
};

/// What every matrix unit has: a weight stream through a FIFO, and sums behind it.
struct MatrixUnitSpec {
  Bytes fifo;  ///< weight FIFO
  FetchSpec fetch;
  Bytes accumulator;                    ///< width of a partial sum
  bool accumulates_over_tiles = false;  ///< partial sums survive from one GO to the next
  bool keeps_input = false;             ///< one IMPORT serves several GOs
  Bytes prefetch;  ///< buffer beside the FIFO for the next product's weights; zero: none

  bool operator==(const MatrixUnitSpec&) const = default;

 protected:
  template <class Io>
  void common_fields(Io& io) {
    io.required("fifo", fifo, "capacity of the weight FIFO", any_size);
    io.required("fetch", fetch, "how weights are requested from memory");
    io.required("accumulator", accumulator, "width of a partial sum", any_word);
    io.optional("accumulates_over_tiles", accumulates_over_tiles,
                "partial sums survive from one GO to the next");
    io.optional("keeps_input", keeps_input, "one IMPORT serves several GOs");
    io.optional("prefetch", prefetch,
                "buffer beside the FIFO for weights of the program's next product, requested after "
                "those of the running one; 0 B: none",
                between(0, 1024.0 * 1024 * 1024));
  }

  void check_fifo(Checker& c) const {
    if (fifo < fetch.request) {
      c.fail("fifo", "holds less than one request", "give fifo >= fetch.request");
    }
    if (prefetch.si() > 0 && prefetch < fetch.request) {
      c.fail("prefetch", "holds less than one request", "give prefetch >= fetch.request, or 0 B");
    }
  }
};

}  // namespace tritsim
