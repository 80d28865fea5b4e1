// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <fmt/format.h>

#include "arch/base/units.hpp"
#include "arch/base/writer.hpp"
#include "reports/run/report.hpp"
#include "reports/run/sections.hpp"
#include "reports/text/metric.hpp"
#include "reports/text/number.hpp"

namespace tritsim {

void add_model_size(Node& n, const ModelSpec& model) {
  const ModelSize size = size_of(model);
  n.set("parameters", number_node(static_cast<double>(size.parameters)));
  n.set("active_parameters", number_node(static_cast<double>(size.active_parameters)));
}

namespace {

void add_workload(Node& n, const Result& r, const RunFigures& f) {
  n.set("tool", Node::of_text(r.tool));
  n.set("board", Node::of_text(r.board.name));
  n.set("overrides", Writer::write(r.overrides));
  if (r.model) {
    n.set("model", Node::of_text(r.model->name));
    add_model_size(n, *r.model);
  }
  n.set("prompt_tokens", number_node(r.workload.prompt));
  n.set("generated_tokens", number_node(r.workload.generate));
  n.set("batch", number_node(r.workload.batch));
  n.set("context", number_node(r.context));
  if (r.sample) n.set("simulated_layers", number_node(r.sample->simulated));
  n.set("lanes", number_node(f.lanes));
  n.set("rounds", number_node(r.rounds));
  n.set("steps", number_node(r.steps));
  n.set("power_boundary", Node::of_text(r.board.power.boundary));
  n.set("excluded", Writer::write(r.excluded));
}

void add_speed(Node& n, const Result& r, const RunFigures& f) {
  if (!f.of_model && !r.kernels.empty()) {
    const KernelResult& k = r.kernels.front();
    const auto cycles = static_cast<double>(k.activity.cycles);
    n.set("cycles", number_node(cycles));
    n.set("time_s", number_node(cycles_to_time(cycles, k.core.clock).si()));
  }
  n.set("elapsed_s", number_node(f.elapsed.si()));
  if (f.of_model) {
    n.set("tokens_per_s", number_node(f.tokens_per_s));
    n.set("tokens_per_s_per_sequence", number_node(f.sequence_tokens_per_s));
    n.set("time_per_token_s", number_node(f.step.si()));
    n.set("time_to_first_token_s", number_node(f.first_token.si()));
  }
  if (r.prompt) {
    Node prompt;
    prompt.set("tokens", number_node(r.prompt->tokens));
    prompt.set("tokens_at_once", number_node(r.prompt->tokens_at_once));
    prompt.set("time_s", number_node(r.prompt->elapsed.si()));
    prompt.set("energy_j", range_node({r.prompt->energy_low.si(), r.prompt->energy.si(),
                                       r.prompt->energy_high.si()}));
    n.set("prompt", std::move(prompt));
  }
}

/// What bounds the run, and the effect of each resource, if it was run again with faster resources.
void add_what_if(Node& n, const Result& r, const RunFigures& f) {
  if (!r.what_if) return;
  Node bound;
  bound.kind = Node::Kind::sequence;
  for (const Resource b : r.what_if->bound) {
    bound.items.push_back(Node::of_text(std::string(name_of(b))));
  }
  n.set("bound", std::move(bound));
  n.set("bound_speedup", number_node(r.what_if->bound_speedup));
  const double energy = (f.of_model ? f.per_token(f.energy) : scaled(f.energy, 1)).value;
  Node list;
  list.kind = Node::Kind::sequence;
  for (const Relief& relief : r.what_if->reliefs) {
    Node one;
    one.set("resource", Node::of_text(std::string(name_of(relief.resource))));
    one.set("speedup", number_node(relief.speedup));
    if (f.of_model) one.set("tokens_per_s", number_node(f.tokens_per_s * relief.speedup));
    one.set(f.of_model ? "energy_per_token_j" : "energy_j",
            number_node(energy * relief.energy_ratio));
    list.items.push_back(std::move(one));
  }
  n.set("what_if", std::move(list));
}

/// The least time of a step by each resource alone.
void add_floors(Node& n, const RunFigures& f) {
  const Floor* most = f.largest_floor();
  n.set("largest_floor",
        most != nullptr ? Node::of_text(std::string(name_of(most->resource))) : Node{});
  n.set("largest_floor_share",
        most != nullptr ? number_node(ratio(most->time.si(), f.step.si())) : Node{});
  for (const auto& [resource, name] : EnumNames<Resource>::names) {
    const bool always = resource == Resource::matrix_unit || resource == Resource::memory ||
                        resource == Resource::port;
    const Time time = f.floor(resource);
    if (always || time > Time{}) n.set(fmt::format("{}_floor_s", name), number_node(time.si()));
  }
}

void add_roofline(Node& n, const RooflineFigures& r) {
  n.set("peak_operations_per_s", number_node(r.peak_operations));
  n.set("attained_operations_per_s", number_node(r.attained_operations));
  n.set("useful_operations_per_s", number_node(r.useful_operations));
  n.set("peak_memory_bytes_per_s", number_node(r.peak_bandwidth.si()));
  n.set("attained_memory_bytes_per_s", number_node(r.attained_bandwidth.si()));
  n.set("operations_per_byte", number_node(r.intensity));
  n.set("ridge_operations_per_byte", number_node(r.ridge));
}

void add_energy(Node& n, const RunFigures& f) {
  n.set("power_w", range_node(f.power));
  n.set("energy_j", range_node(scaled(f.energy, 1)));
  if (f.of_model) {
    n.set("job_time_s", number_node(f.job.elapsed.si()));
    n.set("job_energy_j", range_node(f.job.job_energy()));
  }
  if (f.of_model) n.set("energy_per_token_j", range_node(f.per_token(f.energy)));
  n.set("static_power_w", range_node(f.static_power));
  n.set("active_power_w", range_node(f.active_power));
  Node components;
  components.kind = Node::Kind::map;
  for (const ComponentFigures& c : f.components) {
    Node one;
    one.set("energy_j", range_node(scaled(c.energy, 1)));
    one.set("dynamic_j", number_node(c.dynamic_part.si()));
    one.set("static_j", number_node(c.static_part.si()));
    components.set(c.name, std::move(one));
  }
  n.set("components", std::move(components));
}

void add_sensitivities(Node& n, const std::vector<Sensitivity>& all) {
  Node list;
  list.kind = Node::Kind::sequence;
  for (const Sensitivity& s : all) {
    Node one;
    one.set("coefficient", Node::of_text(s.coefficient));
    one.set("confidence", Node::of_text(std::string(name_of(s.confidence))));
    one.set("source", Node::of_text(s.source));
    if (!s.common_source.empty()) one.set("common_source", Node::of_text(s.common_source));
    one.set("energy_j", number_node(s.energy.si()));
    one.set("at_low_j", number_node(s.at_low.si()));
    one.set("at_high_j", number_node(s.at_high.si()));
    list.items.push_back(std::move(one));
  }
  n.set("sensitivities", std::move(list));
}

void add_percentiles(Node& n, const MonteCarlo& m, const RunFigures& f) {
  Node energy;
  Node power;
  Node time;
  for (std::size_t i = 0; i < MonteCarlo::percents.size(); ++i) {
    const std::string key = "p" + format_number(MonteCarlo::percents[i]);
    energy.set(key, number_node(ratio(m.energy[i].si(), f.tokens)));
    power.set(key, number_node(ratio(m.power[i].si(), f.elapsed.si())));
    time.set(key, number_node(m.time[i]));
  }
  Node one;
  one.set("samples", number_node(m.samples));
  one.set("seed", Node::of_text(std::to_string(m.seed)));
  one.set(f.of_model ? "energy_per_token_j" : "energy_j", std::move(energy));
  one.set("power_w", std::move(power));
  one.set("relative_time", std::move(time));
  n.set("monte_carlo", std::move(one));
}

void add_kernels(Node& n, const Result& r, const RunFigures& f) {
  Node kernels;
  kernels.kind = Node::Kind::sequence;
  for (std::size_t i = 0; i < f.kernels.size(); ++i) {
    const KernelFigures& k = f.kernels[i];
    Node one;
    one.set("name", Node::of_text(k.name));
    one.set("replicas", number_node(k.replicas));
    one.set("lanes", number_node(k.lanes));
    one.set("cycles_per_step", number_node(k.cycles));
    one.set("time_per_step_s", number_node(k.step.si()));
    one.set("simulated_steps", number_node(r.kernels[i].simulated_steps()));
    if (const auto& steady = r.kernels[i].steady) one.set("steady", Writer::write(*steady));
    if (const auto& sampled = r.kernels[i].sampled) one.set("sampled", Writer::write(*sampled));
    Node shares;
    for (std::size_t c = 0; c < cycle_causes.size(); ++c) {
      shares.set(cycle_causes[c].key, number_node(k.shares[c]));
    }
    one.set("shares", std::move(shares));
    kernels.items.push_back(std::move(one));
  }
  n.set("kernels", std::move(kernels));
  if (r.parallel) n.set("parallel", Writer::write(*r.parallel));
}

void add_memory(Node& n, const Result& r, const RunFigures& f) {
  double reads = 0;
  double writes = 0;
  for (const MemoryResult& m : r.memories) {
    reads += static_cast<double>(m.activity.reads) * m.replicas * f.rounds;
    writes += static_cast<double>(m.activity.writes) * m.replicas * f.rounds;
  }
  n.set("reads", number_node(reads));
  n.set("writes", number_node(writes));
  Node levels;
  levels.kind = Node::Kind::map;
  for (const LevelFigures& l : f.levels) {
    Node one;
    one.set("read_bytes", number_node(l.read));
    one.set("written_bytes", number_node(l.written));
    one.set("moved_bytes", number_node(l.moved));
    levels.set(l.name, std::move(one));
  }
  n.set("levels", std::move(levels));
}

}  // namespace

Node metrics(const RunReport& report) {
  Node n;
  const RunFigures& f = report.figures;
  add_workload(n, report.result, f);
  add_speed(n, report.result, f);
  if (report.result.time_ranges) {
    add_time_ranges(n, *report.result.time_ranges, f.of_model ? f.tokens_per_s : 0);
  }
  add_what_if(n, report.result, f);
  add_floors(n, f);
  add_energy(n, f);
  add_sensitivities(n, report.sensitivities);
  if (report.monte_carlo) add_percentiles(n, *report.monte_carlo, f);
  add_roofline(n, f.roofline);
  add_memory(n, report.result, f);
  if (report.result.token_bytes) n.set("token_bytes", token_bytes_node(*report.result.token_bytes));
  add_kernels(n, report.result, f);
  add_fit_metrics(n, report.result);
  return n;
}

}  // namespace tritsim
