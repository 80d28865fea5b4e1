// SPDX-License-Identifier: Apache-2.0
#include "sim/result/energy.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace tritsim {
namespace {

/// What each coefficient does to the sum of the kept terms, in the order of the terms.
template <class Keep>
std::vector<Sensitivity> sensitivities_of(const std::vector<EnergyTerm>& terms, Keep&& keep) {
  std::vector<Sensitivity> all;
  std::map<std::string, std::size_t> index;
  for (const EnergyTerm& t : terms) {
    if (!keep(t)) continue;
    const std::vector<EnergyFactor> factors = t.factors();
    for (const EnergyFactor& f : factors) {
      const auto [at, is_new] = index.try_emplace(f.coefficient, all.size());
      if (is_new) {
        all.push_back({f.coefficient, f.source, f.confidence, {}, {}, {}, f.common_source});
      }
      double rest = t.count;
      for (const EnergyFactor& other : factors) {
        if (&other != &f) rest *= other.range.value;
      }
      Sensitivity& s = all[at->second];
      s.energy += t.energy().value;
      s.down += Energy{rest * (f.range.value - f.range.low)};
      s.up += Energy{rest * (f.range.high - f.range.value)};
    }
  }
  return all;
}

template <class Keep>
Range<Energy> sum(const std::vector<EnergyTerm>& terms, Keep&& keep) {
  double value = 0;
  for (const EnergyTerm& t : terms) {
    if (keep(t)) value += t.energy().value.si();
  }
  std::map<std::string, std::pair<double, double>> groups;
  for (const Sensitivity& s : sensitivities_of(terms, keep)) {
    auto& [down, up] = groups[s.common_source.empty() ? s.coefficient : s.common_source];
    down += s.down.si();
    up += s.up.si();
  }
  double down = 0;
  double up = 0;
  for (const auto& [name, ends] : groups) {
    down += ends.first * ends.first;
    up += ends.second * ends.second;
  }
  return {Energy{value - std::sqrt(down)}, Energy{value}, Energy{value + std::sqrt(up)}};
}

}  // namespace

Range<Energy> EnergyAccount::total(Part part) const {
  return sum(terms, [&](const EnergyTerm& t) {
    return part == Part::all || t.is_static == (part == Part::static_part);
  });
}

Range<Energy> EnergyAccount::component(const std::string& name) const {
  return sum(terms, [&](const EnergyTerm& t) { return t.component == name; });
}

std::vector<Sensitivity> EnergyAccount::sensitivities() const {
  auto all = sensitivities_of(terms, [](const EnergyTerm&) { return true; });
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
    price_core(account.terms, k.core, board.device, k.activity, k.lanes, k.replicas * rounds,
               zero_additions(result));
  }
  for (const MemoryGroup& group : board.memories) {
    double idle_channels = double{1} * group.channels * board.card_count();
    for (const MemoryResult& m : result.memories) {
      if (m.group != group.name) continue;
      // Activities are of one round; standby lasts for all of them.
      MemoryActivity a = m.activity;
      for (std::uint64_t* n : {&a.activates, &a.bursts_read, &a.bursts_written, &a.refreshes,
                               &a.bank_refreshes, &a.bytes_read, &a.bytes_written}) {
        *n *= result.rounds;
      }
      a.active = a.active * rounds;
      price_memory(account.terms, group.name, group.memory, a, result.elapsed, m.replicas);
      idle_channels -= m.replicas;
    }
    if (idle_channels > 0) {
      price_memory(account.terms, group.name, group.memory,
                   idle_activity(group.memory, result.elapsed), result.elapsed, idle_channels);
    }
  }
  LinkActivity link = result.link;
  link.bytes_to_card *= result.rounds;
  link.bytes_to_host *= result.rounds;
  price_link(account.terms, board.link, link);
  if (result.parallel) {
    price_exchange(account.terms, board, static_cast<double>(result.parallel->chip_bytes) * rounds,
                   static_cast<double>(result.parallel->link_bytes) * rounds);
  }
  price_regulators(account.terms, board.power);
  price_board(account.terms, board.power, board.device, result.elapsed, board.card_count());

  // Terms of the same cause and coefficient (equal kernels, channels) become one line.
  std::vector<EnergyTerm> merged;
  for (EnergyTerm& t : account.terms) {
    const auto same = std::find_if(merged.begin(), merged.end(), [&](const EnergyTerm& m) {
      return m.component == t.component && m.cause == t.cause && m.coefficient == t.coefficient &&
             m.each.value == t.each.value;
    });
    if (same != merged.end()) {
      same->count += t.count;
    } else {
      merged.push_back(std::move(t));
    }
  }
  account.terms = std::move(merged);
  return account;
}

}  // namespace tritsim
