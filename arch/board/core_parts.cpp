// SPDX-License-Identifier: Apache-2.0
#include "arch/board/core_parts.hpp"

#include <algorithm>
#include <cmath>

namespace tritsim {
namespace {

constexpr std::uint32_t address_bits = 40;

/// A count as a parameter of a part; one beyond 2^30 stays there.
std::uint32_t whole(double n) {
  return static_cast<std::uint32_t>(std::min(std::ceil(n), 0x1p30));
}

std::uint32_t bits_of(Bytes width) {
  return static_cast<std::uint32_t>(std::lround(width.si() * 8));
}

bool has_unit(const CoreSpec& core, CoreUnit unit) {
  return std::any_of(EnumNames<Opcode>::names.begin(), EnumNames<Opcode>::names.end(),
                     [&](const auto& named) {
                       return core.has(named.first) && shape_of(named.first).unit == unit;
                     });
}

bool has_any(const CoreSpec& core, std::initializer_list<Opcode> ops) {
  return std::any_of(ops.begin(), ops.end(), [&](Opcode op) { return core.has(op); });
}

bool has_input_memory(const CoreSpec& core) {
  return core.ternary && core.ternary->tree && core.ternary->keeps_input && !core.ternary->table &&
         !core.ternary->bit_serial;
}

/// Tables of sums: looked up and summed by a tree, and the adders that fill them.
void add_tables(const CoreSpec& core, const TableSpec& t, std::vector<CorePart>& parts) {
  const std::uint32_t bits = core.activation_bits();
  parts.push_back(
      {"sums from tables",
       counts_of(PartKind::table_lookup, {{"n", t.tables}, {"t", t.trits}, {"w", bits}}),
       double{1} * t.lookups_per_cycle * (t.double_buffered ? 2 : 1)});
  PartCounts filling;
  filling.adder_bits = filling.register_bits =
      double{1} * t.tables * t.entries_per_cycle * t.entry_bits(bits);
  parts.push_back({"adders that fill tables", filling});
}

/// Of the levels of a tree: a product with fewer stages than the tree has levels (its latency,
/// where it is one instruction) registers some of them.
double registered_share(const CoreSpec& core, std::uint32_t inputs) {
  const InstructionSpec* product = core.find(Opcode::tmatmul);
  if (product == nullptr) return 1;
  const double levels = 1 + std::ceil(std::log2(std::max(inputs, 1U)));
  const double stages = std::max(static_cast<double>(product->latency) - 1, 1.0);  // one is the sum
  return std::min(stages / levels, 1.0);
}

void add_ternary(const CoreSpec& core, std::vector<CorePart>& parts) {
  const TernarySpec& t = *core.ternary;
  const std::uint32_t rate = t.ternaries_per_cycle;
  const std::uint32_t acc = bits_of(t.accumulator);
  if (t.table) {
    add_tables(core, *t.table, parts);
    return;
  }
  const std::uint32_t inputs = t.tree ? t.tree->width(rate) : rate;
  if (t.bit_serial) {
    parts.push_back({"ternary adders",
                     counts_of(PartKind::bit_serial, {{"n", inputs}, {"acc", acc}}),
                     std::ceil(double{1} * rate / inputs) * t.bit_serial->bits_per_cycle});
    return;
  }
  PartCounts tree =
      counts_of(PartKind::ternary_tree,
                {{"n", inputs}, {"w", core.activation_bits()}, {"acc", acc}, {"saturate", 0}});
  tree.register_bits = acc + (tree.register_bits - acc) * registered_share(core, inputs);
  parts.push_back({"ternary adders", tree, std::ceil(double{1} * rate / inputs)});
  if (has_input_memory(core)) {
    // Distributed memory of 32 words by 14 bits in 8 cells.
    PartCounts memory;
    memory.memory_cells = std::ceil(double{1} * inputs * core.activation_bits() / 14) * 8 *
                          std::ceil(double{1} * core.vector_length / inputs / 32);
    parts.push_back({"input memory of the adders", memory});
  }
}

void add_vector_units(const CoreSpec& core, std::vector<CorePart>& parts) {
  const std::uint32_t vp = core.elements_per_cycle;
  const std::uint32_t bits = core.activation_bits();
  const bool sigmoid =
      has_any(core, {Opcode::exp, Opcode::sig, Opcode::csig, Opcode::silu, Opcode::gelu});
  if (has_unit(core, CoreUnit::element_wise)) {
    const bool multiply =
        sigmoid || has_any(core, {Opcode::mul, Opcode::div, Opcode::relu2, Opcode::rotary});
    parts.push_back(
        {"element-wise unit", counts_of(PartKind::element_wise, {{"vp", vp},
                                                                 {"w", bits},
                                                                 {"multiply", multiply ? 1U : 0U},
                                                                 {"sigmoid", sigmoid ? 1U : 0U}})});
  }
  if (has_unit(core, CoreUnit::norm)) {
    const auto sum = static_cast<std::uint32_t>(
        2 * bits + std::ceil(std::log2(std::max(core.vector_length, 2U))));
    parts.push_back(
        {"norm unit", counts_of(PartKind::rms, {{"vp", vp}, {"w", bits}, {"acc", sum + sum % 2}})});
  }
}

void add_memories(const CoreSpec& core, std::vector<CorePart>& parts) {
  const bool shared = core.register_ports == RegisterPorts::shared;
  const std::uint32_t chunk = core.activation_bits() * core.elements_per_cycle;
  PartCounts file = counts_of(
      PartKind::vector_registers,
      {{"registers", shared ? core.registers : 1}, {"depth", core.chunks()}, {"chunk", chunk}});
  file.register_bits -= chunk;  // a memory block has the register behind its port
  parts.push_back({"vector registers", file, shared ? 1.0 : core.registers});
  const std::uint32_t port = std::max(bits_of(core.memory_port), 1U);
  for (const auto* unit :
       {static_cast<const MatrixUnitSpec*>(core.ternary ? &*core.ternary : nullptr),
        static_cast<const MatrixUnitSpec*>(core.mac ? &*core.mac : nullptr)}) {
    if (unit == nullptr) continue;
    const std::uint32_t words = whole(unit->fifo / core.memory_port);
    parts.push_back(
        {"weight FIFO",
         counts_of(PartKind::weight_fifo, {{"words", std::max(words, 2U)}, {"bits", port}}), 1,
         false});
  }
}

/// What stands between the lanes of a kernel and its memory.
void add_attachment(const CoreGroup& group, std::vector<CorePart>& parts) {
  const CoreSpec& core = group.core;
  const std::uint32_t port = bits_of(core.memory_port);
  const std::uint32_t chunks =
      whole(double{1} * group.lanes * core.activation_bits() * core.elements_per_cycle);
  if (!core.attachment || core.attachment->stages == 0) return;
  for (const std::uint32_t bits : {port, chunks, chunks}) {
    parts.push_back({"register stages",
                     counts_of(PartKind::register_stages,
                               {{"bits", bits}, {"stages", core.attachment->stages}}),
                     1, false, true});
  }
}

}  // namespace

std::vector<CorePart> parts_of(const CoreGroup& group) {
  const CoreSpec& core = group.core;
  std::vector<CorePart> parts;
  if (core.ternary) add_ternary(core, parts);
  if (core.mac) {
    PartCounts sums;
    sums.accumulator_bits = sums.register_bits =
        double{1} * bits_of(core.mac->accumulator) * core.mac->columns;
    parts.push_back({"accumulators of the array", sums});
  }
  add_vector_units(core, parts);
  add_memories(core, parts);
  const bool in_order = core.instructions.size() > 1;
  if (in_order) {
    parts.push_back(
        {"issue",
         counts_of(PartKind::instruction_decode,
                   {{"units", 4}, {"registers", core.registers}, {"address", address_bits}})});
  }
  if (has_any(core, {Opcode::ldv, Opcode::sv})) {
    const std::uint32_t chunk = core.activation_bits() * core.elements_per_cycle;
    const std::uint32_t port = std::max(bits_of(core.memory_port), chunk);
    PartCounts unit = counts_of(
        PartKind::load_store_unit,
        {{"address", address_bits}, {"port", port}, {"chunk", chunk}, {"outstanding", 2}});
    if (port == chunk) {  // no converters
      unit.select_bits -= port;
      unit.register_bits -= 2.0 * port;
    }
    parts.push_back({"load and store", unit, 1, false});
  }
  add_attachment(group, parts);
  return parts;
}

double input_memory_blocks(const CoreSpec& core, RamBlock block) {
  if (!has_input_memory(core)) return 0;
  const std::uint32_t inputs = core.ternary->tree->width(core.ternary->ternaries_per_cycle);
  const std::uint32_t words = (core.vector_length + inputs - 1) / inputs;
  return static_cast<double>(
      layout_of(block, RamPorts::simple_dual, words, std::uint64_t{inputs} * core.activation_bits())
          .blocks());
}

}  // namespace tritsim
