// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <vector>

#include "sim/run/layer_samples.hpp"
#include "sim/run/run.hpp"
#include "sim/run/running_system.hpp"
#include "sim/run/step_choice.hpp"

namespace tritsim {

/// Of a long run whose steps find ever more positions in the cache, simulates the steps of a
/// StepChoice, and adds what the others would have done. Cores and host are told which step is
/// next; kernels that share channels in one launch run every step.
class SampledSteps {
 public:
  SampledSteps(RunningSystem& system, LayerSamples& layers, const RunControl& control,
               Stepping stepping);

  /// A step ended in the launch of kernel `k`.
  void step_ended(std::size_t k);

  /// A round of the host ended at `end`.
  void round_ended(Time end);

  /// Takes the time that was left out off that of the memories that did not see it pass, or adds it
  /// to the run's.
  void adjust(std::vector<Time>& closing, Time& elapsed) const;

  /// Adds the steps that were left out to the result; `round_ends` becomes that of every round.
  void add_to_result(std::vector<Time>& round_ends);

 private:
  struct Part : Subsystem {
    StepChoice choice;
    std::vector<StepMark> marks{};          ///< at the end of each simulated step, in their order
    Time round_end{};                       ///< of the host's last round
    std::vector<double> times{};            ///< of the steps with the host in the loop
    std::vector<Repetition> repetitions{};  ///< once all have ended
  };

  void mark(Part& part, double time);
  void close(Part& part);
  [[nodiscard]] Time left_out(const Part& part) const;
  void add_ends(const Part& part, std::vector<Time>& round_ends);

  RunningSystem& system_;
  LayerSamples& layers_;
  std::deque<Part> parts_;      ///< their addresses are kept
  std::vector<Part*> part_of_;  ///< by kernel, in one launch
};

}  // namespace tritsim
