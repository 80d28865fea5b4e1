// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "arch/units.hpp"
#include "arch/writer.hpp"
#include "reports/number.hpp"
#include "reports/run_report.hpp"

namespace tritsim {
namespace {

Node number(double value) {
  return std::isfinite(value) ? Node::of_number(format_number(value)) : Node{};
}

Node range(const Range<double>& r) {
  Node n;
  n.set("low", number(r.low));
  n.set("value", number(r.value));
  n.set("high", number(r.high));
  return n;
}

void add_workload(Node& n, const Result& r, const RunFigures& f) {
  n.set("tool", Node::of_text(r.tool));
  n.set("board", Node::of_text(r.board.name));
  if (r.model) n.set("model", Node::of_text(r.model->name));
  n.set("prompt_tokens", number(r.workload.prompt));
  n.set("generated_tokens", number(r.workload.generate));
  n.set("batch", number(r.workload.batch));
  n.set("lanes", number(f.lanes));
  n.set("rounds", number(r.rounds));
  n.set("steps", number(r.steps));
  n.set("power_boundary", Node::of_text(r.board.power.boundary));
  n.set("excluded", Writer::write(r.excluded));
}

void add_speed(Node& n, const Result& r, const RunFigures& f) {
  if (!f.of_model && !r.kernels.empty()) {
    const KernelResult& k = r.kernels.front();
    const auto cycles = static_cast<double>(k.activity.cycles);
    n.set("cycles", number(cycles));
    n.set("time_s", number(cycles_to_time(cycles, k.core.clock).si()));
  }
  n.set("elapsed_s", number(f.elapsed.si()));
  if (f.of_model) {
    n.set("tokens_per_s", number(f.tokens_per_s));
    n.set("tokens_per_s_per_sequence", number(f.sequence_tokens_per_s));
    n.set("time_per_token_s", number(f.step.si()));
    n.set("time_to_first_token_s", number(f.first_token.si()));
  }
  n.set("bound", f.kernels.empty() ? Node{} : Node::of_text(std::string(name_of(f.bound))));
  n.set("bound_share", f.kernels.empty() ? Node{} : number(f.bound_share));
}

void add_roofline(Node& n, const RooflineFigures& r) {
  n.set("peak_additions_per_s", number(r.peak_additions));
  n.set("attained_additions_per_s", number(r.attained_additions));
  n.set("useful_additions_per_s", number(r.useful_additions));
  n.set("peak_memory_bytes_per_s", number(r.peak_bandwidth.si()));
  n.set("attained_memory_bytes_per_s", number(r.attained_bandwidth.si()));
  n.set("additions_per_byte", number(r.intensity));
  n.set("ridge_additions_per_byte", number(r.ridge));
  n.set("compute_floor_s", number(r.compute_floor.si()));
  n.set("memory_floor_s", number(r.memory_floor.si()));
  n.set("port_floor_s", number(r.port_floor.si()));
}

void add_energy(Node& n, const RunFigures& f) {
  n.set("power_w", range(f.power_of(f.energy)));
  n.set("energy_j", range(scaled(f.energy, 1)));
  if (f.of_model) n.set("energy_per_token_j", range(f.per_token(f.energy)));
  n.set("static_power_w", range(f.power_of(f.static_energy)));
  Node components;
  components.kind = Node::Kind::map;
  for (const ComponentFigures& c : f.components) {
    Node one;
    one.set("energy_j", range(scaled(c.energy, 1)));
    one.set("dynamic_j", number(c.dynamic_part.si()));
    one.set("static_j", number(c.static_part.si()));
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
    one.set("energy_j", number(s.energy.si()));
    one.set("down_j", number(s.down.si()));
    one.set("up_j", number(s.up.si()));
    list.items.push_back(std::move(one));
  }
  n.set("sensitivities", std::move(list));
}

void add_percentiles(Node& n, const MonteCarlo& m, const RunFigures& f) {
  Node energy;
  Node power;
  for (std::size_t i = 0; i < MonteCarlo::percents.size(); ++i) {
    const std::string key = "p" + format_number(MonteCarlo::percents[i]);
    energy.set(key, number(ratio(m.energy[i].si(), f.tokens)));
    power.set(key, number(ratio(m.energy[i].si(), f.elapsed.si())));
  }
  Node one;
  one.set("samples", number(m.samples));
  one.set("seed", Node::of_text(std::to_string(m.seed)));
  one.set(f.of_model ? "energy_per_token_j" : "energy_j", std::move(energy));
  one.set("power_w", std::move(power));
  n.set("monte_carlo", std::move(one));
}

void add_kernels(Node& n, const Result& r, const RunFigures& f) {
  Node kernels;
  kernels.kind = Node::Kind::sequence;
  for (std::size_t i = 0; i < f.kernels.size(); ++i) {
    const KernelFigures& k = f.kernels[i];
    Node one;
    one.set("name", Node::of_text(k.name));
    one.set("replicas", number(k.replicas));
    one.set("lanes", number(k.lanes));
    one.set("cycles_per_step", number(k.cycles));
    one.set("time_per_step_s", number(k.step.si()));
    one.set("bound", Node::of_text(std::string(name_of(k.bound))));
    one.set("simulated_steps", number(r.kernels[i].simulated_steps()));
    if (const auto& steady = r.kernels[i].steady) one.set("steady", Writer::write(*steady));
    Node shares;
    for (std::size_t c = 0; c < causes.size(); ++c) shares.set(causes[c].key, number(k.shares[c]));
    one.set("shares", std::move(shares));
    kernels.items.push_back(std::move(one));
  }
  n.set("kernels", std::move(kernels));
}

void add_memory(Node& n, const Result& r, const RunFigures& f) {
  double reads = 0;
  double writes = 0;
  for (const MemoryResult& m : r.memories) {
    reads += static_cast<double>(m.activity.reads) * m.replicas * f.rounds;
    writes += static_cast<double>(m.activity.writes) * m.replicas * f.rounds;
  }
  n.set("reads", number(reads));
  n.set("writes", number(writes));
  Node levels;
  levels.kind = Node::Kind::map;
  for (const LevelFigures& l : f.levels) {
    Node one;
    one.set("read_bytes", number(l.read));
    one.set("written_bytes", number(l.written));
    one.set("moved_bytes", number(l.moved));
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
  add_energy(n, f);
  add_sensitivities(n, report.sensitivities);
  if (report.monte_carlo) add_percentiles(n, *report.monte_carlo, f);
  add_roofline(n, f.roofline);
  add_memory(n, report.result, f);
  add_kernels(n, report.result, f);
  return n;
}

}  // namespace tritsim
