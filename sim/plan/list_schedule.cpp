// SPDX-License-Identifier: Apache-2.0
#include "sim/plan/list_schedule.hpp"

#include <algorithm>

#include "models/core/core_law.hpp"
#include "sim/plan/dependences.hpp"

namespace tritsim {
namespace {

/// Cycles of an instruction on one lane, with a memory that answers at once.
double cycles_of(const CoreSpec& core, const Instruction& i, const std::vector<Symbol>& symbols) {
  MatrixOperand operand;
  if (is_product(i.op)) operand = {symbols[i.symbol].weights, symbols[i.symbol].zeros};
  const OpcodeCost cost = opcode_cost(core, i, 1, operand);
  const StreamRequest& s = cost.stream;
  const Time stream = std::max(s.unit_per_byte * static_cast<double>(s.bytes),
                               s.beat * (static_cast<double>(s.bytes) / s.beat_bytes));
  return static_cast<double>(cost.cycles) + (s.bytes > 0 ? stream * core.clock : 0);
}

/// In-order issue: the matrix unit beside all others, which take turns.
class IssueOrder {
 public:
  explicit IssueOrder(const IssueSpec& issue) : go_cycles_(issue.go_cycles) {}

  [[nodiscard]] static bool in_matrix_unit(Opcode op) {
    return row_of(op).unit == CoreUnit::matrix;
  }

  [[nodiscard]] double start(Opcode op) const {
    return in_matrix_unit(op) ? std::max(now_, go_end_) : now_;
  }

  void issue(Opcode op, double cycles) {
    now_ = start(op);
    if (op == Opcode::go) {
      go_end_ = now_ + cycles;
      now_ += go_cycles_;
    } else {
      now_ += cycles;
    }
  }

  /// Whether most of an instruction would run behind the end of the GO that runs.
  [[nodiscard]] bool outlasts_go(double cycles) const {
    return go_end_ > now_ && now_ + cycles / 2 > go_end_;
  }

  [[nodiscard]] double go_end() const { return go_end_; }

  [[nodiscard]] double end() const { return std::max(now_, go_end_); }

 private:
  double go_cycles_;
  double now_ = 0;
  double go_end_ = 0;
};

/// What is the same for all windows.
class Work {
 public:
  Work(const VectorCode& code, const ScheduleRequest& request)
      : code_(code), request_(request), dependences_(code) {
    const std::size_t count = code.instructions.size();
    cycles_.resize(count);
    to_end_.resize(count);
    needs_.resize(count);
    for (std::size_t i = count; i-- > 0;) {
      cycles_[i] = cycles(code.instructions[i]);
      for (const std::size_t next : dependences_.after(i)) {
        if (segment(next) == segment(i)) to_end_[i] = std::max(to_end_[i], to_end_[next]);
        ++needs_[next];
      }
      to_end_[i] += cycles_[i];
    }
  }

  /// The order under a window of so many instructions.
  [[nodiscard]] std::vector<VectorInstruction> order(std::size_t window) const {
    std::vector<VectorInstruction> order;
    std::vector<std::size_t> needs = needs_;
    std::vector<bool> done(needs.size(), false);
    IssueOrder issue(request_.core.issue);
    for (std::size_t first = 0; first < done.size();) {
      const std::size_t chosen = choose(first, window, issue, needs, done);
      issue.issue(code_.instructions[chosen].op, cycles_[chosen]);
      order.push_back(code_.instructions[chosen]);
      done[chosen] = true;
      for (const std::size_t next : dependences_.after(chosen)) --needs[next];
      while (first < done.size() && done[first]) ++first;
    }
    return order;
  }

 private:
  [[nodiscard]] std::uint32_t segment(std::size_t i) const {
    return request_.segments[code_.instructions[i].trace_op];
  }

  /// With the loads of the parameters that it reads.
  [[nodiscard]] double cycles(const VectorInstruction& v) const {
    Instruction i{v.op};
    i.symbol = v.symbol;
    i.elements = v.elements;
    i.outputs = v.outputs;
    i.attention = v.attention;
    double cycles = cycles_of(request_.core, i, code_.symbols);
    for (const VectorId source : {v.src1, v.src2}) {
      if (source == no_vector || !code_.vectors[source].home) continue;
      Instruction load{Opcode::ldv};
      load.elements = code_.vectors[source].elements;
      cycles += cycles_of(request_.core, load, code_.symbols);
    }
    return cycles;
  }

  [[nodiscard]] std::size_t choose(std::size_t first, std::size_t window, const IssueOrder& issue,
                                   const std::vector<std::size_t>& needs,
                                   const std::vector<bool>& done) const {
    const auto start = [&](std::size_t i) {
      const Opcode op = code_.instructions[i].op;
      const bool late = !IssueOrder::in_matrix_unit(op) && issue.outlasts_go(cycles_[i]);
      return late ? issue.go_end() + 0.5 : issue.start(op);
    };
    std::size_t best = first;
    for (std::size_t i = first; i < std::min(first + window, done.size()); ++i) {
      if (segment(i) != segment(first)) break;
      if (done[i] || needs[i] > 0) continue;
      const bool earlier = start(i) < start(best);
      if (earlier || (start(i) == start(best) && to_end_[i] > to_end_[best])) best = i;
    }
    return best;
  }

  const VectorCode& code_;
  const ScheduleRequest& request_;
  Dependences dependences_;
  std::vector<double> cycles_;
  std::vector<double> to_end_;      ///< cycles of the longest way to the end of the segment
  std::vector<std::size_t> needs_;  ///< instructions that must come before
};

double length(const VectorCode& code, const ScheduleRequest& request) {
  const Program program = allocate_registers(code, request.core.registers, request.spill);
  IssueOrder issue(request.core.issue);
  for (const Instruction& i : program.instructions) {
    issue.issue(i.op, cycles_of(request.core, i, program.symbols));
  }
  return issue.end();
}

}  // namespace

VectorCode list_schedule(VectorCode code, const ScheduleRequest& request) {
  const Work work(code, request);
  VectorCode best = code;
  double shortest = length(code, request);
  for (const std::size_t window : {4U, 8U, 16U, 32U, 64U, 128U}) {
    VectorCode other = code;
    other.instructions = work.order(window);
    const double cycles = length(other, request);
    if (cycles >= shortest) continue;
    shortest = cycles;
    best = std::move(other);
  }
  return best;
}

}  // namespace tritsim
