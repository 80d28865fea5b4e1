// SPDX-License-Identifier: Apache-2.0
#include "sim/run/simulate.hpp"

#include <algorithm>
#include <cmath>

#include "sim/run/fast_forward.hpp"
#include "sim/run/layer_samples.hpp"
#include "sim/run/running_system.hpp"
#include "sim/run/sampled_steps.hpp"
#include "sim/run/timeline_feed.hpp"
#include "sim/run/transaction_feed.hpp"
#include "sim/timeline/timeline.hpp"

namespace tritsim {
namespace {

/// What is not ours may not repeat itself, and what is told is simulated.
Stepping stepping_of(const RunControl& control) {
  const bool every_step = control.own_parts != nullptr || control.on_transaction;
  return every_step ? Stepping::every_step : control.stepping;
}

/// One simulation of a plan: follows what its modules do, step by step, and collects the result.
class Simulation {
 public:
  Simulation(const SystemPlan& plan, const BoardSpec& board, const RunControl& control,
             Result& result);

  /// Runs once. `first_step`: the step that yields the first token.
  void run(std::uint32_t first_step);

 private:
  void on_retire(std::size_t k, const RetiredInstruction& r);
  void end_layer(std::size_t k, std::uint32_t layer);
  void end_step(std::size_t k, std::uint32_t step, const RetiredInstruction& r);
  void end_round();
  void report_progress();

  /// The token step that the host is in.
  [[nodiscard]] std::uint32_t round() const {
    return static_cast<std::uint32_t>(round_ends_.size());
  }

  void collect();
  void set_first_token(std::uint32_t first_step);

  const SystemPlan& plan_;
  const Progress& progress_;
  Result& result_;
  Timeline* timeline_;  ///< or none
  RunningSystem system_;
  LayerSamples layers_;
  FastForward fast_forward_;
  SampledSteps sampled_;
  std::vector<Time> round_ends_;  ///< with the host in the loop
};

Simulation::Simulation(const SystemPlan& plan, const BoardSpec& board, const RunControl& control,
                       Result& result)
    : plan_(plan),
      progress_(control.progress),
      result_(result),
      timeline_(control.timeline),
      system_(plan, board, control.own_parts, result),
      layers_(system_),
      fast_forward_(system_, layers_, stepping_of(control)),
      sampled_(system_, layers_, control, stepping_of(control)) {
  Modules& modules = system_.modules;
  for (std::size_t k = 0; k < modules.cores.size(); ++k) {
    modules.cores[k]->on_retire = [this, k](const RetiredInstruction& r) { on_retire(k, r); };
    modules.cores[k]->on_op = [this, k](const OpSpan& span) {
      if (system_.recorders[k].add(span) && k == 0 && progress_) report_progress();
    };
  }
  if (plan.host_in_loop) {
    modules.host->on_step = [this](const HostStep& step) { layers_.step_ended(step, now()); };
    modules.host->on_round = [this] { end_round(); };
  }
  if (timeline_ != nullptr) {
    timeline_->begin(plan);
    modules.host->on_span = [this](const HostSpan& s) { show(*timeline_, plan_, round(), s); };
    modules.link.on_span = [this](const LinkSpan& s) { show(*timeline_, round(), s); };
  }
  if (control.on_transaction) tell_transactions(modules, control.on_transaction);
}

void Simulation::on_retire(std::size_t k, const RetiredInstruction& r) {
  Recorder& recorder = system_.recorders[k];
  const std::uint32_t step = recorder.step();
  const bool ends_step = recorder.add(r);
  if (const auto layer = recorder.layer_ended(); layer && !layers_.host_between()) {
    end_layer(k, *layer);
  }
  if (timeline_ != nullptr) show(*timeline_, k, step, system_.modules.cores[k]->launched(), r);
  if (ends_step) end_step(k, step, r);
}

void Simulation::end_layer(std::size_t k, std::uint32_t layer) {
  const Time left_out = layers_.ended(k, layer, system_.end_of(k));
  const Frequency clock = plan_.kernels[k].core->clock;
  system_.modules.cores[k]->skip(0, static_cast<Cycle>(std::llround(left_out * clock)));
}

void Simulation::end_step(std::size_t k, std::uint32_t step, const RetiredInstruction& r) {
  CoreInterface& core = *system_.modules.cores[k];
  FastForward::WatchedPart* part = fast_forward_.part_of_kernel(k);
  // Issue is in order: everything to come begins after this instruction.
  const auto begin = static_cast<double>(core.launched() + r.start);
  if (timeline_ != nullptr &&
      !timeline_->past(step + 1, cycles_to_time(begin, plan_.kernels[k].core->clock))) {
    if (part != nullptr) part->recurrence.pass();
  } else if (part != nullptr && fast_forward_.recurs(*part, core.skippable())) {
    core.skip(part->steps(), part->repetition->cycles(0));
  }
  sampled_.step_ended(k);
  if (k == 0 && progress_) report_progress();
}

void Simulation::report_progress() {
  const FastForward::WatchedPart* part =
      plan_.host_in_loop ? fast_forward_.part_of_rounds() : fast_forward_.part_of_kernel(0);
  const std::uint32_t left_out = part != nullptr ? part->steps() : 0;
  progress_(static_cast<std::uint32_t>(result_.kernels[0].step_ends.size()) + left_out,
            plan_.steps);
}

void Simulation::end_round() {
  round_ends_.push_back(now() + layers_.host_time());
  sampled_.round_ended(round_ends_.back());
  FastForward::WatchedPart* part = fast_forward_.part_of_rounds();
  if (part == nullptr) return;
  if (timeline_ != nullptr && !timeline_->past(round(), now())) {
    part->recurrence.pass();
    return;
  }
  Host& host = *system_.modules.host;
  const std::uint32_t left = host.rounds_left();
  if (fast_forward_.recurs(*part, left > 0 ? left - 1 : 0)) host.skip(part->steps());
}

void Simulation::run(std::uint32_t first_step) {
  system_.modules.run();
  collect();
  set_first_token(first_step);
}

/// Fills in everything but the first token, with the steps and layers that were left out.
void Simulation::collect() {
  const Modules& modules = system_.modules;
  result_.elapsed = modules.host->finished_at();
  result_.link = modules.link.activity();
  result_.host = modules.host->activity();
  std::vector<Time> closing(modules.memories.size(), result_.elapsed);
  fast_forward_.adjust(closing, result_.elapsed);
  sampled_.adjust(closing, result_.elapsed);
  layers_.adjust(closing, result_.elapsed);
  for (std::size_t k = 0; k < modules.cores.size(); ++k) {
    result_.kernels[k].activity = modules.cores[k]->activity();
  }
  for (std::size_t i = 0; i < modules.memories.size(); ++i) {
    const ChannelPlan& c = plan_.channels[i];
    result_.memories.push_back(
        {c.group->name, c.channel, c.replicas, modules.memories[i]->settle(closing[i])});
  }
  fast_forward_.add_to_result();
  sampled_.add_to_result(round_ends_);
  layers_.add_to_result();
  for (KernelResult& k : result_.kernels) split_shares(k);
}

void Simulation::set_first_token(std::uint32_t first_step) {
  if (first_step == 0) return;
  if (!plan_.host_in_loop) {
    for (const KernelResult& k : result_.kernels) {
      if (k.step_ends.size() < first_step) continue;
      result_.first_token =
          std::max(result_.first_token,
                   cycles_to_time(static_cast<double>(k.step_ends[first_step - 1]), k.core.clock));
    }
    return;
  }
  std::size_t step = first_step;  // among those that were simulated
  Time before;
  if (const auto* part = fast_forward_.part_of_rounds(); part != nullptr && part->repetition) {
    const Repetition& r = *part->repetition;
    const std::size_t steady = r.first + r.period;
    const std::size_t periods =
        step > steady ? std::min<std::size_t>((step - r.first - 1) / r.period, r.times) : 0;
    step -= periods * r.period;
    before = fast_forward_.left_out(*part) * (static_cast<double>(periods) / r.times);
  }
  if (step <= round_ends_.size()) result_.first_token = round_ends_[step - 1] + before;
}

}  // namespace

void simulate(const SystemPlan& plan, const BoardSpec& board, std::uint32_t first_step,
              const RunControl& control, Result& result) {
  Simulation(plan, board, control, result).run(first_step);
}

}  // namespace tritsim
