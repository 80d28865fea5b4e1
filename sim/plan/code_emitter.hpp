// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sim/plan/lower.hpp"
#include "sim/plan/vector_code.hpp"

namespace tritsim {

/// The vectors that a value is cut into, each of a register's worth at most.
using Chunks = std::vector<VectorId>;

/// The code of a trace on one core as it grows, op by op: its vectors and symbols, where values
/// are, and what cannot run. What the ops become is up to the callers (lower_*.hpp).
class CodeEmitter {
 public:
  explicit CodeEmitter(const ProgramRequest& request);

  [[nodiscard]] const Trace& trace() const { return request_.trace; }

  [[nodiscard]] const MappingSpec& mapping() const { return request_.mapping; }

  [[nodiscard]] const CoreSpec& core() const { return request_.core; }

  [[nodiscard]] const LoweredSteps& steps() const { return request_.steps; }

  [[nodiscard]] std::uint32_t lanes() const { return request_.lanes; }

  /// What follows belongs to this op of the trace.
  void begin(std::size_t op) { at_ = static_cast<std::uint32_t>(op); }

  [[nodiscard]] const Op& op() const { return trace().ops[at_]; }

  // ---- sizes ---------------------------------------------------------------------------------

  [[nodiscard]] bool sized() const { return core().sizes == OperandSizes::per_instruction; }

  /// Registers' worth of a vector.
  [[nodiscard]] std::uint32_t chunk_count(std::uint32_t elements) const;

  /// Elements of the k-th of the pieces of at most `limit` that a vector of `n` is cut into; 0, for
  /// D, where all are padded to D.
  [[nodiscard]] std::uint32_t piece(std::uint32_t n, std::size_t k, std::uint32_t limit) const;

  // ---- vectors, symbols ----------------------------------------------------------------------

  VectorId make(std::string name, std::uint32_t elements = 0);

  /// A vector whose value is in memory from the start: a parameter, a state, an input.
  VectorId in_memory(const std::string& name, std::uint32_t elements);

  /// The same in registers' worths.
  Chunks parameters(const std::string& name, std::uint32_t elements);

  /// The vectors of a value; one that was made off the core is in memory.
  Chunks& chunks(ValueId id);

  void define(ValueId id, Chunks vectors) { values_[id] = std::move(vectors); }

  /// Whether an op on the core reads a value.
  [[nodiscard]] bool is_read(ValueId id) const { return readers_.contains(id); }

  std::uint32_t symbol(const std::string& name, Symbol::Kind kind);

  [[nodiscard]] Symbol& symbol(std::uint32_t index) { return code_.symbols[index]; }

  /// A symbol has room for what the instructions that name it move.
  void grow(std::uint32_t symbol, const Instruction& instruction);

  [[nodiscard]] std::uint32_t elements_of(VectorId v) const { return code_.vectors[v].elements; }

  /// The norm unit has the RMS of these vectors from here on. False if it had it already and the
  /// mapping has it computed once.
  bool begin_statistic(const Chunks& x);

  // ---- problems ------------------------------------------------------------------------------

  /// Records that the current op cannot run here. Ops with the same problem share one message.
  void refuse(std::string what, std::string remedy);

  [[nodiscard]] bool has(Opcode op);

  /// The same; if not, the current op is refused.
  bool require(Opcode op);

  void report(Problems& problems) const;

  // ---- instructions --------------------------------------------------------------------------

  /// An instruction on registers; its size is that of its shortest source.
  VectorId emit(Opcode op, const std::string& name, VectorId src1 = no_vector,
                VectorId src2 = no_vector);

  /// The same with a symbol or sizes; those that are 0 are as of the sources. `name`: of the
  /// result.
  VectorId emit(VectorInstruction instruction, const std::string& name);

  /// An instruction as it is, whose result has `elements` elements.
  VectorId push(VectorInstruction instruction, const std::string& name, std::uint32_t elements);

  /// The sums of the last GO, which stay in the matrix unit until they are needed.
  VectorId keep_sums(const std::string& name, std::uint32_t outputs);

  /// Fetches the sums that are still in the matrix unit.
  void export_sums();

  /// Stores a value that the host or a later stage reads, or that no op on the core reads and so
  /// something else must.
  void store_if_needed(ValueId id);

  [[nodiscard]] VectorCode take() { return std::move(code_); }

 private:
  ProgramRequest request_;
  std::array<std::optional<bool>, EnumNames<Opcode>::names.size()> has_{};  ///< asked for often
  VectorCode code_;
  std::map<std::string, std::size_t> symbols_;
  std::vector<Chunks> values_;
  std::set<ValueId> readers_;  ///< values that ops on the core read
  std::set<ValueId> stored_;   ///< values that the host or a later stage reads
  std::uint32_t at_ = 0;
  Chunks statistic_;  ///< vectors that the norm unit has the RMS of
  std::optional<VectorId> pending_sums_;
  std::uint32_t pending_op_ = 0;
  std::vector<std::pair<Problem, int>> refused_;  ///< with the number of others like it
};

}  // namespace tritsim
