// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "arch/hardware/link.hpp"

namespace tritsim {

/// Rate of a PCIe link's symbols after the line code, all lanes, before any packet overhead.
[[nodiscard]] Bandwidth raw_rate(const PcieSpec& pcie);

/// Payload ceiling of back-to-back packets (pcie-bench/pcie-model@40703cf, model/pcie.py):
///   raw x payload / (payload + header) x (1 - ACK and credit packets) x (1 - SKP)
/// A memory write carries 24 B besides its payload (8 B framing and data-link header, 4 B generic
/// header, 12 B address), a completion 20 B; ACK and credit packets are 8 B each per flow-control
/// interval; 4 of 1538 symbols are SKP.
[[nodiscard]] Bandwidth write_ceiling(const PcieSpec& pcie);
[[nodiscard]] Bandwidth completion_ceiling(const PcieSpec& pcie);

/// Rate of reads: the completion ceiling, or what the reads in flight cover of the latency
/// (Little's law), whichever is less.
[[nodiscard]] Bandwidth read_rate(const PcieSpec& pcie);

/// Payload rate of DMA over the link. On PCIe the card's DMA engine reads host memory for data to
/// the card, and writes it for data to the host.
[[nodiscard]] Bandwidth payload_rate(const LinkSpec& link, bool to_card);

}  // namespace tritsim
