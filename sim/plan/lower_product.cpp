// SPDX-License-Identifier: Apache-2.0
#include "sim/plan/lower_product.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sim/plan/lower_experts.hpp"
#include "sim/plan/lower_vectors.hpp"
#include "sim/plan/tile_cut.hpp"

namespace tritsim {

void ProductLowering::lower(const Op& op) {
  const WeightSpec weights = code_.mapping().weights_on_core(op);
  const MatrixUnitSpec* unit = code_.core().unit_for(weights.format);
  const bool normalises = traits_of(op.kind).details.normalises_input;
  if (unit == nullptr) {
    code_.refuse(fmt::format("needs a unit for {} weights, core '{}' has none",
                             name_of(weights.format), code_.core().name),
                 normalises ? "describe ternary, or the format ternary of mac"
                            : "describe mac with that format, or map the op to the host");
    return;
  }
  Product p{op, weights, *unit, {}, {}, {}, {}, no_vector};
  const std::uint32_t inputs = inputs_of(op);
  if (op.experts) store_other_experts(code_, op, weights);
  if (code_.mapping().host_prepares(op)) {
    // Products that read one vector, and have no norms of their own, share what the host makes of
    // it.
    if (normalises || prepared_of_ != op.inputs[0]) {
      prepared_ = code_.parameters(op.name + ".in", inputs);
      prepared_of_ = normalises ? std::nullopt : std::optional(op.inputs[0]);
    }
    p.in = p.x = prepared_;
  } else if (normalises) {
    p.x = first_chunks(op.inputs[0], inputs);
    p.norm = code_.parameters(op.name + ".norm.weight", inputs);
    p.in.resize(p.x.size(), no_vector);
    emit_rms(code_, p.x);
  } else {
    p.in = p.x = first_chunks(op.inputs[0], inputs);
  }
  p.how = cut_of(op);
  if (code_.mapping().host_sums(op)) {
    single_tiles(p);
  } else if (code_.sized()) {
    sized_tiles(p);
  } else {
    whole_tiles(p);
  }
}

/// Inputs of its product: of experts, those of one.
std::uint32_t ProductLowering::inputs_of(const Op& op) const {
  const std::uint32_t n = code_.trace().elements(op.inputs[0]);
  return op.experts && op.experts->own_input ? n / op.experts->chosen : n;
}

/// Inputs of a tile: a register may hold those of several experts. 0: D.
std::uint32_t ProductLowering::inputs_of(const Product& p, const Tile& tile) const {
  const std::uint32_t held = code_.elements_of(p.in[tile.input]);
  const std::uint64_t before = std::uint64_t{code_.core().vector_length} * tile.input;
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(held, inputs_of(p.op) - before));
}

/// Outputs of a result: of experts, those of all that are read in a step.
std::uint32_t ProductLowering::outputs_of(const Op& op, ValueId v) const {
  const std::uint32_t n = code_.trace().elements(v);
  return op.experts ? n / op.experts->chosen * experts_read(code_, op) : n;
}

Chunks ProductLowering::first_chunks(ValueId v, std::uint32_t elements) {
  Chunks chunks = code_.chunks(v);
  chunks.resize(std::min<std::size_t>(chunks.size(), code_.chunk_count(elements)));
  return chunks;
}

/// How the mapping cuts an op's product.
ProductSpec ProductLowering::cut_of(const Op& op) {
  const auto* said = code_.mapping().product_of(op);
  if (said == nullptr) return {};
  const ProductSpec& p = said->second;
  const CoreSpec& core = code_.core();
  if (p.outputs > 0 && !code_.sized()) {
    code_.refuse(
        fmt::format("is cut into tiles of {} outputs by mapping.products.{}, core '{}' works on "
                    "whole tiles of {} x {}",
                    p.outputs, said->first, core.name, core.vector_length, core.vector_length),
        "leave out outputs, or give the core another vector_length");
  } else if (p.outputs > core.outputs()) {
    code_.refuse(
        fmt::format("is cut into tiles of {} outputs by mapping.products.{}, core '{}' has room "
                    "for {}",
                    p.outputs, said->first, core.name, core.outputs()),
        "write a smaller outputs, or give the core a larger output_length");
  }
  return p;
}

void ProductLowering::whole_tiles(Product& p) {
  std::vector<std::uint32_t> columns;
  for (const ValueId output : p.op.outputs) {
    columns.resize(columns.size() + code_.chunk_count(outputs_of(p.op, output)), 0);
  }
  const Chunks sums = sums_of(p, columns, [](auto, auto) {});
  auto next = sums.begin();
  for (const ValueId output : p.op.outputs) {
    const auto last = next + code_.chunk_count(code_.trace().elements(output));
    code_.define(output, Chunks(next, last));
    next = last;
  }
}

/// All outputs of an op are one matrix. Unless an op on the core reads the only one, they go to
/// memory at once, as long as a product can make them.
void ProductLowering::sized_tiles(Product& p) {
  const CoreSpec& core = code_.core();
  std::uint32_t total = 0;
  for (const ValueId v : p.op.outputs) total += outputs_of(p.op, v);
  const bool stays = p.op.outputs.size() == 1 && code_.is_read(p.op.outputs[0]);
  std::uint32_t limit = stays ? std::min(core.vector_length, core.outputs()) : core.outputs();
  if (p.how.outputs > 0) limit = std::min(limit, p.how.outputs);
  std::vector<std::uint32_t> columns;
  for (std::uint32_t k = 0; k * limit < total; ++k) {
    columns.push_back(code_.piece(total, k, limit));
  }
  Chunks kept;
  sums_of(p, columns, [&](std::size_t column, VectorId sum) {
    if (stays) {
      kept.push_back(sum);
      return;
    }
    const std::uint32_t out =
        code_.symbol(fmt::format("{}.out[{}]", p.op.name, column), Symbol::Kind::vector);
    code_.emit(VectorInstruction{.op = Opcode::sv, .src1 = sum, .symbol = out}, "");
  });
  if (!stays) return;
  kept.resize(std::min<std::size_t>(kept.size(),
                                    code_.chunk_count(code_.trace().elements(p.op.outputs[0]))));
  code_.define(p.op.outputs[0], std::move(kept));
}

/// Tiles whose sums the host adds up: each goes to memory by itself.
void ProductLowering::single_tiles(Product& p) {
  const TileCut cut = tile_cut(code_.trace(), code_.core(), code_.mapping(), p.op);
  for (std::size_t c = 0; c < cut.outputs.size(); ++c) {
    for (std::size_t k = 0; k < cut.inputs.size(); ++k) {
      const std::uint32_t outputs = code_.sized() ? cut.outputs[c] : 0;
      const VectorId sum = scaled(p, add_tile(p, {k, c, outputs}, no_vector, false));
      const std::uint32_t out =
          code_.symbol(fmt::format("{}.out[{}][{}]", p.op.name, k, c), Symbol::Kind::vector);
      code_.emit(VectorInstruction{.op = Opcode::sv, .src1 = sum, .symbol = out}, "");
    }
  }
}

/// The sums of every column over all tiles in it; `columns` has the outputs of each, 0 for D.
/// `finished(column, sum)` is called as soon as a sum is, in the order of the columns.
template <class Finished>
Chunks ProductLowering::sums_of(Product& p, const std::vector<std::uint32_t>& columns,
                                Finished&& finished) {
  Chunks sums(columns.size(), no_vector);
  const std::size_t inputs = p.x.size();
  if (p.how.order == LoopOrder::by_output) {
    for (std::size_t c = 0; c < columns.size(); ++c) {
      for (std::size_t k = 0; k < inputs; ++k) {
        const bool goes_on = p.unit.accumulates_over_tiles && k + 1 < inputs;
        sums[c] = add_tile(p, {k, c, columns[c]}, sums[c], goes_on);
      }
      sums[c] = scaled(p, sums[c]);
      finished(c, sums[c]);
    }
    return sums;
  }
  for (std::size_t k = 0; k < inputs; ++k) {
    for (std::size_t c = 0; c < columns.size(); ++c) {
      sums[c] = add_tile(p, {k, c, columns[c]}, sums[c], false);
      if (k + 1 < inputs) continue;
      sums[c] = scaled(p, sums[c]);
      finished(c, sums[c]);
    }
  }
  return sums;
}

/// Adds a tile's product to the sum of its column. An input is normalised when it is first needed,
/// so that the later ones are made while an earlier GO runs. `goes_on`: the next tile adds to the
/// sums that the unit keeps.
VectorId ProductLowering::add_tile(Product& p, const Tile& tile, VectorId sum, bool goes_on) {
  VectorId& in = p.in[tile.input];
  if (in == no_vector) {
    in = emit_scaled(code_, p.x[tile.input], p.norm[tile.input],
                     fmt::format("{}.in[{}]", p.op.name, tile.input));
  }
  const std::uint32_t weights = code_.symbol(
      fmt::format("{}.weight[{}][{}]", p.op.name, tile.input, tile.column), Symbol::Kind::matrix);
  code_.symbol(weights).zeros = p.op.zeros;
  code_.symbol(weights).weights = p.weights;
  const std::string name = fmt::format("{}[{}]", p.op.name, tile.column);
  if (code_.has(Opcode::tmatmul)) {
    const VectorId part = code_.emit({.op = Opcode::tmatmul,
                                      .src1 = in,
                                      .symbol = weights,
                                      .elements = inputs_of(p, tile),
                                      .outputs = tile.outputs},
                                     name);
    return add_up(sum, part, name);
  }
  if (imported_ != in || !p.unit.keeps_input) code_.emit(Opcode::import_vector, "", in);
  imported_ = in;
  code_.emit({.op = Opcode::go,
              .symbol = weights,
              .elements = inputs_of(p, tile),
              .outputs = tile.outputs},
             "");
  if (goes_on) return sum;
  const VectorId part = code_.keep_sums(name, tile.outputs);
  if (code_.mapping().export_sums == Export::at_once) code_.export_sums();
  return add_up(sum, part, name);
}

/// A finished sum times the matrix's scale, if an instruction does that.
VectorId ProductLowering::scaled(Product& p, VectorId sum) {
  if (code_.mapping().weight_scales != WeightScales::multiply ||
      p.weights.format != NumberFormat::ternary) {
    return sum;
  }
  if (p.scale == no_vector) {
    p.scale = code_.in_memory(p.op.name + ".scale", code_.sized() ? code_.core().vector_length : 0);
  }
  return code_.emit(Opcode::mul, p.op.name + ".scaled", sum, p.scale);
}

VectorId ProductLowering::add_up(VectorId sum, VectorId part, const std::string& name) {
  if (sum == no_vector) return part;
  if (!code_.has(Opcode::add)) {
    const CoreSpec& core = code_.core();
    code_.refuse(
        fmt::format("needs a product over {} inputs, core '{}' takes {} at a time and has no 'add' "
                    "to sum up the parts",
                    code_.trace().elements(code_.op().inputs[0]), core.name, core.vector_length),
        "give the core a larger vector_length or the instruction 'add', or map the op to the host");
    return sum;
  }
  return code_.emit(Opcode::add, name, sum, part);
}

}  // namespace tritsim
