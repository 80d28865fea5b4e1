// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <charconv>
#include <map>

#include <boost/algorithm/string.hpp>
#include <fmt/format.h>

#include "arch/core/assembly_sizes.hpp"
#include "arch/core/assembly_words.hpp"
#include "arch/core/program.hpp"

namespace tritsim {
namespace {

/// Assembles one file.
class Assembler {
 public:
  Assembler(std::string file, const CoreSpec& core) : file_(std::move(file)), core_(core) {}

  Assembly run(const std::string& text) {
    for (const AssemblyLine& line : split_lines(text)) {
      line_ = line.number;
      if (!line.text.empty()) take(line);
    }
    if (out_.program.instructions.empty() && problems_.empty()) {
      problems_.add({file_, 0, 0}, "", "no instruction in the file", "write one a line");
    }
    problems_.raise();
    for (Symbol& s : out_.program.symbols) {
      if (const auto it = defined_.find(s.name); it != defined_.end()) {
        s.address = it->second.address;
      }
    }
    warn_of_unused_symbols();
    place_symbols(out_.program, core_);
    return std::move(out_);
  }

 private:
  struct Definition {
    std::uint64_t address;
    int line;
  };

  void problem(std::string what, std::string remedy) {
    problems_.add({file_, line_, 1}, "", std::move(what), std::move(remedy));
  }

  void take(const AssemblyLine& line) {
    if (line.text.find('#') != std::string::npos || line.text.find("//") != std::string::npos) {
      problem("neither '#' nor '//' starts a comment", "write ';'");
    } else if (line.text.find('=') != std::string::npos) {
      define(line.text);
    } else {
      instruction(line.text);
      warn_of_hidden_instruction(line.comment);
    }
  }

  void define(const std::string& text) {
    const auto equals = text.find('=');
    std::string name = boost::trim_copy(text.substr(0, equals));
    const std::string value = boost::trim_copy(text.substr(equals + 1));
    const auto address = parse_address(value);
    if (!is_symbol_name(name)) {
      return problem(fmt::format("'{}' cannot be a symbol", name),
                     "a symbol starts with a letter and is no register");
    }
    if (!address) {
      return problem(fmt::format("'{}' is not an address", value),
                     fmt::format("write '{} = 0x1000', 60 bits at most", name));
    }
    if (!defined_.emplace(name, Definition{*address, line_}).second) {
      problem(fmt::format("'{}' given twice", name), "remove one");
    }
  }

  void instruction(const std::string& text) {
    const auto [word, rest] = statement_of(text);
    const auto op = opcode_of(word);
    if (!op) {
      const std::vector<std::string> names = names_of<Opcode>();
      const auto near = nearest(boost::to_lower_copy(word), names);
      return problem(fmt::format("'{}' is not an instruction", word),
                     near.empty() ? own_instructions() : fmt::format("did you mean '{}'?", near));
    }
    if (!core_.has(*op)) {
      return problem(fmt::format("core '{}' has no '{}'", core_.name, word), own_instructions());
    }
    encode(*op, split_operands(rest));
  }

  [[nodiscard]] std::string own_instructions() const {
    std::vector<std::string_view> names;
    for (const OpcodeRow& row : opcodes) {
      if (core_.has(row.id)) names.emplace_back(row.key);
    }
    return fmt::format("it has: {}", fmt::join(names, ", "));
  }

  /// Format of a matrix: ternary, if the core takes it.
  [[nodiscard]] NumberFormat own_format() const {
    if (core_.unit_for(NumberFormat::ternary) != nullptr) return NumberFormat::ternary;
    for (const auto& [format, name] : EnumNames<NumberFormat>::names) {
      if (core_.unit_for(format) != nullptr) return format;
    }
    return NumberFormat::ternary;
  }

  void encode(Opcode op, std::vector<std::string> operands) {
    const OperandShape shape = shape_of(op);
    Instruction out;
    out.op = op;
    if (const auto fault = take_size(core_, operands, out)) {
      problem(fault->what, fault->remedy);
      if (grows(op)) return;  // its operands may be anything
    }
    const bool in_place = works_in_place(shape, operands.size());
    if (!in_place && operands.size() != operand_count(shape)) {
      return problem(fmt::format("'{}' has {} operand(s), {} needed", name_of(op), operands.size(),
                                 operand_count(shape)),
                     fmt::format("write '{}', operands separated by commas", pattern_of(op)));
    }
    out.trace_op = static_cast<std::uint32_t>(out_.program.instructions.size());
    std::size_t next = 0;
    if (shape.destination) out.dst = reg(operands[next++]);
    if (shape.sources > 0) out.src1 = in_place ? out.dst : reg(operands[next++]);
    if (shape.sources > 1) out.src2 = reg(operands[next++]);
    if (shape.address) {
      out.symbol = symbol(operands[next], *row_of(op).data);
      if (out.symbol >= out_.program.symbols.size()) return;  // it was none
      Symbol& s = out_.program.symbols[out.symbol];
      if (s.kind == Symbol::Kind::matrix) s.weights = {own_format()};
      if (out.elements > 0) s.bytes = std::max(s.bytes, symbol_bytes(core_, out, s.weights));
    }
    out_.program.instructions.push_back(out);
  }

  std::uint8_t reg(const std::string& text) {
    std::uint32_t number = 0;
    const char* end = text.data() + text.size();
    if (is_register_name(text)) {
      const auto [stop, error] = std::from_chars(text.data() + 1, end, number);
      if (error == std::errc{} && stop == end && number < core_.registers) {
        return static_cast<std::uint8_t>(number);
      }
    }
    problem(fmt::format("'{}' is not a vector register", text),
            fmt::format("this core has v0 to v{}", core_.registers - 1));
    return 0;
  }

  std::uint32_t symbol(const std::string& text, Symbol::Kind kind) {
    const auto address = parse_address(text);
    if (!address && !is_symbol_name(text)) {
      problem(fmt::format("'{}' is neither a symbol nor an address", text),
              "a symbol starts with a letter and is no register, an address has 60 bits at most");
      return 0;
    }
    auto& symbols = out_.program.symbols;
    for (std::size_t i = 0; i < symbols.size(); ++i) {
      if (symbols[i].name != text) continue;
      if (symbols[i].kind != kind) {
        constexpr std::array kinds{"a vector", "a matrix", "a cache"};
        auto used = std::minmax(symbols[i].kind, kind);
        problem(fmt::format("'{}' is used as {} and as {}", text,
                            kinds[static_cast<std::size_t>(used.first)],
                            kinds[static_cast<std::size_t>(used.second)]),
                "use two symbols");
      }
      return static_cast<std::uint32_t>(i);
    }
    symbols.push_back({text, kind, Symbol::unplaced});
    if (address) defined_.emplace(text, Definition{*address, line_});
    return static_cast<std::uint32_t>(symbols.size() - 1);
  }

  void warn_of_hidden_instruction(const std::string& comment) {
    const std::string text = boost::trim_copy(comment);
    const auto [word, rest] = statement_of(text);
    const auto op = opcode_of(word);
    if (!op) return;
    // Many mnemonics are words of English: what follows must look like operands too.
    const OperandShape shape = shape_of(*op);
    const auto operands = split_operands(rest);
    const bool counted =
        operands.size() == operand_count(shape) || works_in_place(shape, operands.size());
    const bool names_register = shape.destination || shape.sources > 0;
    if (!counted || (names_register && !is_register_name(operands.front()))) return;
    out_.warnings.push_back(fmt::format(
        "{}:{}: '{}' behind ';' is a comment; write one instruction a line", file_, line_, text));
  }

  void warn_of_unused_symbols() {
    for (const auto& [name, definition] : defined_) {
      const auto& symbols = out_.program.symbols;
      if (std::any_of(symbols.begin(), symbols.end(),
                      [&n = name](const Symbol& s) { return s.name == n; })) {
        continue;
      }
      out_.warnings.push_back(fmt::format("{}:{}: no instruction uses '{}'; check its spelling",
                                          file_, definition.line, name));
    }
  }

  std::string file_;
  const CoreSpec& core_;
  int line_ = 0;
  Assembly out_;
  Problems problems_;
  std::map<std::string, Definition> defined_;
};

}  // namespace

Assembly parse_assembly(const std::string& text, const std::string& file, const CoreSpec& core) {
  return Assembler(file, core).run(text);
}

}  // namespace tritsim
