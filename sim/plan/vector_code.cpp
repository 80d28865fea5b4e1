// SPDX-License-Identifier: Apache-2.0
#include "sim/plan/vector_code.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <stdexcept>

#include <fmt/format.h>

namespace tritsim {
namespace {

constexpr std::size_t never = std::numeric_limits<std::size_t>::max();

class Allocator {
 public:
  Allocator(VectorCode code, std::uint32_t registers, Spill spill)
      : code_(std::move(code)),
        spill_(spill),
        holds_(registers, no_vector),
        used_at_(registers, 0) {
    state_.resize(code_.vectors.size());
    for (std::size_t v = 0; v < state_.size(); ++v) state_[v].home = code_.vectors[v].home;
    for (std::size_t i = 0; i < code_.instructions.size(); ++i) {
      for (const VectorId v : sources(code_.instructions[i])) {
        if (v != no_vector) state_[v].uses.push_back(i);
      }
    }
    out_.symbols = std::move(code_.symbols);
  }

  Program run() {
    for (at_ = 0; at_ < code_.instructions.size(); ++at_) place(code_.instructions[at_]);
    return std::move(out_);
  }

 private:
  struct State {
    std::vector<std::size_t> uses;
    std::size_t next_use = 0;  ///< index into uses
    std::optional<std::uint32_t> home;
    std::uint8_t reg = Instruction::no_register;
  };

  static std::array<VectorId, 2> sources(const VectorInstruction& i) { return {i.src1, i.src2}; }

  [[nodiscard]] std::size_t next_use(VectorId v) const {
    const State& s = state_[v];
    return s.next_use < s.uses.size() ? s.uses[s.next_use] : never;
  }

  void place(const VectorInstruction& v) {
    Instruction out;
    out.op = v.op;
    out.trace_op = v.trace_op;
    out.symbol = v.symbol;
    out.elements = v.elements;
    out.outputs = v.outputs;
    out.attention = v.attention;
    if (v.src1 != no_vector) out.src1 = in_register(v.src1, v, no_vector);
    if (v.src2 != no_vector) out.src2 = in_register(v.src2, v, v.src1);
    for (const VectorId s : sources(v)) {
      if (s == no_vector) continue;
      used_at_[state_[s].reg] = ++clock_;
      while (next_use(s) <= at_) ++state_[s].next_use;
    }
    // A source that is not used again frees its register, which may become the destination.
    for (const VectorId s : sources(v)) {
      if (s != no_vector && next_use(s) == never) release(s);
    }
    if (v.dst != no_vector) {
      out.dst = take_register(v.trace_op, no_vector, no_vector);
      assign(v.dst, out.dst);
      state_[v.dst].home = code_.vectors[v.dst].home;
    }
    out_.instructions.push_back(out);
    if (v.op == Opcode::sv && state_[v.src1].reg != Instruction::no_register) {
      state_[v.src1].home = v.symbol;
    }
    if (v.dst != no_vector && next_use(v.dst) == never) release(v.dst);
  }

  std::uint8_t in_register(VectorId v, const VectorInstruction& user, VectorId keep) {
    State& s = state_[v];
    if (s.reg != Instruction::no_register) return s.reg;
    if (!s.home) {
      throw std::logic_error("vector '" + code_.vectors[v].name + "' is used before it is made");
    }
    const std::uint8_t reg = take_register(user.trace_op, keep, user.src2);
    Instruction load;
    load.op = Opcode::ldv;
    load.dst = reg;
    load.symbol = *s.home;
    load.trace_op = user.trace_op;
    load.elements = code_.vectors[v].elements;
    out_.instructions.push_back(load);
    assign(v, reg);
    return reg;
  }

  void assign(VectorId v, std::uint8_t reg) {
    holds_[reg] = v;
    state_[v].reg = reg;
    used_at_[reg] = ++clock_;
  }

  void release(VectorId v) {
    if (state_[v].reg == Instruction::no_register) return;
    holds_[state_[v].reg] = no_vector;
    state_[v].reg = Instruction::no_register;
  }

  /// A free register; if there is none, one of those that hold neither `keep1` nor `keep2`.
  std::uint8_t take_register(std::uint32_t trace_op, VectorId keep1, VectorId keep2) {
    std::size_t best = holds_.size();
    for (std::size_t r = 0; r < holds_.size(); ++r) {
      if (holds_[r] == no_vector) return static_cast<std::uint8_t>(r);
      if (holds_[r] == keep1 || holds_[r] == keep2) continue;
      if (best == holds_.size() || gives_way_before(r, best)) best = r;
    }
    const VectorId victim = holds_[best];
    State& s = state_[victim];
    if (!s.home && next_use(victim) != never) {
      Symbol& spilled = out_.symbols.emplace_back();
      spilled.name = fmt::format("spill.{}.{}", victim, code_.vectors[victim].name);
      spilled.spilled = true;
      s.home = static_cast<std::uint32_t>(out_.symbols.size() - 1);
      Instruction store;
      store.op = Opcode::sv;
      store.src1 = static_cast<std::uint8_t>(best);
      store.symbol = *s.home;
      store.trace_op = trace_op;
      store.elements = code_.vectors[victim].elements;
      out_.instructions.push_back(store);
    }
    release(victim);
    return static_cast<std::uint8_t>(best);
  }

  [[nodiscard]] bool gives_way_before(std::size_t a, std::size_t b) const {
    if (spill_ == Spill::lru) return used_at_[a] < used_at_[b];
    return next_use(holds_[a]) > next_use(holds_[b]);
  }

  VectorCode code_;
  Spill spill_;
  std::vector<State> state_;
  std::vector<VectorId> holds_;         ///< by register
  std::vector<std::uint64_t> used_at_;  ///< by register
  std::uint64_t clock_ = 0;
  std::size_t at_ = 0;
  Program out_;
};

}  // namespace

Program allocate_registers(VectorCode code, std::uint32_t registers, Spill spill) {
  return Allocator(std::move(code), registers, spill).run();
}

}  // namespace tritsim
