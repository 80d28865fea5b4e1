// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <charconv>
#include <deque>
#include <limits>
#include <set>
#include <string>

#include "arch/base/document.hpp"
#include "arch/base/schema.hpp"

namespace tritsim {

/// A value given from outside the files (`--set path=value`, a sweep axis). It stands in for the
/// text at a dotted key path and is checked just as that text would be. `[a, b]` stands for a whole
/// list, `{key: value}` for a whole map or struct.
struct Override {
  std::string path;
  std::string text;
  bool used = false;
  std::string origin{};  ///< what gave it, for messages; empty: `--set` of the path

  /// Stands for the place in messages.
  [[nodiscard]] Mark mark() const { return {origin.empty() ? "--set " + path : origin, 0, 0}; }
};

/// State that all readers of one load share.
struct ReadContext {
  Problems problems;
  std::vector<Override> overrides;
  std::vector<std::string> open_files;  ///< chain of files being read, to find circular references
  std::vector<std::string> paths;       ///< keys there are; kept if there are overrides
  std::deque<Node> given;               ///< lists and maps of the overrides, parsed
  std::map<std::string, Node> files;    ///< documents of references, by the path of the key
  std::map<std::string, Node> read;     ///< documents of references, by the name of the file
};

[[nodiscard]] ScalarFault not_one_of(std::string_view text, const std::vector<std::string>& names);

/// Reads a whole number: digits alone, without a leading zero.
template <Number T>
[[nodiscard]] std::optional<ScalarFault> parse_whole_number(std::string_view text, T& out) {
  const auto quoted = "'" + std::string(text) + "'";
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool digits_follow =
      text.size() > 1 && text.find_first_not_of("0123456789", 1) == std::string_view::npos;
  if (std::is_unsigned_v<T> && text.substr(0, 1) == "-" && digits_follow) {
    return ScalarFault{quoted + " is negative", "write zero or more"};
  }
  if (end != text.data() + text.size() || error == std::errc::invalid_argument) {
    return ScalarFault{quoted + " is not a whole number", "write digits alone, e.g. 8"};
  }
  if (error == std::errc::result_out_of_range) {
    return ScalarFault{quoted + " is too large",
                       "it must be at most " + std::to_string(std::numeric_limits<T>::max())};
  }
  const auto digits = text.substr(text.front() == '-' ? 1 : 0);
  if (digits.size() > 1 && digits.front() == '0') {
    return ScalarFault{quoted + " has a leading zero", "write it without, octal is not read"};
  }
  out = value;
  return {};
}

/// Reads one scalar; without a fault `out` holds the value.
template <Scalar T>
[[nodiscard]] std::optional<ScalarFault> parse_scalar(std::string_view text, T& out) {
  const auto quoted = "'" + std::string(text) + "'";
  if constexpr (TextValue<T>) {
    return out.read(text);
  } else if constexpr (QuantityLike<T>) {
    auto parsed = parse_quantity(text, units_of<T>());
    if (!parsed.si) return ScalarFault{parsed.problem, parsed.remedy};
    out = T{*parsed.si};
  } else if constexpr (std::same_as<T, bool>) {
    if (text != "true" && text != "false") {
      return ScalarFault{quoted + " is not true or false", "write true or false"};
    }
    out = text == "true";
  } else if constexpr (Number<T>) {
    return parse_whole_number(text, out);
  } else if constexpr (std::same_as<T, double>) {
    const auto value = parse_number(text);
    if (!value) return ScalarFault{quoted + " is not a number", "write a number, e.g. 0.5"};
    out = *value;
  } else if constexpr (std::same_as<T, std::string>) {
    out = std::string(text);
  } else {
    std::vector<std::string> names;
    for (const auto& [value, name] : EnumNames<T>::names) {
      if (name == text) {
        out = value;
        return {};
      }
      names.emplace_back(name);
    }
    return not_one_of(text, names);
  }
  return {};
}

/// The number a constraint looks at: SI value of a quantity, value of a number, nothing else.
template <class T>
[[nodiscard]] std::optional<double> numeric(const T& v) {
  if constexpr (QuantityLike<T>) {
    return v.si();
  } else if constexpr (TextValue<T>) {
    return v.number();
  } else if constexpr (Number<T> || std::same_as<T, double>) {
    return static_cast<double>(v);
  } else {
    return {};
  }
}

/// Visits a struct's fields and lists their keys.
struct KeyLister {
  std::string keys;

  template <class T>
  void required(const char* key, T& /*field*/, const char* /*doc*/, Constraint = any_value) {
    keys += (keys.empty() ? "" : ", ") + std::string(key);
  }

  template <class T>
  void optional(const char* key, T& field, const char* doc, Constraint c = any_value) {
    required(key, field, doc, c);
  }
};

template <class T>
[[nodiscard]] std::string keys_of() {
  T value{};
  KeyLister lister;
  value.fields(lister);
  return lister.keys;
}

/// Visits a struct's fields and fills them from a map node. All problems go to the context.
class Reader final : public Checker {
 public:
  /// `node` may be null-kind (an absent map): then every required key is missing.
  Reader(ReadContext& context, const Node& node, std::string path, const Constraint& c = any_value)
      : context_(context), node_(node), path_(std::move(path)), handed_down_(c) {}

  template <class T>
  void required(const char* key, T& field, const char* /*doc*/, Constraint c = any_value) {
    if (!read_key(key, field, c)) {
      context_.problems.add(node_.mark, path_of(key), "required key is missing",
                            std::string("add '") + key + ": ...'");
    }
  }

  template <class T>
  void optional(const char* key, T& field, const char* /*doc*/, Constraint c = any_value) {
    read_key(key, field, c);
  }

  /// For the numbers of a struct that takes the constraint of its key.
  [[nodiscard]] const Constraint& handed_down() const { return handed_down_; }

  /// Failures of check(), placed at the key they name (dotted: `cores.0.memory`), at what gave its
  /// value, or as near as the file goes, or the file that a key above it names.
  void fail(std::string_view key, std::string what, std::string remedy) override;

  /// Reports keys that are unknown or given twice. Call once, after the fields.
  void finish();

  /// Reads a value of any supported type at `path`.
  template <class T>
  static void read(ReadContext& context, const Node& in_file, const std::string& path, T& out,
                   const Constraint& c);

 private:
  [[nodiscard]] std::string path_of(std::string_view key) const {
    if (path_.empty() || key.empty()) return path_ + std::string(key);
    return path_ + "." + std::string(key);
  }

  /// The override for exactly this path, marked used; or nullptr.
  static Override* override_at(ReadContext& context, const std::string& path);
  /// The first override for this path or a place below it; or nullptr.
  static const Override* override_within(const ReadContext& context, const std::string& path);
  /// The keys that overrides name in the map at this path.
  static std::vector<std::string> keys_from_outside(const ReadContext& context,
                                                    const std::string& path);
  /// The list or map that an override gives for this path as a whole, or nullptr. An override of
  /// another kind is reported.
  static const Node* whole_override(ReadContext& context, const std::string& path,
                                    Node::Kind wanted);
  /// The place of the key `path` in the innermost file that has it; `mark` if that is this one.
  [[nodiscard]] static Mark mark_in_file(const ReadContext& context, const std::string& path,
                                         const std::string& own, const Mark& mark);
  /// Reports a node that is not what `wanted` says.
  static void wrong_node(ReadContext& context, const Node& node, const std::string& path,
                         const char* wanted, std::string remedy);

  template <class T>
  bool read_key(const char* key, T& field, const Constraint& c) {
    known_.emplace_back(key);
    const std::string path = path_of(key);
    if (!context_.overrides.empty()) context_.paths.push_back(path);
    if (const Node* value = node_.find(key)) {
      read(context_, *value, path, field, c);
      return true;
    }
    // An override may give what the file leaves out; a list or a map only as a whole.
    const Override* from_outside = override_within(context_, path);
    if (from_outside == nullptr) return false;
    if constexpr (IsVector<T>::value || IsMap<T>::value) {
      const bool whole = from_outside->text.starts_with(IsVector<T>::value ? '[' : '{');
      if (from_outside->path != path || !whole) return false;
    }
    Node absent;
    absent.mark = from_outside->mark();
    read(context_, absent, path, field, c);
    return true;
  }

  template <class T>
  static void read_scalar(ReadContext& context, const Node& node, const std::string& path, T& out,
                          const Constraint& c);
  template <class T>
  static void read_list(ReadContext& context, const Node& in_file, const std::string& path, T& out,
                        const Constraint& c);
  template <class T>
  static void read_map(ReadContext& context, const Node& in_file, const std::string& path, T& out,
                       const Constraint& c);
  /// Reads a struct from the file that stands in its place; false if none is named there.
  template <class T>
  static bool read_reference(ReadContext& context, const Node& node, const std::string& path,
                             T& out);
  /// Reads a struct whose keys are in place.
  template <class T>
  static void read_group(ReadContext& context, const Node& in_file, const std::string& path, T& out,
                         const Constraint& c);
  template <class T>
  static void read_struct(ReadContext& context, const Node& node, const std::string& path, T& out,
                          const Constraint& c = any_value);

  ReadContext& context_;
  const Node& node_;
  std::string path_;
  Constraint handed_down_;
  std::vector<std::string> known_;
};

/// Loads the file that `reference` names, relative to the file the reference stands in. Checks its
/// `kind`. Returns a null node, with the problem recorded, if that fails. A `mark` without a line
/// stands for the command line.
[[nodiscard]] Node load_reference(ReadContext& context, const Mark& mark, const std::string& path,
                                  const std::string& reference, std::string_view kind);

/// Checks a document's `kind` key. False if it is a document of another kind, whose keys are not
/// worth looking at; `reference` is where that document is named, if it is.
bool check_kind(ReadContext& context, const Node& node, const std::string& path,
                std::string_view kind, const Mark* reference = nullptr);

/// Reports the overrides that no key took.
void check_overrides(ReadContext& context);

template <class T>
void Reader::read_struct(ReadContext& context, const Node& node, const std::string& path, T& out,
                         const Constraint& c) {
  Reader reader(context, node, path, c);
  const auto before = context.problems.size();
  if constexpr (HasKind<T>) reader.known_.emplace_back("kind");
  out.fields(reader);
  reader.finish();
  // Rules over several keys make sense only when each key by itself could be read.
  if constexpr (HasCheck<T>) {
    if (context.problems.size() == before) std::as_const(out).check(reader);
  }
}

template <class T>
void Reader::read(ReadContext& context, const Node& in_file, const std::string& path, T& out,
                  const Constraint& c) {
  if constexpr (IsOptional<T>::value) {
    out.emplace();
    read(context, in_file, path, *out, c);
  } else if constexpr (Scalar<T>) {
    read_scalar(context, in_file, path, out, c);
  } else if constexpr (IsVector<T>::value) {
    read_list(context, in_file, path, out, c);
  } else if constexpr (IsMap<T>::value) {
    read_map(context, in_file, path, out, c);
  } else {
    if constexpr (HasKind<T>) {
      if (read_reference(context, in_file, path, out)) return;
    }
    read_group(context, in_file, path, out, c);
  }
}

template <class T>
void Reader::read_scalar(ReadContext& context, const Node& node, const std::string& path, T& out,
                         const Constraint& c) {
  const Override* from_outside = override_at(context, path);
  if (from_outside == nullptr && node.kind != Node::Kind::scalar) {
    wrong_node(context, node, path, "a single value", "write it behind the colon, on one line");
    return;
  }
  const std::string& text = from_outside != nullptr ? from_outside->text : node.text;
  const Mark mark = from_outside != nullptr ? from_outside->mark() : node.mark;
  if (const auto fault = parse_scalar(text, out)) {
    context.problems.add(mark, path, fault->what, fault->remedy);
    return;
  }
  const Constraint full = full_range<T>(c);
  if (const auto v = numeric(out); v && !full.holds(*v)) {
    context.problems.add(mark, path, "'" + text + "' is out of range",
                         "it must be " + allowed<T>(full));
  }
}

template <class T>
void Reader::read_list(ReadContext& context, const Node& in_file, const std::string& path, T& out,
                       const Constraint& c) {
  const Node* whole = whole_override(context, path, Node::Kind::sequence);
  const Node& node = whole != nullptr ? *whole : in_file;
  if (node.kind != Node::Kind::sequence) {
    wrong_node(context, node, path, "a list", "write '[a, b]' or '- a' lines");
    return;
  }
  out.clear();
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    read(context, node.items[i], path + "." + std::to_string(i), out.emplace_back(), c);
  }
}

template <class T>
void Reader::read_map(ReadContext& context, const Node& in_file, const std::string& path, T& out,
                      const Constraint& c) {
  const Node* whole = whole_override(context, path, Node::Kind::map);
  const Node& node = whole != nullptr ? *whole : in_file;
  if (node.kind != Node::Kind::map) {
    wrong_node(context, node, path, "a map", "write 'name: value' lines");
    return;
  }
  const auto place_of = [&](const std::string& key) { return path + "." + key; };
  out.clear();
  for (const auto& entry : node.entries) {
    if (out.contains(entry.key)) {
      context.problems.add(entry.mark, place_of(entry.key), "key given twice", "remove one");
      continue;
    }
    read(context, entry.value, place_of(entry.key), out[entry.key], c);
  }
  // An override may add an entry of one value; of others, the map is given as a whole.
  if constexpr (Scalar<typename T::mapped_type>) {
    for (const std::string& key : keys_from_outside(context, path)) {
      if (out.contains(key)) continue;
      Node absent;
      read(context, absent, place_of(key), out[key], c);
    }
  }
}

template <class T>
bool Reader::read_reference(ReadContext& context, const Node& node, const std::string& path,
                            T& out) {
  const Override* from_outside = override_at(context, path);
  if (from_outside == nullptr && node.kind != Node::Kind::scalar) return false;
  if (from_outside != nullptr && from_outside->text.starts_with('{')) return false;
  const std::string reference = from_outside != nullptr ? from_outside->text : node.text;
  const Mark mark = from_outside != nullptr ? from_outside->mark() : node.mark;
  const Node file = load_reference(context, mark, path, reference, T::kind);
  if (file.kind != Node::Kind::map) return true;
  context.open_files.push_back(file.mark.file);
  context.files.insert_or_assign(path, file);
  read_struct(context, file, path, out);
  context.open_files.pop_back();
  return true;
}

template <class T>
void Reader::read_group(ReadContext& context, const Node& in_file, const std::string& path, T& out,
                        const Constraint& c) {
  const Override* from_outside = HasKind<T> ? override_at(context, path) : nullptr;
  const Node* whole = nullptr;
  if (!HasKind<T> || from_outside != nullptr) {
    whole = whole_override(context, path, Node::Kind::map);
    if (from_outside != nullptr && whole == nullptr) return;
  }
  const Node& node = whole != nullptr ? *whole : in_file;
  const bool partly_set = node.kind == Node::Kind::null && override_within(context, path);
  if (node.kind != Node::Kind::map && !partly_set) {
    const std::string keys = "its keys: " + keys_of<T>();
    wrong_node(context, node, path, "a map of keys",
               (HasKind<T> ? "write the name of a file, or " : "write ") + keys);
    return;
  }
  if constexpr (HasKind<T>) {
    const bool inside = !path.empty() && node.find("kind") != nullptr;
    if (inside && !check_kind(context, node, path, T::kind)) return;
  }
  read_struct(context, node, path, out, c);
}

/// Reads a whole document into T, applies `overrides`, throws ConfigError with every problem.
template <class T>
[[nodiscard]] T read_document(const Node& node, ReadContext& context) {
  T out{};
  if (node.kind == Node::Kind::map) {
    if constexpr (HasKind<T>) {
      if (!check_kind(context, node, "", T::kind)) context.problems.raise();
    }
    context.open_files.push_back(node.mark.file);
    Reader::read(context, node, "", out, any_value);
    context.open_files.pop_back();
    check_overrides(context);
  } else if (node.kind != Node::Kind::null) {
    context.problems.add(node.mark, "", "expected a map of keys", "start with 'kind: ...'");
  }
  context.problems.raise();
  return out;
}

/// Reads a configuration file: typed, validated, all problems at once.
template <class T>
[[nodiscard]] T load(const std::string& file, const std::vector<Override>& overrides = {}) {
  ReadContext context;
  context.overrides = overrides;
  const Node node = load_document(file, context.problems);
  return read_document<T>(node, context);
}

/// The same from text; file references are relative to the directory of `name`.
template <class T>
[[nodiscard]] T load_text(const std::string& text, const std::string& name,
                          const std::vector<Override>& overrides = {}) {
  ReadContext context;
  context.overrides = overrides;
  const Node node = parse_document(text, name, context.problems);
  return read_document<T>(node, context);
}

// Readers of the kinds of file are compiled once, in arch/study/read_kinds.cpp: each is large.
struct AttachmentSpec;
struct BoardSpec;
struct CoreSpec;
struct DeviceSpec;
struct HostSpec;
struct LinkSpec;
struct MappingSpec;
struct MeasurementFile;
struct MemorySpec;
struct ModelSpec;
struct ProcessorSpec;
struct SweepSpec;
extern template AttachmentSpec read_document(const Node&, ReadContext&);
extern template BoardSpec read_document(const Node&, ReadContext&);
extern template CoreSpec read_document(const Node&, ReadContext&);
extern template DeviceSpec read_document(const Node&, ReadContext&);
extern template HostSpec read_document(const Node&, ReadContext&);
extern template LinkSpec read_document(const Node&, ReadContext&);
extern template MappingSpec read_document(const Node&, ReadContext&);
extern template MeasurementFile read_document(const Node&, ReadContext&);
extern template MemorySpec read_document(const Node&, ReadContext&);
extern template ModelSpec read_document(const Node&, ReadContext&);
extern template ProcessorSpec read_document(const Node&, ReadContext&);
extern template SweepSpec read_document(const Node&, ReadContext&);

}  // namespace tritsim
