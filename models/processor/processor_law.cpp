// SPDX-License-Identifier: Apache-2.0
#include "models/processor/processor_law.hpp"

#include <algorithm>
#include <utility>

#include "models/base/activity.hpp"

namespace tritsim {
namespace {

ProcessorActivity::Kind& kind_in(std::vector<ProcessorActivity::Kind>& kinds, OpKind kind) {
  for (auto& k : kinds) {
    if (k.kind == kind) return k;
  }
  kinds.push_back({kind, 0, {}, {}, {}, {}, 0, 0});
  return kinds.back();
}

}  // namespace

GpuKernelTime gpu_kernel_time(const ProcessorSpec& p, const GpuKernel& call) {
  using Shape = GpuKernel::Shape;
  const bool own = call.shape == Shape::fused || call.shape == Shape::packed;
  const bool streams = call.shape == Shape::streaming || call.shape == Shape::packed;
  // n / (peak n / (n + half)) = (n + half) / peak
  const Bytes size = streams ? call.bytes + p.half_bandwidth_size.value : call.bytes;
  GpuKernelTime t;
  t.start = own ? p.packed_kernel_time.value : p.kernel_time.value;
  t.memory = size / p.memory_bandwidth;
  t.compute = call.flops / (p.flops * p.efficiency.value) + call.ternaries / p.ternary_rate.value;
  return t;
}

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
    k.start += t.start * call.count;
    (t.compute > t.memory ? k.compute : k.memory) += std::max(t.memory, t.compute) * call.count;
    k.bytes += call.bytes * call.count;
    k.flops += call.flops * call.count;
    k.ternaries += call.ternaries * call.count;
  }
  for (const ProcessorActivity::Kind& k : a.kinds) {
    a.elapsed += k.time();
    a.gpu_kernels += k.gpu_kernels;
    a.bytes += k.bytes;
    a.flops += k.flops;
    a.ternaries += k.ternaries;
  }
  if (launch == LaunchMode::eager) {
    a.host = std::max(Time{}, p.host_launch_time.value * a.gpu_kernels - a.elapsed);
    a.elapsed += a.host;
  }
  const Energy work = p.byte_energy.value * a.bytes + p.flop_energy.value * a.flops +
                      p.ternary_energy.value * a.ternaries;
  a.throttled = std::max(Time{}, work / (p.limit - p.idle.value) - a.elapsed);
  a.elapsed += a.throttled;
  return a;
}

std::vector<EnergyTerm> price_processor(const ProcessorSpec& p, const ProcessorActivity& a) {
  std::vector<EnergyTerm> terms{{p.name, "time", true, a.elapsed.si(), {factor_of("idle", p.idle)}},
                                {p.name,
                                 "bytes of memory",
                                 false,
                                 a.bytes.si(),
                                 {factor_of("byte_energy", p.byte_energy)},
                                 EnergyUse::memory},
                                {p.name,
                                 "fp16 operations",
                                 false,
                                 a.flops,
                                 {factor_of("flop_energy", p.flop_energy)},
                                 EnergyUse::multipliers},
                                {p.name,
                                 "packed ternary weights",
                                 false,
                                 a.ternaries,
                                 {factor_of("ternary_energy", p.ternary_energy)},
                                 EnergyUse::adders}};
  std::erase_if(terms, [](const EnergyTerm& t) { return t.count == 0; });
  return terms;
}

}  // namespace tritsim
