// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>

#include "arch/base/coefficient.hpp"
#include "arch/workload/model.hpp"

// The matrix units of a core: a ternary unit in one of four forms, and an array of
// multiply-accumulators. Laws: models/core/matrix_law.hpp.
namespace tritsim {

/// How a unit asks memory for data: `outstanding` requests of `request` bytes in flight; the next
/// one is issued `turnaround` cycles after the oldest is answered.
struct FetchSpec {
  Bytes request;
  std::uint32_t outstanding = 1;
  std::uint32_t turnaround = 0;
  Bytes port;  ///< bytes a cycle through a port of its own; zero: the core's memory port

  bool operator==(const FetchSpec&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("request", request, "bytes of one request", any_size);
    io.required("outstanding", outstanding, "requests in flight", between(1, 4096));
    io.optional("turnaround", turnaround, "cycles from an answer to the next request", any_cycles);
    io.optional("port", port, "bytes a cycle through a port of its own; 0 B: memory_port",
                between(0, 1 << 20));
  }
};

/// What every matrix unit has: a weight stream through a FIFO, and sums behind it.
struct MatrixUnitSpec {
  Bytes fifo;  ///< weight FIFO
  FetchSpec fetch;
  Bytes accumulator;                    ///< width of a partial sum
  bool accumulates_over_tiles = false;  ///< partial sums survive from one GO to the next
  bool keeps_input = false;             ///< one IMPORT serves several GOs
  Bytes prefetch;  ///< buffer beside the FIFO for the next product's weights; zero: none

  bool operator==(const MatrixUnitSpec&) const = default;

 protected:
  template <class Io>
  void common_fields(Io& io) {
    io.required("fifo", fifo, "capacity of the weight FIFO", any_size);
    io.required("fetch", fetch, "how weights are requested from memory");
    io.required("accumulator", accumulator, "width of a partial sum", any_word);
    io.optional("accumulates_over_tiles", accumulates_over_tiles,
                "partial sums survive from one GO to the next");
    io.optional("keeps_input", keeps_input, "one IMPORT serves several GOs");
    io.optional(
        "prefetch", prefetch,
        "buffer beside the FIFO for weights of the program's next product, requested behind "
        "those of the one that runs; 0 B: none",
        between(0, 1024.0 * 1024 * 1024));
  }

  void check_fifo(Checker& c) const {
    if (fifo < fetch.request) {
      c.fail("fifo", "holds less than one request", "give fifo >= fetch.request");
    }
    if (prefetch.si() > 0 && prefetch < fetch.request) {
      c.fail("prefetch", "holds less than one request", "give prefetch >= fetch.request, or 0 B");
    }
  }
};

/// Trees that add the products of `inputs` inputs at once: one output of a tree a cycle, a register
/// behind each of the log2(inputs) levels. A row that `inputs` does not divide is padded.
struct AdderTreeSpec {
  std::uint32_t inputs = 1;

  bool operator==(const AdderTreeSpec&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("inputs", inputs, "inputs that a tree adds at once", between(1, 1 << 20));
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
  bool symmetric = false;               ///< half the entries; the sign is applied behind the table
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
    io.optional("symmetric", symmetric,
                "one of each pair of opposite sums is stored, the sign is applied behind it");
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

/// Adders that pass over additions of zero. `lanes` of them wait for each other each `window`
/// weights: as long as the one among them that has the most to add.
struct SkipSpec {
  std::uint32_t lanes = 1;
  std::uint32_t window = 0;
  Coefficient<double> zero_weights;
  std::optional<Coefficient<double>> zero_activations;

  bool operator==(const SkipSpec&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("lanes", lanes, "adders that wait for each other", between(1, 1 << 16));
    io.optional("window", window,
                "weights of an adder from one meeting to the next; 0: all inputs of a product",
                between(0, 1 << 16));
    io.required("zero_weights", zero_weights,
                "share of zero weights where the trace has no statistics", any_share);
    io.optional("zero_activations", zero_activations,
                "share of zero activations where the trace has no statistics; left out: their "
                "additions are not passed over",
                any_share);
  }

  void check(Checker& c) const;
};

/// The ternary matrix unit: a weight stream through a FIFO into adders, one a weight, or into one
/// of the other forms.
struct TernarySpec : MatrixUnitSpec {
  std::uint32_t ternaries_per_cycle = 1;
  Bytes weight;               ///< storage of one ternary weight
  bool ideal_weight = false;  ///< `weight` is a bound, no code that anybody decodes
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
                "weight is the bound of a code, e.g. 1.58 bit, that no decoder is described for");
    io.optional("decoder", decoder, "decoders of weights that are packed below 2 bit");
    io.optional("tree", tree, "adder trees; ternaries_per_cycle / inputs of them");
    io.optional("bit_serial", bit_serial, "adders that take an activation bit by bit");
    io.optional("table", table, "look-up of sums in tables instead of adding weight by weight");
    io.optional("skip", skip, "additions of zero are passed over");
  }

  void check(Checker& c) const;
};

enum class MacForm {
  vector,    ///< `columns` sums at once, each of `rows` products added by a tree
  systolic,  ///< weights stand in a `rows` x `columns` array, inputs move through it
};

template <>
struct EnumNames<MacForm> {
  static constexpr std::array<std::pair<MacForm, std::string_view>, 2> names{{
      {MacForm::vector, "vector"},
      {MacForm::systolic, "systolic"},
  }};
};

/// How an element of a MAC array multiplies weights of one format.
struct MacFormatSpec {
  std::string mode;            ///< of the device's DSP blocks
  std::uint32_t products = 1;  ///< of an element in a cycle: one activation, as many outputs
  std::uint32_t dsp = 1;       ///< DSP blocks of an element
  Coefficient<double> cells;   ///< logic cells of an element beside them

  bool operator==(const MacFormatSpec&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("mode", mode, "mode of the device's DSP blocks");
    io.optional("products", products,
                "products of an element in a cycle: one activation with as many weights",
                between(1, 64));
    io.optional("dsp", dsp, "DSP blocks of an element", between(1, 1024));
    io.required("cells", cells, "logic cells of an element beside its DSP blocks", any_cells);
  }
};

/// An array of multiply-accumulators for weights of several formats.
struct MacSpec : MatrixUnitSpec {
  MacForm form = MacForm::vector;
  std::uint32_t rows = 1;     ///< inputs
  std::uint32_t columns = 1;  ///< outputs, times the products of an element
  bool preloads = false;      ///< systolic: the next weights move in behind the present ones
  std::uint32_t scalings_per_cycle = 0;
  std::map<std::string, MacFormatSpec> formats;

  bool operator==(const MacSpec&) const = default;

  [[nodiscard]] const MacFormatSpec* find(NumberFormat format) const {
    const auto it = formats.find(std::string(name_of(format)));
    return it == formats.end() ? nullptr : &it->second;
  }

  template <class Io>
  void fields(Io& io) {
    io.required("form", form, "how elements are connected");
    io.required("rows", rows, "inputs that the array takes at once", between(1, 1 << 16));
    io.required("columns", columns, "columns of elements, each makes its format's products",
                between(1, 1 << 16));
    common_fields(io);
    io.optional("preloads", preloads,
                "systolic: the next weights move in while the present ones are used");
    io.optional("scalings_per_cycle", scalings_per_cycle,
                "group sums multiplied by their scale in a cycle; 0: as many as the array makes",
                between(0, 1 << 20));
    io.required("formats", formats, "formats of weights by name, and what an element is then");
  }

  void check(Checker& c) const;
};

}  // namespace tritsim
