// SPDX-License-Identifier: Apache-2.0
#include "arch/workload/token_bytes.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "arch/workload/layer_sample.hpp"
#include "arch/workload/state_bytes.hpp"

namespace tritsim {
namespace {

/// How an op shows in the name of a kind of block; empty: not at all.
std::string part_of_name(const Op& op) {
  if (op.attention) {
    const std::string kind(name_of(op.kind));
    return op.attention->window ? fmt::format("{}, window {}", kind, *op.attention->window) : kind;
  }
  if (op.kind == OpKind::expert_linear) {
    return fmt::format("{} of {} experts", op.experts->chosen, op.experts->count);
  }
  const bool shows =
      op.custom || (traits_of(op.kind).details.keeps_state && op.kind != OpKind::convolution);
  return shows ? std::string(name_of(op.kind)) : std::string{};
}

void add_part(std::string& name, const std::string& part) {
  if (part.empty() || name.find(part) != std::string::npos) return;
  if (!name.empty()) name += "; ";
  name += part;
}

bool alike(const LayerBytes& a, const LayerBytes& b) {
  return a.layers == b.layers && a.weights == b.weights && a.cache == b.cache && a.state == b.state;
}

/// Ops by block, and last those outside.
std::vector<LayerBytes> bytes_of_blocks(const Trace& trace, std::uint32_t sequences) {
  std::vector<LayerBytes> blocks(layers_of(trace) + 1);
  for (const Op& op : trace.ops) {
    LayerBytes& at =
        op.layer == Op::no_layer ? blocks.back() : blocks[static_cast<std::size_t>(op.layer)];
    add_part(at.layers, part_of_name(op));
    at.weights += trace.weight_bytes(op, sequences);
    at.cache += trace.cache_bytes(op);
    at.state += state_traffic(trace, op);
  }
  for (LayerBytes& block : blocks) {
    if (block.layers.empty()) block.layers = "products";
  }
  blocks.back().layers = "outside the blocks";
  return blocks;
}

}  // namespace

Bytes TokenBytes::of_token() const {
  Bytes sum;
  for (const LayerBytes& l : layers) sum += of_token(l);
  return sum;
}

TokenBytes token_bytes(const Trace& trace, std::uint32_t sequences) {
  TokenBytes out;
  out.sequences = std::max(sequences, 1U);
  for (const Op& op : trace.ops) {
    if (op.attention) out.context = op.attention->context;
  }
  std::vector<LayerBytes> firsts;
  for (const LayerBytes& block : bytes_of_blocks(trace, out.sequences)) {
    const auto like = std::find_if(firsts.begin(), firsts.end(),
                                   [&](const LayerBytes& k) { return alike(k, block); });
    if (like == firsts.end()) {
      firsts.push_back(block);
      out.layers.push_back(block);
      continue;
    }
    LayerBytes& kind = out.layers[static_cast<std::size_t>(like - firsts.begin())];
    ++kind.count;
    kind.weights += block.weights;
    kind.cache += block.cache;
    kind.state += block.state;
  }
  return out;
}

}  // namespace tritsim
