// SPDX-License-Identifier: Apache-2.0
#include "reports/comparison.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <string_view>
#include <tuple>

#include <fmt/format.h>

#include "arch/fill_device.hpp"
#include "reports/number.hpp"
#include "reports/run_sections.hpp"

namespace tritsim {
namespace {

constexpr std::string_view weights = "weights";
constexpr std::string_view attention = "attention and cache";
constexpr std::string_view others = "norms, gates, recurrence";
constexpr std::string_view exchange = "exchange between kernels";
constexpr std::string_view other_stages = "waiting for other stages";
constexpr std::string_view start = "starts, issue, host";

/// What an op of a kind, by its name, is done for.
std::string_view purpose_of(std::string_view kind) {
  if (kind == "bit_linear" || kind == "linear") return weights;
  if (kind == "attention" || kind == "rotary") return attention;
  if (kind == "all_gather") return exchange;
  return others;
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

double value_of(const std::vector<CostPart>& parts, const std::string& cause) {
  for (const CostPart& p : parts) {
    if (p.cause == cause) return p.value;
  }
  return 0;
}

/// Causes of either run, in the order of the first.
std::vector<std::string> causes_of(const std::vector<CostPart>& a, const std::vector<CostPart>& b) {
  std::vector<std::string> all;
  for (const auto* parts : {&a, &b}) {
    for (const CostPart& p : *parts) {
      if (std::find(all.begin(), all.end(), p.cause) == all.end()) all.push_back(p.cause);
    }
  }
  return all;
}

/// The ops of the slowest kernel, the rest of its cycles, and what no kernel explains.
std::vector<CostPart> time_parts(const Result& r, const RunFigures& f) {
  std::vector<CostPart> parts;
  if (f.kernels.empty()) return parts;
  const KernelResult& k = r.kernels[f.slowest];
  const auto seconds = [&](double cycles) {
    return cycles_to_time(cycles, k.core.clock).si() * f.rounds;
  };
  double known = 0;
  for (const OpCycles& op : k.ops) {
    add(parts, purpose_of(op.kind), seconds(static_cast<double>(op.exposed)));
    known += seconds(static_cast<double>(op.exposed));
  }
  const double waiting = seconds(static_cast<double>(k.shares.pipeline.value_or(0)));
  add(parts, other_stages, waiting);
  add(parts, start, f.elapsed.si() - known - waiting);
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
    const auto of_kernel = [&](const CoreGroup& g) { return k.name.rfind(g.name + "_", 0) == 0; };
    const auto g = std::find_if(r.board.cores.begin(), r.board.cores.end(), of_kernel);
    if (g == r.board.cores.end()) continue;
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

std::vector<CostPart> dynamic_parts(const Result& r, const EnergyAccount& account) {
  std::vector<CostPart> parts;
  for (const EnergyTerm& t : account.terms) {
    if (t.is_static) continue;
    const double joules = t.energy().value.si();
    const bool of_attention = t.component.find("attention") != std::string::npos ||
                              t.cause.find("attention") != std::string::npos;
    if (const MemoryGroup* group = r.board.memory(t.component)) {
      const ByteShares s = shares_of(r, *group);
      add(parts, "weight bytes", joules * s.weights);
      add(parts, "bytes of attention", joules * s.cache);
      add(parts, "other bytes of memory", joules * (1 - s.weights - s.cache));
    } else if (t.component == "host link" || t.component == "exchange" ||
               t.component == "links between cards" || t.component == "regulators") {
      add(parts, t.component, joules);
    } else if (of_attention) {
      add(parts, "arithmetic of attention", joules);
    } else if (t.coefficient.find("ram_access") != std::string::npos) {
      add(parts, "on-chip memory", joules);
    } else {
      add(parts, "arithmetic", joules);
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
  for (const ResourceUse& u : resource_uses(board)) {
    if (u.need == 0) continue;
    out.push_back(fmt::format("{} {} ({})", count(u.need), u.name, percent(u.share(), 0)));
  }
  return out;
}

std::string workload_text(const Workload& w, std::uint32_t context) {
  std::string text = fmt::format("prompt {}, generate {}, batch {}", w.prompt, w.generate, w.batch);
  if (context > 0) text += fmt::format(", context {}", context);
  if (w.simulate_layers) text += fmt::format(", {} blocks simulated", *w.simulate_layers);
  return text;
}

}  // namespace

Range<double> ComparedRun::energy_per_token(EnergyAccount::Part part) const {
  return scaled(energy.total(part), 1 / tokens);
}

double ComparedRun::static_power() const {
  return energy.total(EnergyAccount::Part::static_part).value.si() / elapsed.si();
}

ComparedRun compared(const Result& r, const EnergyAccount& account) {
  const RunFigures f = make_run_figures(r, account);
  ComparedRun c;
  c.hardware = r.board.name;
  c.device = r.board.device.name;
  c.model = r.model ? r.model->name : "program";
  c.workload = workload_text(r.workload, r.context);
  c.tokens = f.tokens;
  c.batch = r.workload.batch;
  c.elapsed = f.elapsed;
  c.first_token = f.first_token;
  for (const LevelFigures& l : f.levels) {
    if (l.name.rfind("memory ", 0) == 0) c.bytes += l.moved;
  }
  c.bound = bound_words(r, f);
  c.boundary = r.board.power.boundary;
  c.resources = resources_of(r.board);
  c.energy = account;
  c.time = time_parts(r, f);
  c.dynamic = dynamic_parts(r, account);
  return c;
}

ComparedRun compared(const ProcessorResult& r) {
  const ProcessorActivity a = r.activity();
  ComparedRun c;
  c.hardware = r.processor.name;
  c.model = r.model.name;
  c.workload = workload_text(r.workload, r.context);
  c.tokens = r.tokens();
  c.batch = r.workload.batch;
  c.elapsed = r.elapsed();
  c.first_token = r.first_token;
  c.bytes = a.bytes.si();
  c.boundary = "card";
  c.resources = {fmt::format("{} kernels", name_of(r.processor.ternary))};
  c.energy = r.energy();

  double kernel_start = 0;
  double memory = 0;
  double compute = 0;
  std::map<std::string_view, double> bytes;
  for (const ProcessorActivity::Kind& k : a.kinds) {
    const std::string_view purpose = purpose_of(name_of(k.kind));
    add(c.time, purpose, (k.memory + k.compute).si());
    bytes[purpose] += k.bytes.si();
    kernel_start += k.start.si();
    memory += k.memory.si();
    compute += k.compute.si();
  }
  add(c.time, start, c.elapsed.si() - memory - compute);
  const double rest = c.elapsed.si() - memory - compute - kernel_start;
  const double most = std::max({kernel_start, memory, compute, rest});
  c.bound = most == memory         ? "memory"
            : most == compute      ? "compute"
            : most == kernel_start ? "kernel starts"
                                   : "host launches, power limit";

  for (const EnergyTerm& t : c.energy.terms) {
    if (t.is_static) continue;
    const double joules = t.energy().value.si();
    if (t.coefficient != "byte_energy") {
      add(c.dynamic, "arithmetic", joules);
      continue;
    }
    for (const auto& [purpose, n] : bytes) {
      add(c.dynamic,
          purpose == weights     ? "weight bytes"
          : purpose == attention ? "bytes of attention"
                                 : "other bytes of memory",
          joules * n / a.bytes.si());
    }
  }
  return c;
}

Waterfall time_waterfall(const ComparedRun& a, const ComparedRun& b) {
  Waterfall w{a.time_per_token(), b.time_per_token(), {}};
  for (const std::string& cause : causes_of(a.time, b.time)) {
    w.steps.push_back(
        {cause, value_of(b.time, cause) / b.tokens - value_of(a.time, cause) / a.tokens});
  }
  return w;
}

Waterfall energy_waterfall(const ComparedRun& a, const ComparedRun& b) {
  Waterfall w{a.energy_per_token().value, b.energy_per_token().value, {}};
  for (const std::string& cause : causes_of(a.dynamic, b.dynamic)) {
    w.steps.push_back(
        {cause, value_of(b.dynamic, cause) / b.tokens - value_of(a.dynamic, cause) / a.tokens});
  }
  w.steps.push_back({"static power", (b.static_power() - a.static_power()) * a.time_per_token()});
  for (const CostPart& step : time_waterfall(a, b).steps) {
    w.steps.push_back(
        {fmt::format("static power x time: {}", step.cause), b.static_power() * step.value});
  }
  return w;
}

Range<double> energy_ratio(const ComparedRun& a, const ComparedRun& b) {
  struct Effect {
    std::array<double, 2> down{}, up{};  // joules per token, of a and b
  };

  std::map<std::tuple<std::string, std::string, double, double, double>, Effect> effects;
  const std::array runs{&a, &b};
  for (std::size_t i = 0; i < runs.size(); ++i) {
    std::map<std::string, const EnergyFactor*> factors;
    std::vector<EnergyFactor> all;
    for (const EnergyTerm& t : runs[i]->energy.terms) {
      for (EnergyFactor& f : t.factors()) all.push_back(std::move(f));
    }
    for (const EnergyFactor& f : all) factors.try_emplace(f.coefficient, &f);
    for (const Sensitivity& s : runs[i]->energy.sensitivities()) {
      const Range<double>& r = factors.at(s.coefficient)->range;
      Effect& e = s.common_source.empty()
                      ? effects[{s.coefficient, s.source, r.low, r.value, r.high}]
                      : effects[{s.common_source, "", 0, 0, 0}];
      e.down[i] += s.down.si() / runs[i]->tokens;
      e.up[i] += s.up.si() / runs[i]->tokens;
    }
  }
  const double from = a.energy_per_token().value;
  const double to = b.energy_per_token().value;
  double down = 0;
  double up = 0;
  for (const auto& [coefficient, e] : effects) {
    const double low = (to - e.down[1]) / (from - e.down[0]) - to / from;
    const double high = (to + e.up[1]) / (from + e.up[0]) - to / from;
    const double less = std::min({low, high, 0.0});
    const double more = std::max({low, high, 0.0});
    down += less * less;
    up += more * more;
  }
  return {to / from - std::sqrt(down), to / from, to / from + std::sqrt(up)};
}

}  // namespace tritsim
