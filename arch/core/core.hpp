// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>

#include "arch/base/coefficient.hpp"
#include "arch/core/instruction.hpp"
#include "arch/core/matrix_unit.hpp"

namespace tritsim {

/// The attention unit: products of queries with the keys of a cache, softmax in a buffer of scores,
/// products of those with the values. The cache is streamed, each element once for all the query
/// heads that share it.
struct AttentionSpec {
  std::uint32_t products_per_cycle = 1;
  std::string mode;           ///< of the device's DSP blocks that make them; empty: in fabric
  Coefficient<double> cells;  ///< logic cells of one product beside its DSP block
  std::uint64_t scores = 0;   ///< capacity of the score buffer
  Bytes score;
  Bytes fifo;
  FetchSpec fetch;

  bool operator==(const AttentionSpec&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("products_per_cycle", products_per_cycle,
                "multiply-adds a cycle of queries with keys, of scores with values", any_width);
    io.optional("mode", mode,
                "mode of the device's DSP blocks that make them; left out: in logic cells alone");
    io.required("cells", cells, "logic cells of one multiply-add beside its DSP block", any_cells);
    io.required("scores", scores, "capacity of the score buffer: heads x positions",
                between(1, 1 << 26));
    io.required("score", score, "stored size of one score", any_word);
    io.required("fifo", fifo, "capacity of the cache FIFO", any_size);
    io.required("fetch", fetch, "how keys and values are requested from memory");
  }

  void check(Checker& c) const {
    if (fifo < fetch.request) {
      c.fail("fifo", "holds less than one request", "give fifo >= fetch.request");
    }
  }
};

/// Timing of one instruction:
///   cycles = latency + max(register-port cycles, passes x D / elements_per_cycle)
/// where register-port cycles are reads and writes of the whole vector through the port(s). GO,
/// TMATMUL, LDV, SV, APPEND, SCORES and VALUES add their memory stream (see docs/modelling.md).
struct InstructionSpec {
  std::uint32_t reads = 0;
  std::uint32_t writes = 0;
  std::uint32_t passes = 1;
  std::uint32_t elements_per_cycle = 0;  ///< 0: as wide as the core's vector port
  std::uint32_t latency = 0;

  bool operator==(const InstructionSpec&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("latency", latency, "cycles besides the passes: pipeline fill, set-up", any_cycles);
    io.optional("reads", reads, "vector registers read", between(0, 16));
    io.optional("writes", writes, "vector registers written", between(0, 16));
    io.optional("passes", passes, "passes of the unit over the vector", between(0, 65536));
    io.optional("elements_per_cycle", elements_per_cycle,
                "width of the unit; 0 means that of the core's vector port", between(0, 1 << 20));
  }
};

enum class RegisterPorts {
  per_register,  ///< every register has a read and a write port of its own
  shared,        ///< one port for the whole file, one chunk read or written a cycle
};

template <>
struct EnumNames<RegisterPorts> {
  static constexpr std::array<std::pair<RegisterPorts, std::string_view>, 2> names{{
      {RegisterPorts::per_register, "per_register"},
      {RegisterPorts::shared, "shared"},
  }};
};

enum class IssuePolicy {
  scoreboard,       ///< waits for its own unit and the registers it names
  all_units_ready,  ///< waits until every unit is ready
};

template <>
struct EnumNames<IssuePolicy> {
  static constexpr std::array<std::pair<IssuePolicy, std::string_view>, 2> names{{
      {IssuePolicy::scoreboard, "scoreboard"},
      {IssuePolicy::all_units_ready, "all_units_ready"},
  }};
};

/// What the host hands over in one launch.
enum class Launch {
  program,      ///< a program; the core works it off by itself
  instruction,  ///< one instruction: a command buffer of one, the host waits for each
};

template <>
struct EnumNames<Launch> {
  static constexpr std::array<std::pair<Launch, std::string_view>, 2> names{{
      {Launch::program, "program"},
      {Launch::instruction, "instruction"},
  }};
};

/// How much an instruction works on.
enum class OperandSizes {
  whole,            ///< whole vectors of D elements, D x D tiles, padded
  per_instruction,  ///< as many elements, rows and columns as it says; D is the most
};

template <>
struct EnumNames<OperandSizes> {
  static constexpr std::array<std::pair<OperandSizes, std::string_view>, 2> names{{
      {OperandSizes::whole, "whole"},
      {OperandSizes::per_instruction, "per_instruction"},
  }};
};

/// In-order issue, at most one instruction a cycle.
struct IssueSpec {
  IssuePolicy policy = IssuePolicy::scoreboard;
  bool overlap_go = false;          ///< other units may work while a GO runs
  bool exclusive_memory = false;    ///< load/store and ternary unit exclude each other
  std::uint32_t finish_cycles = 0;  ///< from the last unit's end to the ready register
  Launch launch = Launch::program;

  bool operator==(const IssueSpec&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("policy", policy, "what an instruction waits for");
    io.optional("overlap_go", overlap_go,
                "under all_units_ready: other units may work while a GO runs");
    io.optional("exclusive_memory", exclusive_memory,
                "load/store and ternary unit exclude each other");
    io.optional("finish_cycles", finish_cycles, "cycles from the last unit's end to ready",
                any_cycles);
    io.optional("launch", launch, "what the host hands over in one launch");
  }
};

/// What the core's events cost in fabric terms; device coefficients turn them into joules.
struct CoreActivitySpec {
  Coefficient<double>
      cells_per_ternary_bit;  ///< logic cells clocked per ternary and activation bit
  Coefficient<double> cells_per_row_wise_bit;  ///< logic cells clocked per row-wise element and bit

  bool operator==(const CoreActivitySpec&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("cells_per_ternary_bit", cells_per_ternary_bit,
                "logic cells (LUT or half ALM, with register) per ternary and activation bit",
                any_cells);
    io.required("cells_per_row_wise_bit", cells_per_row_wise_bit,
                "logic cells per row-wise element and bit", any_cells);
  }
};

/// How much faster parts of a core are than its description says, and how much smaller its weights.
/// No key of a file: `relieve` (sim/run/relieve.hpp) sets them to ask what a faster part is worth.
struct CoreSpeed {
  double matrix = 1;       ///< rate of the matrix units
  double attention = 1;    ///< rate of the attention unit
  double vector = 1;       ///< rate of register ports, element-wise and RMS units
  double weight_size = 1;  ///< stored bytes of a weight

  bool operator==(const CoreSpeed&) const = default;
};

/// A ternary core (one lane): vector registers and units under in-order issue.
struct CoreSpec {
  static constexpr std::string_view kind = "core";

  std::string name;
  std::string source;
  Frequency clock;
  std::uint32_t vector_length = 0;       ///< D: elements of a vector register
  Bytes element;                         ///< one element
  std::uint32_t elements_per_cycle = 1;  ///< VP: elements of a register-file chunk
  std::uint32_t registers = 8;
  RegisterPorts register_ports = RegisterPorts::per_register;
  Bytes memory_port;  ///< bytes a cycle between memory and this kernel
  IssueSpec issue;
  std::optional<TernarySpec> ternary;  ///< multiplies by ternary weights
  std::optional<MacSpec> mac;          ///< multiplies by weights of the formats it lists
  FetchSpec load_store;
  std::map<std::string, InstructionSpec> instructions;
  CoreActivitySpec activity;
  OperandSizes sizes = OperandSizes::whole;
  std::uint32_t output_length = 0;  ///< most outputs of a product; 0: vector_length
  std::optional<FetchSpec> store;   ///< how SV writes; absent: as load_store
  Bytes stored_element;             ///< one element that SV writes; zero: element
  std::optional<AttentionSpec> attention;
  CoreSpeed speed{};

  bool operator==(const CoreSpec&) const = default;

  /// N: register-file chunks of a vector.
  [[nodiscard]] std::uint32_t chunks() const {
    return (vector_length + elements_per_cycle - 1) / elements_per_cycle;
  }

  [[nodiscard]] Bytes vector_bytes() const { return element * vector_length; }

  /// Most outputs of one product.
  [[nodiscard]] std::uint32_t outputs() const {
    return output_length > 0 ? output_length : vector_length;
  }

  /// One element as LDV reads or SV writes it.
  [[nodiscard]] Bytes memory_element(bool write) const {
    return write && stored_element.si() > 0 ? stored_element : element;
  }

  /// Bytes of one D x D tile of packed weights.
  [[nodiscard]] Bytes tile_bytes(const WeightSpec& weights = {NumberFormat::ternary}) const {
    return stored_weight(weights) * (static_cast<double>(vector_length) * vector_length);
  }

  /// The unit that multiplies by weights of a format: the ternary unit by ternary ones if there is
  /// one, else the MAC array; none if neither takes them.
  [[nodiscard]] const MatrixUnitSpec* unit_for(NumberFormat format) const;

  /// Size of a weight in memory, its share of a group's scale included: as the ternary unit takes
  /// it, else as the format says.
  [[nodiscard]] Bytes stored_weight(const WeightSpec& weights) const {
    if (ternary && weights.format == NumberFormat::ternary)
      return ternary->weight * speed.weight_size;
    return Bytes{weights.bits() / 8 * speed.weight_size};
  }

  /// Weights of a format that the unit takes in a cycle when nothing holds it; zero if it takes
  /// none. Fill, padding, table building and skipped zeros are not in it.
  [[nodiscard]] double weights_per_cycle(NumberFormat format) const;

  /// Bits of an activation.
  [[nodiscard]] std::uint32_t activation_bits() const {
    return static_cast<std::uint32_t>(element.si() * 8 + 0.5);
  }

  [[nodiscard]] const InstructionSpec* find(Opcode op) const {
    const auto it = instructions.find(std::string(name_of(op)));
    return it == instructions.end() ? nullptr : &it->second;
  }

  [[nodiscard]] bool has(Opcode op) const { return find(op) != nullptr; }

  template <class Io>
  void fields(Io& io) {
    io.required("name", name, "name of the core");
    io.required("source", source, "where the description comes from");
    io.required("clock", clock, "core clock", any_clock);
    io.required("vector_length", vector_length, "D: elements of a vector register",
                between(1, 65536));
    io.required("element", element, "size of one element", any_word);
    io.required("elements_per_cycle", elements_per_cycle,
                "elements of a register-file chunk, moved in a cycle", any_width);
    io.required("registers", registers, "vector registers", between(1, 254));
    io.required("register_ports", register_ports, "ports of the vector register file");
    io.required("memory_port", memory_port, "bytes a cycle between memory and core",
                between(1.0 / 8, 1 << 20));
    io.required("issue", issue, "instruction issue");
    io.optional("ternary", ternary, "matrix unit for ternary weights");
    io.optional("mac", mac, "matrix unit that multiplies: an array of multiply-accumulators");
    io.required("load_store", load_store, "how vectors are requested from memory");
    io.required("instructions", instructions, "the instructions this core has, and their timing");
    io.required("activity", activity, "logic that an event clocks");
    io.optional("sizes", sizes, "how much an instruction works on");
    io.optional("output_length", output_length,
                "most outputs of one product, under sizes: per_instruction; 0: vector_length",
                between(0, 1 << 20));
    io.optional("store", store, "how vectors are written to memory; left out: as load_store");
    io.optional("stored_element", stored_element,
                "size of an element that sv writes, e.g. of a sum; 0 bit: element", between(0, 64));
    io.optional("attention", attention, "attention unit; left out: the core has none");
  }

  void check(Checker& c) const;
};

}  // namespace tritsim
