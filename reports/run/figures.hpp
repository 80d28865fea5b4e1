// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string>
#include <vector>

#include "reports/run/op_figures.hpp"
#include "sim/result/cost.hpp"
#include "sim/result/energy.hpp"
#include "sim/result/floors.hpp"

// The numbers of a run report, computed once from a result and its priced energy. A "step" is one
// token of every sequence at work; for a program, it is the run. Figures that an empty run does not
// have are not-a-number.
namespace tritsim {

/// True if a kernel of the run can spend cycles on the cause: it has the unit, or waits for other
/// stages.
[[nodiscard]] bool is_shown(const CycleCauseRow& cause, const Result& result);

struct KernelFigures {
  std::string name;
  std::uint32_t replicas = 1;
  std::uint32_t lanes = 1;
  double cycles = 0;                                 ///< per step
  Time step;                                         ///< the kernel's own time of a step
  Time step_min, step_max;                           ///< of single steps
  std::array<double, cycle_causes.size()> shares{};  ///< of its cycles, by cause
  double peak_operations = 0;                        ///< per second, all its lanes
  double attained_operations = 0;                    ///< per second of the run
};

/// Traffic of one level of the memory hierarchy, all kernels and rounds, bytes.
struct LevelFigures {
  std::string name;
  double read = 0;         ///< asked for
  double written = 0;      ///< asked for
  double moved = 0;        ///< bytes that the level moved
  bool is_memory = false;  ///< a memory group of the board
};

/// The run in the roofline: all working kernels against the channels they use. Operations are
/// additions, of dense units multiply-adds.
struct RooflineFigures {
  double peak_operations = 0;      ///< per second
  double attained_operations = 0;  ///< per second
  double useful_operations = 0;    ///< per second, padding of edge tiles left out; models only
  Bandwidth peak_bandwidth;        ///< of the memory channels in use; zero if one has no limit
  Bandwidth attained_bandwidth;    ///< bursts included
  double intensity = 0;            ///< operations per byte moved
  double ridge = 0;                ///< operations per byte at which both limits are equal
};

struct ComponentFigures {
  std::string name;
  Range<Energy> energy;  ///< whole run
  Energy dynamic_part;
  Energy static_part;
  Range<double> power;  ///< watts, mean over the run
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
  double tokens_per_s = 0;               ///< all sequences
  double sequence_tokens_per_s = 0;      ///< one sequence, while its round runs
  Cost job;                              ///< prompts included
  Range<Energy> energy;                  ///< whole run
  Range<Energy> static_energy;           ///< of that, drawn while time passes
  Range<double> power;                   ///< watts, mean over the run
  Range<double> static_power;            ///< of that, drawn without work
  Range<double> active_power;            ///< of that, what work adds
  Range<double> relative_time{1, 1, 1};  ///< of the run, from `time_ranges`
  std::vector<Floor> floors;             ///< of a step, by resource
  Time host_part;                        ///< of a step: what the longest kernel does not explain
  std::size_t slowest = 0;               ///< kernel with the longest time, index into `kernels`
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

  /// Energy over tokens, joules.
  [[nodiscard]] Range<double> per_token(const Range<Energy>& whole) const;
};

[[nodiscard]] RunFigures make_run_figures(const Result& result, const EnergyAccount& account);

}  // namespace tritsim
