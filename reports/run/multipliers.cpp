// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/format.h>

#include "reports/run/sections.hpp"
#include "reports/text/number.hpp"

namespace tritsim {
namespace {

/// Counts of the run that a change of the arithmetic scales.
struct Counts {
  double additions = 0;
  Range<double> adders;      ///< joules
  double weight_energy = 0;  ///< joules of memory for weights, at the share of their bytes
  double needed = 0;         ///< multipliers that work at once
};

bool adds(const EnergyTerm& t) {
  return t.use == EnergyUse::adders && !t.lost;
}

Counts counts_of(const Result& r, const RunFigures& f, const EnergyAccount& account) {
  Counts c;
  for (const EnergyTerm& t : account.terms) {
    if (adds(t)) c.additions += t.count;
  }
  c.adders = scaled(account.sum(adds), 1);
  double weights = 0;
  double all = 0;
  for (const KernelResult& k : r.kernels) {
    const double kernels = k.replicas * f.rounds;
    weights += static_cast<double>(k.activity.weight_bytes) * kernels;
    if (!k.core.ternary) continue;
    c.needed += double{1} * k.core.ternary->ternaries_per_cycle * k.lanes * k.replicas;
  }
  for (const MemoryResult& m : r.memories) {
    all += static_cast<double>(m.activity.bytes_read + m.activity.bytes_written) * m.replicas *
           f.rounds;
  }
  double moved = 0;
  for (const EnergyTerm& t : account.terms) {
    if (!t.is_static && !t.lost && t.use == EnergyUse::memory) moved += t.energy().value.si();
  }
  c.weight_energy = moved * std::min(ratio(weights, all), 1.0);
  return c;
}

}  // namespace

std::vector<Block> multiplier_blocks(const Result& r, const RunFigures& f,
                                     const EnergyAccount& account) {
  const Counts c = counts_of(r, f, account);
  if (!(c.additions > 0) || !(f.tokens > 0)) return {};
  const CoefficientTable& family = r.board.device.family;
  const double total = f.energy.value.si();
  const double loss = r.board.power.regulators ? r.board.power.regulators->value : 0;
  Table t;
  t.title = "Multipliers instead of ternary adders";
  t.columns = {{"arithmetic"},
               number_column("each (low - high)"),
               number_column(f.of_model ? "per token" : "per run"),
               number_column("of the total"),
               number_column("change")};
  const auto row = [&](const std::string& name, const Range<double>& each, double more_memory) {
    const double own = each.value * c.additions;
    const double changed = total + (own - c.adders.value + more_memory) * (1 + loss);
    t.rows.push_back(
        {name, si(each, "J"), si((own + more_memory) / f.tokens, "J"),
         percent((own + more_memory) / changed),
         fmt::format("{}{}", changed < total ? "" : "+", percent(ratio(changed - total, total)))});
  };
  row("ternary adders, as built",
      {c.adders.low / c.additions, c.adders.value / c.additions, c.adders.high / c.additions}, 0);
  row("DSP multipliers, registered", range_of(family.dsp_mac), 0);
  if (family.dsp_mac_unregistered) {
    row("DSP multipliers without registers", range_of(*family.dsp_mac_unregistered), 0);
  }
  const auto& unit = r.kernels.front().core.ternary;
  const double bits = unit ? unit->weight.si() * 8 : 8;
  for (const double wide : {8.0, 16.0}) {
    if (wide <= bits) continue;
    row(fmt::format("... registered, weights of {:.0f} bit", wide), range_of(family.dsp_mac),
        c.weight_energy * (wide / bits - 1));
  }
  const auto& logic = r.board.device.logic;
  t.note = fmt::format(
      "Each of the run's {} ternary additions{} becomes a multiply-add; times stay as they are. "
      "Wider "
      "weights move proportionally more bytes: their memory energy, {}, grows with them; the extra "
      "time does not count here. {} multipliers would work at once{}.",
      si(c.additions / f.tokens, "", 4), f.of_model ? " per token" : "",
      si(c.weight_energy / f.tokens, "J"), count(c.needed),
      logic ? fmt::format(", the device has {}", count(logic->user(logic->multipliers))) : "");
  return {{t}};
}

}  // namespace tritsim
