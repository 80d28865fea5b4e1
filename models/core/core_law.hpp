// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "arch/core/core.hpp"
#include "models/base/activity.hpp"
#include "models/core/matrix_law.hpp"
#include "models/memory/stream_law.hpp"

namespace tritsim {

/// A cycle of the core, counted from the start of its program.
using Cycle = std::uint64_t;

/// Cycles of an instruction besides its memory stream:
///   latency + max(register-port cycles, passes x D / width)
/// A shared register port moves one chunk a cycle, read or write; ports per register read and write
/// at once. The stream of LDV and SV is itself the pass over the register, so only their latency is
/// left. `elements`: of the instruction, 0: D. (U250: rules read from the ternip RTL; D5005: cycle
/// counts of the published RTL.)
[[nodiscard]] Cycle unit_cycles(const CoreSpec& core, Opcode op, std::uint32_t elements = 0);

/// The memory stream of LDV, SV, GO or TMATMUL for a kernel of `lanes` cores: every lane moves its
/// own vector, all lanes share one weight stream.
[[nodiscard]] StreamRequest stream_of(const CoreSpec& core, Opcode op, std::uint64_t address,
                                      std::uint32_t lanes, std::uint32_t elements = 0,
                                      std::uint32_t outputs = 0, const MatrixOperand& operand = {});

/// The memory stream of APPEND, SCORES or VALUES: the new position of every lane, or the whole
/// cache of every lane. The unit takes a cached element in as many cycles as its products with the
/// query heads that share it need.
[[nodiscard]] StreamRequest cache_stream(const CoreSpec& core, const Instruction& instruction,
                                         std::uint32_t lanes);

/// True if others decide when the instruction ends: memory, or the others of its tensor-parallel
/// group.
[[nodiscard]] bool ends_elsewhere(Opcode op);

/// True if the instruction moves data to or from memory, so that its end depends on others.
[[nodiscard]] bool uses_memory(Opcode op);

/// What does not change from one instance of an opcode to the next, worked out once for a kernel.
struct OpcodeCost {
  CoreUnit unit = CoreUnit::row_wise;
  /// unit_cycles() and a matrix unit's fill, less those of a stream's last byte that hold no weight
  Cycle cycles = 0;
  StreamRequest stream;  ///< address and start are the instance's
  std::uint64_t register_bytes = 0;
  std::uint64_t elements = 0;
  std::uint64_t ternaries = 0;
  std::uint64_t weight_bytes = 0;
  NumberFormat format = NumberFormat::ternary;  ///< of a product's weights
  MatrixWork work{};                            ///< of a product
  Time working{};                               ///< of a product: at the unit's own pace
  std::uint64_t cache_products = 0;             ///< multiply-adds with the cache
  std::uint64_t softmax = 0;                    ///< elements through softmax, passes counted
  std::uint64_t score_bytes = 0;
  std::uint64_t cache_read = 0;
  std::uint64_t cache_written = 0;
};

/// Cost of one instruction of a given size (0: D); the core must have the opcode, and for a product
/// a unit that takes the operand's weights.
[[nodiscard]] OpcodeCost opcode_cost(const CoreSpec& core, Opcode op, std::uint32_t lanes,
                                     std::uint32_t elements = 0, std::uint32_t outputs = 0,
                                     const MatrixOperand& operand = {});

/// The same of an instruction as it stands, attention included:
///   append   its element row, written
///   scores   latency + query through the port + stream of positions x row; d x positions products
///   softmax  latency + passes x heads x positions / width
///   values   as scores, the result through the port
///   send, gather  their elements through the port; what a gather waits for is not in it
[[nodiscard]] OpcodeCost opcode_cost(const CoreSpec& core, const Instruction& instruction,
                                     std::uint32_t lanes, const MatrixOperand& operand = {});

/// Costs by opcode, for the opcodes the core has; products with ternary weights, if it takes them;
/// empty for those whose cost depends on the cache.
using CostTable = std::array<OpcodeCost, EnumNames<Opcode>::names.size()>;
[[nodiscard]] CostTable cost_table(const CoreSpec& core, std::uint32_t lanes);

/// Adds one instruction of one lane to the counts.
void count_instruction(CoreActivity& activity, const OpcodeCost& cost);

/// Why an instruction was not issued one cycle after its predecessor.
struct IssueTime {
  Cycle cycle = 0;                  ///< of the issue
  std::optional<CoreUnit> held_by;  ///< the unit it waited for last, if it waited
};

/// In-order issue: which instruction may start when. Knows nothing of memory; a memory
/// instruction's end is told to it by finish().
class Scoreboard {
 public:
  explicit Scoreboard(const CoreSpec& core);

  /// A unit whose end must be known before `instruction` can be timed; none if it can be now.
  [[nodiscard]] std::optional<CoreUnit> waits_for(const Instruction& instruction) const;

  /// Issue time of `instruction`; waits_for() must be empty.
  [[nodiscard]] IssueTime issue_time(const Instruction& instruction) const;

  /// Issues at `cycle`. `end` is absent for a memory instruction: finish() follows.
  void issue(const Instruction& instruction, Cycle cycle, std::optional<Cycle> end);

  /// The end of the unit's running memory instruction.
  void finish(CoreUnit unit, Cycle end);

  [[nodiscard]] bool running(CoreUnit unit) const { return !state(unit).end_known; }

  /// The earliest cycle the next instruction could be issued in if nothing held it.
  [[nodiscard]] Cycle next_issue() const { return next_issue_; }

  /// When the last instruction so far ends; all ends must be known.
  [[nodiscard]] Cycle last_end() const { return last_end_; }

 private:
  struct UnitState {
    Cycle free = 0;
    bool end_known = true;
    bool in_go = false;  ///< its last instruction is a GO
  };

  struct RegisterState {
    Cycle free = 0;
    CoreUnit user = CoreUnit::row_wise;
    bool end_known = true;
  };

  [[nodiscard]] const UnitState& state(CoreUnit u) const {
    return units_[static_cast<std::size_t>(u)];
  }

  [[nodiscard]] UnitState& state(CoreUnit u) { return units_[static_cast<std::size_t>(u)]; }

  /// True if `instruction` has to wait until `unit` is free.
  [[nodiscard]] bool needs_unit(const Instruction& instruction, CoreUnit unit) const;

  template <class F>
  static void for_each_register(const Instruction& i, F&& f) {
    for (const std::uint8_t r : {i.dst, i.src1, i.src2}) {
      if (r != Instruction::no_register) f(r);
    }
  }

  /// What an opcode needs to be ready, worked out once.
  struct Needs {
    CoreUnit own = CoreUnit::row_wise;
    std::array<bool, EnumNames<CoreUnit>::names.size()> unit{};
  };

  IssueSpec spec_;
  std::array<Needs, EnumNames<Opcode>::names.size()> needs_{};
  std::array<UnitState, EnumNames<CoreUnit>::names.size()> units_{};
  std::vector<RegisterState> registers_;
  Cycle next_issue_ = 0;
  Cycle last_end_ = 0;
};

inline constexpr std::array all_units{CoreUnit::load_store, CoreUnit::row_wise,
                                      CoreUnit::rms,        CoreUnit::ternary,
                                      CoreUnit::attention,  CoreUnit::exchange};

[[nodiscard]] UnitActivity& unit_activity(CoreActivity& activity, CoreUnit unit);
[[nodiscard]] const UnitActivity& unit_activity(const CoreActivity& activity, CoreUnit unit);

}  // namespace tritsim
