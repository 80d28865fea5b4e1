// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "arch/hardware/link.hpp"

namespace tritsim {

/// How a tensor-parallel group brings its shards together.
enum class Gather {
  ring,    ///< each passes on to the next what it got from the one before
  direct,  ///< each sends its shard to all others, one after the other
  host,    ///< the host reads the shards from memory and hands every kernel whole vectors
};

template <>
struct EnumNames<Gather> {
  static constexpr std::array<std::pair<Gather, std::string_view>, 3> names{{
      {Gather::ring, "ring"},
      {Gather::direct, "direct"},
      {Gather::host, "host"},
  }};
};

/// How a model is spread over kernels: `tensor` kernels, a tensor-parallel group, share every
/// matrix; `pipeline` such groups, the stages of a pipeline, hold one run of the blocks each.
struct ParallelSpec {
  std::uint32_t tensor = 1;
  std::uint32_t pipeline = 1;
  Gather gather = Gather::ring;

  bool operator==(const ParallelSpec&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.optional("tensor", tensor,
                "kernels that share every matrix: each holds 1 / tensor of its outputs",
                between(1, 1024));
    io.optional("pipeline", pipeline, "pipeline stages, each with consecutive blocks of its own",
                between(1, 1024));
    io.optional("gather", gather,
                "how the shards of a vector are brought together: by the kernels, or by the host, "
                "which then starts every product on all kernels and waits for all");
  }
};

/// Between the kernels of a card: a stream from each to any other.
struct ExchangeSpec {
  Bytes width;                ///< that a kernel sends in a cycle of its clock
  std::uint32_t latency = 0;  ///< cycles from the first byte sent to the first received
  Coefficient<EnergyPerByte> energy;

  bool operator==(const ExchangeSpec&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("width", width, "bytes that a kernel sends in a cycle of its clock",
                between(1.0 / 8, 1 << 20));
    io.required("latency", latency, "cycles from the first byte sent to the first received",
                any_cycles);
    io.required("energy", energy, "energy per byte from one kernel to another");
  }
};

/// Several equal cards.
struct CardsSpec {
  std::uint32_t count = 1;
  LinkSpec link;

  bool operator==(const CardsSpec&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("count", count, "equal cards", between(1, 1024));
    io.required("link", link, "link from each card to every other; the sender writes to it");
  }
};

}  // namespace tritsim
