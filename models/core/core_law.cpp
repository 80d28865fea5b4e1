// SPDX-License-Identifier: Apache-2.0
#include "models/core/core_law.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace tritsim {
namespace {

std::uint32_t or_whole(const CoreSpec& core, std::uint32_t n) {
  return n > 0 ? n : core.vector_length;
}

/// The stream of a tile ends with a whole byte; the unit does not take what of it is no weight.
Cycle unused_end(const CoreSpec& core, const OpcodeCost& tile, const WeightSpec& weights,
                 std::uint64_t count) {
  const double unused = static_cast<double>(tile.weight_bytes) / core.stored_weight(weights).si() -
                        static_cast<double>(count);
  return static_cast<Cycle>(std::max(unused, 0.0) * tile.work.stretch /
                                (full_rate(core, weights.format) * core.speed.matrix) +
                            1e-6);
}

/// Cycles of a unit that is `speed` times as fast.
Cycle at_speed(double speed, Cycle cycles) {
  return speed == 1 ? cycles
                    : static_cast<Cycle>(std::ceil(static_cast<double>(cycles) / speed - 1e-9));
}

/// True if a matrix unit does anything but one addition a weight.
bool special(const MatrixWork& w) {
  return w.skipped + w.assumed_zeros + w.lookups + w.decoded + w.products > 0;
}

}  // namespace

Cycle unit_cycles(const CoreSpec& core, Opcode op, std::uint32_t elements) {
  const InstructionSpec& i = *core.find(op);
  if (shape_of(op).unit == CoreUnit::load_store) return i.latency;
  const std::uint64_t n = or_whole(core, elements);
  const std::uint64_t chunks = (n + core.elements_per_cycle - 1) / core.elements_per_cycle;
  const std::uint64_t port = core.register_ports == RegisterPorts::shared
                                 ? (std::uint64_t{i.reads} + i.writes) * chunks
                                 : std::min(i.reads + i.writes, 1U) * chunks;
  const std::uint64_t width =
      i.elements_per_cycle > 0 ? i.elements_per_cycle : core.elements_per_cycle;
  const std::uint64_t pass = (n + width - 1) / width;
  return i.latency + at_speed(core.speed.vector, std::max(port, i.passes * pass));
}

bool uses_memory(Opcode op) {
  return op == Opcode::ldv || op == Opcode::sv || op == Opcode::go || op == Opcode::tmatmul ||
         op == Opcode::append || op == Opcode::scores || op == Opcode::values;
}

bool ends_elsewhere(Opcode op) {
  return uses_memory(op) || op == Opcode::gather;
}

StreamRequest stream_of(const CoreSpec& core, Opcode op, std::uint64_t address, std::uint32_t lanes,
                        std::uint32_t elements, std::uint32_t outputs,
                        const MatrixOperand& operand) {
  const auto whole = [](Bytes b) { return static_cast<std::uint64_t>(std::ceil(b.si())); };
  StreamRequest s;
  s.address = address;
  s.beat = cycles_to_time(1, core.clock);
  const auto port = [&](const FetchSpec& f) {
    return f.port.si() > 0 ? f.port.si() : core.memory_port.si();
  };
  if (op == Opcode::ldv || op == Opcode::sv) {
    s.write = op == Opcode::sv;
    const FetchSpec& fetch = s.write && core.store ? *core.store : core.load_store;
    const Bytes element = core.memory_element(s.write);
    const Bytes chunk = element * static_cast<double>(core.elements_per_cycle);
    s.beat_bytes = port(fetch);
    s.bytes = whole(element * static_cast<double>(or_whole(core, elements))) * lanes;
    s.request_bytes = std::min(s.bytes, whole(fetch.request));
    s.outstanding = fetch.outstanding * lanes;
    s.turnaround = cycles_to_time(fetch.turnaround, core.clock);
    s.unit_per_byte = s.beat / (chunk.si() * lanes * core.speed.vector);
  } else if (uses_memory(op)) {
    const NumberFormat format = operand.weights.format;
    const MatrixUnitSpec* unit = core.unit_for(format);
    if (unit == nullptr) throw std::logic_error("the core has no unit for this format");
    const std::uint64_t n = or_whole(core, elements);
    const std::uint64_t m = or_whole(core, outputs);
    const Bytes weight = core.stored_weight(operand.weights);
    s.beat_bytes = port(unit->fetch);
    s.bytes = whole(weight * (static_cast<double>(n) * static_cast<double>(m)));
    s.request_bytes = std::min(s.bytes, whole(unit->fetch.request));
    s.outstanding = unit->fetch.outstanding;
    s.turnaround = cycles_to_time(unit->fetch.turnaround, core.clock);
    s.fifo_bytes = whole(unit->fifo);
    s.prefetch_bytes = whole(unit->prefetch);
    s.unit_per_byte = s.beat / (weight.si() * full_rate(core, format) * core.speed.matrix) *
                      matrix_work(core, operand, n, m, lanes).stretch;
  } else {
    throw std::logic_error("this instruction has no memory stream");
  }
  return s;
}

StreamRequest cache_stream(const CoreSpec& core, const Instruction& i, std::uint32_t lanes) {
  const auto whole = [](Bytes b) { return static_cast<std::uint64_t>(std::ceil(b.si())); };
  const bool append = i.op == Opcode::append;
  const AttentionSize& a = i.attention;
  const FetchSpec& fetch = !append      ? core.attention->fetch
                           : core.store ? *core.store
                                        : core.load_store;
  const double element = bits_of(a.cache) / 8;
  const double per_cycle =
      append ? core.elements_per_cycle * core.speed.vector
             : core.attention->products_per_cycle * core.speed.attention / a.shared;
  StreamRequest s;
  s.beat = cycles_to_time(1, core.clock);
  s.beat_bytes = fetch.port.si() > 0 ? fetch.port.si() : core.memory_port.si();
  s.bytes = i.cache_row_bytes() * (append ? 1 : a.positions) * lanes;
  s.request_bytes = std::min(s.bytes, whole(fetch.request));
  s.outstanding = fetch.outstanding * lanes;
  s.turnaround = cycles_to_time(fetch.turnaround, core.clock);
  s.unit_per_byte = s.beat / (element * per_cycle * lanes);
  s.write = append;
  if (!append) s.fifo_bytes = whole(core.attention->fifo) * lanes;
  return s;
}

OpcodeCost opcode_cost(const CoreSpec& core, Opcode op, std::uint32_t lanes, std::uint32_t elements,
                       std::uint32_t outputs, const MatrixOperand& operand) {
  OpcodeCost cost;
  const InstructionSpec& spec = *core.find(op);
  const std::uint64_t n = or_whole(core, elements);
  const auto vector =
      static_cast<std::uint64_t>(std::ceil((core.element * static_cast<double>(n)).si()));
  cost.unit = shape_of(op).unit;
  cost.cycles = unit_cycles(core, op, elements);
  cost.register_bytes = vector * (spec.reads + spec.writes);
  if (uses_memory(op)) cost.stream = stream_of(core, op, 0, lanes, elements, outputs, operand);
  if (cost.unit == CoreUnit::row_wise || cost.unit == CoreUnit::rms) {
    cost.elements = spec.passes * n;
  } else if (cost.unit == CoreUnit::ternary && uses_memory(op)) {
    const std::uint64_t weights = n * or_whole(core, outputs);
    cost.format = operand.weights.format;
    cost.work = matrix_work(core, operand, n, or_whole(core, outputs), lanes);
    if (cost.work.products == 0) cost.ternaries = weights;
    cost.weight_bytes = cost.stream.bytes;
    cost.cycles += cost.work.fill;
    const Cycle unused = std::min(cost.cycles, unused_end(core, cost, operand.weights, weights));
    cost.cycles -= unused;
    cost.working = cost.stream.unit_per_byte * static_cast<double>(cost.stream.bytes) -
                   cycles_to_time(static_cast<double>(unused), core.clock);
  }
  return cost;
}

OpcodeCost opcode_cost(const CoreSpec& core, const Instruction& i, std::uint32_t lanes,
                       const MatrixOperand& operand) {
  if (shape_of(i.op).unit == CoreUnit::exchange) {
    OpcodeCost port;
    port.unit = CoreUnit::exchange;
    port.cycles = (i.elements + core.elements_per_cycle - 1) / core.elements_per_cycle;
    port.register_bytes =
        static_cast<std::uint64_t>(std::ceil((core.element * double(i.elements)).si()));
    return port;
  }
  if (!grows(i.op)) return opcode_cost(core, i.op, lanes, i.elements, i.outputs, operand);
  OpcodeCost cost;
  const InstructionSpec& spec = *core.find(i.op);
  const AttentionSize& a = i.attention;
  const std::uint64_t scores = std::uint64_t{a.heads} * a.positions;
  cost.unit = shape_of(i.op).unit;
  if (i.op == Opcode::softmax) {
    const std::uint64_t width =
        spec.elements_per_cycle > 0 ? spec.elements_per_cycle : core.elements_per_cycle;
    cost.cycles =
        spec.latency + at_speed(core.speed.attention, spec.passes * ((scores + width - 1) / width));
    cost.softmax = spec.passes * scores;
    cost.score_bytes = static_cast<std::uint64_t>(
        std::ceil((core.attention->score * (2.0 * static_cast<double>(cost.softmax))).si()));
    return cost;
  }
  cost.cycles = unit_cycles(core, i.op, i.elements);
  cost.stream = cache_stream(core, i, lanes);
  cost.register_bytes = static_cast<std::uint64_t>(
      std::ceil((core.element * (double(i.elements) * (spec.reads + spec.writes))).si()));
  if (i.op == Opcode::append) {
    cost.cache_written = i.cache_row_bytes();
    return cost;
  }
  cost.working = cost.stream.unit_per_byte * static_cast<double>(cost.stream.bytes);
  cost.cache_products = std::uint64_t{i.elements} * a.positions;
  cost.cache_read = i.cache_row_bytes() * a.positions;
  cost.score_bytes = static_cast<std::uint64_t>(
      std::ceil((core.attention->score * static_cast<double>(scores)).si()));
  return cost;
}

CostTable cost_table(const CoreSpec& core, std::uint32_t lanes) {
  CostTable table;
  for (const auto& [op, name] : EnumNames<Opcode>::names) {
    OpcodeCost& cost = table[static_cast<std::size_t>(op)];
    cost.unit = shape_of(op).unit;
    const bool product = cost.unit == CoreUnit::ternary && uses_memory(op);
    if (product && core.unit_for(NumberFormat::ternary) == nullptr) continue;
    if (core.has(op) && !grows(op)) cost = opcode_cost(core, op, lanes);
  }
  return table;
}

void count_instruction(CoreActivity& a, const OpcodeCost& cost) {
  ++unit_activity(a, cost.unit).instructions;
  a.register_bytes += cost.register_bytes;
  a.row_wise_elements += cost.elements;
  a.ternaries += cost.ternaries;
  a.weight_bytes += cost.weight_bytes;
  if (cost.unit == CoreUnit::ternary) a.working += cost.working;
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

UnitActivity& unit_activity(CoreActivity& a, CoreUnit unit) {
  switch (unit) {
    case CoreUnit::load_store:
      return a.load_store;
    case CoreUnit::row_wise:
      return a.row_wise;
    case CoreUnit::rms:
      return a.rms;
    case CoreUnit::attention:
      return a.attention.value().unit;
    case CoreUnit::exchange:
      return a.exchange.value().unit;
    case CoreUnit::ternary:
      break;
  }
  return a.ternary;
}

const UnitActivity& unit_activity(const CoreActivity& a, CoreUnit unit) {
  return unit_activity(const_cast<CoreActivity&>(a), unit);
}

Scoreboard::Scoreboard(const CoreSpec& core) : spec_(core.issue), registers_(core.registers) {
  const auto memory = [](CoreUnit u) {
    return u == CoreUnit::load_store || u == CoreUnit::ternary || u == CoreUnit::attention;
  };
  for (const auto& [op, name] : EnumNames<Opcode>::names) {
    Needs& needs = needs_[static_cast<std::size_t>(op)];
    needs.own = shape_of(op).unit;
    for (const CoreUnit u : all_units) {
      const bool shares_memory = spec_.exclusive_memory && memory(needs.own) && memory(u);
      // Products with the cache follow the writing of its last position.
      const bool appended = needs.own == CoreUnit::attention && u == CoreUnit::load_store;
      needs.unit[static_cast<std::size_t>(u)] = u == needs.own || shares_memory || appended ||
                                                spec_.policy == IssuePolicy::all_units_ready;
    }
  }
}

bool Scoreboard::needs_unit(const Instruction& instruction, CoreUnit unit) const {
  const Needs& needs = needs_[static_cast<std::size_t>(instruction.op)];
  if (!needs.unit[static_cast<std::size_t>(unit)]) return false;
  const bool beside_go = spec_.policy == IssuePolicy::all_units_ready && spec_.overlap_go &&
                         unit == CoreUnit::ternary && needs.own != unit && state(unit).in_go;
  return !beside_go;
}

std::optional<CoreUnit> Scoreboard::waits_for(const Instruction& instruction) const {
  for (const CoreUnit u : all_units) {
    if (!state(u).end_known && needs_unit(instruction, u)) return u;
  }
  std::optional<CoreUnit> user;
  for_each_register(instruction, [&](std::uint8_t r) {
    if (!registers_[r].end_known) user = registers_[r].user;
  });
  return user;
}

IssueTime Scoreboard::issue_time(const Instruction& instruction) const {
  IssueTime t{next_issue_, {}};
  for (const CoreUnit u : all_units) {
    if (state(u).free > t.cycle && needs_unit(instruction, u)) t = {state(u).free, u};
  }
  for_each_register(instruction, [&](std::uint8_t r) {
    if (registers_[r].free > t.cycle) t = {registers_[r].free, registers_[r].user};
  });
  return t;
}

void Scoreboard::issue(const Instruction& instruction, Cycle cycle, std::optional<Cycle> end) {
  const CoreUnit unit = needs_[static_cast<std::size_t>(instruction.op)].own;
  state(unit) = {end.value_or(0), end.has_value(), instruction.op == Opcode::go};
  for_each_register(instruction, [&](std::uint8_t r) {
    registers_[r] = {end.value_or(0), unit, end.has_value()};
  });
  next_issue_ = cycle + 1;
  if (end) last_end_ = std::max(last_end_, *end);
}

void Scoreboard::finish(CoreUnit unit, Cycle end) {
  state(unit).free = end;
  state(unit).end_known = true;
  for (RegisterState& r : registers_) {
    if (r.user == unit && !r.end_known) {
      r.free = end;
      r.end_known = true;
    }
  }
  last_end_ = std::max(last_end_, end);
}

}  // namespace tritsim
