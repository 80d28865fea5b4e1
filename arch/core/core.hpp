// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <map>
#include <optional>

#include "arch/base/coefficient.hpp"
#include "arch/base/uncertain.hpp"
#include "arch/core/attachment.hpp"
#include "arch/core/attention_unit.hpp"
#include "arch/core/instruction.hpp"
#include "arch/core/issue.hpp"
#include "arch/core/mac_unit.hpp"
#include "arch/core/ternary_unit.hpp"

namespace tritsim {

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

/// What the core's events cost in fabric terms; device coefficients turn them into joules.
struct CoreActivitySpec {
  std::optional<Coefficient<double>> cells_per_ternary_bit;  ///< of a core with a ternary unit
  Coefficient<double> cells_per_element_bit;

  bool operator==(const CoreActivitySpec&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.optional("cells_per_ternary_bit", cells_per_ternary_bit,
                "logic cells (LUT or half ALM, with register) clocked per ternary addition and "
                "activation bit; of a core with a ternary unit",
                any_cells);
    io.required("cells_per_element_bit", cells_per_element_bit,
                "logic cells clocked per element and bit in element-wise and norm units",
                any_cells);
  }
};

/// How much faster parts of a core are than its description says, and how much smaller its weights.
/// No key of a file: `relieve` (sim/run/relieve.hpp) sets them to ask what a faster part is worth.
struct CoreSpeed {
  double matrix = 1;       ///< rate of the matrix units
  double attention = 1;    ///< rate of the attention unit
  double vector = 1;       ///< rate of register ports, element-wise and norm units
  double weight_size = 1;  ///< stored bytes of a weight

  bool operator==(const CoreSpeed&) const = default;
};

/// A core (one lane): vector registers and units under in-order issue.
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
  std::optional<TernarySpec> ternary;  ///< matrix unit for ternary weights
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
  std::optional<AttachmentSpec> attachment{};  ///< of its kernel: a key there, not of the core
  bool host_vectors = false;  ///< the host writes and reads the registers: no LDV, no SV
  UncertainNumbers uncertain{};

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
    return matrix_bytes(weights, vector_length, vector_length);
  }

  /// Bytes of a matrix of inputs x outputs, a row of it being the weights of one output.
  [[nodiscard]] Bytes matrix_bytes(const WeightSpec& weights, double inputs, double outputs) const;

  /// The matrix unit for weights of a format: `ternary` for ternary ones if there is one, else the
  /// MAC array; none if neither takes them.
  [[nodiscard]] const MatrixUnitSpec* unit_for(NumberFormat format) const;

  /// Size of a weight in memory, its share of a group's scale included: as `ternary` takes it, else
  /// as the format says.
  [[nodiscard]] Bytes stored_weight(const WeightSpec& weights) const {
    if (ternary && weights.format == NumberFormat::ternary)
      return ternary->weight * speed.weight_size;
    return Bytes{weights.bits() / 8 * speed.weight_size};
  }

  /// Weights of a format that the unit takes in a cycle when nothing holds it; zero if it takes
  /// none. Fill, padding, table building and skipped zeros are not in it.
  [[nodiscard]] double weights_per_cycle(NumberFormat format) const;

  /// Elements or outputs of an instruction that says `n`; 0 stands for D.
  [[nodiscard]] std::uint32_t or_whole(std::uint32_t n) const { return n > 0 ? n : vector_length; }

  /// Bits of an activation.
  [[nodiscard]] std::uint32_t activation_bits() const {
    return static_cast<std::uint32_t>(std::lround(element.si() * 8));
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
    io.optional("host_vectors", host_vectors,
                "the host writes inputs into the vector registers and reads sums from them (its "
                "tasks pack and read_back): the core has neither ldv nor sv");
    io.optional("uncertain", uncertain, uncertain_doc);
  }

  void check(Checker& c) const;
};

}  // namespace tritsim
