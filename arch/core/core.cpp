// SPDX-License-Identifier: Apache-2.0
#include "arch/core/core.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "arch/base/number_setter.hpp"

namespace tritsim {

namespace {

void check_instructions(const CoreSpec& core, Checker& c) {
  const std::vector<std::string> names = names_of<Opcode>();
  for (const auto& [key, spec] : core.instructions) {
    if (std::find(names.begin(), names.end(), key) == names.end()) {
      c.fail("instructions." + key, "'" + key + "' is not an instruction",
             suggestion(key, names, "the instructions are"));
    }
  }
  for (const auto& [key, spec] : core.instructions) {
    if (spec.pipeline == 0) continue;
    if (core.register_ports == RegisterPorts::shared && spec.reads == 1 && spec.writes == 1)
      continue;
    c.fail("instructions." + key + ".pipeline", "needs one vector read and one written by turns",
           "leave it out, or give reads: 1, writes: 1 and register_ports: shared");
  }
  for (const OpcodeRow& row : opcodes) {
    if (row.unit != CoreUnit::exchange || !core.has(row.id)) continue;
    c.fail(fmt::format("instructions.{}", row.key),
           "comes with a mapping that shares matrices, no core lists it",
           "remove it and set mapping.parallel.tensor");
  }
  const bool whole = core.has(Opcode::tmatmul);
  const bool steps =
      core.has(Opcode::import_vector) && core.has(Opcode::go) && core.has(Opcode::export_vector);
  if (whole == steps) {
    c.fail("instructions", whole ? "has tmatmul as a whole and in steps" : "has no matrix product",
           "list either tmatmul, or import, go and export");
  }
  const bool loads = core.has(Opcode::ldv) && core.has(Opcode::sv);
  if (core.host_vectors && (core.has(Opcode::ldv) || core.has(Opcode::sv) || core.attention)) {
    c.fail("host_vectors", "leaves the core no way to move vectors itself",
           "leave ldv, sv and attention out, or host_vectors");
  } else if (!core.host_vectors && !loads) {
    c.fail("instructions", "has no way to its memory", "list ldv and sv, or set host_vectors");
  }
}

void check_attention(const CoreSpec& core, Checker& c) {
  const bool unit = core.attention.has_value();
  for (const OpcodeRow& row : opcodes) {
    if (!row.grows || core.has(row.id) == unit) continue;
    c.fail(
        unit ? "instructions" : fmt::format("instructions.{}", row.key),
        unit ? fmt::format("lacks '{}' of the attention unit", row.key) : "needs an attention unit",
        unit ? "list append, scores, softmax and values"
             : "describe it under 'attention', or remove the instruction");
  }
}

void check_matrix_units(const CoreSpec& core, Checker& c) {
  const auto prefetches = [](const auto& unit) { return unit && unit->prefetch.si() > 0; };
  if (core.issue.exclusive_memory && (prefetches(core.ternary) || prefetches(core.mac))) {
    c.fail("issue.exclusive_memory", "leaves no time for a prefetch beside loads and stores",
           "leave prefetch out, or give weights a port of their own");
  }
  if (!core.ternary && !core.mac) {
    c.fail("ternary", "the core has no matrix unit", "describe ternary, or mac");
  }
  if (core.ternary && static_cast<double>(core.vector_length) * core.vector_length <
                          core.ternary->ternaries_per_cycle) {
    c.fail("ternary.ternaries_per_cycle", "consumes more than a whole tile in a cycle",
           "give ternaries_per_cycle <= vector_length x vector_length");
  }
  if (core.ternary && core.ternary->paged &&
      core.ternary->fifo < core.matrix_bytes({NumberFormat::ternary}, core.vector_length,
                                             double{1} * core.outputs())) {
    c.fail("ternary.fifo", "is a page, and holds less than the weights of a product",
           "give it vector_length x outputs weights, or leave paged out");
  }
  if (core.ternary.has_value() == core.activity.cells_per_ternary_bit.has_value()) return;
  c.fail("activity.cells_per_ternary_bit",
         core.ternary ? "is missing for the ternary unit" : "is of a ternary unit, there is none",
         core.ternary ? "say how many logic cells an addition takes per bit"
                      : "leave it out, or describe ternary");
}

}  // namespace

const MatrixUnitSpec* CoreSpec::unit_for(NumberFormat format) const {
  if (ternary && format == NumberFormat::ternary) return &*ternary;
  return mac && mac->find(format) != nullptr ? &*mac : nullptr;
}

Bytes CoreSpec::matrix_bytes(const WeightSpec& weights, double inputs, double outputs) const {
  const Bytes weight = stored_weight(weights);
  const bool is_ternary = ternary && weights.format == NumberFormat::ternary;
  if (!is_ternary || ternary->row_unit.si() <= 0) return weight * (inputs * outputs);
  const Bytes unit = ternary->row_unit;
  return unit * (std::ceil(weight * inputs / unit - 1e-9) * outputs);
}

double CoreSpec::weights_per_cycle(NumberFormat format) const {
  if (ternary && format == NumberFormat::ternary) {
    double rate = ternary->ternaries_per_cycle;
    if (ternary->bit_serial) {
      const std::uint32_t bits = ternary->bit_serial->bits_per_cycle;
      rate /= static_cast<double>((activation_bits() + bits - 1) / bits);
    }
    if (ternary->decoder) {
      rate = std::min(rate, static_cast<double>(ternary->decoder->count) * ternary->decoder->trits);
    }
    return rate;
  }
  const MacFormatSpec* f = mac ? mac->find(format) : nullptr;
  return f == nullptr ? 0 : static_cast<double>(mac->rows) * mac->columns * f->products;
}

void CoreSpec::check(Checker& c) const {
  check_instructions(*this, c);
  check_attention(*this, c);
  check_matrix_units(*this, c);
  if (output_length > 0 && sizes == OperandSizes::whole) {
    c.fail("output_length", "needs sizes: per_instruction",
           "leave it out, whole tiles have vector_length outputs");
  }
  if (elements_per_cycle > vector_length) {
    c.fail("elements_per_cycle", "is above vector_length",
           "give elements_per_cycle <= vector_length");
  }
  if (registers < 3) {
    c.fail("registers", "is below 3", "give 3 or more, an addition names three registers");
  }
  check_uncertain(*this, c);
}

}  // namespace tritsim
