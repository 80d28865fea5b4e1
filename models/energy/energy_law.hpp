// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "arch/board/board.hpp"
#include "models/base/activity.hpp"
#include "models/energy/energy_term_law.hpp"

namespace tritsim {

/// Energy law of the cores of one kernel: fabric and block RAM. `lanes` cores, one weight FIFO.
/// With the share of additions of zero, from a trace, adders toggle as that says, else as by the
/// vendor's default.
void price_core(std::vector<EnergyTerm>& terms, const CoreSpec& core, const DeviceSpec& device,
                const CoreActivity& activity, double lanes, double kernels,
                std::optional<double> zero_additions = {});

/// Energy law of DRAM channels, from supply currents (Micron TN-40-07), per rail and device:
///   activate + precharge: (IDD0 tRC - IDD3N tRAS - IDD2N (tRC - tRAS)) V
///   read, write burst:    (IDD4 - IDD3N) V BL/2 tCK
///   refresh:              (IDD5B - IDD3N) V tRFC; of one bank (IDD5PB - IDD3N) V tRFCpb
///   standby:              IDD3N V while a row is open, IDD2N V otherwise
/// with the clocks of the measured currents; and per byte: toggling data, pins and termination.
/// `channels` counts memories like this one that did the same.
void price_memory(std::vector<EnergyTerm>& terms, const std::string& name, const MemorySpec& memory,
                  const MemoryActivity& activity, Time elapsed, double channels);

/// What a channel does that nobody uses: it refreshes.
[[nodiscard]] MemoryActivity idle_activity(const MemorySpec& memory, Time elapsed);

/// Energy law of the link: payload bytes.
void price_link(std::vector<EnergyTerm>& terms, const LinkSpec& link, const LinkActivity& activity);

/// Energy law of what kernels exchange: bytes over the exchange of a card and over the links
/// between cards.
void price_exchange(std::vector<EnergyTerm>& terms, const BoardSpec& board, double chip_bytes,
                    double link_bytes);

/// Power of the card without work, for as long as the run takes. The device's static power at the
/// junction temperature is shown apart; what of it is inside `idle`, taken at `idle_junction`, is
/// subtracted there, so that at like temperatures the sum is `idle`, with the range of `idle`.
/// `cards` of them.
void price_board(std::vector<EnergyTerm>& terms, const BoardPower& power, const DeviceSpec& device,
                 Time elapsed, double cards = 1);

/// What regulators lose on all dynamic terms so far.
void price_regulators(std::vector<EnergyTerm>& terms, const BoardPower& power);

}  // namespace tritsim
