// SPDX-License-Identifier: Apache-2.0
#include "arch/workload/state_bytes.hpp"

namespace tritsim {

Bytes state_traffic(const Trace& trace, const Op& op) {
  constexpr double read_and_written = 2;
  if (op.custom) return trace.custom_bytes(op);
  if (op.state) return op.state->bytes() * read_and_written;
  if (!traits_of(op.kind).details.keeps_state) return {};
  const double elements = trace.elements(op.outputs.front());
  return Bytes{read_and_written * elements * bits_of(NumberFormat::fp32) / 8};
}

}  // namespace tritsim
