// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "arch/base/coefficient.hpp"

namespace tritsim {

/// PCI Express generations by their signalling rate.
enum class PcieGeneration { gen3, gen4, gen5 };

template <>
struct EnumNames<PcieGeneration> {
  static constexpr std::array<std::pair<PcieGeneration, std::string_view>, 3> names{{
      {PcieGeneration::gen3, "gen3"},
      {PcieGeneration::gen4, "gen4"},
      {PcieGeneration::gen5, "gen5"},
  }};
};

/// A PCI Express link whose payload rates follow from its packets (models/host/link_law.hpp).
struct PcieSpec {
  PcieGeneration generation = PcieGeneration::gen3;
  std::uint32_t lanes = 16;
  Bytes max_payload;            ///< of a write or a read completion
  Bytes flow_control_interval;  ///< link bytes between two ACK (and two credit) packets
  std::uint32_t outstanding_reads = 32;
  Bytes read_request;              ///< bytes that one read asks for
  Coefficient<Time> read_latency;  ///< of a read across the link, to its first completion

  bool operator==(const PcieSpec&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("generation", generation, "generation");
    io.required("lanes", lanes, "lanes", between(1, 32));
    io.required("max_payload", max_payload, "bytes of a write or a read completion",
                between(1, 4096));
    io.required("flow_control_interval", flow_control_interval,
                "link bytes between two ACK packets, and between two credit updates",
                between(32, 1 << 20));
    io.required("outstanding_reads", outstanding_reads, "reads in flight", any_count);
    io.required("read_request", read_request, "bytes that one read asks for", between(1, 4096));
    io.required("read_latency", read_latency,
                "time of a read across the link to its first completion");
  }
};

/// How a DMA engine works through a transfer: a descriptor for each piece.
struct DmaDescriptors {
  Bytes bytes;             ///< of the longest piece
  Coefficient<Time> time;  ///< to fetch and start one
  bool prefetch = true;

  bool operator==(const DmaDescriptors&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("bytes", bytes, "largest number of bytes that one descriptor moves", any_size);
    io.required("time", time, "time to fetch and start a descriptor");
    io.optional("prefetch", prefetch, "the next descriptor is fetched while data move");
  }
};

/// The link between host and card: bulk data by DMA, registers by MMIO.
struct LinkSpec {
  static constexpr std::string_view kind = "link";

  std::string name;
  std::string source;
  std::optional<PcieSpec> pcie;  ///< either this, or both rates
  std::optional<Bandwidth> to_card;
  std::optional<Bandwidth> to_host;
  Coefficient<Time> dma_setup;
  std::optional<DmaDescriptors> descriptors;
  Coefficient<Time> mmio_write;
  Coefficient<Time> mmio_read;
  Coefficient<Time> interrupt;
  Coefficient<EnergyPerByte> energy;

  bool operator==(const LinkSpec&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("name", name, "name of the link");
    io.required("source", source, "where the description comes from");
    io.optional("pcie", pcie, "PCI Express: rates follow from generation, lanes and packet sizes");
    io.optional("to_card", to_card, "payload rate host to card, if the link is not PCIe", any_rate);
    io.optional("to_host", to_host, "payload rate card to host, if the link is not PCIe", any_rate);
    io.required("dma_setup", dma_setup, "time from the request to the first byte of a DMA");
    io.optional("descriptors", descriptors, "DMA descriptors; left out: one moves any length");
    io.required("mmio_write", mmio_write, "time of a register write");
    io.required("mmio_read", mmio_read, "round trip of a register read");
    io.required("interrupt", interrupt, "time from the card's interrupt to the host's handler");
    io.required("energy", energy, "energy per byte moved, both ends");
  }

  void check(Checker& c) const {
    if (pcie.has_value() == (to_card.has_value() && to_host.has_value()) ||
        to_card.has_value() != to_host.has_value()) {
      c.fail("", "needs either pcie, or both to_card and to_host", "give one of the two");
    }
  }
};

}  // namespace tritsim
