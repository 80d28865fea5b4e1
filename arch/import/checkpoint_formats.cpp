// SPDX-License-Identifier: Apache-2.0
#include "arch/import/checkpoint_formats.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "arch/import/quantization.hpp"

namespace tritsim {
namespace {

using Share = std::pair<WeightSpec, std::uint64_t>;  ///< a format and the weights stored in it

bool is_head(const TraceLine& line) {
  return line.op.layer == Op::no_layer;
}

/// Formats by number of weights, largest first; a bit_linear counts as ternary.
std::vector<Share> shares(const TraceFile& trace, bool head) {
  std::vector<Share> out;
  for (const TraceLine& line : trace.lines) {
    if (!line.matrix || is_head(line) != head) continue;
    const WeightSpec format = line.op.weights.value_or(WeightSpec{NumberFormat::ternary});
    const std::uint64_t weights = line.matrix->rows * line.matrix->columns;
    const auto same =
        std::find_if(out.begin(), out.end(), [&](const Share& s) { return s.first == format; });
    if (same == out.end()) {
      out.emplace_back(format, weights);
    } else {
      same->second += weights;
    }
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const Share& a, const Share& b) { return a.second > b.second; });
  return out;
}

}  // namespace

void set_weights(TraceLine& line, const WeightSpec& weights) {
  line.op.weights = weights;
  line.matrix->type = element_type(weights.format);
  line.matrix->bytes = stored_bytes(weights, line.matrix->rows * line.matrix->columns);
}

void set_model_formats(TraceFile& trace) {
  auto& formats = trace.header.model.formats;
  const auto set = [&](const char* name, bool of_head) {
    const auto it = formats.find(name);
    if (it == formats.end()) return;
    if (const auto found = shares(trace, of_head); !found.empty()) it->second = found[0].first;
  };
  set("projections", false);
  set("head", true);
}

std::string text_of_formats(const TraceFile& trace) {
  std::vector<std::string> parts;
  const auto blocks = shares(trace, false);
  for (const auto& [format, weights] : blocks) {
    parts.push_back(blocks.size() == 1
                        ? fmt::format("blocks {}", text_of(format))
                        : fmt::format("{:.3g} M weights {}", 1e-6 * static_cast<double>(weights),
                                      text_of(format)));
  }
  for (const auto& [format, weights] : shares(trace, true)) {
    parts.push_back(fmt::format("lm_head {}", text_of(format)));
  }
  double bytes = 0;
  for (const TraceLine& line : trace.lines) {
    if (line.matrix) bytes += static_cast<double>(line.matrix->bytes);
  }
  return fmt::format("{}; {:.4g} MB of matrices", fmt::join(parts, "; "), 1e-6 * bytes);
}

}  // namespace tritsim
