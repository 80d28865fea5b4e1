// SPDX-License-Identifier: Apache-2.0
#include "sim/plan/tile_cut.hpp"

#include <algorithm>

namespace tritsim {
namespace {

void cut(std::uint32_t n, std::uint32_t part, bool padded, std::vector<std::uint32_t>& parts) {
  for (std::uint32_t at = 0; at < n; at += part) {
    parts.push_back(padded ? part : std::min(part, n - at));
  }
}

}  // namespace

TileCut tile_cut(const Trace& trace, const CoreSpec& core, const MappingSpec& mapping,
                 const Op& op) {
  TileCut out;
  const bool whole = core.sizes == OperandSizes::whole;
  cut(trace.elements(op.inputs[0]), core.vector_length, whole, out.inputs);
  if (whole) {
    for (const ValueId v : op.outputs) {
      cut(trace.elements(v), core.vector_length, true, out.outputs);
    }
    return out;
  }
  std::uint32_t total = 0;
  for (const ValueId v : op.outputs) total += trace.elements(v);
  const auto* said = mapping.product_of(op);
  const std::uint32_t most = said != nullptr ? said->second.outputs : 0;
  cut(total, most > 0 ? std::min(most, core.outputs()) : core.outputs(), false, out.outputs);
  return out;
}

}  // namespace tritsim
