// SPDX-License-Identifier: Apache-2.0
#include "tests/rtl/core_model.hpp"

#include <algorithm>
#include <bit>
#include <deque>
#include <map>
#include <stdexcept>

#include <Vcore.h>
#include <fmt/format.h>

#include "tests/sim/shipped.hpp"

namespace tritsim::rtl {
namespace {

/// op_t of core_pkg.sv.
std::uint8_t code_of(Opcode op) {
  static const std::map<Opcode, std::uint8_t> codes{
      {Opcode::ldv, 0}, {Opcode::sv, 1},  {Opcode::add, 2}, {Opcode::sub, 3},  {Opcode::mul, 4},
      {Opcode::div, 5}, {Opcode::exp, 6}, {Opcode::sig, 7}, {Opcode::norm, 8}, {Opcode::tmatmul, 9},
  };
  return codes.at(op);
}

/// Registers that an opcode does not name are not looked at.
std::uint8_t register_code(std::uint8_t r) {
  return r == Instruction::no_register ? 0 : r;
}

std::uint8_t log2_of(std::uint32_t n) {
  if (!std::has_single_bit(n)) throw std::logic_error("not a power of two");
  return static_cast<std::uint8_t>(std::countr_zero(n));
}

struct Answer {
  std::uint64_t cycle;
  std::uint64_t address;
  bool last;
};

}  // namespace

std::string to_string(const Configuration& c) {
  return fmt::format(
      "D = {}, L = {}, port {} B, {} ternaries a cycle, FIFO {} words, {} weight reads of {} words "
      "and {} vector requests outstanding",
      c.d, c.memory_latency, c.port_bytes, c.ternaries_per_cycle, c.fifo_words, c.fetch_outstanding,
      c.burst, c.load_store_outstanding);
}

BoardSpec board_of(const Configuration& c) {
  static const BoardSpec shipped = test::board("d5005_mmfree");
  BoardSpec board = test::with_fixed_memory(shipped, c.memory_latency);
  CoreSpec& core = board.cores[0].core;
  core.vector_length = c.d;
  core.memory_port = Bytes{static_cast<double>(c.port_bytes)};
  core.load_store.outstanding = c.load_store_outstanding;
  core.ternary->ternaries_per_cycle = c.ternaries_per_cycle;
  core.ternary->fifo = core.memory_port * c.fifo_words;
  core.ternary->fetch.request = core.memory_port * c.burst;
  core.ternary->fetch.outstanding = c.fetch_outstanding;
  return board;
}

CoreModel::CoreModel() : top_(std::make_unique<Vcore>()) {
  top_->rst = 1;
  clock();
  clock();
  top_->rst = 0;
}

CoreModel::~CoreModel() {
  top_->final();
}

void CoreModel::clock() {
  top_->clk = 0;
  top_->eval();
  top_->clk = 1;
  top_->eval();
}

std::uint64_t CoreModel::run(const Program& program, const Configuration& c) {
  constexpr std::uint64_t no_end = 10'000'000;
  Vcore& t = *top_;
  t.d = static_cast<std::uint16_t>(c.d);
  t.log_port = log2_of(c.port_bytes);
  t.log_ternaries = log2_of(c.ternaries_per_cycle);
  t.fifo_words = static_cast<std::uint16_t>(c.fifo_words);
  t.burst = static_cast<std::uint16_t>(c.burst);
  t.fetch_outstanding = static_cast<std::uint16_t>(c.fetch_outstanding);
  t.load_store_outstanding = static_cast<std::uint16_t>(c.load_store_outstanding);

  t.program_write = 1;
  for (std::size_t i = 0; i < program.instructions.size(); ++i) {
    const Instruction& in = program.instructions[i];
    t.program_address = static_cast<std::uint8_t>(i);
    t.program_op = code_of(in.op);
    t.program_dst = register_code(in.dst);
    t.program_src1 = register_code(in.src1);
    t.program_src2 = register_code(in.src2);
    t.program_operand = shape_of(in.op).address ? program.symbols[in.symbol].address : 0;
    clock();
  }
  t.program_write = 0;
  t.program_length = static_cast<std::uint8_t>(program.instructions.size());

  std::deque<Answer> due;
  for (std::uint64_t cycle = 0; cycle < no_end; ++cycle) {
    t.start = cycle == 0;
    t.answer = !due.empty() && due.front().cycle == cycle;
    if (t.answer) {
      t.answer_last = due.front().last;
      for (std::size_t word = 0; word < 4; ++word) t.answer_data[word] = 0;
      for (std::size_t i = 0; i < c.port_bytes; ++i) {
        const std::uint64_t address = due.front().address + i;
        const std::uint32_t byte = address < memory.size() ? memory[address] : 0;
        t.answer_data[i / 4] |= byte << (i % 4 * 8);
      }
      due.pop_front();
    }
    t.clk = 0;
    t.eval();
    if (cycle > 0 && t.ready) return cycle;
    if (t.request) {
      if (t.request_write) memory.at(t.request_address) = t.request_data;
      // One answer a cycle passes the port.
      std::uint64_t at = cycle + c.memory_latency;
      if (!due.empty()) at = std::max(at, due.back().cycle + 1);
      for (std::uint64_t word = 0; word < t.request_words; ++word) {
        due.push_back(
            {at + word, t.request_address + word * c.port_bytes, word + 1 == t.request_words});
      }
    }
    t.clk = 1;
    t.eval();
  }
  throw std::runtime_error("the RTL does not get ready");
}

}  // namespace tritsim::rtl
