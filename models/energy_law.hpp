// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <optional>
#include <string>
#include <vector>

#include "arch/board.hpp"
#include "models/activity.hpp"

namespace tritsim {

/// A value with the ends of its plausible range.
template <class Q>
struct Range {
  Q low{};
  Q value{};
  Q high{};
};

/// Range of a coefficient in base units, times `factor`.
template <class Q>
[[nodiscard]] Range<double> range_of(const Coefficient<Q>& c, double factor = 1) {
  if constexpr (std::same_as<Q, double>) {
    return {c.low * factor, c.value * factor, c.high * factor};
  } else {
    return {c.low.si() * factor, c.value.si() * factor, c.high.si() * factor};
  }
}

/// One coefficient of a term, in the unit that the term's others leave it.
struct EnergyFactor {
  std::string coefficient;  ///< where it stands in the configuration
  Range<double> range;
  std::string source;
  Confidence confidence = Confidence::assumed;
  std::string common_source{};  ///< see Coefficient

  /// What is wrong together: factors of one name here go to the ends of their ranges together.
  [[nodiscard]] const std::string& moves_with() const {
    return common_source.empty() ? coefficient : common_source;
  }
};

/// One line of an energy account: a count (or a time) times a coefficient.
struct EnergyTerm {
  std::string component;    ///< e.g. "ternary adders"
  std::string cause;        ///< what was counted, e.g. "ternary additions"
  bool is_static = false;   ///< drawn while time passes, whatever is done
  double count = 0;         ///< events; seconds for static terms
  Range<double> each;       ///< joules per event; watts for static terms
  std::string coefficient;  ///< where it stands in the configuration
  std::string source;
  Confidence confidence = Confidence::assumed;
  std::vector<EnergyFactor> product{};  ///< the factors of `each`, if it has more than one
  std::string follows{};                ///< component whose work draws it over time; empty: its own
  std::string common_source{};          ///< of `coefficient`

  /// The coefficients that `each` is made of; their values multiply to its value.
  [[nodiscard]] std::vector<EnergyFactor> factors() const {
    if (!product.empty()) return product;
    return {EnergyFactor{coefficient, each, source, confidence, common_source}};
  }

  /// Ends are those of all its coefficients at once.
  [[nodiscard]] Range<Energy> energy() const {
    return {Energy{count * each.low}, Energy{count * each.value}, Energy{count * each.high}};
  }
};

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

/// How much static power grows by a rise of the junction: 2^(degrees / doubling).
[[nodiscard]] double leakage_growth(double degrees, double doubling);

/// Power of the card without work, for as long as the run takes. The device's static power at the
/// junction temperature is shown apart; what of it is inside `idle`, taken at `idle_junction`, is
/// subtracted there, so that at like temperatures the sum is `idle`, with the range of `idle`.
/// `cards` of them.
void price_board(std::vector<EnergyTerm>& terms, const BoardPower& power, const DeviceSpec& device,
                 Time elapsed, double cards = 1);

/// What regulators lose on all dynamic terms so far.
void price_regulators(std::vector<EnergyTerm>& terms, const BoardPower& power);

}  // namespace tritsim
