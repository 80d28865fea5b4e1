// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/result/energy.hpp"
#include "sim/result/processor_result.hpp"

namespace tritsim {

/// Time and energy of equal sequences that start together. A board and a processor are compared per
/// sequence and per generated token.
struct Cost {
  double sequences = 1;
  double rounds = 1;     ///< the sequences go one round after the other
  double tokens = 1;     ///< of each: generated; of the prompt where none is; 1 of a program
  Time elapsed;          ///< until the last sequence is done, prompts included
  EnergyAccount energy;  ///< of all, prompts included

  using Part = EnergyAccount::Part;

  /// Joules of a sequence from its prompt to its last token: its share of the batch.
  [[nodiscard]] Range<double> job_energy(Part part = Part::all) const;

  /// Seconds between two tokens of a sequence while its round runs.
  [[nodiscard]] double token_time() const { return elapsed.si() / (rounds * tokens); }

  /// Joules of a token.
  [[nodiscard]] Range<double> token_energy(Part part = Part::all) const;

  /// Of all sequences.
  [[nodiscard]] double tokens_per_second() const { return sequences * tokens / elapsed.si(); }

  /// Watts on average.
  [[nodiscard]] Range<double> power() const;
};

/// Name of the energy component of prompts that lanes process as a separate phase. That phase has
/// an energy with a range, but no account by coefficient.
inline constexpr const char* prompts_in_lanes = "prompts in lanes";

[[nodiscard]] Cost cost_of(const Result& result, const EnergyAccount& account);
[[nodiscard]] Cost cost_of(const ProcessorResult& result);

/// An energy divided by a number of sequences or tokens.
struct EnergyShare {
  const EnergyAccount* account;
  double parts = 1;
};

/// Energy of a part of `b` over that of a part of `a`. A coefficient that both share, of the same
/// name, range and source, and all that have a common source, move in both at once; else
/// coefficients are independent of each other, and the factors by which they change the ratio add
/// in quadrature as logarithms: the ratio is never below zero.
[[nodiscard]] Range<double> energy_ratio(const EnergyShare& a, const EnergyShare& b);

}  // namespace tritsim
