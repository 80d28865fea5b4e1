// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "arch/base/document.hpp"
#include "reports/page/page.hpp"
#include "sim/result/cost.hpp"

// Runs side by side, and the gap between two of them split by cause. They are compared on the same
// denominators, whatever they are of: a job (a request from its prompt to its last token), a
// generated token, and the throughput of each at its best batch.
namespace tritsim {

/// A part of a whole, by cause.
struct CostPart {
  std::string cause;
  double value = 0;
};

/// The request of a sequence; empty for a program.
struct Request {
  std::uint32_t prompt = 0;
  std::uint32_t generate = 0;
  std::optional<std::uint32_t> context;  ///< none: the model keeps no cache, or it is a program

  bool operator==(const Request&) const = default;
};

/// One run of a comparison.
struct ComparedRun {
  std::string hardware;
  std::string device;  ///< FPGA; empty: none
  std::string model;
  std::string settings;        ///< overrides; may be empty
  std::string ternary_method;  ///< of a processor, in words; may be empty
  std::string misfit;          ///< resources of the device that it exceeds; empty: it fits
  Request request;
  std::optional<std::uint32_t> simulated_layers;  ///< simulated blocks, which stand for all
  Cost job;                                       ///< the run
  std::optional<Cost> generation;  ///< its tokens after the prompt; none: no such step
  std::optional<Cost> best;        ///< the job at the batch with the most tokens per second
  Time first_token;
  double bytes = 0;      ///< moved by the memories (a processor: asked of it), whole run
  std::string bound;     ///< what takes most of its time
  std::string boundary;  ///< of its energy
  std::vector<std::string> resources;  ///< what it is built of, as text
  std::vector<CostPart> time;          ///< of `job.elapsed`, by what took it
  std::vector<CostPart> dynamic;       ///< energy of work in joules, by what it was spent on

  /// Its name, without batch and request: "MODEL on HARDWARE (SETTINGS), KERNELS".
  [[nodiscard]] std::string label() const;

  /// Watts that are drawn independent of the work.
  [[nodiscard]] double static_power() const;
};

/// Of a run of a board or processor. Without a prompt its generation is the run; else it is to be
/// set, as is the best batch.
[[nodiscard]] ComparedRun compared(const Result& result, const EnergyAccount& account);
[[nodiscard]] ComparedRun compared(const ProcessorResult& result);

/// From `first` to `last` through one step per cause; the steps add up to the gap.
struct Waterfall {
  double first = 0;
  double last = 0;
  std::vector<CostPart> steps;

  /// Whether "of the gap" is meaningful: no step is larger than the gap itself.
  [[nodiscard]] bool has_shares() const;
};

/// Time of the job: the time of each cause in `a` is replaced by that in `b`.
[[nodiscard]] Waterfall time_waterfall(const ComparedRun& a, const ComparedRun& b);

/// Energy of the job, one change at a time; t is the time of a batch over its sequences:
///   dynamic energy: cause by cause, that of `a` is replaced by that of `b`;
///   static power:   P_a t_a -> P_b t_a;
///   time:           P_b t_a -> P_b t_b, by what the time goes to.
[[nodiscard]] Waterfall energy_waterfall(const ComparedRun& a, const ComparedRun& b);

/// `b` against `a`.
struct CostRatio {
  double speed = 1;      ///< above 1: faster, or more tokens a second
  Range<double> energy;  ///< below 1: less
};

/// How `b` compares with `a`. Jobs that cannot be compared have no ratio; `refused` gives the
/// reason.
struct Ratios {
  std::optional<CostRatio> job;         ///< time and energy of a sequence, prompt included
  std::optional<CostRatio> token;       ///< time and energy of a token while generating
  std::optional<CostRatio> throughput;  ///< tokens a second, and their energy, each at its best
  std::vector<std::string> refused;     ///< sentences
};

[[nodiscard]] Ratios ratios_of(const ComparedRun& a, const ComparedRun& b);

/// "prompt 512, generate 128, context 0"
[[nodiscard]] std::string text_of(const Request& request);

/// One figure of a run, for tables, JSON and CSV alike.
struct ComparedFigure {
  std::string key;    ///< in JSON and CSV
  std::string label;  ///< in tables; empty: not there
  std::string unit;   ///< of the value in base units; "x": a ratio; empty: a count
  std::variant<double, Range<double>, std::string> value;

  [[nodiscard]] std::string text() const;
};

/// Figures of a run by itself, and of `b` against `a`; a missing figure is not-a-number.
[[nodiscard]] std::vector<ComparedFigure> figures_of(const ComparedRun& run);
[[nodiscard]] std::vector<ComparedFigure> figures_of(const ComparedRun& a, const ComparedRun& b);

/// "A", "B", ...
[[nodiscard]] std::string letter(std::size_t run);

/// The first run is what the others are compared with.
[[nodiscard]] Page comparison_page(const std::vector<ComparedRun>& runs);
[[nodiscard]] Node comparison_metrics(const std::vector<ComparedRun>& runs);

/// For each run but the first: the steps to its time and its energy from those of the first.
[[nodiscard]] std::vector<Table> waterfall_tables(const std::vector<ComparedRun>& runs);

/// One row a run, figures in base units, under the keys of `comparison_metrics`; of a figure with a
/// range also KEY_low and KEY_high.
[[nodiscard]] std::string comparison_csv(const std::vector<ComparedRun>& runs);

}  // namespace tritsim
