// SPDX-License-Identifier: Apache-2.0
#include "reports/run/processor_phases.hpp"
#include "reports/run/processor_report.hpp"
#include "reports/run/sections.hpp"
#include "reports/text/metric.hpp"
#include "sim/result/cost.hpp"

namespace tritsim {
namespace {

Node phase_node(const ProcessorPhase& p) {
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
  for (const TimePart& part : time_parts(a)) {
    shares.set(part.key, number_node(ratio(part.time.si(), a.elapsed.si())));
  }
  n.set("shares", std::move(shares));
  return n;
}

/// As for a board: by component, and the part that is drawn independent of the work.
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

/// By kind of op.
Node kinds_node(const ProcessorResult& r) {
  Node kinds;
  for (const ProcessorActivity::Kind& k : r.activity().kinds) {
    Node one;
    one.set("kernels", number_node(k.gpu_kernels));
    one.set("time_s", number_node(k.time().si()));
    one.set("bytes", number_node(k.bytes.si()));
    one.set("exchanged_bytes", number_node(k.exchanged.si()));
    one.set("operations", number_node(k.flops));
    one.set("ternary_weights", number_node(k.ternaries));
    kinds.set(std::string(name_of(k.kind)), std::move(one));
  }
  return kinds;
}

}  // namespace

Node processor_metrics(const ProcessorResult& r) {
  Node n;
  const EnergyAccount account = r.energy();
  const Range<Energy> energy = account.total();
  n.set("tool", Node::of_text(r.tool));
  n.set("processor", Node::of_text(r.processor.name));
  n.set("cards", number_node(r.processor.cards));
  n.set("model", Node::of_text(r.model.name));
  add_model_size(n, r.model);
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
  if (r.time_ranges) add_time_ranges(n, *r.time_ranges, r.tokens() / r.elapsed().si());
  n.set("power_w", range_node(scaled(account.over_time().total(), 1 / r.elapsed().si())));
  n.set("active_power_w",
        range_node(scaled(account.over_time().total(EnergyAccount::Part::dynamic_part),
                          1 / r.elapsed().si())));
  n.set("energy_j", range_node(scaled(energy, 1)));
  n.set("energy_per_token_j", range_node(scaled(energy, 1 / r.tokens())));
  const Cost job = cost_of(r);
  n.set("job_time_s", number_node(job.elapsed.si()));
  n.set("job_energy_j", range_node(job.job_energy()));
  n.set("bound", Node::of_text(bound_of(r.activity()).key));
  n.set("components", components_node(account));
  Node phases;
  phases.kind = Node::Kind::map;
  for (const ProcessorPhase& p : phases_of(r)) phases.set(p.name, phase_node(p));
  n.set("phases", std::move(phases));
  n.set("ops", kinds_node(r));
  if (r.token_bytes) n.set("token_bytes", token_bytes_node(*r.token_bytes));
  return n;
}

}  // namespace tritsim
