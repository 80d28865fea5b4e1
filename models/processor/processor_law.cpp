// SPDX-License-Identifier: Apache-2.0
#include "models/processor/processor_law.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "models/base/activity.hpp"

namespace tritsim {
namespace {

ProcessorActivity::Kind& kind_in(std::vector<ProcessorActivity::Kind>& kinds, OpKind kind) {
  for (auto& k : kinds) {
    if (k.kind == kind) return k;
  }
  kinds.push_back({kind, 0, {}, {}, {}, {}, {}, 0, 0});
  return kinds.back();
}

}  // namespace

ProcessorActivity& ProcessorActivity::operator+=(const ProcessorActivity& other) {
  // Either may lack kinds that the other has: they are added one by one.
  std::vector<Kind> all = std::exchange(kinds, {});
  ProcessorActivity rest = other;
  for (const Kind& k : std::exchange(rest.kinds, {})) accumulate(kind_in(all, k.kind), k);
  accumulate(*this, rest);
  kinds = std::move(all);
  return *this;
}

ProcessorActivity step_activity(const ProcessorSpec& p, const std::vector<GpuKernel>& calls,
                                LaunchMode launch) {
  ProcessorActivity a;
  for (const GpuKernel& call : calls) {
    const GpuKernelTime t = gpu_kernel_time(p, call);
    ProcessorActivity::Kind& k = kind_in(a.kinds, call.kind);
    k.gpu_kernels += call.count;
    const double count = call.count * p.step_time.value;
    k.start += t.start * count;
    k.memory += t.memory * count;
    k.compute += t.compute * count;
    k.exchange += t.exchange * count;
    k.bytes += call.bytes * call.count;
    k.cached += call.cached * call.count;
    k.exchanged += call.exchanged * call.count;
    k.flops += call.flops * call.count;
    k.ternaries += call.ternaries * call.count;
  }
  for (const ProcessorActivity::Kind& k : a.kinds) {
    a.elapsed += k.time();
    a.gpu_kernels += k.gpu_kernels;
    a.bytes += k.bytes;
    a.cached += k.cached;
    a.exchanged += k.exchanged;
    a.flops += k.flops;
    a.ternaries += k.ternaries;
  }
  if (launch == LaunchMode::eager) {
    a.host = std::max(Time{}, p.host_launch_time.value * a.gpu_kernels - a.elapsed);
    a.elapsed += a.host;
  }
  Energy work = p.byte_energy.value * a.bytes + p.cache_byte_energy.value * a.cached +
                p.flop_energy.value * a.flops + p.ternary_energy.value * a.ternaries;
  if (p.interconnect) work += p.interconnect->byte_energy.value * a.exchanged;
  const Energy left = (p.limit - p.idle.value) * a.elapsed;
  const double slower = work > left ? std::cbrt(work / left) : 1;
  a.throttled = a.elapsed * (slower - 1);
  a.elapsed += a.throttled;
  const double share = 1 / (slower * slower);
  a.priced = {a.bytes * share, a.cached * share, a.flops * share, a.ternaries * share,
              a.exchanged * share};
  return a;
}

std::vector<EnergyTerm> price_processor(const ProcessorSpec& p, const ProcessorActivity& a) {
  std::vector<EnergyTerm> terms{{p.name, "time", true, a.elapsed.si(), {factor_of("idle", p.idle)}},
                                {p.name,
                                 "bytes of memory",
                                 false,
                                 a.priced.bytes.si(),
                                 {factor_of("byte_energy", p.byte_energy)},
                                 EnergyUse::memory},
                                {p.name,
                                 "bytes of the cache",
                                 false,
                                 a.priced.cached.si(),
                                 {factor_of("cache_byte_energy", p.cache_byte_energy)},
                                 EnergyUse::registers},
                                {p.name,
                                 "fp16 operations",
                                 false,
                                 a.priced.flops,
                                 {factor_of("flop_energy", p.flop_energy)},
                                 EnergyUse::multipliers},
                                {p.name,
                                 "packed ternary weights",
                                 false,
                                 a.priced.ternaries,
                                 {factor_of("ternary_energy", p.ternary_energy)},
                                 EnergyUse::adders}};
  if (p.interconnect) {
    terms.push_back({p.name,
                     "bytes between cards",
                     false,
                     a.priced.exchanged.si(),
                     {factor_of("interconnect.byte_energy", p.interconnect->byte_energy)},
                     EnergyUse::card_links});
  }
  for (EnergyTerm& t : terms) t.count *= p.cards;
  std::erase_if(terms, [](const EnergyTerm& t) { return t.count == 0; });
  return terms;
}

}  // namespace tritsim
