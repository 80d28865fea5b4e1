// SPDX-License-Identifier: Apache-2.0
#include "models/core/core_law.hpp"

#include <algorithm>
#include <cmath>

namespace tritsim {
namespace {

std::uint64_t whole(Bytes b) {
  return static_cast<std::uint64_t>(std::ceil(b.si()));
}

/// The stream of a tile ends with a whole byte; the unit does not take the part of it that holds no
/// weight.
Cycle unused_end(const CoreSpec& core, const OpcodeCost& tile, const WeightSpec& weights,
                 Bytes weight_bytes) {
  const double unused = (static_cast<double>(tile.weight_bytes) - weight_bytes.si()) /
                        core.stored_weight(weights).si();
  return static_cast<Cycle>(std::max(unused, 0.0) * tile.work.stretch /
                                (full_rate(core, weights.format) * core.speed.matrix) +
                            1e-6);
}

/// Cycles of a unit that is `speed` times as fast.
Cycle at_speed(double speed, Cycle cycles) {
  return speed == 1 ? cycles
                    : static_cast<Cycle>(std::ceil(static_cast<double>(cycles) / speed - 1e-9));
}

/// Cycles without use of the port in a unit that fills its pipeline from it, then empties it: in
/// the last group, if that is shorter than the pipeline.
std::uint64_t pipeline_wait(const InstructionSpec& i, std::uint64_t chunks) {
  const std::uint64_t last = i.pipeline > 0 ? chunks % i.pipeline : 0;
  return last > 0 ? i.pipeline - last : 0;
}

/// Cycles that depend on widths by their logarithms.
std::uint64_t levels_and_bits(const CoreSpec& core, const InstructionSpec& i, std::uint64_t n) {
  std::uint64_t cycles = i.flushes_tree ? levels(core.elements_per_cycle) : 0;
  if (i.division_bits > 0) {
    const std::uint64_t bits = i.division_bits + levels(n);
    cycles += bits + bits % 2;
  }
  return cycles;
}

/// True if a matrix unit does anything other than one addition per weight.
bool special(const MatrixWork& w) {
  return w.skipped + w.assumed_zeros + w.lookups + w.decoded + w.products > 0;
}

void add_product(OpcodeCost& cost, const CoreSpec& core, const Instruction& i, std::uint32_t lanes,
                 const MatrixOperand& operand) {
  const std::uint64_t n = core.or_whole(i.elements);
  const std::uint64_t m = core.or_whole(i.outputs);
  cost.format = operand.weights.format;
  cost.work = matrix_work(core, operand, n, m, lanes);
  if (cost.work.products == 0) cost.ternaries = n * m;
  cost.weight_bytes = cost.stream.bytes;
  cost.cycles += cost.work.fill;
  if (core.ternary && core.ternary->paged && cost.format == NumberFormat::ternary) {
    const double unit = cost.work.stretch * static_cast<double>(n * m) /
                        (full_rate(core, cost.format) * core.speed.matrix);
    cost.cycles += static_cast<Cycle>(std::ceil(unit - 1e-9));
    cost.working = cycles_to_time(unit, core.clock);
    return;
  }
  const Bytes weight_bytes =
      core.matrix_bytes(operand.weights, static_cast<double>(n), static_cast<double>(m));
  const Cycle unused = std::min(cost.cycles, unused_end(core, cost, operand.weights, weight_bytes));
  cost.cycles -= unused;
  cost.working = cost.stream.unit_per_byte * static_cast<double>(cost.stream.bytes) -
                 cycles_to_time(static_cast<double>(unused), core.clock);
}

OpcodeCost exchange_cost(const CoreSpec& core, const Instruction& i) {
  OpcodeCost cost;
  cost.unit = CoreUnit::exchange;
  cost.cycles = (i.elements + core.elements_per_cycle - 1) / core.elements_per_cycle;
  cost.register_bytes = whole(core.element * double(i.elements));
  return cost;
}

OpcodeCost softmax_cost(const CoreSpec& core, const Instruction& i) {
  OpcodeCost cost;
  const InstructionSpec& spec = *core.find(i.op);
  const std::uint64_t scores = std::uint64_t{i.attention.heads} * i.attention.positions;
  const std::uint64_t width =
      spec.elements_per_cycle > 0 ? spec.elements_per_cycle : core.elements_per_cycle;
  cost.unit = CoreUnit::attention;
  cost.cycles =
      spec.latency + at_speed(core.speed.attention, spec.passes * ((scores + width - 1) / width));
  cost.softmax = spec.passes * scores;
  cost.score_bytes = whole(core.attention->score * (2.0 * static_cast<double>(cost.softmax)));
  return cost;
}

void add_attention(OpcodeCost& cost, const CoreSpec& core, const Instruction& i) {
  const AttentionSize& a = i.attention;
  const std::uint64_t scores = std::uint64_t{a.heads} * a.positions;
  cost.working = cost.stream.unit_per_byte * static_cast<double>(cost.stream.bytes);
  cost.cache_products = std::uint64_t{i.elements} * a.positions;
  cost.cache_read = i.cache_row_bytes() * a.positions;
  cost.score_bytes = whole(core.attention->score * static_cast<double>(scores));
}

}  // namespace

Cycle unit_cycles(const CoreSpec& core, Opcode op, std::uint32_t elements) {
  const InstructionSpec& i = *core.find(op);
  if (shape_of(op).unit == CoreUnit::load_store) return i.latency;
  const std::uint64_t n = core.or_whole(elements);
  const std::uint64_t chunks = (n + core.elements_per_cycle - 1) / core.elements_per_cycle;
  const std::uint64_t port = core.register_ports == RegisterPorts::shared
                                 ? (std::uint64_t{i.reads} + i.writes) * chunks
                                 : std::min(i.reads + i.writes, 1U) * chunks;
  const std::uint64_t width =
      i.elements_per_cycle > 0 ? i.elements_per_cycle : core.elements_per_cycle;
  const std::uint64_t pass = (n + width - 1) / width;
  const std::uint64_t vector = std::max(port + pipeline_wait(i, chunks), i.passes * pass);
  return i.latency + levels_and_bits(core, i, n) + at_speed(core.speed.vector, vector);
}

OpcodeCost opcode_cost(const CoreSpec& core, const Instruction& i, std::uint32_t lanes,
                       const MatrixOperand& operand) {
  const OpcodeRow& row = row_of(i.op);
  if (row.unit == CoreUnit::exchange) return exchange_cost(core, i);
  if (row.unit == CoreUnit::attention && !row.data) return softmax_cost(core, i);
  const InstructionSpec& spec = *core.find(i.op);
  const std::uint64_t n = core.or_whole(i.elements);
  OpcodeCost cost;
  cost.unit = row.unit;
  cost.cycles = unit_cycles(core, i.op, i.elements);
  cost.register_bytes = whole(core.element * static_cast<double>(n)) * (spec.reads + spec.writes);
  if (row.data) cost.stream = stream_of(core, i, lanes, operand);
  if (is_product(i.op)) {
    add_product(cost, core, i, lanes, operand);
  } else if (row.unit == CoreUnit::attention) {
    add_attention(cost, core, i);
  } else if (row.grows) {
    cost.cache_written = i.cache_row_bytes();
  } else if (row.unit == CoreUnit::element_wise || row.unit == CoreUnit::norm) {
    cost.elements = spec.passes * n;
  }
  return cost;
}

CostTable cost_table(const CoreSpec& core, std::uint32_t lanes) {
  CostTable table;
  for (const OpcodeRow& row : opcodes) {
    OpcodeCost& cost = table[static_cast<std::size_t>(row.id)];
    cost.unit = row.unit;
    if (is_product(row.id) && core.unit_for(NumberFormat::ternary) == nullptr) continue;
    if (core.has(row.id) && !row.grows) cost = opcode_cost(core, Instruction{row.id}, lanes);
  }
  return table;
}

void count_instruction(CoreActivity& a, const OpcodeCost& cost) {
  ++a.units[cost.unit].instructions;
  a.register_bytes += cost.register_bytes;
  a.vector_elements += cost.elements;
  a.ternaries += cost.ternaries;
  a.weight_bytes += cost.weight_bytes;
  if (cost.unit == CoreUnit::matrix) a.working += cost.working;
  if (a.attention) {
    if (cost.unit == CoreUnit::attention) a.attention->working += cost.working;
    a.attention->products += cost.cache_products;
    a.attention->softmax += cost.softmax;
    a.attention->score_bytes += cost.score_bytes;
    a.attention->bytes_read += cost.cache_read;
    a.attention->bytes_written += cost.cache_written;
  }
  if (!special(cost.work)) return;
  if (!a.matrix) a.matrix.emplace();
  MatrixActivity& m = *a.matrix;
  m.skipped += cost.work.skipped;
  m.assumed_zeros += cost.work.assumed_zeros;
  m.lookups += cost.work.lookups;
  m.table_entries += cost.work.table_entries;
  m.decoded += cost.work.decoded;
  m.scalings += cost.work.scalings;
  if (cost.work.products > 0) m.products[std::string(name_of(cost.format))] += cost.work.products;
}

}  // namespace tritsim
