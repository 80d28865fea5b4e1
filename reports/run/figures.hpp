// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <functional>
#include <string>
#include <vector>

#include "sim/result/cost.hpp"
#include "sim/result/energy.hpp"
#include "sim/result/floors.hpp"

// The numbers of a run report, worked out once from a result and its priced energy. A "step" is one
// token of every sequence at work; for a program, it is the run. Numbers that an empty run cannot
// have are not-a-number.
namespace tritsim {

/// A cause of exposed cycles: the field of CycleShares and how it is shown.
struct Cause {
  const char* key;
  const char* name;
  int colour;
  std::uint64_t (*cycles)(const CycleShares&);
  /// Shown only of runs that have one: of cores with an attention unit, of teams, of pipes.
  enum class Of { all, attention, team, pipe } of = Of::all;
};

inline constexpr std::array<Cause, 11> causes{{
    {"ternary", "matrix unit at work", 1, [](const CycleShares& s) { return s.ternary; }},
    {"weights", "waiting for weights", 2, [](const CycleShares& s) { return s.weights; }},
    {"load_store", "vector load and store", 4, [](const CycleShares& s) { return s.load_store; }},
    {"ternary_vectors", "matrix inputs and sums", 3,
     [](const CycleShares& s) { return s.ternary_vectors; }},
    {"row_wise", "element-wise unit", 5, [](const CycleShares& s) { return s.row_wise; }},
    {"rms", "norm unit", 6, [](const CycleShares& s) { return s.rms; }},
    {"attention", "attention unit at work", 9, [](const CycleShares& s) { return s.attention; },
     Cause::Of::attention},
    {"cache", "waiting for the cache", 10, [](const CycleShares& s) { return s.cache; },
     Cause::Of::attention},
    {"exchange", "exchange between kernels", 11,
     [](const CycleShares& s) { return s.exchange.value_or(0); }, Cause::Of::team},
    {"pipeline", "waiting for other stages", 12,
     [](const CycleShares& s) { return s.pipeline.value_or(0); }, Cause::Of::pipe},
    {"issue", "start, finish, issue", 7, [](const CycleShares& s) { return s.issue; }},
}};

[[nodiscard]] inline bool is_shown(const Cause& cause, const Result& r) {
  switch (cause.of) {
    case Cause::Of::all:
      return true;
    case Cause::Of::attention:
      return std::any_of(r.kernels.begin(), r.kernels.end(),
                         [](const KernelResult& k) { return k.core.attention.has_value(); });
    case Cause::Of::team:
      return r.parallel && r.parallel->tensor > 1;
    case Cause::Of::pipe:
      return r.parallel && r.parallel->stages.size() > 1;
  }
  return true;
}

/// Cycles of one or several ops over the whole run.
struct OpFigures {
  std::string name;
  std::uint64_t ops = 0;  ///< ops of a step that it stands for
  std::uint64_t instructions = 0;
  std::uint64_t busy = 0;
  std::uint64_t exposed = 0;
  std::uint64_t longest = 0;  ///< exposed cycles of the longest of the ops
};

struct KernelFigures {
  std::string name;
  std::uint32_t replicas = 1;
  std::uint32_t lanes = 1;
  double cycles = 0;                           ///< per step
  Time step;                                   ///< the kernel's own time of a step
  Time step_min, step_max;                     ///< of single steps
  std::array<double, causes.size()> shares{};  ///< of its cycles, in the order of `causes`
  double peak_additions = 0;                   ///< per second, all its lanes
  double attained_additions = 0;               ///< per second of the run
};

/// Traffic of one level of the memory hierarchy, all kernels and rounds, bytes.
struct LevelFigures {
  std::string name;
  double read = 0;         ///< asked for
  double written = 0;      ///< asked for
  double moved = 0;        ///< what the level really moved
  bool is_memory = false;  ///< a memory group of the board
};

/// The run in the roofline: all working kernels against the channels they use.
struct RooflineFigures {
  double peak_additions = 0;      ///< per second
  double attained_additions = 0;  ///< per second
  double useful_additions = 0;    ///< per second, padding of edge tiles left out; models only
  Bandwidth peak_bandwidth;       ///< of the memory channels in use; zero if one has no limit
  Bandwidth attained_bandwidth;   ///< bursts included
  double intensity = 0;           ///< additions per byte moved
  double ridge = 0;               ///< additions per byte at which both limits are equal
};

struct ComponentFigures {
  std::string name;
  Range<Energy> energy;  ///< whole run
  Energy dynamic_part;
  Energy static_part;
};

struct RunFigures {
  bool of_model = false;  ///< otherwise of a program
  double tokens = 0;      ///< token steps of all sequences; 1 for a program
  double steps = 0;
  double rounds = 1;
  std::uint32_t lanes = 0;  ///< of the board
  Time elapsed;             ///< all rounds
  Time step;                ///< elapsed per step of a round
  Time first_token;
  double tokens_per_s = 0;           ///< all sequences
  double sequence_tokens_per_s = 0;  ///< one sequence, while its round runs
  Cost job;                          ///< prompts included
  Range<Energy> energy;              ///< whole run
  Range<Energy> static_energy;       ///< of that, drawn while time passes
  std::vector<Floor> floors;         ///< of a step, by resource
  Time host_part;                    ///< of a step: what the longest kernel does not explain
  std::size_t slowest = 0;           ///< kernel with the longest time, index into `kernels`
  std::vector<KernelFigures> kernels;
  RooflineFigures roofline;
  std::vector<OpFigures> kinds;   ///< on the slowest kernel, by exposed cycles
  std::vector<OpFigures> roles;   ///< ops of the same name in all layers, by exposed cycles
  std::vector<OpFigures> layers;  ///< on the slowest kernel, in order
  std::vector<LevelFigures> levels;
  std::vector<ComponentFigures> components;

  /// The resource that alone needs the longest; none of an empty run.
  [[nodiscard]] const Floor* largest_floor() const;
  /// The floor of a resource; zero if it has none.
  [[nodiscard]] Time floor(Resource resource) const;

  /// Energy over elapsed time, watts.
  [[nodiscard]] Range<double> power_of(const Range<Energy>& whole) const;
  /// Energy over tokens, joules.
  [[nodiscard]] Range<double> per_token(const Range<Energy>& whole) const;
};

[[nodiscard]] RunFigures make_run_figures(const Result& result, const EnergyAccount& account);

/// The op's cycles added to the others that `figures` stands for.
void add_op(OpFigures& figures, const OpCycles& op);

/// Ops with equal `key(op)` added up, the longest exposed first.
[[nodiscard]] std::vector<OpFigures> group_ops(
    const std::vector<OpCycles>& ops, const std::function<std::string(const OpCycles&)>& key);

/// "layers.7.mlp.gate" -> "layers.*.mlp.gate".
[[nodiscard]] std::string without_layer(const std::string& name);

}  // namespace tritsim
