// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "arch/base/coefficient.hpp"
#include "arch/core/matrix_unit.hpp"

namespace tritsim {

/// Trees that add the products of `inputs` inputs at once: one output of a tree a cycle, a register
/// behind each of the log2(inputs) levels. A row that `inputs` does not divide is padded. The sum
/// of a row stands in the output register log2(inputs) + `result_delay` cycles after the last
/// inputs; the tree may refuse further ones while it does (models/memory/row_pace_law.hpp).
struct AdderTreeSpec {
  std::uint32_t inputs = 0;        ///< 0: one tree for all
  std::uint32_t result_stall = 0;  ///< cycles without input for each row
  std::uint32_t result_delay = 0;
  std::uint32_t first_input = 0;  ///< no input is taken before this cycle of a product

  bool operator==(const AdderTreeSpec&) const = default;

  /// Inputs of a tree in a unit that adds `rate` ternaries a cycle.
  [[nodiscard]] std::uint32_t width(std::uint32_t rate) const { return inputs > 0 ? inputs : rate; }

  template <class Io>
  void fields(Io& io) {
    io.optional("inputs", inputs, "inputs that a tree adds at once; 0: ternaries_per_cycle",
                between(0, 1 << 20));
    io.optional("result_stall", result_stall,
                "cycles in which the tree takes no input because the sum of a row leaves it",
                any_cycles);
    io.optional("result_delay", result_delay,
                "cycles from the last inputs of a row to its stall, besides one for each level",
                any_cycles);
    io.optional("first_input", first_input,
                "earliest cycle of a product in which inputs are taken, under result_stall",
                any_cycles);
  }
};

/// Adders that take an activation a few bits at a time.
struct BitSerialSpec {
  std::uint32_t bits_per_cycle = 1;

  bool operator==(const BitSerialSpec&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("bits_per_cycle", bits_per_cycle, "bits of an activation taken in a cycle",
                between(1, 64));
  }
};

/// Tables of sums: a table holds, for one group of `trits` inputs, their sum under every choice of
/// signs, so that a packed group of weights is the address of its sum. The `tables` tables are
/// filled for as many groups of inputs, looked up for all outputs, and filled again.
struct TableSpec {
  std::uint32_t trits = 1;
  std::uint32_t tables = 1;
  std::uint32_t lookups_per_cycle = 1;  ///< of one table: its read ports, or copies
  std::uint32_t entries_per_cycle = 1;  ///< of one table: width of its write port
  bool symmetric = false;               ///< half the entries; the sign is applied after the table
  bool double_buffered = false;         ///< filled for the next groups during the look-ups

  bool operator==(const TableSpec&) const = default;

  /// 3^trits, or with one of each pair of opposite sums (3^trits + 1) / 2; the zero is stored.
  [[nodiscard]] std::uint64_t entries() const;

  /// Bits of an entry: a sum of `trits` activations.
  [[nodiscard]] std::uint32_t entry_bits(std::uint32_t activation_bits) const;

  /// Bits of all tables; a copy for each further look-up is not counted.
  [[nodiscard]] std::uint64_t bits(std::uint32_t activation_bits) const {
    return entries() * entry_bits(activation_bits) * tables * (double_buffered ? 2U : 1U);
  }

  /// Bits of a packed group of weights, which is the address of its sum.
  [[nodiscard]] std::uint32_t code_bits() const;

  template <class Io>
  void fields(Io& io) {
    io.required("trits", trits, "weights of a look-up", between(1, 8));
    io.required("tables", tables, "tables that are held at once", between(1, 1 << 16));
    io.optional("lookups_per_cycle", lookups_per_cycle,
                "look-ups of one table in a cycle: its read ports, or copies", between(1, 1 << 12));
    io.optional("entries_per_cycle", entries_per_cycle,
                "entries of one table that are added up and written in a cycle",
                between(1, 1 << 13));
    io.optional(
        "symmetric", symmetric,
        "one of each pair of opposite sums is stored; the sign is applied after the look-up");
    io.optional("double_buffered", double_buffered,
                "tables are filled for the next inputs during the look-ups");
  }
};

/// Decoders of bytes that hold `trits` trits (3^5 = 243 of 256 codes: 1.6 bit a weight).
struct TritDecoderSpec {
  std::uint32_t trits = 5;
  std::uint32_t count = 1;  ///< decoders; each takes a byte a cycle
  std::uint32_t latency = 1;
  Coefficient<double> cells;

  bool operator==(const TritDecoderSpec&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.optional("trits", trits, "trits of a byte", between(1, 5));
    io.required("count", count, "decoders of the weight stream, each takes a byte a cycle",
                between(1, 1 << 16));
    io.optional("latency", latency, "pipeline stages of a decoder", between(0, 1024));
    io.required("cells", cells, "logic cells of one decoder", any_cells);
  }
};

/// Adders that skip additions of zero. Every `window` weights a group of `lanes` of them waits for
/// the one with the most to add.
struct SkipSpec {
  std::uint32_t lanes = 1;
  std::uint32_t window = 0;
  Coefficient<double> zero_weights;
  std::optional<Coefficient<double>> zero_activations;

  bool operator==(const SkipSpec&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("lanes", lanes, "adders that wait for each other", between(1, 1 << 16));
    io.optional(
        "window", window,
        "weights after which the adders of a group wait for each other; 0: all inputs of a product",
        between(0, 1 << 16));
    io.required("zero_weights", zero_weights,
                "share of zero weights where the trace has no statistics", any_share);
    io.optional("zero_activations", zero_activations,
                "share of zero activations where the trace has no statistics; left out: zero "
                "activations are not skipped",
                any_share);
  }

  void check(Checker& c) const;
};

/// The ternary matrix unit: a weight stream through a FIFO into adders, one a weight, or into one
/// of the other forms.
struct TernarySpec : MatrixUnitSpec {
  std::uint32_t ternaries_per_cycle = 1;
  Bytes weight;               ///< storage of one ternary weight
  bool ideal_weight = false;  ///< `weight` is a theoretical bound, not a code with a decoder
  bool paged = false;         ///< all weights of a product are in the FIFO before it begins
  Bytes row_unit{};           ///< rows are padded to whole multiples of it; zero: not at all
  std::optional<TritDecoderSpec> decoder;
  std::optional<AdderTreeSpec> tree;
  std::optional<BitSerialSpec> bit_serial;
  std::optional<TableSpec> table;
  std::optional<SkipSpec> skip;

  bool operator==(const TernarySpec&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("ternaries_per_cycle", ternaries_per_cycle, "weights consumed a cycle", any_width);
    io.required("weight", weight, "stored size of one ternary weight", any_word);
    common_fields(io);
    io.optional("ideal_weight", ideal_weight,
                "weight is a theoretical bound, e.g. 1.58 bit, without a decoder that reaches it");
    io.optional("row_unit", row_unit,
                "size that every row of a matrix is padded to a multiple of, e.g. a beat of the "
                "port; 0 B: rows follow each other without gaps",
                between(0, 1 << 20));
    io.optional("paged", paged,
                "the FIFO is a page: it takes all weights of a product before the first is used");
    io.optional("decoder", decoder, "decoders of weights that are packed below 2 bit");
    io.optional("tree", tree, "adder trees; ternaries_per_cycle / inputs of them");
    io.optional("bit_serial", bit_serial, "adders that take an activation bit by bit");
    io.optional("table", table, "sums are looked up in tables instead of added weight by weight");
    io.optional("skip", skip, "additions of zero are skipped");
  }

  void check(Checker& c) const;
};

}  // namespace tritsim
