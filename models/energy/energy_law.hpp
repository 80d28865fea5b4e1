// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "arch/board/board.hpp"
#include "models/base/activity.hpp"
#include "models/energy/energy_term_law.hpp"

namespace tritsim {

/// Energy law of the link: payload bytes.
void price_link(std::vector<EnergyTerm>& terms, const LinkSpec& link, const LinkActivity& activity);

/// Energy law of the host processor: its power above idle while it works and while it waits;
/// nothing if the host states none.
void price_host(std::vector<EnergyTerm>& terms, const HostSpec& host, const HostActivity& activity,
                double rounds);

/// Energy law of what kernels exchange: bytes over the exchange of a card and over the links
/// between cards.
void price_exchange(std::vector<EnergyTerm>& terms, const BoardSpec& board, double chip_bytes,
                    double link_bytes);

/// Power of the card without work, for as long as the run takes. The device's static power at the
/// junction temperature is a separate term; the part of it inside `idle`, taken at `idle_junction`,
/// is subtracted there, so that at like temperatures the sum is `idle`, with the range of `idle`.
/// `cards` of them.
void price_board(std::vector<EnergyTerm>& terms, const BoardPower& power, const DeviceSpec& device,
                 Time elapsed, double cards = 1);

/// What regulators lose on all dynamic terms so far.
void price_regulators(std::vector<EnergyTerm>& terms, const BoardPower& power);

}  // namespace tritsim
