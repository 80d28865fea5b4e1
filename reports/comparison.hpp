// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "arch/document.hpp"
#include "reports/page.hpp"
#include "sim/result/energy.hpp"
#include "sim/result/processor_result.hpp"

// Runs side by side, and the gap between two of them split by cause.
namespace tritsim {

/// A part of a whole, by cause.
struct CostPart {
  std::string cause;
  double value = 0;
};

/// One run as the others see it. Figures per token are of the throughput: elapsed time and energy
/// of all sequences over their tokens. A board counts the tokens of prompts too, a processor only
/// those it generates unless it generates none.
struct ComparedRun {
  std::string hardware;
  std::string device;  ///< FPGA; empty: none
  std::string model;
  std::string workload;
  double tokens = 0;
  double batch = 0;
  Time elapsed;
  Time first_token;
  double bytes = 0;      ///< moved by the memories (a processor: asked of it), whole run
  std::string bound;     ///< what takes most of its time
  std::string boundary;  ///< of its energy
  std::vector<std::string> resources;  ///< what it is built of, as text
  EnergyAccount energy;
  std::vector<CostPart> time;     ///< of `elapsed`, by what took it
  std::vector<CostPart> dynamic;  ///< energy of work in joules, by what it was spent on

  [[nodiscard]] std::string label() const { return model + " on " + hardware; }

  [[nodiscard]] double time_per_token() const { return elapsed.si() / tokens; }

  /// Joules of a token, whole or of one part.
  [[nodiscard]] Range<double> energy_per_token(
      EnergyAccount::Part part = EnergyAccount::Part::all) const;

  /// Watts that are drawn whatever is done.
  [[nodiscard]] double static_power() const;
};

[[nodiscard]] ComparedRun compared(const Result& result, const EnergyAccount& account);
[[nodiscard]] ComparedRun compared(const ProcessorResult& result);

/// From `first` to `last` through one step per cause; the steps add up to the gap.
struct Waterfall {
  double first = 0;
  double last = 0;
  std::vector<CostPart> steps;
};

/// Time of a token: each cause's time of `a` gives way to that of `b`.
[[nodiscard]] Waterfall time_waterfall(const ComparedRun& a, const ComparedRun& b);

/// Energy of a token, one change at a time:
///   dynamic energy: cause by cause, that of `a` gives way to that of `b`;
///   static power:   P_a t_a -> P_b t_a;
///   time:           P_b t_a -> P_b t_b, by what the time goes to.
[[nodiscard]] Waterfall energy_waterfall(const ComparedRun& a, const ComparedRun& b);

/// Energy of a token of `b` over that of `a`. A coefficient that both share, of the same name,
/// range and source, and all that have a common source, move in both at once; else coefficients are
/// independent of each other, and their effects on the ratio add in quadrature.
[[nodiscard]] Range<double> energy_ratio(const ComparedRun& a, const ComparedRun& b);

/// The first run is what the others are compared with.
[[nodiscard]] Page comparison_page(const std::vector<ComparedRun>& runs);
[[nodiscard]] Node comparison_metrics(const std::vector<ComparedRun>& runs);

/// Of each run but the first: how its time and its energy come about from those of the first.
[[nodiscard]] std::vector<Table> waterfall_tables(const std::vector<ComparedRun>& runs);

/// One row a run, figures in base units.
[[nodiscard]] std::string comparison_csv(const std::vector<ComparedRun>& runs);

}  // namespace tritsim
