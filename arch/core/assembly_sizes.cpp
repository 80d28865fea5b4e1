// SPDX-License-Identifier: Apache-2.0
#include "arch/core/assembly_sizes.hpp"

#include <algorithm>
#include <limits>

#include <boost/algorithm/string.hpp>
#include <fmt/format.h>

#include "arch/core/assembly_words.hpp"

namespace tritsim {
namespace {

/// A number; zero if the text is none.
std::uint64_t number(const std::string& text) {
  return parse_address(boost::trim_copy(text)).value_or(0);
}

/// `32 heads`, `4 shared`, `int8`.
bool take_attribute(const std::string& text, AttentionSize& a) {
  for (const auto& [format, name] : EnumNames<NumberFormat>::names) {
    if (text != name) continue;
    a.cache = format;
    return true;
  }
  const auto space = text.find(' ');
  if (space == std::string::npos) return false;
  const std::uint64_t n = number(text.substr(0, space));
  const std::string word = boost::trim_copy(text.substr(space));
  if (word == "window" && n > 0 && n <= std::numeric_limits<std::uint32_t>::max()) {
    a.window = static_cast<std::uint32_t>(n);
    return true;
  }
  if (n == 0 || n > 65536 || (word != "heads" && word != "shared")) return false;
  (word == "heads" ? a.heads : a.shared) = static_cast<std::uint32_t>(n);
  return true;
}

/// `4096 x 64`, of softmax `64`; false if it is no size of the instruction.
bool take_positions(const CoreSpec& core, const std::string& size, Instruction& out) {
  AttentionSize& a = out.attention;
  const bool of_scores = out.op == Opcode::softmax;
  const auto cross = size.find('x');
  std::uint64_t elements = 0;
  std::uint64_t positions = 0;
  if (of_scores) {
    positions = number(size);
  } else {
    elements = number(size.substr(0, cross));
    if (cross != std::string::npos) positions = number(size.substr(cross + 1));
    if (elements == 0 || elements > core.vector_length || elements % a.shared != 0) return false;
  }
  if (positions == 0 || positions > std::numeric_limits<std::uint32_t>::max()) return false;
  out.elements = static_cast<std::uint32_t>(elements);
  a.positions = static_cast<std::uint32_t>(positions);
  return true;
}

std::optional<AssemblyFault> take_attention(const CoreSpec& core,
                                            std::vector<std::string>& operands, Instruction& out) {
  const std::size_t named = operand_count(shape_of(out.op));
  const auto refuse = [&](std::string what) {
    return AssemblyFault{std::move(what), fmt::format("write '{}'", pattern_of(out.op))};
  };
  AttentionSize& a = out.attention;
  while (operands.size() > named + 1) {
    if (!take_attribute(operands.back(), a)) {
      return refuse(
          fmt::format("'{}' is not a number of heads or a format of the cache", operands.back()));
    }
    operands.pop_back();
  }
  if (operands.size() != named + 1) {
    return refuse(fmt::format("'{}' lacks its size", name_of(out.op)));
  }
  const std::string size = operands.back();
  operands.pop_back();
  if (!take_positions(core, size, out)) {
    return refuse(fmt::format("'{}' is not a size of '{}'", size, name_of(out.op)));
  }
  const std::uint64_t scores = std::uint64_t{a.heads} * a.positions;
  if (out.op != Opcode::append && scores > core.attention->scores) {
    return AssemblyFault{
        fmt::format("{} scores ({} heads x {} positions), the score buffer holds {}", scores,
                    a.heads, a.positions, core.attention->scores),
        "take fewer positions, or build the core with a larger attention.scores"};
  }
  return {};
}

std::optional<AssemblyFault> take_elements(const CoreSpec& core, std::vector<std::string>& operands,
                                           Instruction& out) {
  if (operands.empty()) return {};
  const std::string last = operands.back();
  if (last.find_first_not_of("0123456789 x") != std::string::npos) return {};
  const OperandShape shape = shape_of(out.op);
  const bool extra =
      operands.size() == operand_count(shape) + 1 || works_in_place(shape, operands.size() - 1);
  if (!extra) return {};
  operands.pop_back();
  const bool product = is_product(out.op);
  const auto cross = last.find('x');
  const bool crossed = cross != std::string::npos;
  const std::uint64_t inputs = number(last.substr(0, cross));
  const std::uint64_t outputs = crossed ? number(last.substr(cross + 1)) : 0;
  const std::uint32_t most = out.op == Opcode::sv || out.op == Opcode::export_vector
                                 ? std::max(core.vector_length, core.outputs())
                                 : core.vector_length;
  if (inputs == 0 || inputs > most || product != crossed ||
      (product && (outputs == 0 || outputs > core.outputs()))) {
    return AssemblyFault{fmt::format("'{}' is not a size of '{}'", last, name_of(out.op)),
                         product ? fmt::format("write inputs x outputs, up to {} x {}",
                                               core.vector_length, core.outputs())
                                 : fmt::format("write a number of elements, up to {}", most)};
  }
  out.elements = static_cast<std::uint32_t>(inputs);
  out.outputs = static_cast<std::uint32_t>(outputs);
  return {};
}

}  // namespace

std::optional<AssemblyFault> take_size(const CoreSpec& core, std::vector<std::string>& operands,
                                       Instruction& instruction) {
  if (grows(instruction.op)) return take_attention(core, operands, instruction);
  if (core.sizes == OperandSizes::per_instruction) {
    return take_elements(core, operands, instruction);
  }
  return {};
}

}  // namespace tritsim
