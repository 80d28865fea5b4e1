// SPDX-License-Identifier: Apache-2.0
#include "models/energy/energy_law.hpp"

namespace tritsim {

void price_link(std::vector<EnergyTerm>& terms, const LinkSpec& link, const LinkActivity& a) {
  const double bytes = static_cast<double>(a.bytes_to_card) + static_cast<double>(a.bytes_to_host);
  terms.push_back({"host link",
                   "bytes moved",
                   false,
                   bytes,
                   {factor_of("link.energy", link.energy)},
                   EnergyUse::host_link});
}

void price_host(std::vector<EnergyTerm>& terms, const HostSpec& host, const HostActivity& activity,
                double rounds) {
  if (!host.power) return;
  terms.push_back({"host processor",
                   "time at work",
                   false,
                   activity.working.si() * rounds,
                   {factor_of("host.power.working", host.power->working)},
                   EnergyUse::host});
  terms.push_back({"host processor",
                   "time waiting for the card",
                   false,
                   activity.waiting.si() * rounds,
                   {factor_of("host.power.waiting", host.power->waiting)},
                   EnergyUse::host});
}

void price_board(std::vector<EnergyTerm>& terms, const BoardPower& power, const DeviceSpec& device,
                 Time elapsed, double cards) {
  const double time = elapsed.si() * cards;
  terms.push_back({"card without work", "time", true, time, {factor_of("power.idle", power.idle)}});
  if (!device.leakage) return;
  const Leakage& leakage = *device.leakage;
  const auto at = [&](const char* component, const char* cause, double count, double junction) {
    EnergyFactor growth = factor_of("device.leakage.doubling", leakage.doubling);
    const auto grown = [&](double doubling) {
      return leakage_growth(junction - leakage.junction, doubling);
    };
    growth.ends = {grown(growth.ends.at_low), grown(growth.ends.value), grown(growth.ends.at_high)};
    terms.push_back({component,
                     cause,
                     true,
                     count,
                     {factor_of("device.leakage.power", leakage.power), std::move(growth)}});
  };
  at("FPGA static", "time", time, power.junction);
  at("card without work", "less its FPGA static, shown apart", -time, power.idle_junction);
}

void price_exchange(std::vector<EnergyTerm>& terms, const BoardSpec& board, double chip_bytes,
                    double link_bytes) {
  if (board.exchange && chip_bytes > 0) {
    terms.push_back({"exchange",
                     "bytes between kernels",
                     false,
                     chip_bytes,
                     {factor_of("exchange.energy", board.exchange->energy)},
                     EnergyUse::exchange});
  }
  if (board.cards && link_bytes > 0) {
    terms.push_back({"links between cards",
                     "bytes moved",
                     false,
                     link_bytes,
                     {factor_of("cards.link.energy", board.cards->link.energy)},
                     EnergyUse::card_links});
  }
}

void price_regulators(std::vector<EnergyTerm>& terms, const BoardPower& power) {
  if (!power.regulators) return;
  const std::size_t loads = terms.size();
  for (std::size_t i = 0; i < loads; ++i) {
    const EnergyTerm load = terms[i];
    if (load.is_static) continue;
    EnergyTerm loss = load;
    loss.component = "regulators";
    loss.cause = load.component + ": " + load.cause;
    loss.factors.push_back(factor_of("power.regulators", *power.regulators));
    loss.lost = true;
    terms.push_back(std::move(loss));
  }
}

}  // namespace tritsim
