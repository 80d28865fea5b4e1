// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

#include "arch/base/schema.hpp"
#include "arch/workload/op_rules.hpp"

// The table of op kinds: what the tool knows of a kind stands in its row and nowhere else. To add
// a kind, add an enumerator and a row. What no row says (how a norm, a product, attention are cut
// into instructions) is code, which a row names by a rule.
namespace tritsim {

/// One step of a layer. Vectors have one element per channel; a step acts on one token of one
/// sequence. `all_gather` stays the last.
enum class OpKind : std::uint8_t {
  embedding,   ///< one row of a table
  rms_norm,    ///< x / rms(x) * w
  bit_linear,  ///< own RMS norm, quantise, ternary matrix product; may have several outputs
  sigmoid,
  silu,
  complement,   ///< 1 - x
  lower_bound,  ///< b + (1 - b) x, b a static vector
  multiply,
  add,
  recurrence,  ///< h = f h + i, h kept per layer and sequence
  linear,      ///< matrix product with weights of the op's format; no norm of its own
  attention,   ///< appends k and v to the cache, then softmax(q K^T) V over the context
  rotary,      ///< rotates pairs of channels by an angle of the position
  layer_norm,  ///< (x - mean(x)) / deviation(x) * w + b
  gelu,
  squared_relu,      ///< max(x, 0)^2
  head_norm,         ///< an RMS norm of each head by itself, with one weight for all heads
  soft_cap,          ///< c tanh(x / c)
  top_k,             ///< the k largest scores, as shares: the choice of experts
  expert_linear,     ///< products with the matrices of the chosen experts
  combine,           ///< the sum of the chosen experts' results, weighted by their shares
  gated_scan,        ///< S = a S + k v^T, o = q^T S: a state kept per layer and sequence
  delta_scan,        ///< S = a S + b k (v - k^T S)^T, o = q^T S
  head_linear,       ///< a product of each head by itself: block by block along the diagonal
  latent_attention,  ///< attention over one cached vector a position, key and value of all heads
  convolution,       ///< over the last few tokens, channel by channel
  custom,            ///< a user's own: what Op::custom counts
  all_reduce,        ///< the sum of what the cards of a tensor-parallel group have
  all_gather,        ///< a whole vector out of the shards of a tensor-parallel group
};

inline constexpr std::size_t op_kind_count = static_cast<std::size_t>(OpKind::all_gather) + 1;

/// A row of the table. Where a rule is `none`, what asks for it refuses the op.
struct OpTraits {
  OpKind kind{};
  std::string_view name{};
  std::uint8_t inputs = 0;
  ShapeRule shape = ShapeRule::none;
  CoreRule core = CoreRule::none;
  SplitRule split = SplitRule::none;
  GpuRule gpu = GpuRule::none;
  OpPurpose purpose = OpPurpose::vectors;
  /// Of CoreRule::element_wise. A core takes the first whose instructions it has.
  std::array<ElementCode, 2> code{};
  OpDetails details{};
};

/// The rows, with short names for what they are made of.
namespace op_kinds {

using K = OpKind;
using S = ShapeRule;
using C = CoreRule;
using T = SplitRule;
using G = GpuRule;
using P = OpPurpose;
using enum Operand;

// clang-format off
inline constexpr std::array<OpTraits, op_kind_count> table = {{
  // kind, name, inputs, shape; core, tensor-parallel group, GPU, purpose; code; details
  {K::embedding, "embedding", 0, S::same_length,
   C::none, T::whole, G::look_up, P::vectors},
  {K::rms_norm, "rms_norm", 1, S::same_length,
   C::rms_norm, T::whole, G::norm, P::vectors,
   {}, {.stored = 1, .counted_as = {"norm"}}},
  {K::bit_linear, "bit_linear", 1, S::product,
   C::product, T::outputs, G::product, P::weights,
   {}, {.normalises_input = true}},
  {K::sigmoid, "sigmoid", 1, S::same_length,
   C::element_wise, T::element_wise, G::function, P::vectors,
   {element_code({{"sig"}})}, {.aten = "sigmoid"}},
  {K::silu, "silu", 1, S::same_length,
   C::element_wise, T::element_wise, G::function, P::vectors,
   {element_code({{"silu"}}), element_code({{"sig", x, none, ".sigmoid"}, {"mul", result, x}})},
   {.aten = "silu"}},
  {K::complement, "complement", 1, S::same_length,
   C::element_wise, T::element_wise, G::element_wise, P::vectors,
   {element_code({{"sub", ones, x}})}},
  {K::lower_bound, "lower_bound", 1, S::same_length,
   C::element_wise, T::element_wise, G::element_wise, P::vectors,
   {element_code({{"mul", x, parameter2, ".scaled"}, {"add", result, parameter}},
                 {".bound", ".rest"})}, {.stored = 1}},
  {K::multiply, "multiply", 2, S::same_length,
   C::element_wise, T::element_wise, G::element_wise, P::vectors,
   {element_code({{"mul", x, y}})}, {.commutes = true}},
  {K::add, "add", 2, S::same_length,
   C::element_wise, T::element_wise, G::residual, P::vectors,
   {element_code({{"add", x, y}})}, {.commutes = true}},
  {K::recurrence, "recurrence", 2, S::same_length,
   C::recurrence, T::element_wise, G::element_wise, P::vectors,
   {}, {.keeps_state = true, .counted_as = {"multiply", "add"}}},
  {K::linear, "linear", 1, S::product,
   C::product, T::outputs, G::product, P::weights,
   {}, {.names_weights = true}},
  {K::attention, "attention", 3, S::attention,
   C::attention, T::heads, G::attention, P::attention},
  {K::rotary, "rotary", 1, S::same_length,
   C::element_wise, T::element_wise, G::element_wise, P::attention,
   {element_code({{"rotary"}})}},
  {K::layer_norm, "layer_norm", 1, S::same_length,
   C::layer_norm, T::whole, G::norm, P::vectors,
   {}, {.stored = 2}},
  {K::gelu, "gelu", 1, S::same_length,
   C::element_wise, T::element_wise, G::function, P::vectors,
   {element_code({{"gelu"}})}, {.aten = "gelu"}},
  {K::squared_relu, "squared_relu", 1, S::same_length,
   C::element_wise, T::element_wise, G::element_wise, P::vectors,
   {element_code({{"relu2"}})}},
  {K::head_norm, "head_norm", 1, S::same_length,
   C::rms_norm, T::element_wise, G::norm, P::attention,
   {}, {.counted_as = {"norm"}}},
  {K::soft_cap, "soft_cap", 1, S::same_length,
   C::element_wise, T::element_wise, G::element_wise, P::vectors,
   {element_code({{"mul", x, parameter, ".scaled"}, {"sig", result, none, ".sigmoid"},
                  {"mul", result, parameter2, ".wide"}, {"sub", result, parameter3}},
                 {".scale", ".span", ".cap"})}},
  {K::top_k, "top_k", 1, S::choice,
   C::top_k, T::whole, G::element_wise, P::vectors},
  {K::expert_linear, "expert_linear", 2, S::experts,
   C::product, T::outputs, G::product, P::weights,
   {}, {.names_weights = true}},
  {K::combine, "combine", 2, S::combine,
   C::combine, T::whole, G::element_wise, P::vectors},
  {K::gated_scan, "gated_scan", 4, S::scan,
   C::scan, T::heads, G::element_wise, P::attention,
   {}, {.keeps_state = true, .state_products = 3}},
  {K::delta_scan, "delta_scan", 5, S::scan,
   C::scan, T::heads, G::element_wise, P::attention,
   {}, {.keeps_state = true, .state_products = 5}},
  {K::head_linear, "head_linear", 1, S::experts,
   C::product, T::heads, G::product, P::weights,
   {}, {.names_weights = true}},
  {K::latent_attention, "latent_attention", 4, S::attention,
   C::attention, T::heads, G::attention, P::attention},
  {K::convolution, "convolution", 1, S::same_length,
   C::convolution, T::element_wise, G::element_wise, P::vectors,
   {}, {.keeps_state = true}},
  {K::custom, "custom", 1, S::custom,
   C::custom, T::whole, G::element_wise, P::vectors},
  {K::all_reduce, "all_reduce", 1, S::gather,
   C::none, T::none, G::exchange, P::exchange},
  {K::all_gather, "all_gather", 1, S::gather,
   C::gather, T::none, G::exchange, P::exchange},
}};
// clang-format on

}  // namespace op_kinds

/// Whether every kind has its row, in the order of the kinds, with a name and a shape.
template <std::size_t N>
[[nodiscard]] constexpr bool is_complete(const std::array<OpTraits, N>& table) {
  for (std::size_t i = 0; i < N; ++i) {
    const OpTraits& t = table[i];
    if (t.kind != OpKind{static_cast<std::uint8_t>(i)} || t.name.empty()) return false;
    if (t.shape == ShapeRule::none) return false;
    if (t.core == CoreRule::element_wise && t.code[0].steps[0].instruction.empty()) return false;
  }
  return N == op_kind_count;
}

inline constexpr const auto& op_table = op_kinds::table;
static_assert(is_complete(op_table), "a kind of op has no row, or one that is not complete");

[[nodiscard]] constexpr const OpTraits& traits_of(OpKind kind) {
  return op_table.at(static_cast<std::size_t>(kind));
}

/// The one question that most of the tool asks of a kind.
[[nodiscard]] constexpr bool is_matrix(OpKind kind) {
  const ShapeRule shape = traits_of(kind).shape;
  return shape == ShapeRule::product || shape == ShapeRule::experts;
}

template <>
struct EnumNames<OpKind> {
  static constexpr auto names = [] {
    std::array<std::pair<OpKind, std::string_view>, op_kind_count> all;
    for (std::size_t i = 0; i < op_kind_count; ++i) all[i] = {op_table[i].kind, op_table[i].name};
    return all;
  }();
};

}  // namespace tritsim
