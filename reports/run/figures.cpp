// SPDX-License-Identifier: Apache-2.0
#include "reports/run/figures.hpp"

#include <algorithm>
#include <limits>

#include "reports/text/number.hpp"
#include "sim/result/traffic_series.hpp"

namespace tritsim {
namespace {

void add_step_times(const KernelResult& k, KernelFigures& f) {
  std::uint64_t before = 0;
  std::uint64_t least = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t most = 0;
  for (const std::uint64_t end : k.step_ends) {
    least = std::min(least, end - before);
    most = std::max(most, end - before);
    before = end;
  }
  if (k.step_ends.empty()) return;
  f.step_min = cycles_to_time(static_cast<double>(least), k.core.clock);
  f.step_max = cycles_to_time(static_cast<double>(most), k.core.clock);
}

void add_shares(const KernelResult& k, KernelFigures& f) {
  const double cycles = static_cast<double>(k.activity.cycles);
  for (std::size_t i = 0; i < cycle_causes.size(); ++i) {
    f.shares[i] = ratio(static_cast<double>(k.shares[cycle_causes[i].id]), cycles);
  }
}

/// Ternary additions and products of one lane of a kernel.
struct Operations {
  double count = 0;
  double peak = 0;  ///< most in a cycle, of the formats at work
};

Operations operations_of(const KernelResult& k) {
  Operations all;
  const auto add = [&](NumberFormat format, double count, double skipped) {
    all.count += count - skipped;
    all.peak = std::max(all.peak, k.core.weights_per_cycle(format));
  };
  const std::optional<MatrixActivity>& matrix = k.activity.matrix;
  const double skipped = matrix ? static_cast<double>(matrix->skipped) : 0;
  if (k.core.ternary) {
    add(NumberFormat::ternary, static_cast<double>(k.activity.ternaries), skipped);
  }
  if (!matrix) return all;
  for (const auto& [format, name] : EnumNames<NumberFormat>::names) {
    const auto it = matrix->products.find(std::string(name));
    if (it != matrix->products.end()) add(format, static_cast<double>(it->second), 0);
  }
  return all;
}

KernelFigures kernel_figures(const KernelResult& k, double steps, Time round) {
  KernelFigures f;
  f.name = k.name;
  f.replicas = k.replicas;
  f.lanes = k.lanes;
  f.cycles = ratio(static_cast<double>(k.activity.cycles), steps);
  f.step = cycles_to_time(f.cycles, k.core.clock);
  add_step_times(k, f);
  const Operations done = operations_of(k);
  f.peak_operations = done.peak * k.lanes * k.core.clock.si();
  f.attained_operations = ratio(done.count * k.lanes, round.si());
  return f;
}

void add_kernels(const Result& r, Time round, RunFigures& f) {
  for (const KernelResult& k : r.kernels) {
    f.kernels.push_back(kernel_figures(k, f.steps, round));
    if (f.kernels.back().step > f.kernels[f.slowest].step) f.slowest = f.kernels.size() - 1;
  }
  if (f.kernels.empty()) return;
  f.host_part = std::max(f.step - f.kernels[f.slowest].step, Time{});
  for (std::size_t i = 0; i < r.kernels.size(); ++i) add_shares(r.kernels[i], f.kernels[i]);
  f.floors = floors_of(r);
}

/// Of the weights used, those that were not skipped because a factor is zero.
double share_added(const Result& r) {
  double all = 0;
  double added = 0;
  for (const KernelResult& k : r.kernels) {
    const double skipped =
        k.activity.matrix ? static_cast<double>(k.activity.matrix->skipped) * k.lanes : 0;
    const double done = operations_of(k).count * k.lanes;
    all += (done + skipped) * k.replicas;
    added += done * k.replicas;
  }
  return all > 0 ? added / all : 1;
}

/// Ternary weights that one token of one sequence needs from the cores.
double weights_on_core(const Result& r) {
  if (!r.model) return 0;
  const ModelSize size = size_of(*r.model);
  const std::uint64_t elsewhere = r.board.mapping.lm_head == Target::core ? 0 : size.head_weights;
  return static_cast<double>(size.weights - elsewhere);
}

RooflineFigures roofline_of(const Result& r, const RunFigures& f, Time round) {
  RooflineFigures out;
  double additions = 0;
  double moved = 0;
  for (std::size_t i = 0; i < r.kernels.size(); ++i) {
    const KernelResult& k = r.kernels[i];
    out.peak_operations += f.kernels[i].peak_operations * k.replicas;
    out.attained_operations += f.kernels[i].attained_operations * k.replicas;
    additions += operations_of(k).count * k.lanes * k.replicas;
  }
  bool limited = !r.memories.empty();
  for (const MemoryResult& m : r.memories) {
    const MemoryGroup* group = r.board.memory(m.group);
    if (group == nullptr) continue;
    const Bandwidth peak = peak_bandwidth(group->memory);
    const double bytes = moved_bytes(group->memory, m.activity);
    moved += bytes * m.replicas;
    out.peak_bandwidth += peak * m.replicas;
    limited = limited && peak > Bandwidth{};
  }
  if (!limited) out.peak_bandwidth = {};
  out.useful_operations = weights_on_core(r) * share_added(r) * f.tokens_per_s;
  out.attained_bandwidth = Bandwidth{ratio(moved, round.si())};
  out.intensity = ratio(additions, moved);
  out.ridge = ratio(out.peak_operations, out.peak_bandwidth.si());
  return out;
}

std::vector<LevelFigures> levels_of(const Result& r) {
  std::vector<LevelFigures> out;
  const double rounds = r.rounds;
  for (const MemoryGroup& group : r.board.memories) {
    LevelFigures level{"memory " + group.name};
    level.is_memory = true;
    for (const MemoryResult& m : r.memories) {
      if (m.group != group.name) continue;
      const double times = rounds * m.replicas;
      level.read += static_cast<double>(m.activity.bytes_read) * times;
      level.written += static_cast<double>(m.activity.bytes_written) * times;
      level.moved += moved_bytes(group.memory, m.activity) * times;
    }
    out.push_back(level);
  }
  LevelFigures fifo{"weight FIFO"};
  LevelFigures registers{"vector registers"};
  for (const KernelResult& k : r.kernels) {
    const double kernels = rounds * k.replicas;
    const double weights = static_cast<double>(k.activity.weight_bytes) * kernels;
    fifo.read += weights;
    fifo.written += weights;
    registers.moved += static_cast<double>(k.activity.register_bytes) * k.lanes * kernels;
  }
  fifo.moved = fifo.read + fifo.written;
  registers.read = registers.written = ratio(0, 0);  // the activity does not tell them apart
  out.push_back(fifo);
  out.push_back(registers);
  LevelFigures link{"host link", static_cast<double>(r.link.bytes_to_host) * rounds,
                    static_cast<double>(r.link.bytes_to_card) * rounds};
  link.moved = link.read + link.written;
  out.push_back(link);
  if (!r.parallel) return out;
  const auto between = [&](const char* name, std::uint64_t bytes) {
    const double moved = static_cast<double>(bytes) * rounds;
    if (moved > 0) out.push_back({name, moved, moved, moved});
  };
  between("between kernels", r.parallel->chip_bytes);
  between("between cards", r.parallel->link_bytes);
  return out;
}

/// `rates`: the account over the time of the run.
std::vector<ComponentFigures> components_of(const EnergyAccount& account,
                                            const EnergyAccount& rates, double per_second) {
  std::vector<ComponentFigures> out;
  for (const std::string& name : account.components()) {
    ComponentFigures f{
        name, account.component(name), {}, {}, scaled(rates.component(name), per_second)};
    for (const EnergyTerm& t : account.terms) {
      if (t.component == name) (t.is_static ? f.static_part : f.dynamic_part) += t.energy().value;
    }
    out.push_back(f);
  }
  return out;
}

}  // namespace

bool is_shown(const CycleCauseRow& cause, const Result& r) {
  if (cause.id == CycleCause::pipeline) return r.parallel && r.parallel->stages.size() > 1;
  const CoreUnitRow* unit = unit_of(cause.id);
  return unit == nullptr || unit->in_every_core ||
         std::any_of(r.kernels.begin(), r.kernels.end(), [&](const KernelResult& k) {
           return k.activity.units.find(unit->id) != nullptr;
         });
}

const Floor* RunFigures::largest_floor() const {
  const auto it = std::max_element(floors.begin(), floors.end(),
                                   [](const Floor& a, const Floor& b) { return a.time < b.time; });
  return it == floors.end() ? nullptr : &*it;
}

Time RunFigures::floor(Resource resource) const {
  for (const Floor& f : floors) {
    if (f.resource == resource) return f.time;
  }
  return {};
}

Range<double> RunFigures::per_token(const Range<Energy>& whole) const {
  return scaled(whole, ratio(1, tokens));
}

RunFigures make_run_figures(const Result& r, const EnergyAccount& account) {
  RunFigures f;
  f.of_model = r.model.has_value();
  f.tokens = r.tokens();
  f.steps = r.steps;
  f.rounds = r.rounds;
  f.lanes = r.board.lanes();
  f.elapsed = r.elapsed;
  const Time round = r.elapsed / f.rounds;
  f.step = Time{ratio(round.si(), f.steps)};
  f.first_token = r.first_token > Time{} ? r.first_token : Time{ratio(0, 0)};
  f.tokens_per_s = ratio(f.tokens, r.elapsed.si());
  f.sequence_tokens_per_s = ratio(r.tokens_at_once, f.step.si());
  f.job = cost_of(r, account);
  f.energy = account.total();
  f.static_energy = account.total(EnergyAccount::Part::static_part);
  add_kernels(r, round, f);
  f.roofline = roofline_of(r, f, round);
  if (!r.kernels.empty()) {
    const auto& ops = r.kernels[f.slowest].ops;
    f.kinds = group_ops(ops, [](const OpCycles& op) { return op.kind; });
    f.roles = group_ops(ops, [](const OpCycles& op) { return without_layer(op.name); });
    f.layers = layer_figures(ops);
  }
  f.levels = levels_of(r);
  const double per_second = ratio(1, r.elapsed.si());
  const EnergyAccount rates = account.over_time();
  f.power = scaled(rates.total(), per_second);
  f.static_power = scaled(rates.total(EnergyAccount::Part::static_part), per_second);
  f.active_power = scaled(rates.total(EnergyAccount::Part::dynamic_part), per_second);
  f.components = components_of(account, rates, per_second);
  if (r.time_ranges) f.relative_time = r.time_ranges->range();
  return f;
}

}  // namespace tritsim
