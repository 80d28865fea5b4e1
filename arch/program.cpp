// SPDX-License-Identifier: Apache-2.0
#include "arch/program.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>

#include <boost/algorithm/string.hpp>
#include <fmt/format.h>

namespace tritsim {
namespace {

struct Line {
  int number;
  std::string text;     ///< without the comment, trimmed
  std::string comment;  ///< behind `;`
};

std::vector<Line> split_lines(const std::string& text) {
  std::vector<Line> lines;
  std::vector<std::string> raw;
  boost::split(raw, text, [](char c) { return c == '\n'; });
  for (std::size_t i = 0; i < raw.size(); ++i) {
    const auto semicolon = raw[i].find(';');
    Line line{static_cast<int>(i) + 1, raw[i].substr(0, semicolon),
              semicolon == std::string::npos ? "" : raw[i].substr(semicolon + 1)};
    boost::trim(line.text);
    lines.push_back(std::move(line));
  }
  return lines;
}

std::optional<Opcode> opcode_of(std::string word) {
  boost::to_lower(word);
  for (const auto& [op, name] : EnumNames<Opcode>::names) {
    if (name == word) return op;
  }
  return {};
}

std::optional<std::uint64_t> parse_address(const std::string& text) {
  const bool hex = boost::istarts_with(text, "0x");
  const char* begin = text.data() + (hex ? 2 : 0);
  const char* end = text.data() + text.size();
  std::uint64_t value = 0;
  const auto [stop, error] = std::from_chars(begin, end, value, hex ? 16 : 10);
  if (error != std::errc{} || stop != end) return {};
  return value;
}

bool is_symbol_name(const std::string& text) {
  if (text.empty() || (!std::isalpha(static_cast<unsigned char>(text[0])) && text[0] != '_')) {
    return false;
  }
  return std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return std::isalnum(c) || c == '_' || c == '.' || c == '[' || c == ']';
  });
}

std::uint64_t size_of(const Symbol& s, const CoreSpec& core, std::uint32_t lanes) {
  const Bytes bytes =
      s.kind == Symbol::Kind::matrix ? core.tile_bytes() : core.vector_bytes() * double(lanes);
  return static_cast<std::uint64_t>(std::ceil(bytes.si()));
}

/// Assembles one file.
class Assembler {
 public:
  Assembler(std::string file, const CoreSpec& core) : file_(std::move(file)), core_(core) {}

  Assembly run(const std::string& text) {
    for (const Line& line : split_lines(text)) {
      line_ = line.number;
      if (line.text.empty()) continue;
      if (line.text.find('=') != std::string::npos) {
        define(line.text);
      } else {
        instruction(line.text);
        warn_of_hidden_instruction(line.comment);
      }
    }
    if (out_.program.instructions.empty() && problems_.empty()) {
      problems_.add({file_, 0, 0}, "", "no instruction in the file", "write one a line");
    }
    problems_.raise();
    for (const auto& [name, address] : defined_) {
      for (Symbol& s : out_.program.symbols) {
        if (s.name == name) s.address = address;
      }
    }
    place_symbols(out_.program, core_);
    return std::move(out_);
  }

 private:
  void problem(std::string what, std::string remedy) {
    problems_.add({file_, line_, 1}, "", std::move(what), std::move(remedy));
  }

  void define(const std::string& text) {
    const auto equals = text.find('=');
    std::string name = boost::trim_copy(text.substr(0, equals));
    const auto address = parse_address(boost::trim_copy(text.substr(equals + 1)));
    if (!is_symbol_name(name))
      return problem(fmt::format("'{}' is not a symbol", name), "a symbol starts with a letter");
    if (!address) return problem("the address is not a number", "write 'NAME = 0x1000'");
    if (!defined_.emplace(name, *address).second)
      problem(fmt::format("'{}' given twice", name), "remove one");
  }

  void instruction(const std::string& text) {
    const auto space =
        std::find_if(text.begin(), text.end(), [](unsigned char c) { return std::isspace(c); });
    const std::string word(text.begin(), space);
    const auto op = opcode_of(word);
    if (!op) {
      std::vector<std::string> names;
      for (const auto& [value, name] : EnumNames<Opcode>::names) names.emplace_back(name);
      const auto near = nearest(boost::to_lower_copy(word), names);
      return problem(
          fmt::format("'{}' is not an instruction", word),
          near.empty() ? "see 'tritsim run --help'" : fmt::format("did you mean '{}'?", near));
    }
    if (!core_.has(*op)) {
      return problem(fmt::format("core '{}' has no '{}'", core_.name, word),
                     "use the instructions its description lists");
    }
    std::vector<std::string> operands;
    const std::string rest = boost::trim_copy(std::string(space, text.end()));
    if (!rest.empty()) boost::split(operands, rest, [](char c) { return c == ','; });
    for (std::string& o : operands) boost::trim(o);
    encode(*op, operands);
  }

  void encode(Opcode op, std::vector<std::string> operands) {
    const OperandShape shape = shape_of(op);
    const std::size_t need = std::size_t{shape.destination} + shape.sources + shape.address;
    // `norm v0` works in place: the destination is also the source.
    if (shape.destination && shape.sources == 1 && !shape.address && operands.size() == 1) {
      operands.push_back(operands.front());
    }
    if (operands.size() != need) {
      return problem(
          fmt::format("'{}' needs {} operands, {} given", name_of(op), need, operands.size()),
          "separate operands with commas");
    }
    Instruction out;
    out.op = op;
    out.trace_op = static_cast<std::uint32_t>(out_.program.instructions.size());
    std::size_t next = 0;
    if (shape.destination) out.dst = reg(operands[next++]);
    if (shape.sources > 0) out.src1 = reg(operands[next++]);
    if (shape.sources > 1) out.src2 = reg(operands[next++]);
    if (shape.address) out.symbol = symbol(operands[next], shape.unit == CoreUnit::ternary);
    out_.program.instructions.push_back(out);
  }

  std::uint8_t reg(const std::string& text) {
    std::uint32_t number = 0;
    const char* end = text.data() + text.size();
    const bool named = text.size() > 1 && (text[0] == 'v' || text[0] == 'V');
    if (named) {
      const auto [stop, error] = std::from_chars(text.data() + 1, end, number);
      if (error == std::errc{} && stop == end && number < core_.registers) {
        return static_cast<std::uint8_t>(number);
      }
    }
    problem(fmt::format("'{}' is not a vector register", text),
            fmt::format("this core has v0 to v{}", core_.registers - 1));
    return 0;
  }

  std::uint32_t symbol(const std::string& text, bool matrix) {
    const auto address = parse_address(text);
    if (!address && !is_symbol_name(text)) {
      problem(fmt::format("'{}' is neither a symbol nor an address", text),
              "a symbol starts with a letter");
      return 0;
    }
    const auto kind = matrix ? Symbol::Kind::matrix : Symbol::Kind::vector;
    auto& symbols = out_.program.symbols;
    for (std::size_t i = 0; i < symbols.size(); ++i) {
      if (symbols[i].name != text) continue;
      if (symbols[i].kind != kind) {
        problem(fmt::format("'{}' is used as a vector and as a matrix", text), "use two symbols");
      }
      return static_cast<std::uint32_t>(i);
    }
    symbols.push_back({text, kind, Symbol::unplaced});
    if (address) defined_.emplace(text, *address);
    return static_cast<std::uint32_t>(symbols.size() - 1);
  }

  void warn_of_hidden_instruction(const std::string& comment) {
    std::string word = boost::trim_copy(comment);
    word = word.substr(0, word.find_first_of(" \t"));
    if (opcode_of(word)) {
      out_.warnings.push_back(fmt::format(
          "{}:{}: '{}' behind ';' is a comment; write one instruction a line", file_, line_, word));
    }
  }

  std::string file_;
  const CoreSpec& core_;
  int line_ = 0;
  Assembly out_;
  Problems problems_;
  std::map<std::string, std::uint64_t> defined_;
};

}  // namespace

std::uint64_t footprint(const Program& program, const CoreSpec& core, std::uint32_t lanes) {
  std::uint64_t end = 0;
  for (const Symbol& s : program.symbols) {
    if (s.address != Symbol::unplaced) end = std::max(end, s.address + size_of(s, core, lanes));
  }
  return end;
}

void place_symbols(Program& program, const CoreSpec& core, std::uint32_t lanes) {
  constexpr std::uint64_t alignment = 4096;
  const auto align = [](std::uint64_t a) { return (a + alignment - 1) / alignment * alignment; };
  std::uint64_t next = align(footprint(program, core, lanes));
  for (Symbol& s : program.symbols) {
    if (s.address != Symbol::unplaced) continue;
    s.address = next;
    next = align(next + size_of(s, core, lanes));
  }
}

Assembly parse_assembly(const std::string& text, const std::string& file, const CoreSpec& core) {
  return Assembler(file, core).run(text);
}

std::string to_assembly(const Program& program) {
  std::string out;
  for (const Symbol& s : program.symbols) {
    if (is_symbol_name(s.name)) out += fmt::format("{} = {:#x}\n", s.name, s.address);
  }
  for (const Instruction& i : program.instructions) {
    const OperandShape shape = shape_of(i.op);
    std::vector<std::string> operands;
    if (shape.destination) operands.push_back(fmt::format("v{}", i.dst));
    if (shape.sources > 0) operands.push_back(fmt::format("v{}", i.src1));
    if (shape.sources > 1) operands.push_back(fmt::format("v{}", i.src2));
    if (shape.address) operands.push_back(program.symbols[i.symbol].name);
    out += name_of(i.op);
    if (!operands.empty()) out += ' ' + fmt::format("{}", fmt::join(operands, ", "));
    out += '\n';
  }
  return out;
}

}  // namespace tritsim
