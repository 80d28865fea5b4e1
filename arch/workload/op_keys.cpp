// SPDX-License-Identifier: Apache-2.0
#include "arch/workload/op_keys.hpp"

#include <array>

namespace tritsim {
namespace {

/// Groups of kinds that share keys.
enum Group : unsigned {
  matrix = 1U << 0,
  product = 1U << 1,    ///< with one matrix that is cut among its results
  formatted = 1U << 2,  ///< whose weights have a format of the file
  table = 1U << 3,
  attention = 1U << 4,
  grouped = 1U << 5,  ///< attention with heads of keys and values
  by_head = 1U << 6,
  mixture = 1U << 7,
  choice = 1U << 8,
  scan = 1U << 9,
  convolution = 1U << 10,
  custom = 1U << 11,
};

unsigned groups_of(OpKind kind) {
  const OpTraits& t = traits_of(kind);
  unsigned out = 0;
  const auto add = [&](bool is_in, Group group) { out |= is_in ? group : 0U; };
  add(is_matrix(kind), matrix);
  add(t.shape == ShapeRule::product, product);
  add(t.details.names_weights, formatted);
  add(kind == OpKind::embedding, table);
  add(t.shape == ShapeRule::attention, attention);
  add(t.shape == ShapeRule::attention && kind != OpKind::latent_attention, grouped);
  add(kind == OpKind::head_norm || kind == OpKind::head_linear, by_head);
  add(kind == OpKind::expert_linear, mixture);
  add(t.shape == ShapeRule::choice, choice);
  add(t.shape == ShapeRule::scan, scan);
  add(kind == OpKind::convolution, convolution);
  add(t.shape == ShapeRule::custom, custom);
  return out;
}

template <auto key>
bool has(const BlockOp& entry) {
  return (entry.*key).has_value();
}

}  // namespace

std::span<const OpKey> op_keys() {
  static constexpr std::array keys{
      OpKey{"width", has<&BlockOp::width>, matrix | table, custom},
      OpKey{"widths", has<&BlockOp::widths>, 0, product},
      OpKey{"weights", has<&BlockOp::weights>, formatted},
      OpKey{"rows", has<&BlockOp::rows>, 0, table},
      OpKey{"heads", has<&BlockOp::heads>, attention | by_head},
      OpKey{"kv_heads", has<&BlockOp::kv_heads>, 0, grouped},
      OpKey{"window", has<&BlockOp::window>, 0, attention},
      OpKey{"cache", has<&BlockOp::cache>, 0, attention},
      OpKey{"experts", has<&BlockOp::experts>, mixture},
      OpKey{"chosen", has<&BlockOp::chosen>, mixture | choice},
      OpKey{"own_input", has<&BlockOp::own_input>, 0, mixture},
      OpKey{"state", has<&BlockOp::state>, scan},
      OpKey{"taps", has<&BlockOp::taps>, convolution},
      OpKey{"keeps", has<&BlockOp::keeps>, 0, scan | convolution},
      OpKey{"popularity", has<&BlockOp::popularity>, 0, mixture},
      OpKey{"adds", has<&BlockOp::adds>, 0, custom},
      OpKey{"multiplies", has<&BlockOp::multiplies>, 0, custom},
      OpKey{"reads", has<&BlockOp::reads>, 0, custom},
      OpKey{"writes", has<&BlockOp::writes>, 0, custom},
      OpKey{"passes", has<&BlockOp::passes>, 0, custom},
      OpKey{"instruction", has<&BlockOp::instruction>, 0, custom},
      OpKey{"task", has<&BlockOp::task>, 0, custom},
      OpKey{"bias", has<&BlockOp::bias>, 0, matrix | convolution},
      OpKey{"shares", has<&BlockOp::shares>, 0, formatted | table},
  };
  return keys;
}

KeyUse OpKey::use_in(const BlockOp& entry) const {
  const unsigned groups = groups_of(*entry.op);
  if (name == "widths" && entry.width) return KeyUse::none;
  if ((groups & needed_by) != 0) {
    return name == "width" && entry.widths ? KeyUse::some : KeyUse::needed;
  }
  return (groups & taken_by) != 0 ? KeyUse::some : KeyUse::none;
}

}  // namespace tritsim
