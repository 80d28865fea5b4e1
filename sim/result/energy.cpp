// SPDX-License-Identifier: Apache-2.0
#include "sim/result/energy.hpp"

#include <algorithm>
#include <map>

#include "models/energy/core_energy_law.hpp"
#include "models/energy/energy_law.hpp"
#include "models/energy/memory_energy_law.hpp"

namespace tritsim {
namespace {

const std::string& own_name(const EnergyFactor& f) {
  return f.coefficient;
}

/// Whether a term is a power that is drawn as long as the run takes: the host always works or
/// waits.
bool lasts(const EnergyTerm& t) {
  return t.is_static || t.use == EnergyUse::host;
}

}  // namespace

Range<Energy> EnergyAccount::sum(const std::function<bool(const EnergyTerm&)>& keep) const {
  std::vector<const EnergyTerm*> kept;
  for (const EnergyTerm& t : terms) {
    if (keep(t)) kept.push_back(&t);
  }
  return energy_range(kept);
}

Range<Energy> EnergyAccount::total(Part part) const {
  return sum([&](const EnergyTerm& t) {
    return part == Part::all || t.is_static == (part == Part::static_part);
  });
}

Range<Energy> EnergyAccount::component(const std::string& name) const {
  return sum([&](const EnergyTerm& t) { return t.component == name; });
}

void EnergyAccount::vary(std::vector<EnergyFactor> run_times) {
  times = std::move(run_times);
  for (EnergyTerm& t : terms) {
    if (lasts(t)) t.factors.insert(t.factors.end(), times.begin(), times.end());
  }
}

EnergyAccount EnergyAccount::over_time() const {
  std::vector<EnergyFactor> inverse = times;
  for (EnergyFactor& f : inverse)
    f.ends = {1 / f.ends.at_low, 1 / f.ends.value, 1 / f.ends.at_high};
  EnergyAccount rates = *this;
  for (EnergyTerm& t : rates.terms) {
    std::erase_if(t.factors, [](const EnergyFactor& f) { return f.of_time; });
    if (!lasts(t)) t.factors.insert(t.factors.end(), inverse.begin(), inverse.end());
  }
  return rates;
}

std::vector<Sensitivity> EnergyAccount::sensitivities() const {
  std::vector<Sensitivity> all;
  std::vector<const EnergyTerm*> every;
  std::map<std::string, std::size_t> index;
  for (const EnergyTerm& t : terms) {
    every.push_back(&t);
    for (const EnergyFactor& f : t.factors) {
      const auto [at, is_new] = index.try_emplace(f.coefficient, all.size());
      if (is_new) {
        all.push_back({f.coefficient, f.source, f.confidence, {}, {}, {}, f.common_source});
      }
      all[at->second].energy += t.energy().value;
    }
  }
  for (const Movement& m : movements(every, own_name)) {
    Sensitivity& s = all[index.at(m.name)];
    s.at_low = Energy{m.at_low};
    s.at_high = Energy{m.at_high};
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const auto& a, const auto& b) { return a.swing() > b.swing(); });
  return all;
}

std::vector<std::string> EnergyAccount::components() const {
  std::vector<std::string> names;
  for (const EnergyTerm& t : terms) {
    if (std::find(names.begin(), names.end(), t.component) == names.end()) {
      names.push_back(t.component);
    }
  }
  return names;
}

namespace {

/// Share of ternary additions that add nothing: weight or activation is zero, one independent of
/// the other. None if the trace says neither.
std::optional<double> zero_additions(const Result& r) {
  if (!r.zero_weights && !r.zero_activations) return {};
  return 1 - (1 - r.zero_weights.value_or(0)) * (1 - r.zero_activations.value_or(0));
}

}  // namespace

EnergyAccount price(const Result& result) {
  EnergyAccount account;
  const BoardSpec& board = result.board;
  const double rounds = result.rounds;
  for (const KernelResult& k : result.kernels) {
    if (result.is_without_energy(kernel_part(k.name))) continue;
    price_core(account.terms, k.core, board.device, k.activity,
               {double(k.lanes), k.replicas * rounds, zero_additions(result)});
  }
  for (const MemoryGroup& group : board.memories) {
    double idle_channels = double{1} * group.channels * board.card_count();
    for (const MemoryResult& m : result.memories) {
      if (m.group != group.name) continue;
      if (result.is_without_energy(memory_part(m.group, m.channel))) {
        idle_channels -= m.replicas;
        continue;
      }
      MemoryActivity all_rounds = m.activity;
      scale(all_rounds, result.rounds);
      price_memory(account.terms, group.name,
                   {group.memory, all_rounds, result.elapsed, double(m.replicas)});
      idle_channels -= m.replicas;
    }
    if (idle_channels > 0) {
      price_memory(account.terms, group.name,
                   {group.memory, idle_activity(group.memory, result.elapsed), result.elapsed,
                    idle_channels});
    }
  }
  LinkActivity link = result.link;
  scale(link, result.rounds);
  price_link(account.terms, board.link, link);
  if (result.parallel) {
    price_exchange(account.terms, board, static_cast<double>(result.parallel->chip_bytes) * rounds,
                   static_cast<double>(result.parallel->link_bytes) * rounds);
  }
  price_regulators(account.terms, board.power);
  price_host(account.terms, board.host, result.host, rounds);
  price_board(account.terms, board.power, board.device, result.elapsed, board.card_count());

  merge(account.terms);
  if (result.time_ranges) account.vary(result.time_ranges->factors());
  return account;
}

void merge(std::vector<EnergyTerm>& terms) {
  std::vector<EnergyTerm> merged;
  for (EnergyTerm& t : terms) {
    const auto same = std::find_if(merged.begin(), merged.end(), [&](const EnergyTerm& m) {
      return m.component == t.component && m.cause == t.cause && m.factors == t.factors;
    });
    if (same != merged.end()) {
      same->count += t.count;
    } else {
      merged.push_back(std::move(t));
    }
  }
  terms = std::move(merged);
}

}  // namespace tritsim
