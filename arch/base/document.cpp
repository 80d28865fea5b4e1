// SPDX-License-Identifier: Apache-2.0
#include "arch/base/document.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <sstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include "arch/base/input_file.hpp"
#include "arch/base/output_file.hpp"
#include "arch/base/plain_text.hpp"
#include "arch/base/units.hpp"

namespace tritsim {
namespace {

constexpr int max_depth = 64;

Mark mark_of(const YAML::Mark& mark, const std::string& name) {
  return {name, mark.line + 1, mark.column + 1};
}

/// Whether a tab stands before the first word of a line; lines count from 0.
bool indented_by_tab(const std::string& text, int line) {
  std::size_t begin = 0;
  for (; line > 0 && begin < text.size(); --line) begin = text.find('\n', begin) + 1;
  return text.substr(begin, text.find_first_not_of(" \t", begin) - begin).find('\t') !=
         std::string::npos;
}

/// What to do about a text that the parser refuses, as far as its words tell.
std::string remedy_of(const std::string& message) {
  static constexpr std::array<std::pair<std::string_view, const char*>, 4> remedies{{
      {"illegal map value",
       "put quotes around a text with ': ' in it, a space behind every colon, and the keys of a "
       "map in one column"},
      {"unknown escape", "write a text with backslashes in single quotes"},
      {"anchor is not defined", "put quotes around a text that starts with '*'"},
      {"EOF in scalar", "close the quotes that are still open at the end of the file"},
  }};
  for (const auto& [words, remedy] : remedies) {
    if (message.find(words) != std::string::npos) return remedy;
  }
  return "check indentation, quotes and brackets here and in the line before";
}

/// The parser treats quotes still open at the end of the file as closed, and the rest of the file
/// as a text, unless a comment is there.
std::string last_comment(const std::string& text) {
  const auto end = text.find_last_not_of(" \t\r");
  if (end == std::string::npos || text[end] != '\n') return "";
  return end + 1 == text.size() ? "#" : "\n#";
}

/// Bytes of the UTF-8 character that `text` begins with; 0 if it is none. Overlong forms,
/// surrogates and what lies beyond U+10FFFF are none (Unicode 15, table 3-7).
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const auto follows = [&](std::size_t i, unsigned low, unsigned high) {
    return byte(i) >= low && byte(i) <= high;
  };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  const std::size_t length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  const unsigned low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
  const unsigned high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
  if (!follows(1, low, high)) return 0;
  for (std::size_t i = 2; i < length; ++i) {
    if (!follows(i, 0x80, 0xbf)) return 0;
  }
  return length;
}

/// Offset of the first byte that is not part of UTF-8, or the size of the text.
std::size_t not_utf8(std::string_view text) {
  std::size_t i = 0;
  while (i < text.size()) {
    const std::size_t length = utf8_length(text.substr(i));
    if (length == 0) return i;
    i += length;
  }
  return i;
}

/// Turns yaml-cpp's tree into Nodes. Aliases let a short text stand for a huge tree, even an
/// endless one, so depth and number of nodes are limited; the first node beyond a limit ends the
/// conversion.
class Converter {
 public:
  Converter(const std::string& name, Problems& problems, std::size_t most_nodes)
      : name_(name), problems_(problems), left_(most_nodes) {}

  Node convert(const YAML::Node& in, int depth = 0) {
    Node out;
    out.mark = mark_of(in.Mark(), name_);
    if (!within_limits(out.mark, depth)) return out;
    switch (in.Type()) {
      case YAML::NodeType::Scalar:
        out.kind = Node::Kind::scalar;
        out.text = in.Scalar();
        check_text(out.text, out.mark);
        break;
      case YAML::NodeType::Sequence:
        out.kind = Node::Kind::sequence;
        for (const auto& item : in) {
          if (!stopped_) out.items.push_back(convert(item, depth + 1));
        }
        break;
      case YAML::NodeType::Map:
        out.kind = Node::Kind::map;
        for (const auto& entry : in) {
          if (!stopped_) add_entry(out, entry.first, entry.second, depth);
        }
        break;
      default:
        break;
    }
    return out;
  }

 private:
  bool within_limits(const Mark& mark, int depth) {
    if (stopped_) return false;
    if (depth > max_depth) {
      problems_.add(mark, "", fmt::format("nested more than {} levels deep", max_depth),
                    "flatten the document");
      stopped_ = true;
    } else if (left_-- == 0) {
      problems_.add(mark, "", "the aliases in this document repeat too much",
                    "write the values out");
      stopped_ = true;
    }
    return !stopped_;
  }

  void check_text(const std::string& text, const Mark& mark) {
    if (const std::string control = control_character(text); !control.empty()) {
      problems_.add(mark, "", fmt::format("holds the control character {}", control), "remove it");
    }
  }

  void add_entry(Node& map, const YAML::Node& key, const YAML::Node& value, int depth) {
    const Mark mark = mark_of(key.Mark(), name_);
    if (!key.IsScalar()) {
      problems_.add(mark, "", "a key must be a single word", "write 'key: value'");
    } else if (key.Scalar() == "<<") {
      problems_.add(mark, "", "merge keys ('<<') are not supported",
                    "write the keys out, or keep them in a file of their own");
    } else {
      check_text(key.Scalar(), mark);
      map.entries.push_back({key.Scalar(), mark, convert(value, depth + 1)});
      // The parser notices a missing value only at the next key.
      if (value.IsNull()) map.entries.back().value.mark = mark;
    }
  }

  const std::string& name_;
  Problems& problems_;
  std::size_t left_;
  bool stopped_ = false;
};

void emit(YAML::Emitter& out, const Node& node) {
  switch (node.kind) {
    case Node::Kind::scalar:
      out << node.text;
      break;
    case Node::Kind::sequence:
      out << YAML::BeginSeq;
      for (const Node& item : node.items) emit(out, item);
      out << YAML::EndSeq;
      break;
    case Node::Kind::map:
      out << YAML::BeginMap;
      for (const auto& entry : node.entries) {
        out << YAML::Key << entry.key << YAML::Value;
        emit(out, entry.value);
      }
      out << YAML::EndMap;
      break;
    case Node::Kind::null:
      out << YAML::Null;
      break;
  }
}

nlohmann::ordered_json json_of(const Node& node) {
  switch (node.kind) {
    case Node::Kind::scalar:
      if (node.scalar == Node::Scalar::boolean) return node.text == "true";
      if (node.scalar == Node::Scalar::number) {
        auto number = nlohmann::ordered_json::parse(node.text, nullptr, false);
        if (number.is_number()) return number;  // JSON has no infinity
      }
      return node.text;
    case Node::Kind::sequence: {
      auto out = nlohmann::ordered_json::array();
      for (const Node& item : node.items) out.push_back(json_of(item));
      return out;
    }
    case Node::Kind::map: {
      auto out = nlohmann::ordered_json::object();
      for (const auto& entry : node.entries) out[entry.key] = json_of(entry.value);
      return out;
    }
    case Node::Kind::null:
      break;
  }
  return nullptr;
}

}  // namespace

Node Node::of_text(std::string text) {
  Node n;
  n.kind = Kind::scalar;
  n.text = std::move(text);
  return n;
}

Node Node::of_number(std::string text) {
  Node n = of_text(std::move(text));
  n.scalar = Scalar::number;
  return n;
}

Node Node::of_boolean(bool value) {
  Node n = of_text(value ? "true" : "false");
  n.scalar = Scalar::boolean;
  return n;
}

const Node* Node::find(std::string_view key) const {
  for (const Entry& e : entries) {
    if (e.key == key) return &e.value;
  }
  return nullptr;
}

namespace {

/// The first part of a node on a path, which is removed from the path; nullptr: none.
const Node* first_part(const Node& node, std::string_view& path) {
  const Node* next = nullptr;
  std::size_t length = 0;
  for (const auto& entry : node.entries) {
    const bool fits = path.starts_with(entry.key) &&
                      (path.size() == entry.key.size() || path[entry.key.size()] == '.');
    if (fits && (next == nullptr || entry.key.size() > length)) {
      next = &entry.value;
      length = entry.key.size();
    }
  }
  if (node.kind == Node::Kind::sequence) {
    std::size_t index = 0;
    const char* const end_of_key = path.data() + std::min(path.find('.'), path.size());
    const auto [end, error] = std::from_chars(path.data(), end_of_key, index);
    if (error == std::errc{} && end == end_of_key && index < node.items.size()) {
      next = &node.items[index];
      length = static_cast<std::size_t>(end - path.data());
    }
  }
  if (next != nullptr) path.remove_prefix(std::min(path.size(), length + 1));
  return next;
}

}  // namespace

const Node* Node::at(std::string_view path) const {
  const Node* node = this;
  while (node != nullptr && !path.empty()) node = first_part(*node, path);
  return node;
}

const Node& Node::nearest(std::string_view path) const {
  const Node* node = this;
  while (!path.empty()) {
    const Node* next = first_part(*node, path);
    if (next == nullptr) break;
    node = next;
  }
  return *node;
}

Node& Node::set(std::string key, Node value) {
  kind = Kind::map;
  entries.push_back({std::move(key), {}, std::move(value)});
  return entries.back().value;
}

namespace {

/// Stops the parser once it has found more in a text than the text can hold: yaml-cpp 0.7 loops for
/// ever, and takes all memory, on some broken flow collections.
class EventLimit : public YAML::EventHandler {
 public:
  explicit EventLimit(std::size_t most) : left_(most) {}

  void OnDocumentStart(const YAML::Mark& mark) override { count(mark); }

  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override { count(mark); }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override { count(mark); }

  void OnScalar(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                const std::string&) override {
    count(mark);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {
    count(mark);
  }

  void OnSequenceEnd() override {}

  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {
    count(mark);
  }

  void OnMapEnd() override {}

 private:
  void count(const YAML::Mark& mark) {
    if (left_-- == 0) throw YAML::ParserException(mark, "a collection that does not end");
  }

  std::size_t left_;
};

/// Throws as the parser does.
void check_events(const std::string& text) {
  std::istringstream stream(text);
  YAML::Parser parser(stream);
  EventLimit limit(2 * text.size() + 16);  // a key without a value counts twice
  while (parser.HandleNextDocument(limit)) {
  }
}

}  // namespace

Node parse_document(const std::string& text, const std::string& name, Problems& problems) {
  if (const std::size_t bad = not_utf8(text); bad < text.size()) {
    const auto line =
        std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(bad), '\n');
    const std::size_t line_start = bad == 0 ? 0 : text.rfind('\n', bad - 1) + 1;
    problems.add({name, static_cast<int>(line) + 1, static_cast<int>(bad - line_start) + 1}, "",
                 fmt::format("byte {:#04x} is not UTF-8", static_cast<unsigned char>(text[bad])),
                 "save the file as UTF-8");
    return {};
  }
  try {
    const std::string whole = text + last_comment(text);
    check_events(whole);
    const auto documents = YAML::LoadAll(whole);
    if (documents.empty() || documents.front().IsNull()) {
      problems.add({name, 1, 1}, "", "the document is empty", "start it with 'kind: ...'");
      return {};
    }
    if (documents.size() > 1) {
      problems.add(mark_of(documents[1].Mark(), name), "", "a second document starts here",
                   "keep one per file; if none was meant, check the indentation");
    }
    // Without aliases a document has no more nodes than characters.
    constexpr std::size_t for_aliases = 100'000;
    return Converter(name, problems, text.size() + for_aliases).convert(documents.front());
  } catch (const YAML::Exception& e) {
    problems.add(mark_of(e.mark, name), "", fmt::format("not valid YAML: {}", e.msg),
                 indented_by_tab(text, e.mark.line) ? "indent with spaces, not with tabs"
                                                    : remedy_of(e.msg));
    return {};
  }
}

Node load_document(const std::string& path, Problems& problems) {
  try {
    return parse_document(read_input(path, largest_file::document), path, problems);
  } catch (const ConfigError& e) {
    for (const Problem& p : e.problems()) problems.add(p);
    return {};
  }
}

std::string to_yaml(const Node& node) {
  YAML::Emitter out;
  emit(out, node);
  return std::string(out.c_str(), out.size()) + '\n';
}

std::string to_json(const Node& node) {
  // Text from the command line need not be UTF-8.
  return json_of(node).dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + '\n';
}

void write_file(const std::string& path, const std::string& text) {
  write_output(path, text);
}

std::string read_file(const std::string& path) {
  return read_input(path, largest_file::page);
}

}  // namespace tritsim
