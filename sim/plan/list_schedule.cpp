// SPDX-License-Identifier: Apache-2.0
#include "sim/plan/list_schedule.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "models/core/core_law.hpp"

namespace tritsim {
namespace {

/// How far ahead of the oldest instruction that waits another may be taken: what is made early
/// holds a register until it is used.
constexpr std::size_t window = 32;

Instruction sized(const VectorInstruction& v) {
  Instruction i{v.op};
  i.elements = v.elements;
  i.outputs = v.outputs;
  i.attention = v.attention;
  return i;
}

/// What must come before what.
class Dependences {
 public:
  explicit Dependences(const VectorCode& code)
      : after_(code.instructions.size()),
        writer_(code.vectors.size(), none),
        readers_(code.vectors.size()) {
    for (std::size_t v = 0; v < code.vectors.size(); ++v) {
      if (code.vectors[v].home) living_[*code.vectors[v].home].push_back(v);
    }
    for (std::size_t i = 0; i < code.instructions.size(); ++i) add(i, code.instructions[i]);
  }

  /// Instructions that wait for the i-th.
  [[nodiscard]] const std::vector<std::size_t>& behind(std::size_t i) const { return after_[i]; }

 private:
  static constexpr std::size_t none = ~std::size_t{0};

  void order(std::size_t first, std::size_t second) {
    if (first == none || first == second) return;
    auto& a = after_[first];
    if (a.empty() || a.back() != second) a.push_back(second);
  }

  void add(std::size_t i, const VectorInstruction& v) {
    const OpcodeRow& row = row_of(v.op);
    for (const VectorId source : {v.src1, v.src2}) {
      if (source == no_vector) continue;
      order(writer_[source], i);
      readers_[source].push_back(i);
    }
    if (v.dst != no_vector) {
      order(writer_[v.dst], i);
      for (const std::size_t r : readers_[v.dst]) order(r, i);
      readers_[v.dst].clear();
      writer_[v.dst] = i;
    }
    if (row.unit != CoreUnit::element_wise) {
      std::size_t& last = last_of_[static_cast<std::size_t>(row.unit)];
      order(last - 1, i);
      last = i + 1;
    }
    if (v.op == Opcode::sv) store(i, v);
    if (row.data == Symbol::Kind::cache) {
      std::size_t& last = cache_[v.symbol];
      order(last - 1, i);
      last = i + 1;
    }
  }

  /// Whoever may still load what the symbol holds comes first, who loads the new value later.
  void store(std::size_t i, const VectorInstruction& v) {
    std::vector<std::size_t>& living = living_[v.symbol];
    for (const std::size_t vector : living) {
      for (const std::size_t r : readers_[vector]) order(r, i);
      if (vector != v.src1) writer_[vector] = i;
    }
    if (std::find(living.begin(), living.end(), v.src1) == living.end()) living.push_back(v.src1);
  }

  std::vector<std::vector<std::size_t>> after_;
  std::vector<std::size_t> writer_;  ///< of each vector, so far
  std::vector<std::vector<std::size_t>> readers_;
  std::map<std::uint32_t, std::vector<std::size_t>> living_;  ///< vectors that a symbol holds
  std::map<std::uint32_t, std::size_t> cache_;                ///< last user of each cache, plus 1
  std::array<std::size_t, core_units.size()> last_of_{};      ///< instruction of a unit, plus 1
};

class Scheduler {
 public:
  Scheduler(const VectorCode& code, const CoreSpec& core)
      : code_(code),
        dependences_(code),
        waits_for_(code.instructions.size(), 0),
        done_(code.instructions.size(), false),
        cycles_(code.instructions.size()),
        height_(code.instructions.size()) {
    for (std::size_t i = code.instructions.size(); i-- > 0;) {
      const OpcodeCost cost = opcode_cost(core, sized(code.instructions[i]), 1);
      const StreamRequest& s = cost.stream;
      const double stream =
          s.bytes > 0 ? s.unit_per_byte * static_cast<double>(s.bytes) * core.clock : 0;
      cycles_[i] = static_cast<double>(cost.cycles) + stream;
      for (const std::size_t next : dependences_.behind(i)) {
        height_[i] = std::max(height_[i], height_[next]);
        ++waits_for_[next];
      }
      height_[i] += cycles_[i];
    }
  }

  std::vector<VectorInstruction> run() {
    std::vector<VectorInstruction> order;
    for (std::size_t first = 0; first < done_.size();) {
      const std::size_t chosen = choose(first);
      issue(chosen);
      order.push_back(code_.instructions[chosen]);
      while (first < done_.size() && done_[first]) ++first;
    }
    return order;
  }

 private:
  [[nodiscard]] bool in_matrix_unit(std::size_t i) const {
    return row_of(code_.instructions[i].op).unit == CoreUnit::matrix;
  }

  /// When the instruction starts if it is the next; late, for one that mostly outlasts the GO.
  [[nodiscard]] double start(std::size_t i) const {
    if (in_matrix_unit(i)) return std::max(now_, go_end_);
    const bool outlasts = go_end_ > now_ && now_ + cycles_[i] / 2 > go_end_;
    return outlasts ? go_end_ + 0.5 : now_;
  }

  [[nodiscard]] std::size_t choose(std::size_t first) const {
    std::size_t best = first;
    for (std::size_t i = first; i < std::min(first + window, done_.size()); ++i) {
      if (done_[i] || waits_for_[i] > 0) continue;
      const bool earlier = start(i) < start(best);
      const bool more_behind = start(i) == start(best) && height_[i] > height_[best];
      if (earlier || more_behind) best = i;
    }
    return best;
  }

  void issue(std::size_t i) {
    const double at = in_matrix_unit(i) ? std::max(now_, go_end_) : now_;
    if (code_.instructions[i].op == Opcode::go) {
      now_ = at;
      go_end_ = at + cycles_[i];
    } else {
      now_ = at + cycles_[i];
    }
    done_[i] = true;
    for (const std::size_t next : dependences_.behind(i)) --waits_for_[next];
  }

  const VectorCode& code_;
  Dependences dependences_;
  std::vector<std::size_t> waits_for_;
  std::vector<bool> done_;
  std::vector<double> cycles_;
  std::vector<double> height_;  ///< cycles of the longest way to the end
  double now_ = 0;              ///< when the next instruction can be issued
  double go_end_ = 0;
};

}  // namespace

VectorCode list_schedule(VectorCode code, const CoreSpec& core) {
  code.instructions = Scheduler(code, core).run();
  return code;
}

}  // namespace tritsim
