// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "reports/run/sections.hpp"
#include "reports/text/number.hpp"

namespace tritsim {
namespace {

std::string range_detail(const Range<double>& r, const char* unit, const char* what) {
  if (!std::isfinite(r.value)) return "";
  return fmt::format("{} to {}{}", si(r.low, unit), si(r.high, unit), what);
}

/// "lm_head, embedding", cut after a few.
std::string names(const std::vector<std::string>& all) {
  constexpr std::size_t shown = 6;
  const std::vector<std::string> first(
      all.begin(), all.begin() + static_cast<std::ptrdiff_t>(std::min(all.size(), shown)));
  const std::string text = fmt::format("{}", fmt::join(first, ", "));
  return all.size() > shown ? fmt::format("{} and {} more", text, all.size() - shown) : text;
}

std::vector<Tile> energy_tiles(const Result& r, const RunFigures& f) {
  const std::string parts = fmt::format(
      "; {} of work over {} without", si(f.active_power.value, "W"), si(f.static_power.value, "W"));
  std::vector<Tile> tiles{
      {"Average power", si(f.power.value, "W"), range_detail(f.power, "W", parts.c_str())}};
  if (f.of_model) {
    const Range<double> each = f.per_token(f.energy);
    tiles.push_back({"Energy per token", si(each.value, "J"), range_detail(each, "J", "")});
    const Range<double> job = f.job.job_energy();
    tiles.push_back({"Energy of a job", si(job.value, "J"),
                     range_detail(job, "J", "; a sequence, from prompt to last token")});
  } else {
    const Range<double> whole = scaled(f.energy, 1);
    tiles.push_back({"Energy of the run", si(whole.value, "J"), range_detail(whole, "J", "")});
  }
  if (const auto without = r.without_energy(); !without.empty()) {
    for (Tile& t : tiles) {
      t.detail = fmt::format("{} not modelled, not included; {}", names(without), t.detail);
    }
  }
  return tiles;
}

std::string sequences(std::uint32_t n) {
  return counted(n, "sequence");
}

/// The phase before the generation, if the prompt was a separate one.
std::vector<Tile> prompt_tiles(const Result& r) {
  if (!r.prompt) return {};
  const PromptPhase& p = *r.prompt;
  const double tokens = double{1} * p.tokens * r.workload.batch;
  return {{"Prompts", si(p.elapsed.si(), "s", 4),
           fmt::format("{} tokens/s, {} of a sequence at a time",
                       significant(ratio(tokens, p.elapsed.si()), 4), p.tokens_at_once)},
          {"Energy of the prompts", si(p.energy.si(), "J"),
           range_detail({p.energy_low.si(), p.energy.si(), p.energy_high.si()}, "J", "")}};
}

/// "18.9 to 19.4; "; nothing without ranges.
std::string rate_range(const RunFigures& f) {
  if (!(f.relative_time.low < f.relative_time.high)) return "";
  return fmt::format("{} to {}; ", significant(f.tokens_per_s / f.relative_time.high, 4),
                     significant(f.tokens_per_s / f.relative_time.low, 4));
}

std::vector<Tile> model_tiles(const Result& r, const RunFigures& f) {
  const Workload& w = r.workload;
  return {
      {"Tokens/s, all sequences", significant(f.tokens_per_s, 4),
       fmt::format("{}{}, {} each{}", rate_range(f), sequences(w.batch), counted(r.steps, "step"),
                   w.prompt == 0 ? ""
                   : r.prompt    ? ", prompt excluded"
                                 : ", prompt included")},
      {"Tokens/s, one sequence", significant(f.sequence_tokens_per_s, 4),
       f.rounds > 1   ? fmt::format("while one of {} rounds runs", f.rounds)
       : w.batch == 1 ? "the only one"
                      : fmt::format("each of the {}", w.batch)},
      {"Time per token step", si(f.step.si(), "s", 4),
       w.batch == 1
           ? "one token"
           : fmt::format("one token for each of {}", sequences(std::min(w.batch, f.lanes)))},
      {"Time to first token", si(f.first_token.si(), "s"),
       w.prompt == 0 ? "no prompt" : "prompt of " + counted(w.prompt, "token")}};
}

std::vector<Tile> program_tiles(const Result& r, const RunFigures& f) {
  double reads = 0;
  double writes = 0;
  for (const MemoryResult& m : r.memories) {
    reads += static_cast<double>(m.activity.reads);
    writes += static_cast<double>(m.activity.writes);
  }
  const bool ran = !r.kernels.empty();
  return {{"Cycles", ran ? count(f.kernels[f.slowest].cycles) : "-", "start to ready"},
          {"Time on the accelerator", ran ? si(f.kernels[f.slowest].step.si(), "s", 4) : "-",
           ran ? fmt::format("at {}", si(r.kernels[f.slowest].core.clock.si(), "Hz")) : ""},
          {"Time seen by the host", si(f.elapsed.si(), "s", 4), "launch to completion"},
          {"Memory reads", count(reads), "requests"},
          {"Memory writes", count(writes), "requests"}};
}

/// Assumptions of a matrix unit about its weights.
void add_weight_notes(const Result& r, std::vector<std::string>& notes) {
  std::vector<std::string> cores;  // each is reported once
  for (const KernelResult& k : r.kernels) {
    if (!k.core.ternary || std::find(cores.begin(), cores.end(), k.core.name) != cores.end()) {
      continue;
    }
    cores.push_back(k.core.name);
    const TernarySpec& t = *k.core.ternary;
    if (t.ideal_weight) {
      notes.push_back(
          fmt::format("Core '{}': {} a weight is a theoretical bound; no decoder achieves it.",
                      k.core.name, format(t.weight)));
    }
    if (!t.skip || !k.activity.matrix) continue;
    const auto assumed = static_cast<double>(k.activity.matrix->assumed_zeros);
    if (assumed > 0) {
      notes.push_back(fmt::format(
          "Core '{}': the trace has no statistics for {} of the weights; a share of {} of them is "
          "assumed to be zero ({}: {}).",
          k.core.name, percent(ratio(assumed, static_cast<double>(k.activity.ternaries))),
          t.skip->zero_weights.value, name_of(t.skip->zero_weights.confidence),
          t.skip->zero_weights.source));
    }
    if (t.skip->zero_activations) {
      const Coefficient<double>& zeros = *t.skip->zero_activations;
      notes.push_back(
          r.zero_activations
              ? fmt::format(
                    "Core '{}': the share of zero activations comes from the trace, matrix by "
                    "matrix.",
                    k.core.name)
              : fmt::format("Core '{}': a share of {} of the activations is assumed to be zero "
                            "({}: {}).",
                            k.core.name, zeros.value, name_of(zeros.confidence), zeros.source));
    }
  }
}

std::string toggle_note(const Result& r) {
  std::vector<std::string> known;
  if (r.zero_weights) known.push_back(percent(*r.zero_weights) + " of the ternary weights");
  if (r.zero_activations) {
    known.push_back(percent(*r.zero_activations) + " of the activations they multiply");
  }
  if (known.empty()) {
    return "Toggle rates are the vendor's default: the trace has no statistics of weights or "
           "activations.";
  }
  return fmt::format(
      "Toggle rates: {} are 0 according to the trace, and the registers of ternary adders change "
      "accordingly; all else is the vendor's default.",
      fmt::join(known, " and "));
}

std::string kernels_note(const Result& r) {
  std::vector<std::string> parts;
  std::uint32_t kernels = 0;
  for (const KernelResult& k : r.kernels) {
    kernels += k.replicas;
    if (k.replicas > 1) parts.push_back(fmt::format("{} for {}", k.name, k.replicas));
  }
  if (kernels == 0) return "The workload has no token steps: no kernel was simulated.";
  if (parts.empty()) return fmt::format("{} simulated.", counted(kernels, "kernel"));
  return fmt::format("{} of {} busy kernels simulated; identical ones share a simulation ({}).",
                     r.kernels.size(), kernels, fmt::join(parts, ", "));
}

/// What the program that ran it brought along.
std::vector<std::string> own_part_notes(const Result& r) {
  if (r.own_parts.empty()) return {};
  std::vector<std::string> all;
  for (const OwnPart& p : r.own_parts) all.push_back(p.name);
  std::vector<std::string> notes{fmt::format(
      "{} {} of the program that ran this, not of the board's description. Every step and every "
      "block was simulated, and kernels on such a channel did not run ahead of simulated time.",
      names(all), all.size() == 1 ? "is a part" : "are parts")};
  if (const auto without = r.without_energy(); !without.empty()) {
    notes.push_back(fmt::format(
        "Energy and power do not include {}: {} not report activity, so {} energy is not modelled.",
        names(without), without.size() == 1 ? "it does" : "they do",
        without.size() == 1 ? "its" : "their"));
  }
  return notes;
}

/// Which steps were simulated, if not all.
std::vector<std::string> steady_notes(const Result& r) {
  std::vector<std::string> notes;
  for (const KernelResult& k : r.kernels) {
    if (k.sampled) {
      notes.push_back(fmt::format(
          "{}: {} of {} steps simulated, which attend to ever more positions; the others lie on "
          "lines between them. Time estimated to be within {:.2g} % of a run of every step.",
          k.name, k.sampled->simulated, k.step_ends.size(),
          std::max(100 * k.sampled->error, 0.01)));
    }
    if (!k.steady) continue;
    notes.push_back(fmt::format(
        "{}: {} of {} steps simulated. From step {} on the run repeats exactly every {}, so the "
        "remaining steps are counted, not estimated.",
        k.name, k.steady->simulated, k.step_ends.size(), k.steady->first + 1,
        k.steady->period == 1 ? "step" : fmt::format("{} steps", k.steady->period)));
  }
  return notes;
}

}  // namespace

const char* step_word(const RunFigures& f) {
  return f.of_model ? "token step" : "run";
}

std::string kernel_label(const KernelFigures& k) {
  const char* lanes = k.lanes == 1 ? "lane" : "lanes";
  if (k.replicas == 1) return fmt::format("{} ({} {})", k.name, k.lanes, lanes);
  return fmt::format("{} ({} x {} {})", k.name, k.replicas, k.lanes, lanes);
}

std::vector<Tile> headline_tiles(const Result& r, const RunFigures& f) {
  std::vector<Tile> tiles = f.of_model ? model_tiles(r, f) : program_tiles(r, f);
  for (Tile& t : energy_tiles(r, f)) tiles.push_back(std::move(t));
  for (Tile& t : prompt_tiles(r)) tiles.push_back(std::move(t));
  tiles.push_back(bound_tile(r, f));
  tiles.push_back(fit_tile(r));
  if (auto clock = clock_tile(r)) tiles.push_back(std::move(*clock));
  return tiles;
}

std::string time_boundary(const Result& r) {
  if (!r.model) return "every instruction of the program";
  return r.excluded.empty() ? "every op of the model"
                            : fmt::format("every op of the model except {}", names(r.excluded));
}

std::string energy_boundary(const Result& r) {
  return fmt::format("{}; {}, idle power included, host excluded", time_boundary(r),
                     r.board.power.boundary);
}

std::vector<std::string> boundary_notes(const Result& r, const RunFigures& f) {
  std::vector<std::string> notes = own_part_notes(r);
  for (std::string& note : warning_notes(r, f)) notes.push_back(std::move(note));
  if (f.of_model) {
    notes.push_back(r.excluded.empty()
                        ? "Time and energy include every op of the model."
                        : fmt::format("Not included in time or energy: {}.", names(r.excluded)));
  }
  notes.push_back(
      fmt::format("Power boundary: {}. Idle power, {}, is part of every energy figure; the host's "
                  "energy is not.",
                  r.board.power.boundary,
                  si(Range<double>{r.board.power.idle.low.si(), r.board.power.idle.value.si(),
                                   r.board.power.idle.high.si()},
                     "W")));
  if (const std::string& contains = r.board.power.contains; !contains.empty()) {
    notes.push_back(fmt::format("Idle power contains: {}.", contains));
  }
  if (r.prompt) {
    notes.push_back(
        "The prompt, except for its last token, is a phase of its own: only the figures that name "
        "it "
        "include it, all others are of the generation.");
  }
  notes.push_back(kernels_note(r));
  add_weight_notes(r, notes);
  for (std::string& note : steady_notes(r)) notes.push_back(std::move(note));
  if (r.sample) {
    notes.push_back(fmt::format(
        "{} of {} blocks simulated: block 0, and {} in place of all others. Figures are close to "
        "those of a run of all blocks, but not equal.",
        r.sample->simulated, r.sample->layers,
        r.sample->simulated == 2 ? "block 1"
                                 : fmt::format("blocks 1 to {} in turn", r.sample->simulated - 1)));
  }
  notes.push_back(fmt::format(
      "Ranges come from those of the coefficients{}. Coefficients scaled from one source move "
      "together, all others independently.",
      r.time_ranges ? ", those of times from runs with each latency and rate at the ends of its "
                      "range"
                    : " of energies; times have no range"));
  notes.push_back(toggle_note(r));
  return notes;
}

}  // namespace tritsim
