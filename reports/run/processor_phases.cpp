// SPDX-License-Identifier: Apache-2.0
#include "reports/run/processor_phases.hpp"

#include <algorithm>
#include <string_view>

namespace tritsim {

std::array<TimePart, 6> time_parts(const ProcessorActivity& a) {
  std::array<TimePart, 6> parts{{{"kernel launch", "kernel_start", {}},
                                 {"memory", "memory", {}},
                                 {"compute", "compute", {}},
                                 {"waiting for the host", "host_launch", a.host},
                                 {"power limit", "power_limit", a.throttled},
                                 {"exchange between cards", "exchange", {}}}};
  for (const ProcessorActivity::Kind& k : a.kinds) {
    parts[0].time += k.start;
    parts[1].time += k.memory;
    parts[2].time += k.compute;
    parts[5].time += k.exchange;
  }
  return parts;
}

bool is_shown(const TimePart& part, const ProcessorResult& r) {
  return std::string_view(part.key) != "exchange" || r.processor.cards > 1;
}

TimePart bound_of(const ProcessorActivity& a) {
  const auto parts = time_parts(a);
  return *std::max_element(parts.begin(), parts.end(),
                           [](const TimePart& x, const TimePart& y) { return x.time < y.time; });
}

std::vector<ProcessorPhase> phases_of(const ProcessorResult& r) {
  std::vector<ProcessorPhase> phases;
  const auto add = [&](const char* name, const ProcessorActivity& a, double steps) {
    if (a.gpu_kernels == 0) return;
    phases.push_back({name, &a, steps, EnergyAccount{price_processor(r.processor, a)}.total()});
  };
  add("prompt", r.prefill, 1);
  add("generate", r.decode, r.decode_steps);
  return phases;
}

Time token_time(const ProcessorResult& r) {
  return r.decode_steps == 0 ? Time{} : r.decode.elapsed / static_cast<double>(r.decode_steps);
}

}  // namespace tritsim
