// SPDX-License-Identifier: Apache-2.0
#include "sim/run/sampled_trace.hpp"

#include <cmath>

#include <fmt/format.h>

#include "sim/plan/plan_system.hpp"

namespace tritsim {

std::optional<SampledTrace> sample_layers(const RunRequest& request) {
  const std::uint32_t layers = layers_of(request.trace);
  const std::uint32_t n = request.workload.simulate_layers.value_or(layers);
  if (n >= layers || request.control.own_parts != nullptr) return {};
  const MappingSpec& mapping = request.board.mapping;
  if (mapping.kernels_of_pipeline() > 1 && !mapping.host_gathers()) {
    throw ConfigError(
        "simulate_layers: kernels that share a model and meet without the host (mapping.parallel) "
        "are simulated with all blocks; leave out simulate_layers");
  }
  if (request.control.timeline != nullptr || request.control.on_transaction) {
    throw ConfigError(
        "simulate_layers: a timeline shows what is simulated, not what is left out, and so does a "
        "file of transactions; leave out one of them");
  }
  Problems problems;
  mapping.check_ops(request.trace, problems);
  problems.raise();
  const LayerSample sample{layers, n};
  return SampledTrace{sample, thin(request.trace, sample, mapping)};
}

void check_experts(const Trace& trace, const SystemPlan& plan) {
  constexpr double rounding = 1e-9;
  for (const Op& op : trace.ops) {
    if (op.kind != OpKind::expert_linear) continue;
    for (const KernelPlan& k : plan.kernels) {
      const double mean = op.experts->distinct(k.lanes);
      if (std::abs(mean - std::round(mean)) < rounding) continue;
      throw ConfigError(fmt::format(
          "simulate_layers: '{}' reads {:.2f} experts in the mean of the blocks, which cannot "
          "stand for each other then; leave out simulate_layers",
          op.name, mean));
    }
  }
}

void show_all_layers(const Trace& trace, const LayerSample& sample, Result& result) {
  result.sample = sample;
  std::vector<std::vector<std::size_t>> of_layer(layers_of(trace) + 1);
  const std::vector<OpCycles> all = ops_of(trace);
  for (KernelResult& k : result.kernels) {
    for (auto& ops : of_layer) ops.clear();
    for (std::size_t i = 0; i < k.ops.size(); ++i) {
      of_layer[static_cast<std::size_t>(k.ops[i].layer + 1)].push_back(i);
    }
    std::vector<OpCycles> ops;
    std::vector<std::size_t> done(of_layer.size(), 0);
    for (const OpCycles& op : all) {
      const std::size_t layer =
          op.layer == Op::no_layer ? 0 : sample.like(static_cast<std::uint32_t>(op.layer)) + 1;
      const std::size_t number = done[static_cast<std::size_t>(op.layer + 1)]++;
      ops.push_back(k.ops[of_layer[layer][number]]);
      ops.back().name = op.name;
      ops.back().layer = op.layer;
    }
    k.ops = std::move(ops);
  }
}

}  // namespace tritsim
