// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "arch/hardware/area_table.hpp"

// Parts that cores are built of, and what each is made of by its structure. tests/rtl/parts has
// each in SystemVerilog, with a register behind every level of a tree.
namespace tritsim {

enum class PartKind {
  ternary_tree,
  ternary_lanes,
  trit_decoder,
  table_lookup,
  bit_serial,
  mac_vector,
  mac_systolic,
  element_wise,
  rms,
  load_store_unit,
  vector_registers,
  weight_fifo,
  instruction_decode,
  register_stages,
};

template <>
struct EnumNames<PartKind> {
  static constexpr std::array<std::pair<PartKind, std::string_view>, 14> names{{
      {PartKind::ternary_tree, "ternary_tree"},
      {PartKind::ternary_lanes, "ternary_lanes"},
      {PartKind::trit_decoder, "trit_decoder"},
      {PartKind::table_lookup, "table_lookup"},
      {PartKind::bit_serial, "bit_serial"},
      {PartKind::mac_vector, "mac_vector"},
      {PartKind::mac_systolic, "mac_systolic"},
      {PartKind::element_wise, "element_wise"},
      {PartKind::rms, "rms"},
      {PartKind::load_store_unit, "load_store_unit"},
      {PartKind::vector_registers, "vector_registers"},
      {PartKind::weight_fifo, "weight_fifo"},
      {PartKind::instruction_decode, "instruction_decode"},
      {PartKind::register_stages, "register_stages"},
  }};
};

using PartParameters = std::map<std::string, std::uint32_t>;

/// What a part is made of.
struct PartCounts {
  double adder_bits = 0;
  double accumulator_bits = 0;
  double select_bits = 0;
  double decoded_bytes = 0;
  double table_cells = 0;   ///< 64 bits each
  double memory_cells = 0;  ///< logic cells that are memory
  double register_bits = 0;
  double dsp = 0;  ///< multipliers of DSP blocks
  double bram36 = 0;
  double path_levels = 0;   ///< logic cells on its slowest path
  double path_carries = 0;  ///< four bits of a carry chain each, on the same path
};

/// Names of the parameters of a kind of part, as its SystemVerilog has them, in lower case.
[[nodiscard]] const std::vector<std::string>& parameters_of(PartKind kind);

/// By structure; `p` has every parameter of the kind.
[[nodiscard]] PartCounts counts_of(PartKind kind, const PartParameters& p);

/// Logic cells of a part.
[[nodiscard]] AreaEstimate cells_of(const PartCounts& counts, const AreaTable& table);

/// Flip-flops of a part.
[[nodiscard]] AreaEstimate registers_of(const PartCounts& counts, const AreaTable& table);

}  // namespace tritsim
