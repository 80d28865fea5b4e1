// SPDX-License-Identifier: Apache-2.0
#include "arch/core/program.hpp"

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

/// Addresses stay below, so that the end of a symbol is a number too.
constexpr std::uint64_t end_of_memory = std::uint64_t{1} << 60;

std::optional<std::uint64_t> parse_address(const std::string& text) {
  const bool hex = boost::istarts_with(text, "0x");
  const char* begin = text.data() + (hex ? 2 : 0);
  const char* end = text.data() + text.size();
  std::uint64_t value = 0;
  const auto [stop, error] = std::from_chars(begin, end, value, hex ? 16 : 10);
  if (error != std::errc{} || stop != end || value >= end_of_memory) return {};
  return value;
}

bool is_register_name(const std::string& text) {
  return text.size() > 1 && (text[0] == 'v' || text[0] == 'V') &&
         std::all_of(text.begin() + 1, text.end(), [](unsigned char c) { return std::isdigit(c); });
}

bool is_symbol_name(const std::string& text) {
  if (is_register_name(text)) return false;
  if (text.empty() || (!std::isalpha(static_cast<unsigned char>(text[0])) && text[0] != '_')) {
    return false;
  }
  return std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return std::isalnum(c) || c == '_' || c == '.' || c == '[' || c == ']';
  });
}

std::vector<std::string> split_operands(const std::string& text) {
  std::vector<std::string> operands;
  const std::string rest = boost::trim_copy(text);
  if (!rest.empty()) boost::split(operands, rest, [](char c) { return c == ','; });
  for (std::string& o : operands) boost::trim(o);
  return operands;
}

std::size_t operand_count(const OperandShape& shape) {
  return std::size_t{shape.destination} + shape.sources + shape.address;
}

/// `norm v0`: the destination is also the source.
bool works_in_place(const OperandShape& shape, std::size_t operands) {
  return shape.destination && shape.sources == 1 && !shape.address && operands == 1;
}

/// "add vD, vA, vB"
std::string pattern_of(Opcode op) {
  const OperandShape shape = shape_of(op);
  std::vector<std::string_view> operands;
  if (shape.destination) operands.emplace_back("vD");
  if (shape.sources > 0) operands.emplace_back("vA");
  if (shape.sources > 1) operands.emplace_back("vB");
  if (shape.address) operands.emplace_back("SYMBOL");
  if (grows(op)) {
    operands.emplace_back(op == Opcode::softmax ? "POSITIONS" : "ELEMENTS x POSITIONS");
    if (op != Opcode::append) operands.emplace_back("N heads");
    if (shape.unit == CoreUnit::attention && shape.address) operands.emplace_back("N shared");
    if (shape.address) operands.emplace_back("FORMAT");
  }
  return fmt::format("{}{}{}", name_of(op), operands.empty() ? "" : " ", fmt::join(operands, ", "));
}

std::uint64_t size_of(const Symbol& s, const CoreSpec& core, std::uint32_t lanes) {
  if (s.bytes > 0) return s.kind == Symbol::Kind::matrix ? s.bytes : s.bytes * lanes;
  const Bytes bytes = s.kind == Symbol::Kind::matrix ? core.tile_bytes(s.weights)
                                                     : core.vector_bytes() * double(lanes);
  return static_cast<std::uint64_t>(std::ceil(bytes.si()));
}

/// Symbols begin on pages.
constexpr std::uint64_t whole_pages(std::uint64_t bytes) {
  constexpr std::uint64_t page = 4096;
  return (bytes + page - 1) / page * page;
}

/// Assembles one file.
class Assembler {
 public:
  Assembler(std::string file, const CoreSpec& core) : file_(std::move(file)), core_(core) {}

  Assembly run(const std::string& text) {
    for (const Line& line : split_lines(text)) {
      line_ = line.number;
      if (line.text.empty()) continue;
      if (line.text.find('#') != std::string::npos || line.text.find("//") != std::string::npos) {
        problem("neither '#' nor '//' starts a comment", "write ';'");
        continue;
      }
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
    const auto space =
        std::find_if(text.begin(), text.end(), [](unsigned char c) { return std::isspace(c); });
    const std::string word(text.begin(), space);
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
    encode(*op, split_operands(std::string(space, text.end())));
  }

  [[nodiscard]] std::string own_instructions() const {
    std::vector<std::string_view> names;
    for (const auto& [op, name] : EnumNames<Opcode>::names) {
      if (core_.has(op)) names.push_back(name);
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
    if (grows(op)) {
      if (!take_attention(operands, out)) return;
    } else if (core_.sizes == OperandSizes::per_instruction) {
      take_size(shape, operands, out);
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
      out.symbol = symbol(operands[next], kind_of(op));
      if (out.symbol >= out_.program.symbols.size()) return;  // it was none
      Symbol& s = out_.program.symbols[out.symbol];
      if (s.kind == Symbol::Kind::matrix) s.weights = {own_format()};
      if (out.elements > 0) s.bytes = std::max(s.bytes, symbol_bytes(core_, out, s.weights));
    }
    out_.program.instructions.push_back(out);
  }

  static Symbol::Kind kind_of(Opcode op) {
    if (grows(op)) return Symbol::Kind::cache;
    return shape_of(op).unit == CoreUnit::ternary ? Symbol::Kind::matrix : Symbol::Kind::vector;
  }

  /// Takes the size of an instruction of attention off the end of the operands.
  bool take_attention(std::vector<std::string>& operands, Instruction& out) {
    const std::size_t named = operand_count(shape_of(out.op));
    const auto refuse = [&](const std::string& what) {
      problem(what, fmt::format("write '{}'", pattern_of(out.op)));
      return false;
    };
    while (operands.size() > named + 1) {
      if (!take_attribute(operands.back(), out.attention)) {
        return refuse(
            fmt::format("'{}' is not a number of heads or a format of the cache", operands.back()));
      }
      operands.pop_back();
    }
    if (operands.size() != named + 1)
      return refuse(fmt::format("'{}' lacks its size", name_of(out.op)));
    const std::string size = operands.back();
    operands.pop_back();
    const bool of_scores = out.op == Opcode::softmax;
    const auto cross = size.find('x');
    const auto number = [](const std::string& text) {
      return parse_address(boost::trim_copy(text)).value_or(0);
    };
    const std::uint64_t elements = of_scores ? 0 : number(size.substr(0, cross));
    const std::uint64_t positions = of_scores                    ? number(size)
                                    : cross == std::string::npos ? 0
                                                                 : number(size.substr(cross + 1));
    AttentionSize& a = out.attention;
    const bool fits =
        of_scores || (elements > 0 && elements <= core_.vector_length && elements % a.shared == 0);
    if (!fits || positions == 0 || positions > std::numeric_limits<std::uint32_t>::max()) {
      return refuse(fmt::format("'{}' is not a size of '{}'", size, name_of(out.op)));
    }
    if (out.op != Opcode::append && a.heads * positions > core_.attention->scores) {
      problem(fmt::format("{} scores ({} heads x {} positions), the score buffer holds {}",
                          a.heads * positions, a.heads, positions, core_.attention->scores),
              "take fewer positions, or build the core with a larger attention.scores");
      return false;
    }
    out.elements = static_cast<std::uint32_t>(elements);
    a.positions = static_cast<std::uint32_t>(positions);
    return true;
  }

  /// `32 heads`, `4 shared`, `int8`.
  static bool take_attribute(const std::string& text, AttentionSize& a) {
    for (const auto& [format, name] : EnumNames<NumberFormat>::names) {
      if (text != name) continue;
      a.cache = format;
      return true;
    }
    const auto space = text.find(' ');
    if (space == std::string::npos) return false;
    const std::uint64_t n = parse_address(text.substr(0, space)).value_or(0);
    const std::string word = boost::trim_copy(text.substr(space));
    if (n == 0 || n > 65536 || (word != "heads" && word != "shared")) return false;
    (word == "heads" ? a.heads : a.shared) = static_cast<std::uint32_t>(n);
    return true;
  }

  /// Takes the size off the end of the operands, if there is one.
  void take_size(const OperandShape& shape, std::vector<std::string>& operands, Instruction& out) {
    if (operands.empty()) return;
    const std::string& last = operands.back();
    if (last.find_first_not_of("0123456789 x") != std::string::npos) return;
    const bool extra =
        operands.size() == operand_count(shape) + 1 || works_in_place(shape, operands.size() - 1);
    if (!extra) return;
    const bool product = shape.unit == CoreUnit::ternary && shape.address;
    const auto cross = last.find('x');
    const auto inputs = parse_address(boost::trim_copy(last.substr(0, cross)));
    const bool crossed = cross != std::string::npos;
    const std::uint64_t outputs =
        crossed ? parse_address(boost::trim_copy(last.substr(cross + 1))).value_or(0) : 0;
    const std::uint32_t most = out.op == Opcode::sv || out.op == Opcode::export_vector
                                   ? std::max(core_.vector_length, core_.outputs())
                                   : core_.vector_length;
    if (!inputs || *inputs == 0 || *inputs > most || product != crossed ||
        (product && (outputs == 0 || outputs > core_.outputs()))) {
      problem(fmt::format("'{}' is not a size of '{}'", last, name_of(out.op)),
              product ? fmt::format("write inputs x outputs, up to {} x {}", core_.vector_length,
                                    core_.outputs())
                      : fmt::format("write a number of elements, up to {}", most));
    } else {
      out.elements = static_cast<std::uint32_t>(*inputs);
      out.outputs = static_cast<std::uint32_t>(outputs);
    }
    operands.pop_back();
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
    const auto space =
        std::find_if(text.begin(), text.end(), [](unsigned char c) { return std::isspace(c); });
    const auto op = opcode_of(std::string(text.begin(), space));
    if (!op) return;
    // Many mnemonics are words of English: what follows must look like operands too.
    const OperandShape shape = shape_of(*op);
    const auto operands = split_operands(std::string(space, text.end()));
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

bool Program::grows() const {
  return std::any_of(instructions.begin(), instructions.end(),
                     [](const Instruction& i) { return tritsim::grows(i.op); });
}

std::uint64_t symbol_bytes(const CoreSpec& core, const Instruction& i, const WeightSpec& weights) {
  if (grows(i.op)) return i.cache_row_bytes() * i.attention.positions;
  if (i.elements == 0) return 0;
  const bool product = shape_of(i.op).unit == CoreUnit::ternary;
  const Bytes bytes = product ? core.stored_weight(weights) * (double(i.elements) * i.outputs)
                              : core.memory_element(i.op == Opcode::sv) * double(i.elements);
  return static_cast<std::uint64_t>(std::ceil(bytes.si()));
}

std::uint64_t footprint(const Program& program, const CoreSpec& core, std::uint32_t lanes,
                        const SymbolKinds& kinds) {
  std::uint64_t end = 0;
  for (const Symbol& s : program.symbols) {
    if (std::find(kinds.begin(), kinds.end(), s.kind) == kinds.end()) continue;
    if (s.address != Symbol::unplaced) end = std::max(end, s.address + size_of(s, core, lanes));
  }
  return end;
}

std::uint64_t pages_of(const Program& program, const CoreSpec& core, std::uint32_t lanes,
                       const SymbolKinds& kinds) {
  std::uint64_t bytes = 0;
  for (const Symbol& s : program.symbols) {
    if (std::find(kinds.begin(), kinds.end(), s.kind) == kinds.end()) continue;
    bytes += whole_pages(size_of(s, core, lanes));
  }
  return bytes;
}

std::uint64_t pages_of(const Program& program, const CoreSpec& core, std::uint32_t lanes,
                       const SymbolKinds& kinds, const std::vector<bool>& trace_ops) {
  constexpr std::uint32_t nobody = ~std::uint32_t{0};
  std::vector<std::uint32_t> user(program.symbols.size(), nobody);
  for (const Instruction& i : program.instructions) {
    if (shape_of(i.op).address) user[i.symbol] = std::min(user[i.symbol], i.trace_op);
  }
  std::uint64_t bytes = 0;
  for (std::size_t n = 0; n < user.size(); ++n) {
    const Symbol& s = program.symbols[n];
    if (user[n] == nobody || !trace_ops[user[n]]) continue;
    if (std::find(kinds.begin(), kinds.end(), s.kind) == kinds.end()) continue;
    bytes += whole_pages(size_of(s, core, lanes));
  }
  return bytes;
}

void place_symbols(Program& program, const CoreSpec& core, std::uint32_t lanes,
                   const SymbolMemories& memories) {
  const auto place = [&](std::uint64_t next, const SymbolKinds& kinds) {
    for (Symbol& s : program.symbols) {
      if (s.address != Symbol::unplaced) continue;
      if (std::find(kinds.begin(), kinds.end(), s.kind) == kinds.end()) continue;
      s.address = next;
      next = whole_pages(next + size_of(s, core, lanes));
    }
    return next;
  };
  using enum Symbol::Kind;
  const bool with_matrices = memories.vectors == memories.matrices;
  // Caches behind everything else: they are as long as the longest context.
  const std::uint64_t next =
      place(whole_pages(footprint(program, core, lanes)),
            with_matrices ? SymbolKinds{matrix, vector} : SymbolKinds{matrix});
  const std::uint64_t behind_vectors = with_matrices ? next : place(0, {vector});
  place(memories.caches == memories.matrices  ? next
        : memories.caches == memories.vectors ? behind_vectors
                                              : 0,
        {cache});
}

Assembly parse_assembly(const std::string& text, const std::string& file, const CoreSpec& core) {
  return Assembler(file, core).run(text);
}

std::string to_assembly(const Program& program, const Instruction& i) {
  const OperandShape shape = shape_of(i.op);
  std::vector<std::string> operands;
  if (shape.destination) operands.push_back(fmt::format("v{}", i.dst));
  if (shape.sources > 0) operands.push_back(fmt::format("v{}", i.src1));
  if (shape.sources > 1) operands.push_back(fmt::format("v{}", i.src2));
  if (shape.address) operands.push_back(program.symbols[i.symbol].name);
  if (grows(i.op)) {
    const AttentionSize& a = i.attention;
    operands.push_back(i.op == Opcode::softmax ? fmt::format("{}", a.positions)
                                               : fmt::format("{} x {}", i.elements, a.positions));
    if (a.heads > 1) operands.push_back(fmt::format("{} heads", a.heads));
    if (a.shared > 1) operands.push_back(fmt::format("{} shared", a.shared));
    if (a.cache != NumberFormat::fp16) operands.emplace_back(name_of(a.cache));
  } else if (i.outputs > 0) {
    operands.push_back(fmt::format("{} x {}", i.elements, i.outputs));
  } else if (i.elements > 0) {
    operands.push_back(fmt::format("{}", i.elements));
  }
  std::string out(name_of(i.op));
  if (!operands.empty()) out += ' ' + fmt::format("{}", fmt::join(operands, ", "));
  return out;
}

std::string to_assembly(const Program& program) {
  std::string out;
  for (const Symbol& s : program.symbols) {
    if (is_symbol_name(s.name)) out += fmt::format("{} = {:#x}\n", s.name, s.address);
  }
  for (const Instruction& i : program.instructions) out += to_assembly(program, i) + '\n';
  return out;
}

}  // namespace tritsim
