// SPDX-License-Identifier: Apache-2.0
#include "sim/run/layer_samples.hpp"

#include <algorithm>
#include <numeric>
#include <set>

#include <fmt/format.h>

namespace tritsim {

LayerSamples::LayerSamples(RunningSystem& system) : system_(system) {
  if (!system.plan.sample) return;
  host_between_ = system.plan.host_in_loop && find_host_between();
  if (host_between_) {
    watch_all();
  } else {
    watch_kernels();
  }
}

bool LayerSamples::find_host_between() const {
  const std::vector<std::size_t>& ends = system_.recorders[0].layer_ends();
  const std::vector<HostStep>& steps = system_.plan.schedule.of(0);
  return std::any_of(steps.begin(), steps.end(), [&](const HostStep& step) {
    return !step.ranges.empty() && step.ranges[0].last >= ends.front() &&
           step.ranges[0].last < ends.back();
  });
}

std::optional<std::uint32_t> LayerSamples::layer_of(const HostStep& step) const {
  if (step.ranges.empty()) return {};
  return system_.recorders[0].layer_that_ends(step.ranges[0].last);
}

void LayerSamples::watch_all() {
  std::set<std::optional<std::uint32_t>> ended;
  for (const HostStep& step : system_.plan.schedule.of(0)) ended.insert(layer_of(step));
  for (std::uint32_t layer = 0; layer < system_.plan.sample->simulated; ++layer) {
    if (ended.count(layer) > 0) continue;
    throw ConfigError(
        fmt::format("simulate_layers: the host has turns inside the blocks, and no launch ends "
                    "with block {}; leave out simulate_layers",
                    layer));
  }
  Layers& all = layers_.emplace_back();
  all.kernels.resize(system_.plan.kernels.size());
  all.channels.resize(system_.plan.channels.size());
  std::iota(all.kernels.begin(), all.kernels.end(), 0);
  std::iota(all.channels.begin(), all.channels.end(), 0);
  all.host = true;
}

void LayerSamples::watch_kernels() {
  for (std::size_t k = 0; k < system_.plan.kernels.size(); ++k) {
    const KernelPlan& kernel = system_.plan.kernels[k];
    if (!system_.plan.is_alone(kernel)) {
      throw ConfigError(
          fmt::format("simulate_layers: {} shares a memory channel with another kernel; leave out "
                      "simulate_layers",
                      kernel.name));
    }
    const std::set<std::size_t> channels{kernel.weights, kernel.vectors, kernel.cache};
    Layers& own = layers_.emplace_back();
    own.kernels = {k};
    own.channels = {channels.begin(), channels.end()};
  }
}

Time LayerSamples::ended(std::size_t k, std::uint32_t layer, Time end) {
  return leave_out(layers_[k], layer, end);
}

void LayerSamples::step_ended(const HostStep& step, Time end) {
  if (!host_between_) return;
  if (const auto layer = layer_of(step)) leave_out(layers_[0], *layer, end);
}

Time LayerSamples::leave_out(Layers& layers, std::uint32_t layer, Time end) {
  Tally::Values figures = system_.reading(layers, end);
  Time time;
  if (const std::uint32_t copies = system_.plan.sample->copies(layer); copies > 0) {
    layers.left_out.add(layers.figures, figures, copies);
    time = (end - layers.end) * copies;
    layers.time += time;
    for (std::size_t i = 0; i < layers.kernels.size(); ++i) {
      Recorder& recorder = system_.recorders[layers.kernels[i]];
      recorder.leave_out((recorder.frontier() - layers.frontiers[i]) * copies);
    }
  }
  layers.figures = std::move(figures);
  layers.end = end;
  layers.frontiers.clear();
  for (const std::size_t k : layers.kernels) {
    layers.frontiers.push_back(system_.recorders[k].frontier());
  }
  return time;
}

bool LayerSamples::among(const Layers& layers, const Subsystem& part) {
  return std::find(part.kernels.begin(), part.kernels.end(), layers.kernels[0]) !=
         part.kernels.end();
}

std::vector<Tally::Sums> LayerSamples::left_out(const Subsystem& part) const {
  std::vector<Tally::Sums> sums;
  for (const Layers& layers : layers_) {
    if (among(layers, part)) sums.push_back(layers.left_out);
  }
  return sums;
}

StepMark LayerSamples::mark(const Subsystem& part) const {
  StepMark mark;
  for (const std::size_t k : part.kernels) {
    const Recorder& recorder = system_.recorders[k];
    mark.ends.push_back(recorder.end());
    mark.left_out.push_back(host_between_ ? 0 : recorder.left_out());
  }
  mark.figures = system_.reading(part, system_.end_of(part.kernels[0]));
  mark.layers = left_out(part);
  mark.host_time = host_time();
  return mark;
}

void LayerSamples::add_repeated(const Subsystem& part, const Repetition& repetition) {
  system_.in_result(part).add_difference(repetition.from.figures, repetition.to.figures,
                                         repetition.times);
  std::size_t i = 0;
  for (Layers& layers : layers_) {
    if (!among(layers, part)) continue;
    layers.left_out.add(repetition.from.layers[i], repetition.to.layers[i], repetition.times);
    ++i;
  }
}

void LayerSamples::adjust(std::vector<Time>& closing, Time& elapsed) const {
  for (const Layers& layers : layers_) {
    if (host_between_) {
      elapsed += layers.time;
    } else {
      for (const std::size_t c : layers.channels) closing[c] -= layers.time;
    }
  }
}

void LayerSamples::add_to_result() {
  for (const Layers& layers : layers_) system_.in_result(layers).add(layers.left_out);
}

}  // namespace tritsim
