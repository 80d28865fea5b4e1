// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <string_view>

#include <fmt/format.h>

#include "arch/base/reader.hpp"
#include "reports/comparison/comparison.hpp"
#include "reports/run/processor_phases.hpp"
#include "reports/run/sections.hpp"
#include "reports/text/number.hpp"
#include "sim/result/kernel_name.hpp"
#include "sim/result/run_fit.hpp"

namespace tritsim {
namespace {

constexpr std::string_view other_stages = "waiting for other stages";
constexpr std::string_view start = "starts, issue, host";

std::string_view words_of(OpPurpose purpose) {
  switch (purpose) {
    case OpPurpose::weights:
      return "weights";
    case OpPurpose::attention:
      return "attention and cache";
    case OpPurpose::exchange:
      return "exchange in the tensor-parallel group";
    case OpPurpose::vectors:
      break;
  }
  return "norms, gates, recurrence";
}

/// Of the ops of a stored result, which are there by the names of their kinds; an instruction of a
/// program counts as the op of its name, if there is one.
OpPurpose purpose_of(const OpCycles& op) {
  OpKind kind{};
  return parse_scalar(op.kind, kind) ? OpPurpose::vectors : traits_of(kind).purpose;
}

void add(std::vector<CostPart>& parts, std::string_view cause, double value) {
  if (value == 0) return;
  for (CostPart& p : parts) {
    if (p.cause != cause) continue;
    p.value += value;
    return;
  }
  parts.push_back({std::string(cause), value});
}

/// The ops of the slowest kernel, the rest of its cycles, and what no kernel explains.
std::vector<CostPart> cost_parts(const Result& r, const RunFigures& f) {
  std::vector<CostPart> parts;
  if (f.kernels.empty()) return parts;
  const KernelResult& k = r.kernels[f.slowest];
  const auto seconds = [&](double cycles) {
    return cycles_to_time(cycles, k.core.clock).si() * f.rounds;
  };
  double known = 0;
  for (const OpCycles& op : k.ops) {
    add(parts, words_of(purpose_of(op)), seconds(static_cast<double>(op.exposed)));
    known += seconds(static_cast<double>(op.exposed));
  }
  const double waiting = seconds(static_cast<double>(k.shares[CycleCause::pipeline]));
  add(parts, other_stages, waiting);
  add(parts, start, f.elapsed.si() - known - waiting);
  if (r.prompt) add(parts, prompts_in_lanes, r.prompt->elapsed.si());
  return parts;
}

/// Of the bytes asked of a memory of a board, those of weights and of the cache.
struct ByteShares {
  double weights = 0;
  double cache = 0;
};

ByteShares shares_of(const Result& r, const MemoryGroup& group) {
  const std::string& kv_in = r.board.mapping.kv_in;
  double all = 0;
  for (const MemoryResult& m : r.memories) {
    if (m.group != group.name) continue;
    all += static_cast<double>(m.activity.bytes_read + m.activity.bytes_written) * m.replicas;
  }
  ByteShares s;
  for (const KernelResult& k : r.kernels) {
    const CoreGroup* g = group_of(r.board, k);
    if (g == nullptr) continue;
    if (g->memory == group.name)
      s.weights += static_cast<double>(k.activity.weight_bytes) * k.replicas;
    if ((kv_in.empty() ? g->memory : kv_in) == group.name && k.activity.attention) {
      const AttentionActivity& a = *k.activity.attention;
      s.cache += static_cast<double>(a.bytes_read + a.bytes_written) * k.lanes * k.replicas;
    }
  }
  if (all <= 0) return {};
  s.weights = std::min(s.weights / all, 1.0);
  s.cache = std::min(s.cache / all, 1 - s.weights);
  return s;
}

/// What dynamic energy of a core or a link counts as; that of memories is split by its bytes.
std::string_view words_of(EnergyUse use) {
  switch (use) {
    case EnergyUse::attention:
      return "arithmetic of attention";
    case EnergyUse::registers:
    case EnergyUse::tables:
    case EnergyUse::weight_fifo:
      return "on-chip memory";
    case EnergyUse::host_link:
      return "host link";
    case EnergyUse::host:
      return "host processor";
    case EnergyUse::exchange:
      return "exchange";
    case EnergyUse::card_links:
      return "links between cards";
    case EnergyUse::prompt:
      return prompts_in_lanes;
    case EnergyUse::idle:
    case EnergyUse::adders:
    case EnergyUse::multipliers:
    case EnergyUse::decoders:
    case EnergyUse::vector_units:
    case EnergyUse::memory:
    case EnergyUse::refresh:
      break;
  }
  return "arithmetic";
}

std::vector<CostPart> dynamic_parts(const Result& r, const EnergyAccount& account) {
  std::vector<CostPart> parts;
  for (const EnergyTerm& t : account.terms) {
    if (t.is_static) continue;
    const double joules = t.energy().value.si();
    const bool of_memory = t.use == EnergyUse::memory || t.use == EnergyUse::refresh;
    if (t.lost) {
      add(parts, "regulators", joules);
    } else if (const MemoryGroup* group = of_memory ? r.board.memory(t.component) : nullptr) {
      const ByteShares s = shares_of(r, *group);
      add(parts, "weight bytes", joules * s.weights);
      add(parts, "bytes of attention", joules * s.cache);
      add(parts, "other bytes of memory", joules * (1 - s.weights - s.cache));
    } else {
      add(parts, words_of(t.use), joules);
    }
  }
  return parts;
}

std::vector<std::string> resources_of(const BoardSpec& board) {
  std::vector<std::string> out;
  for (const CoreGroup& g : board.cores) {
    out.push_back(fmt::format("{} x {} lanes of '{}' at {}", g.kernels(), g.lanes, g.core.name,
                              si(g.core.clock.si(), "Hz")));
  }
  for (const ResourceUse& u : device_fit(board).resources) {
    if (u.need.value == 0) continue;
    out.push_back(fmt::format("{} {} ({})", count(u.need.value), u.name, percent(u.share(), 0)));
  }
  return out;
}

std::vector<CostPart> cost_parts(const ProcessorActivity& a) {
  std::vector<CostPart> parts;
  double known = 0;
  for (const ProcessorActivity::Kind& k : a.kinds) {
    const double seconds = (k.memory + k.compute + k.exchange).si();
    add(parts, words_of(traits_of(k.kind).purpose), seconds);
    known += seconds;
  }
  add(parts, start, a.elapsed.si() - known);
  return parts;
}

std::vector<CostPart> dynamic_parts(const ProcessorActivity& a, const EnergyAccount& account) {
  std::map<OpPurpose, double> bytes;
  for (const ProcessorActivity::Kind& k : a.kinds) {
    bytes[traits_of(k.kind).purpose] += k.bytes.si();
  }
  std::vector<CostPart> parts;
  for (const EnergyTerm& t : account.terms) {
    if (t.is_static) continue;
    const double joules = t.energy().value.si();
    if (t.use != EnergyUse::memory) {
      add(parts, t.use == EnergyUse::registers ? "on-chip memory" : "arithmetic", joules);
      continue;
    }
    for (const auto& [purpose, n] : bytes) {
      add(parts,
          purpose == OpPurpose::weights     ? "weight bytes"
          : purpose == OpPurpose::attention ? "bytes of attention"
                                            : "other bytes of memory",
          joules * n / a.bytes.si());
    }
  }
  return parts;
}

}  // namespace

ComparedRun compared(const Result& r, const EnergyAccount& account) {
  const RunFigures f = make_run_figures(r, account);
  ComparedRun c;
  c.hardware = r.board.name;
  c.device = r.board.device.name;
  c.model = r.model ? r.model->name : "program";
  c.misfit = fit_of(r).misfits();
  c.settings = override_text(r.overrides);
  if (r.model) c.request = {r.workload.prompt, r.workload.generate, {}};
  if (r.model && size_of(*r.model).has_cache) {
    c.request.context = r.context - (r.prompt ? r.prompt->tokens : 0);
  }
  c.simulated_layers = r.workload.simulate_layers;
  c.job = cost_of(r, account);
  if (r.model && r.workload.prompt == 0) c.generation = c.job;
  c.first_token = f.first_token;
  for (const LevelFigures& l : f.levels) {
    if (l.is_memory) c.bytes += l.moved;
  }
  if (r.prompt) c.bytes = ratio(0, 0);  // those of prompts in lanes are not in the result
  c.bound = bound_words(r, f);
  c.boundary = r.board.power.boundary;
  c.resources = resources_of(r.board);
  c.time = cost_parts(r, f);
  c.dynamic = dynamic_parts(r, c.job.energy);
  return c;
}

ComparedRun compared(const ProcessorResult& r) {
  const ProcessorActivity a = r.activity();
  ComparedRun c;
  c.hardware = r.processor.name;
  c.model = r.model.name;
  c.settings = override_text(r.overrides);
  c.ternary_method = r.ternary_method();
  c.request = {r.workload.prompt, r.workload.generate, {}};
  if (size_of(r.model).has_cache) c.request.context = r.workload.context;
  c.job = cost_of(r);
  if (r.decode_steps > 0) {
    c.generation = Cost{c.job.sequences,
                        1,
                        double{1} * r.decode_steps,
                        r.decode.elapsed,
                        {price_processor(r.processor, r.decode)}};
  }
  c.first_token = r.first_token;
  c.bytes = a.bytes.si();
  c.bound = bound_of(a).name;
  c.boundary = "card";
  if (!c.ternary_method.empty()) c.resources = {c.ternary_method};
  c.time = cost_parts(a);
  c.dynamic = dynamic_parts(a, c.job.energy);
  return c;
}

}  // namespace tritsim
