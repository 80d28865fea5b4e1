// SPDX-License-Identifier: Apache-2.0
#include "arch/base/json.hpp"

#include <iterator>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "arch/base/plain_text.hpp"

namespace tritsim {
namespace {

/// Reads characters and says how far the parser has come.
class Cursor {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  Cursor(const char* at, const char** reached) : at_(at), reached_(reached) {}

  reference operator*() const { return *at_; }

  Cursor& operator++() {
    ++at_;
    *reached_ = at_;
    return *this;
  }

  bool operator==(const Cursor& other) const { return at_ == other.at_; }

  bool operator!=(const Cursor& other) const { return at_ != other.at_; }

 private:
  const char* at_;
  const char** reached_;
};

/// Builds a Node from the events of nlohmann's parser.
class Builder {
 public:
  Builder(std::string_view text, const char* const* reached, const Mark& start, Problems& problems,
          const JsonLimits& limits)
      : seen_(text.data()), reached_(reached), mark_(start), problems_(problems), limits_(limits) {}

  Node take() { return std::move(root_); }

  bool null() { return add({}); }

  bool boolean(bool v) { return add(Node::of_boolean(v)); }

  bool number_integer(std::int64_t v) { return number(std::to_string(v)); }

  bool number_unsigned(std::uint64_t v) { return number(std::to_string(v)); }

  bool number_float(double /*v*/, const std::string& text) { return number(text); }

  bool string(std::string& v) {
    const std::string control = control_character(v);
    return add(Node::of_text(std::move(v))) && (control.empty() || refuse_control(control));
  }

  bool binary(const std::vector<std::uint8_t>& /*v*/) { return false; }

  bool start_object(std::size_t /*n*/) { return open(Node::Kind::map); }

  bool start_array(std::size_t /*n*/) { return open(Node::Kind::sequence); }

  bool end_object() { return close(); }

  bool end_array() { return close(); }

  bool key(std::string& text) {
    move_to_token();
    const std::string control = control_character(text);
    open_.back()->entries.push_back({std::move(text), mark_, {}});
    pass(*reached_);
    return control.empty() || refuse_control(control);
  }

  bool parse_error(std::size_t /*position*/, const std::string& /*token*/,
                   const nlohmann::detail::exception& e) {
    // "[json.exception...] parse error at line 1, column 5: ..." has places of its own.
    std::string what = e.what();
    if (const auto at = what.find("column "); at != std::string::npos) {
      what.erase(0, what.find(':', at) + 2);
    } else if (const auto bracket = what.find("] "); bracket != std::string::npos) {
      what.erase(0, bracket + 2);
    }
    pass(*reached_);
    return refuse("is not JSON: " + what,
                  "check the brackets, quotes and commas before this place");
  }

 private:
  /// Counts lines and columns up to `to`.
  void pass(const char* to) {
    for (; seen_ < to; ++seen_) {
      if (*seen_ == '\n') {
        ++mark_.line;
        mark_.column = 1;
      } else {
        ++mark_.column;
      }
    }
  }

  /// What lies between two tokens is space and punctuation.
  void move_to_token() {
    const char* at = seen_;
    while (at < *reached_ && std::string_view(" \t\r\n,:").find(*at) != std::string_view::npos)
      ++at;
    pass(at);
  }

  bool refuse(std::string what, std::string remedy) {
    problems_.add(mark_, "", std::move(what), std::move(remedy));
    return false;
  }

  bool refuse_control(const std::string& character) {
    return refuse(
        fmt::format("the text before this place holds the control character {}", character),
        "remove it");
  }

  bool number(std::string text) {
    // The parser has looked one character beyond a number.
    return add(Node::of_number(std::move(text)), 1);
  }

  Node* place(Node node) {
    move_to_token();
    node.mark = mark_;
    if (open_.empty()) {
      root_ = std::move(node);
      return &root_;
    }
    Node& parent = *open_.back();
    if (parent.kind == Node::Kind::map) {
      parent.entries.back().value = std::move(node);
      return &parent.entries.back().value;
    }
    parent.items.push_back(std::move(node));
    return &parent.items.back();
  }

  bool count() {
    if (++values_ <= limits_.values) return true;
    return refuse(fmt::format("holds more than {} values", limits_.values),
                  "write less in one text");
  }

  bool add(Node node, std::ptrdiff_t beyond = 0) {
    if (!count()) return false;
    place(std::move(node));
    pass(*reached_ - beyond);
    return true;
  }

  bool open(Node::Kind kind) {
    if (!count()) return false;
    if (open_.size() >= limits_.depth) {
      return refuse(fmt::format("is nested more than {} deep", limits_.depth), "nest less");
    }
    Node node;
    node.kind = kind;
    open_.push_back(place(std::move(node)));
    pass(*reached_);
    return true;
  }

  bool close() {
    open_.pop_back();
    pass(*reached_);
    return true;
  }

  const char* seen_;
  const char* const* reached_;
  Mark mark_;
  Problems& problems_;
  JsonLimits limits_;
  Node root_;
  std::vector<Node*> open_;  ///< an open node gets children; its ancestors do not, so they stay
  std::size_t values_ = 0;
};

void append(std::string& out, const Node& node) {
  switch (node.kind) {
    case Node::Kind::null:
      out += "null";
      break;
    case Node::Kind::scalar:
      out += node.scalar == Node::Scalar::text
                 ? nlohmann::json(node.text).dump(-1, ' ', false,
                                                  nlohmann::json::error_handler_t::replace)
                 : node.text;
      break;
    case Node::Kind::sequence:
      out += '[';
      for (const Node& item : node.items) {
        if (&item != &node.items.front()) out += ',';
        append(out, item);
      }
      out += ']';
      break;
    case Node::Kind::map:
      out += '{';
      for (const Node::Entry& e : node.entries) {
        if (&e != &node.entries.front()) out += ',';
        append(out, Node::of_text(e.key));
        out += ':';
        append(out, e.value);
      }
      out += '}';
      break;
  }
}

}  // namespace

Node parse_json(std::string_view text, const Mark& start, Problems& problems,
                const JsonLimits& limits) {
  const char* reached = text.data();
  Builder builder(text, &reached, start, problems, limits);
  if (!nlohmann::json::sax_parse(Cursor(text.data(), &reached),
                                 Cursor(text.data() + text.size(), &reached), &builder)) {
    return {};
  }
  return builder.take();
}

std::string to_json_line(const Node& node) {
  std::string out;
  append(out, node);
  return out;
}

}  // namespace tritsim
