// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "arch/coefficient.hpp"

namespace tritsim {

/// The link between host and card: bulk data by DMA, registers by MMIO.
struct LinkSpec {
  static constexpr std::string_view kind = "link";

  std::string name;
  std::string source;
  Bandwidth to_card;
  Bandwidth to_host;
  Coefficient<Time> dma_setup;
  Coefficient<Time> mmio_write;
  Coefficient<Time> mmio_read;
  Coefficient<Time> interrupt;
  Coefficient<EnergyPerByte> energy;

  bool operator==(const LinkSpec&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("name", name, "name of the link");
    io.required("source", source, "where the description comes from");
    io.required("to_card", to_card, "payload rate host to card", any_rate);
    io.required("to_host", to_host, "payload rate card to host", any_rate);
    io.required("dma_setup", dma_setup, "time from the request to the first byte of a DMA");
    io.required("mmio_write", mmio_write, "time of a register write");
    io.required("mmio_read", mmio_read, "round trip of a register read");
    io.required("interrupt", interrupt, "time from the card's interrupt to the host's handler");
    io.required("energy", energy, "energy per byte moved, both ends");
  }
};

}  // namespace tritsim
