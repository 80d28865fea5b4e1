// SPDX-License-Identifier: Apache-2.0
#include "models/host/link_law.hpp"

#include <algorithm>

namespace tritsim {
namespace {

constexpr double write_overhead = 24;       // B: 8 framing and data link, 4 generic, 12 address
constexpr double completion_overhead = 20;  // B: 8 framing and data link, 4 generic, 8 completion
constexpr double flow_control = 16;         // B: one ACK and one credit packet of 8 B
constexpr double skip_share = 4.0 / 1538;   // SKP ordered sets

double transfers_per_second(PcieGeneration g) {
  switch (g) {
    case PcieGeneration::gen3:
      return 8e9;
    case PcieGeneration::gen4:
      return 16e9;
    case PcieGeneration::gen5:
      return 32e9;
  }
  return 0;
}

Bandwidth ceiling(const PcieSpec& p, double overhead) {
  const double payload = p.max_payload.si();
  return raw_rate(p) * (payload / (payload + overhead)) *
         (1 - flow_control / p.flow_control_interval.si()) * (1 - skip_share);
}

}  // namespace

Bandwidth raw_rate(const PcieSpec& p) {
  return Bandwidth{transfers_per_second(p.generation) * p.lanes / 8 * (128.0 / 130.0)};
}

Bandwidth write_ceiling(const PcieSpec& p) {
  return ceiling(p, write_overhead);
}

Bandwidth completion_ceiling(const PcieSpec& p) {
  return ceiling(p, completion_overhead);
}

Bandwidth read_rate(const PcieSpec& p) {
  if (p.read_latency.value <= Time{}) return completion_ceiling(p);
  const Bandwidth in_flight =
      p.read_request * static_cast<double>(p.outstanding_reads) / p.read_latency.value;
  return std::min(completion_ceiling(p), in_flight);
}

Bandwidth payload_rate(const LinkSpec& link, bool to_card) {
  if (link.pcie) return to_card ? read_rate(*link.pcie) : write_ceiling(*link.pcie);
  return to_card ? *link.to_card : *link.to_host;
}

}  // namespace tritsim
