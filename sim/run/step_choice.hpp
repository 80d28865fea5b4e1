// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <vector>

namespace tritsim {

/// The token steps of a run that are simulated where steps differ only by the positions that they
/// find in the cache. A step between two of them takes what lies on the line between theirs; so
/// whatever grows by the same amount from step to step is exact. The first step and the last stand
/// for themselves alone. A gap is halved by two neighbouring steps while the first of them is so
/// far from the line that all gaps together may miss more than `tolerance` of the run's time.
/// Gaps are of even length: their steps are worth whole numbers of the two beside them, and so no
/// figure is rounded.
class StepChoice {
 public:
  /// Runs of fewer steps are simulated step by step.
  static constexpr std::uint32_t fewest_steps = 32;

  /// Of a run's time, the most that the steps between those simulated are estimated to miss.
  static constexpr double tolerance = 5e-4;

  /// `steps`: of the run, at least fewest_steps. `bends`: steps at which something ceases to grow,
  /// or is about to: they are simulated.
  StepChoice(std::uint32_t steps, std::vector<std::uint32_t> bends);

  struct Next {
    std::uint32_t step = 0;
    bool last = false;  ///< of those simulated, and of the run
  };

  /// The step to simulate next. All before the one that it named last must have ended.
  Next next();

  /// The first step named by next() that has not ended took so long, in any unit.
  void ended(double time);

  /// Steps in the order in which they are simulated.
  [[nodiscard]] const std::vector<std::uint32_t>& order() const { return order_; }

  [[nodiscard]] std::uint32_t steps() const { return steps_; }

  /// What each simulated step stands for besides itself, in steps, once all have ended.
  [[nodiscard]] std::map<std::uint32_t, std::uint32_t> folds() const;

  /// The part of the run's time that the steps left out are estimated to miss at most.
  [[nodiscard]] double error() const;

 private:
  /// Steps between two that are simulated.
  struct Gap {
    std::uint32_t from = 0;
    std::uint32_t to = 0;
    double error = 0;  ///< in the time of all its steps

    [[nodiscard]] std::uint32_t steps() const { return to - from - 1; }
  };

  /// A gap that is being halved by `middle` and the step after it.
  struct Split {
    Gap gap;
    std::uint32_t middle = 0;
  };

  void split(const Gap& gap);
  void settle_splits();
  void refine();
  [[nodiscard]] double time_of_run() const;

  std::uint32_t steps_;
  std::vector<std::uint32_t> order_;
  std::vector<std::uint32_t> wanted_;  ///< the next of them at the end
  std::map<std::uint32_t, double> times_;
  std::size_t ended_ = 0;
  std::vector<Gap> gaps_;
  std::vector<Split> splits_;
};

/// The sums of a figure from the first step on, at the end of each of `steps` steps: `figures` has
/// that of each simulated step, among them the first and the last.
[[nodiscard]] std::vector<double> sums_of_steps(const std::map<std::uint32_t, double>& figures,
                                                std::uint32_t steps);

}  // namespace tritsim
