// SPDX-License-Identifier: Apache-2.0
#include "arch/hardware/part.hpp"

#include <cmath>

#include "arch/hardware/sram.hpp"

namespace tritsim {
namespace {

double of(const PartParameters& p, const char* name) {
  return p.at(name);
}

/// ceil(log2(n))
double log2_up(double n) {
  return std::ceil(std::log2(std::max(n, 1.0)));
}

/// Bits of the adders of a tree over `n` values of `w` bits: sums grow by a bit a level.
double tree_bits(double n, double w) {
  double bits = 0;
  while (n > 1) {
    n = std::ceil(n / 2);
    w += 1;
    bits += n * w;
  }
  return bits;
}

/// Cells of a memory with a write and a read port: eight hold 32 words of 14 bits or 64 of 7, the
/// wide multiplexers behind them choose between more.
double distributed_memory(double words, double bits) {
  return words <= 32 ? 8 * std::ceil(bits / 14) : 8 * std::ceil(bits / 7) * std::ceil(words / 64);
}

double blocks(double words, double bits) {
  return static_cast<double>(layout_of(RamBlock::bram36, RamPorts::simple_dual,
                                       static_cast<std::uint64_t>(words),
                                       static_cast<std::uint64_t>(bits))
                                 .blocks());
}

PartCounts ternary_tree(const PartParameters& p) {
  const double products = of(p, "n") * (of(p, "w") + 1);
  const double acc = of(p, "acc");
  PartCounts c;
  c.adder_bits = products + tree_bits(of(p, "n"), of(p, "w") + 1);
  c.accumulator_bits = acc;
  c.select_bits = acc;  // the old sum or zero; saturation shares its cells
  c.register_bits = c.adder_bits + acc;
  c.path_levels = 1 + of(p, "saturate");
  c.path_carries = std::ceil(acc / 4) + of(p, "saturate");
  return c;
}

PartCounts ternary_lanes(const PartParameters& p) {
  const double bits = of(p, "n") * of(p, "acc");
  PartCounts c;
  c.accumulator_bits = bits;
  // A sum that saturates is not added in the cells that form its product.
  c.select_bits = of(p, "saturate") * (bits + of(p, "n") * of(p, "w"));
  c.register_bits = bits;
  c.path_levels = 1 + of(p, "saturate");
  c.path_carries = std::ceil((of(p, "acc") + 1) / 4);
  return c;
}

PartCounts trit_decoder(const PartParameters& p) {
  PartCounts c;
  c.decoded_bytes = of(p, "n");
  c.register_bits = 10 * of(p, "n");
  c.path_levels = 1;
  return c;
}

PartCounts table_lookup(const PartParameters& p) {
  const double bits = of(p, "w") + log2_up(of(p, "t"));
  const double entries = (std::pow(3, of(p, "t")) + 1) / 2;
  PartCounts c;
  c.memory_cells = of(p, "n") * distributed_memory(entries, bits);
  c.adder_bits = of(p, "n") * (bits + 1) + tree_bits(of(p, "n"), bits + 1);
  c.register_bits = c.adder_bits;
  c.path_levels = 2;
  c.path_carries = std::ceil((bits + 1) / 4);
  return c;
}

PartCounts bit_serial(const PartParameters& p) {
  PartCounts c;
  c.select_bits = 2 * of(p, "n");
  c.adder_bits = tree_bits(of(p, "n"), 2);
  c.accumulator_bits = of(p, "acc");
  c.register_bits = c.select_bits + c.adder_bits + c.accumulator_bits;
  c.path_levels = 2;
  c.path_carries = std::ceil(of(p, "acc") / 4);
  return c;
}

PartCounts mac_vector(const PartParameters& p) {
  const double product = of(p, "a") + of(p, "w");
  const double columns = of(p, "columns");
  PartCounts c;
  c.dsp = of(p, "rows") * columns;
  c.adder_bits = columns * tree_bits(of(p, "rows"), product);
  c.accumulator_bits = columns * of(p, "acc");
  c.select_bits = c.accumulator_bits;
  c.register_bits = c.dsp * product + c.adder_bits + c.accumulator_bits;
  c.path_levels = 1;
  c.path_carries = of(p, "acc") / 4;
  return c;
}

/// The sums of the first row are products, those of the second are added in the DSP blocks.
PartCounts mac_systolic(const PartParameters& p) {
  const double rows = of(p, "rows");
  const double columns = of(p, "columns");
  PartCounts c;
  c.dsp = rows * columns;
  c.adder_bits = std::max(rows - 2, 0.0) * columns * of(p, "acc");
  c.register_bits = (rows - 1) * columns * of(p, "acc") + rows * (columns - 1) * of(p, "a") +
                    rows * columns * of(p, "w");
  c.path_levels = 1;
  c.path_carries = of(p, "acc") / 4;
  return c;
}

PartCounts element_wise(const PartParameters& p) {
  const double vp = of(p, "vp");
  const double w = of(p, "w");
  const double multiply = of(p, "multiply");
  const bool line = of(p, "sigmoid") == 1;
  const bool table = of(p, "sigmoid") == 2;
  PartCounts c;
  c.dsp = multiply * vp;
  c.adder_bits = vp * (w + 1);
  // Saturation of the sum, the choice of the result, saturation of the product, ends of the line.
  c.select_bits = vp * w * (2 + multiply + (line ? 1 : 0));
  c.table_cells = table ? vp * 256 * w / 64 : 0;
  const double sigmoid = line ? w / 2 + 1 : 0;  // a table's register is one of its own cells
  c.register_bits = 2 + vp * (w + 1 + w + multiply * 2 * w + sigmoid);
  c.path_levels = 3;
  c.path_carries = 3;
  return c;
}

PartCounts rms(const PartParameters& p) {
  const double vp = of(p, "vp");
  const double w = of(p, "w");
  const double acc = of(p, "acc");
  const double root = acc / 2;
  const double tree = tree_bits(vp, 2 * w);
  PartCounts c;
  c.dsp = 2 * vp;
  c.adder_bits = tree + 17 + root + 2 + 7;  // divider, root, counter of steps
  c.accumulator_bits = acc;
  c.select_bits = acc + 17 + acc + root;  // quotient, rest, radicand, rest of the root
  c.register_bits = vp * 3 * w + tree + 3 * acc + 17 + 2 * root + 2 + 8 + log2_up(vp) + 2;
  c.path_levels = 2;
  c.path_carries = std::ceil((root + 2) / 4);
  return c;
}

PartCounts load_store_unit(const PartParameters& p) {
  const double port = of(p, "port");
  const double count = log2_up(port / of(p, "chunk")) + 1;
  PartCounts c;
  c.adder_bits = of(p, "address") + 32 + 2 * count;
  c.select_bits = of(p, "address") / 2 + 16 + port;
  c.register_bits = of(p, "address") + 32 + 4 + 2 * port + 2 * count + 1;
  c.path_levels = 2;
  c.path_carries = 1;
  return c;
}

PartCounts vector_registers(const PartParameters& p) {
  const double address = log2_up(of(p, "registers")) + log2_up(of(p, "depth"));
  PartCounts c;
  c.register_bits = of(p, "chunk") + 2 * address;
  c.bram36 = blocks(std::exp2(address), of(p, "chunk"));
  c.path_levels = 1;
  c.path_carries = std::ceil(log2_up(of(p, "depth")) / 4);
  return c;
}

PartCounts weight_fifo(const PartParameters& p) {
  const double address = log2_up(of(p, "words"));
  PartCounts c;
  c.adder_bits = 2 * address;
  c.select_bits = address;
  c.register_bits = 3 * address + 2;
  c.bram36 = blocks(of(p, "words"), of(p, "bits"));
  c.path_levels = 2;
  c.path_carries = std::ceil(address / 4);
  return c;
}

PartCounts instruction_decode(const PartParameters& p) {
  const double units = of(p, "units");
  const double registers = of(p, "registers");
  PartCounts c;
  c.select_bits = registers * (units + 3) + 4 * units;
  c.register_bits = 8 + 3 * log2_up(registers) + of(p, "address") + units * (1 + registers) + 1;
  c.path_levels = 4;
  return c;
}

PartCounts register_stages(const PartParameters& p) {
  PartCounts c;
  c.select_bits = of(p, "bits") * of(p, "stages");
  c.register_bits = 2 * of(p, "stages") * (of(p, "bits") + 1);
  c.path_levels = 1;
  return c;
}

struct PartRow {
  PartKind kind;
  std::vector<std::string> parameters;
  PartCounts (*counts)(const PartParameters&);
};

const PartRow& row_of(PartKind kind) {
  static const std::vector<PartRow> rows{
      {PartKind::ternary_tree, {"n", "w", "acc", "saturate"}, ternary_tree},
      {PartKind::ternary_lanes, {"n", "w", "acc", "saturate"}, ternary_lanes},
      {PartKind::trit_decoder, {"n"}, trit_decoder},
      {PartKind::table_lookup, {"n", "t", "w"}, table_lookup},
      {PartKind::bit_serial, {"n", "acc"}, bit_serial},
      {PartKind::mac_vector, {"rows", "columns", "a", "w", "acc"}, mac_vector},
      {PartKind::mac_systolic, {"rows", "columns", "a", "w", "acc"}, mac_systolic},
      {PartKind::element_wise, {"vp", "w", "multiply", "sigmoid"}, element_wise},
      {PartKind::rms, {"vp", "w", "acc"}, rms},
      {PartKind::load_store_unit, {"address", "port", "chunk", "outstanding"}, load_store_unit},
      {PartKind::vector_registers, {"registers", "depth", "chunk"}, vector_registers},
      {PartKind::weight_fifo, {"words", "bits"}, weight_fifo},
      {PartKind::instruction_decode, {"units", "registers", "address"}, instruction_decode},
      {PartKind::register_stages, {"bits", "stages"}, register_stages},
  };
  return rows.at(static_cast<std::size_t>(kind));
}

AreaEstimate sum_of(std::initializer_list<std::pair<double, const Coefficient<double>*>> terms) {
  AreaEstimate sum;
  for (const auto& [n, c] : terms) sum += AreaEstimate{c->low, c->value, c->high} * n;
  return sum;
}

}  // namespace

const std::vector<std::string>& parameters_of(PartKind kind) {
  return row_of(kind).parameters;
}

PartCounts counts_of(PartKind kind, const PartParameters& p) {
  return row_of(kind).counts(p);
}

AreaEstimate cells_of(const PartCounts& c, const AreaTable& t) {
  AreaEstimate sum = sum_of({{c.adder_bits, &t.adder_bit},
                             {c.accumulator_bits, &t.accumulator_bit},
                             {c.select_bits, &t.select_bit},
                             {c.decoded_bytes, &t.decoded_byte},
                             {c.table_cells, &t.table_cell}});
  sum += AreaEstimate{c.memory_cells, c.memory_cells, c.memory_cells};
  return sum;
}

AreaEstimate registers_of(const PartCounts& c, const AreaTable& t) {
  return sum_of({{c.register_bits, &t.register_bit}});
}

}  // namespace tritsim
