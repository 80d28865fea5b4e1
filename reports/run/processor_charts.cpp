// SPDX-License-Identifier: Apache-2.0
#include "reports/run/processor_charts.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "reports/run/processor_phases.hpp"
#include "reports/text/number.hpp"

namespace tritsim {
namespace {

constexpr const char* law = "Processors: GPU, CPU";
constexpr const char* whole_run = "prompt and generation, from the first kernel to the last";

}  // namespace

BarChart phase_chart(const ProcessorResult& r) {
  BarChart chart;
  chart.text = {"Time of a step by what it waits for", "s",
                "A kernel takes its launch, then the longer of moving its bytes and doing its "
                "operations, and counts under the longer one. Kernels run one after the other.",
                "one step per phase", law};
  constexpr std::array<int, 6> colours{1, 2, 3, 5, 6, 4};
  for (const TimePart& p : time_parts(r.decode)) {
    if (is_shown(p, r)) chart.series.push_back({p.name, colours.at(chart.series.size())});
  }
  for (const ProcessorPhase& p : phases_of(r)) {
    Bar bar{p.name, {}, si(p.activity->elapsed.si() / p.steps, "s"), {}};
    for (const TimePart& part : time_parts(*p.activity)) {
      if (is_shown(part, r)) bar.parts.push_back(part.time.si() / p.steps);
    }
    chart.bars.push_back(std::move(bar));
  }
  chart.part_labels = true;
  return chart;
}

BarChart kind_chart(const ProcessorResult& r) {
  BarChart chart;
  chart.text = {
      "Device time by kind of op", "s",
      "Sum over all kernels of the run; a fused kernel counts as its first op. Waiting for "
      "the host and for the power limit belongs to no op.",
      whole_run, law};
  chart.series = {{"kernel launch", 1}, {"memory", 2}, {"compute", 3}};
  const bool exchanges = r.processor.cards > 1;
  if (exchanges) chart.series.push_back({"exchange between cards", 4});
  std::vector<ProcessorActivity::Kind> kinds = r.activity().kinds;
  std::stable_sort(kinds.begin(), kinds.end(),
                   [](const auto& a, const auto& b) { return a.time() > b.time(); });
  Time sum;
  for (const ProcessorActivity::Kind& k : kinds) sum += k.time();
  for (const ProcessorActivity::Kind& k : kinds) {
    chart.bars.push_back(
        {std::string(name_of(k.kind)),
         {k.start.si(), k.memory.si(), k.compute.si()},
         fmt::format("{}, {}", si(k.time().si(), "s"), percent(ratio(k.time().si(), sum.si()))),
         {}});
    if (exchanges) chart.bars.back().parts.push_back(k.exchange.si());
  }
  return chart;
}

RooflineChart roofline_chart(const ProcessorResult& r) {
  const ProcessorActivity a = r.activity();
  RooflineChart chart;
  chart.text = {
      "Roofline: fp16 operations over bytes", "operation/s",
      "Peak and bandwidth come from the processor's description. Points: operations over device "
      "time and over bytes, of the run and of each kind of op that has both. Kernels on packed "
      "ternary weights do no fp16 operations and have no point.",
      whole_run, law};
  chart.operation = "fp16 operations";
  chart.peak = r.processor.flops.si();
  chart.roofs.push_back({"memory", r.processor.memory_bandwidth.si()});
  if (!(a.flops > 0)) return chart;
  chart.points.push_back({r.model.name, a.flops / a.bytes.si(), a.flops / a.elapsed.si(), ""});
  for (const ProcessorActivity::Kind& k : a.kinds) {
    if (!(k.flops > 0) || !(k.bytes > Bytes{}) || !(k.time() > Time{})) continue;
    const std::string name(name_of(k.kind));
    chart.points.push_back({name, k.flops / k.bytes.si(), k.flops / k.time().si(), name});
  }
  return chart;
}

BarChart energy_chart(const ProcessorResult& r) {
  BarChart chart;
  chart.text = {
      "Energy per token by cause", "J",
      "Counts x energy per event, plus time x idle power. Whiskers: low to high end of the "
      "coefficients.",
      fmt::format("the processor alone; {}", whole_run), law};
  chart.series = {{"dynamic (events)", 1}, {"static (over time)", 2}};
  const EnergyAccount account = r.energy();
  std::vector<EnergyTerm> terms = account.terms;
  std::stable_sort(terms.begin(), terms.end(), [](const EnergyTerm& a, const EnergyTerm& b) {
    return a.energy().value > b.energy().value;
  });
  const double all = account.total().value.si();
  for (const EnergyTerm& term : terms) {
    const Range<double> each = scaled(term.energy(), 1 / r.tokens());
    chart.bars.push_back(
        {term.cause,
         {term.is_static ? 0 : each.value, term.is_static ? each.value : 0},
         fmt::format("{}, {}", si(each.value, "J"), percent(ratio(term.energy().value.si(), all))),
         each});
  }
  return chart;
}

}  // namespace tritsim
