// SPDX-License-Identifier: Apache-2.0
#include "reports/run/processor_report.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "arch/base/units.hpp"
#include "reports/text/metric.hpp"
#include "reports/text/number.hpp"
#include "sim/result/cost.hpp"

namespace tritsim {
namespace {

/// Where the time of some steps goes; the parts add up to it.
struct Part {
  const char* name;
  const char* key;
  Time time;
};

std::array<Part, 5> parts_of(const ProcessorActivity& a) {
  std::array<Part, 5> parts{{{"kernel launch", "kernel_start", {}},
                             {"memory", "memory", {}},
                             {"compute", "compute", {}},
                             {"waiting for the host", "host_launch", a.host},
                             {"power limit", "power_limit", a.throttled}}};
  for (const ProcessorActivity::Kind& k : a.kinds) {
    parts[0].time += k.start;
    parts[1].time += k.memory;
    parts[2].time += k.compute;
  }
  return parts;
}

Part bound_of(const ProcessorActivity& a) {
  const auto parts = parts_of(a);
  return *std::max_element(parts.begin(), parts.end(),
                           [](const Part& x, const Part& y) { return x.time < y.time; });
}

/// A phase of the run on its own.
struct Phase {
  const char* name;
  const ProcessorActivity* activity;
  double steps;
  Range<Energy> energy;

  [[nodiscard]] Range<double> power() const { return scaled(energy, 1 / activity->elapsed.si()); }
};

std::vector<Phase> phases_of(const ProcessorResult& r) {
  std::vector<Phase> phases;
  const auto add = [&](const char* name, const ProcessorActivity& a, double steps) {
    if (a.gpu_kernels == 0) return;
    phases.push_back({name, &a, steps, EnergyAccount{price_processor(r.processor, a)}.total()});
  };
  add("prompt", r.prefill, 1);
  add("generate", r.decode, r.decode_steps);
  return phases;
}

Time token_time(const ProcessorResult& r) {
  return r.decode_steps == 0 ? Time{} : r.decode.elapsed / static_cast<double>(r.decode_steps);
}

/// What was run, with what was overridden and the kernels of ternary weights.
std::string title_of(const ProcessorResult& r) {
  const std::string kernels = r.ternary_method();
  return fmt::format("{} on {}{}{}", r.model.name, r.processor_label(), kernels.empty() ? "" : ", ",
                     kernels);
}

/// Why these kernels; empty without ternary weights.
std::string kernels_note(const ProcessorResult& r) {
  if (r.ternary_method().empty()) return "";
  if (r.processor.ternary == TernaryChoice::faster) {
    return "Ternary weights: in each phase the faster of packed and unfused kernels; 'ternary' of "
           "the processor takes one of them always.";
  }
  if (!(r.fastest > Time{}) || r.fastest >= r.elapsed()) {
    return "Ternary weights: the kernels that 'ternary' of the processor names, here the faster "
           "ones.";
  }
  return fmt::format(
      "Ternary weights: the kernels that 'ternary' of the processor names; with the faster ones "
      "the run would take {}, {} of the time.",
      si(r.fastest.si(), "s"), percent(ratio(r.fastest.si(), r.elapsed().si())));
}

Table headline(const ProcessorResult& r) {
  Table t;
  t.title = title_of(r);
  t.columns = {{"figure"}, number_column("value")};
  const Range<Energy> energy = r.energy().total();
  t.rows.push_back(
      {"Prompt, generated, batch",
       fmt::format("{}, {}, {}", r.workload.prompt, r.workload.generate, r.workload.batch)});
  if (r.workload.context > 0) {
    t.rows.push_back({"Context before the prompt", fmt::format("{}", r.workload.context)});
  }
  t.rows.push_back({"Time to first token", si(r.first_token.si(), "s", 4)});
  if (r.decode_steps > 0) {
    t.rows.push_back({"Latency per token", si(token_time(r).si(), "s", 4)});
    t.rows.push_back(
        {"Tokens/s while generating", significant(r.workload.batch / token_time(r).si(), 4)});
  }
  t.rows.push_back({"Time", si(r.elapsed().si(), "s", 4)});
  t.rows.push_back({"Tokens/s", significant(r.tokens() / r.elapsed().si(), 4)});
  t.rows.push_back({"Power", si(scaled(energy, 1 / r.elapsed().si()), "W")});
  t.rows.push_back({"Energy per token", si(scaled(energy, 1 / r.tokens()), "J")});
  t.rows.push_back({"Energy of a job", si(cost_of(r).job_energy(), "J")});
  t.note = r.workload.generate > 0 ? "Tokens are the generated ones of all sequences."
                                   : "Tokens are those of the prompts of all sequences.";
  t.note += " Job: one sequence, from its prompt to its last token.";
  if (const std::string note = kernels_note(r); !note.empty()) t.note += " " + note;
  return t;
}

Table phase_table(const ProcessorResult& r) {
  Table t;
  t.title = "What bounds a step";
  t.columns = {
      {"phase"}, number_column("steps"), number_column("time"), number_column("GPU kernels")};
  for (const Part& p : parts_of(r.decode)) t.columns.push_back(number_column(p.name));
  t.columns.push_back(number_column("power"));
  t.columns.push_back({"bound"});
  for (const Phase& p : phases_of(r)) {
    const ProcessorActivity& a = *p.activity;
    std::vector<std::string> row{p.name, count(p.steps), si(a.elapsed.si() / p.steps, "s", 4),
                                 count(a.gpu_kernels / p.steps)};
    for (const Part& part : parts_of(a))
      row.push_back(percent(ratio(part.time.si(), a.elapsed.si())));
    row.push_back(si(p.power().value, "W"));
    row.emplace_back(bound_of(a).name);
    t.rows.push_back(std::move(row));
  }
  t.note = "Time and kernels per step; the parts are shares of that time.";
  return t;
}

Table kind_table(const ProcessorResult& r) {
  const ProcessorActivity a = r.activity();
  Table t;
  t.title = "Time by kind of op";
  t.columns = {{"op"},
               number_column("kernels"),
               number_column("device time"),
               number_column("share"),
               number_column("bytes"),
               number_column("operations"),
               number_column("ternary weights")};
  Time sum;
  for (const ProcessorActivity::Kind& k : a.kinds) sum += k.time();
  for (const ProcessorActivity::Kind& k : a.kinds) {
    t.rows.push_back({std::string(name_of(k.kind)), count(k.gpu_kernels), si(k.time().si(), "s"),
                      percent(ratio(k.time().si(), sum.si())), si(k.bytes.si(), "B"),
                      si(k.flops, ""), si(k.ternaries, "")});
  }
  t.note =
      "A fused kernel counts as its first op. Operations: fp16, padded rows included. Kernels that "
      "belong to no op are listed under embedding.";
  return t;
}

Table energy_table(const ProcessorResult& r) {
  Table t;
  t.title = "Energy";
  t.columns = {{"cause"}, number_column("energy"), number_column("per token"), {"coefficient"}};
  for (const EnergyTerm& term : r.energy().terms) {
    const Range<Energy> e = term.energy();
    t.rows.push_back({term.cause, si(scaled(e, 1), "J"), si(e.value.si() / r.tokens(), "J"),
                      fmt::format("{}, {}", term.coefficient(), name_of(term.confidence()))});
  }
  return t;
}

Node phase_node(const Phase& p) {
  const ProcessorActivity& a = *p.activity;
  Node n;
  n.set("steps", number_node(p.steps));
  n.set("time_s", number_node(a.elapsed.si()));
  n.set("time_per_step_s", number_node(a.elapsed.si() / p.steps));
  n.set("kernels_per_step", number_node(a.gpu_kernels / p.steps));
  n.set("power_w", range_node(p.power()));
  n.set("energy_j", range_node(scaled(p.energy, 1)));
  n.set("bound", Node::of_text(bound_of(a).key));
  Node shares;
  for (const Part& part : parts_of(a)) {
    shares.set(part.key, number_node(ratio(part.time.si(), a.elapsed.si())));
  }
  n.set("shares", std::move(shares));
  return n;
}

constexpr const char* law = "Processors: GPU, CPU";
constexpr const char* whole_run = "prompt and generation, from the first kernel to the last";

/// Of a step of each phase.
BarChart phase_chart(const ProcessorResult& r) {
  BarChart chart;
  chart.text = {"Time of a step by what it waits for", "s",
                "A kernel takes its launch, then the longer of moving its bytes and doing its "
                "operations, and counts under the longer one. Kernels run one after the other.",
                "one step per phase", law};
  constexpr std::array<int, 5> colours{1, 2, 3, 5, 6};
  for (const Part& p : parts_of(r.decode)) {
    chart.series.push_back({p.name, colours.at(chart.series.size())});
  }
  for (const Phase& p : phases_of(r)) {
    Bar bar{p.name, {}, si(p.activity->elapsed.si() / p.steps, "s"), {}};
    for (const Part& part : parts_of(*p.activity)) bar.parts.push_back(part.time.si() / p.steps);
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
  }
  return chart;
}

/// Of fp16 operations: packed ternary weights are no operations of the peak.
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

std::vector<Tile> tiles_of(const ProcessorResult& r) {
  const Range<Energy> energy = r.energy().total();
  std::vector<Tile> tiles{
      {"Tokens per second", significant(r.tokens() / r.elapsed().si(), 4),
       r.workload.generate > 0 ? "generated, over all sequences" : "of the prompts"},
      {"Time to first token", si(r.first_token.si(), "s", 4), ""}};
  if (r.decode_steps > 0)
    tiles.push_back({"Latency per token", si(token_time(r).si(), "s", 4), ""});
  tiles.push_back({"Power", si(energy.value.si() / r.elapsed().si(), "W"),
                   si(scaled(energy, 1 / r.elapsed().si()), "W")});
  tiles.push_back({"Energy per token", si(energy.value.si() / r.tokens(), "J"),
                   si(scaled(energy, 1 / r.tokens()), "J")});
  return tiles;
}

}  // namespace

Page processor_page(const ProcessorResult& r) {
  using enum Block::Where;
  Page page;
  page.title = title_of(r);
  page.subtitle =
      fmt::format("Prompt of {}, {} generated, batch {}", counted(r.workload.prompt, "token"),
                  r.workload.generate, r.workload.batch);
  page.tiles = tiles_of(r);
  page.notes = {
      "Time and energy are those of the processor with its memory, without the host.",
      "Kernels run one after the other, so a run is a sum: nothing is simulated in time."};
  if (const std::string note = kernels_note(r); !note.empty()) page.notes.push_back(note);
  page.sections = {
      {"headline", "Figures", "", {{headline(r)}}},
      {"bound",
       "What bounds it",
       "",
       {{phase_chart(r), documents}, {phase_table(r)}, {roofline_chart(r), documents}}},
      {"ops", "Time by kind of op", "", {{kind_chart(r), documents}, {kind_table(r)}}},
      {"energy", "Energy", "", {{energy_chart(r), documents}, {energy_table(r)}}}};
  page.footer = fmt::format(
      "Made by {}. All numbers derive from result.json beside this page; 'tritsim report' renders "
      "it again.",
      r.tool);
  return page;
}

std::vector<Table> processor_tables(const ProcessorResult& result) {
  return {headline(result), phase_table(result), kind_table(result), energy_table(result)};
}

namespace {

/// As of a board: by component, and which part of it is drawn whatever is done.
Node components_node(const EnergyAccount& account) {
  Node all;
  all.kind = Node::Kind::map;
  for (const std::string& name : account.components()) {
    Energy parts[2];  // of work, while time passes
    for (const EnergyTerm& term : account.terms) {
      if (term.component == name) parts[term.is_static ? 1 : 0] += term.energy().value;
    }
    Node one;
    one.set("energy_j", range_node(scaled(account.component(name), 1)));
    one.set("dynamic_j", number_node(parts[0].si()));
    one.set("static_j", number_node(parts[1].si()));
    all.set(name, std::move(one));
  }
  return all;
}

}  // namespace

Node processor_metrics(const ProcessorResult& r) {
  Node n;
  const EnergyAccount account = r.energy();
  const Range<Energy> energy = account.total();
  n.set("tool", Node::of_text(r.tool));
  n.set("processor", Node::of_text(r.processor.name));
  n.set("model", Node::of_text(r.model.name));
  const std::string kernels = r.ternary_method();
  n.set("ternary_kernels", kernels.empty() ? Node{} : Node::of_text(kernels));
  n.set("prompt_tokens", number_node(r.workload.prompt));
  n.set("generated_tokens", number_node(r.workload.generate));
  n.set("batch", number_node(r.workload.batch));
  n.set("context", number_node(r.workload.context));
  n.set("elapsed_s", number_node(r.elapsed().si()));
  n.set("time_to_first_token_s", number_node(r.first_token.si()));
  n.set("time_per_token_s", r.decode_steps > 0 ? number_node(token_time(r).si()) : Node{});
  n.set("tokens_per_s", number_node(r.tokens() / r.elapsed().si()));
  n.set("power_w", range_node(scaled(energy, 1 / r.elapsed().si())));
  n.set("energy_j", range_node(scaled(energy, 1)));
  n.set("energy_per_token_j", range_node(scaled(energy, 1 / r.tokens())));
  const Cost job = cost_of(r);
  n.set("job_time_s", number_node(job.elapsed.si()));
  n.set("job_energy_j", range_node(job.job_energy()));
  n.set("bound", Node::of_text(bound_of(r.activity()).key));
  n.set("components", components_node(account));
  Node phases;
  phases.kind = Node::Kind::map;
  for (const Phase& p : phases_of(r)) phases.set(p.name, phase_node(p));
  n.set("phases", std::move(phases));
  Node kinds;
  for (const ProcessorActivity::Kind& k : r.activity().kinds) {
    Node one;
    one.set("kernels", number_node(k.gpu_kernels));
    one.set("time_s", number_node(k.time().si()));
    one.set("bytes", number_node(k.bytes.si()));
    one.set("operations", number_node(k.flops));
    one.set("ternary_weights", number_node(k.ternaries));
    kinds.set(std::string(name_of(k.kind)), std::move(one));
  }
  n.set("ops", std::move(kinds));
  return n;
}

}  // namespace tritsim
