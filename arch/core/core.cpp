// SPDX-License-Identifier: Apache-2.0
#include "arch/core/core.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace tritsim {

OperandShape shape_of(Opcode op) {
  switch (op) {
    case Opcode::ldv:
      return {true, 0, true, CoreUnit::load_store};
    case Opcode::sv:
      return {false, 1, true, CoreUnit::load_store};
    case Opcode::add:
    case Opcode::sub:
    case Opcode::mul:
    case Opcode::div:
      return {true, 2, false, CoreUnit::row_wise};
    case Opcode::exp:
    case Opcode::sig:
    case Opcode::csig:
    case Opcode::silu:
    case Opcode::gelu:
    case Opcode::relu2:
    case Opcode::rotary:
      return {true, 1, false, CoreUnit::row_wise};
    case Opcode::norm:
    case Opcode::layer_norm:
      return {true, 1, false, CoreUnit::rms};
    case Opcode::clear:
    case Opcode::finish:
      return {false, 0, false, CoreUnit::rms};
    case Opcode::accumulate:
      return {false, 1, false, CoreUnit::rms};
    case Opcode::normalize:
      return {true, 1, false, CoreUnit::rms};
    case Opcode::tmatmul:
      return {true, 1, true, CoreUnit::ternary};
    case Opcode::import_vector:
      return {false, 1, false, CoreUnit::ternary};
    case Opcode::go:
      return {false, 0, true, CoreUnit::ternary};
    case Opcode::export_vector:
      return {true, 0, false, CoreUnit::ternary};
    case Opcode::append:
      return {false, 1, true, CoreUnit::load_store};
    case Opcode::scores:
      return {false, 1, true, CoreUnit::attention};
    case Opcode::softmax:
      return {false, 0, false, CoreUnit::attention};
    case Opcode::values:
      return {true, 0, true, CoreUnit::attention};
    case Opcode::send:
      return {false, 1, false, CoreUnit::exchange};
    case Opcode::gather:
      return {true, 0, false, CoreUnit::exchange};
  }
  return {};
}

const MatrixUnitSpec* CoreSpec::unit_for(NumberFormat format) const {
  if (ternary && format == NumberFormat::ternary) return &*ternary;
  return mac && mac->find(format) != nullptr ? &*mac : nullptr;
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
  const std::vector<std::string> names = names_of<Opcode>();
  for (const auto& [key, spec] : instructions) {
    if (std::find(names.begin(), names.end(), key) == names.end()) {
      c.fail("instructions." + key, "'" + key + "' is not an instruction",
             suggestion(key, names, "the instructions are"));
    }
  }
  for (const Opcode op : {Opcode::send, Opcode::gather}) {
    if (!has(op)) continue;
    c.fail(fmt::format("instructions.{}", name_of(op)),
           "comes with a mapping that shares matrices, no core lists it",
           "remove it and set mapping.parallel.tensor");
  }
  const bool whole = has(Opcode::tmatmul);
  const bool steps = has(Opcode::import_vector) && has(Opcode::go) && has(Opcode::export_vector);
  if (whole == steps) {
    c.fail("instructions", whole ? "has tmatmul as a whole and in steps" : "has no ternary product",
           "list either tmatmul, or import, go and export");
  }
  if (!has(Opcode::ldv) || !has(Opcode::sv)) {
    c.fail("instructions", "has no way to its memory", "list ldv and sv");
  }
  constexpr std::array of_attention{Opcode::append, Opcode::scores, Opcode::softmax,
                                    Opcode::values};
  for (const Opcode op : of_attention) {
    if (has(op) == attention.has_value()) continue;
    c.fail(attention ? "instructions" : fmt::format("instructions.{}", name_of(op)),
           attention ? fmt::format("lacks '{}' of the attention unit", name_of(op))
                     : "needs an attention unit",
           attention ? "list append, scores, softmax and values"
                     : "describe it under 'attention', or remove the instruction");
  }
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
  const auto prefetches = [](const auto& unit) { return unit && unit->prefetch.si() > 0; };
  if (issue.exclusive_memory && (prefetches(ternary) || prefetches(mac))) {
    c.fail("issue.exclusive_memory", "leaves no time for a prefetch beside loads and stores",
           "leave prefetch out, or give weights a port of their own");
  }
  if (!ternary && !mac) {
    c.fail("ternary", "the core has no matrix unit", "describe ternary, or mac");
  }
  if (ternary &&
      static_cast<double>(vector_length) * vector_length < ternary->ternaries_per_cycle) {
    c.fail("ternary.ternaries_per_cycle", "consumes more than a whole tile in a cycle",
           "give ternaries_per_cycle <= vector_length x vector_length");
  }
}

}  // namespace tritsim
