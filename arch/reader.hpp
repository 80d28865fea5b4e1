// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <charconv>
#include <limits>
#include <set>
#include <string>

#include "arch/document.hpp"
#include "arch/schema.hpp"

namespace tritsim {

/// A value given from outside the files (`--set path=value`, a sweep axis). It stands in for the
/// text at a dotted key path and is checked just as that text would be.
struct Override {
  std::string path;
  std::string text;
  bool used = false;
};

/// What all readers of one load share.
struct ReadContext {
  Problems problems;
  std::vector<Override> overrides;
  std::vector<std::string> open_files;  ///< chain of files being read, to find circular references
};

/// Reads one scalar; empty result means success, otherwise what is wrong with the text.
template <Scalar T>
[[nodiscard]] std::string parse_scalar(std::string_view text, T& out) {
  if constexpr (QuantityLike<T>) {
    auto parsed = parse_quantity(text, units_of<T>());
    if (parsed.si) out = T{*parsed.si};
    return parsed.problem;
  } else if constexpr (std::same_as<T, bool>) {
    if (text != "true" && text != "false")
      return "'" + std::string(text) + "' is not true or false";
    out = text == "true";
    return {};
  } else if constexpr (Number<T>) {
    T value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) {
      return "'" + std::string(text) + "' is not a whole number" +
             (std::is_unsigned_v<T> ? " of zero or more" : "");
    }
    out = value;
    return {};
  } else if constexpr (std::same_as<T, double>) {
    const auto value = parse_number(text);
    if (!value) return "'" + std::string(text) + "' is not a number";
    out = *value;
    return {};
  } else if constexpr (std::same_as<T, std::string>) {
    out = std::string(text);
    return {};
  } else {
    std::vector<std::string> names;
    for (const auto& [value, name] : EnumNames<T>::names) {
      if (name == text) {
        out = value;
        return {};
      }
      names.emplace_back(name);
    }
    std::string message = "'" + std::string(text) + "' is not one of: ";
    for (std::size_t i = 0; i < names.size(); ++i) message += (i ? ", " : "") + names[i];
    return message;
  }
}

/// The number a constraint looks at: SI value of a quantity, value of a number, nothing else.
template <class T>
[[nodiscard]] std::optional<double> numeric(const T& v) {
  if constexpr (QuantityLike<T>) {
    return v.si();
  } else if constexpr (Number<T> || std::same_as<T, double>) {
    return static_cast<double>(v);
  } else {
    return {};
  }
}

/// Visits a struct's fields and fills them from a map node. All problems go to the context.
class Reader final : public Checker {
 public:
  /// `node` may be null-kind (an absent map): then every required key is missing.
  Reader(ReadContext& context, const Node& node, std::string path)
      : context_(context), node_(node), path_(std::move(path)) {}

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

  /// Failures of check(), placed at the key they name, or at the struct if it is absent.
  void fail(std::string_view key, std::string what, std::string remedy) override {
    const Node* at = node_.find(key);
    context_.problems.add(at ? at->mark : node_.mark, key.empty() ? path_ : path_of(key),
                          std::move(what), std::move(remedy));
  }

  /// Reports keys that are unknown or given twice. Call once, after the fields.
  void finish();

  /// Reads a value of any supported type at `path`.
  template <class T>
  static void read(ReadContext& context, const Node& node, const std::string& path, T& out,
                   const Constraint& c);

 private:
  [[nodiscard]] std::string path_of(std::string_view key) const {
    return path_.empty() ? std::string(key) : path_ + "." + std::string(key);
  }

  /// The override for exactly this path, marked used; or nullptr.
  static Override* override_at(ReadContext& context, const std::string& path);
  /// True if an override names a place below this path.
  static bool override_below(const ReadContext& context, const std::string& path);

  template <class T>
  bool read_key(const char* key, T& field, const Constraint& c) {
    known_.emplace_back(key);
    const Node* value = node_.find(key);
    const std::string path = path_of(key);
    static const Node absent;
    if (value == nullptr) {
      const bool overridden = override_at(context_, path) != nullptr;
      if (!overridden && !override_below(context_, path)) return false;
      Node from_outside = overridden ? Node::of_text("") : absent;
      from_outside.mark = {"--set " + path, 0, 0};
      read(context_, from_outside, path, field, c);
      return true;
    }
    read(context_, *value, path, field, c);
    return true;
  }

  template <class T>
  static void read_struct(ReadContext& context, const Node& node, const std::string& path, T& out);

  ReadContext& context_;
  const Node& node_;
  std::string path_;
  std::vector<std::string> known_;
};

/// Loads the file that `reference` names, relative to the file the reference stands in. Checks its
/// `kind`. Returns a null node, with the problem recorded, if that fails.
[[nodiscard]] Node load_reference(ReadContext& context, const Mark& mark, const std::string& path,
                                  const std::string& reference, std::string_view kind);

/// Checks a document's `kind` key.
void check_kind(ReadContext& context, const Node& node, const std::string& path,
                std::string_view kind);

template <class T>
void Reader::read_struct(ReadContext& context, const Node& node, const std::string& path, T& out) {
  Reader reader(context, node, path);
  const auto before = context.problems.sorted().size();
  if constexpr (HasKind<T>) reader.known_.emplace_back("kind");
  out.fields(reader);
  reader.finish();
  // Rules over several keys make sense only when each key by itself could be read.
  if constexpr (HasCheck<T>) {
    if (context.problems.sorted().size() == before) std::as_const(out).check(reader);
  }
}

template <class T>
void Reader::read(ReadContext& context, const Node& node, const std::string& path, T& out,
                  const Constraint& c) {
  if constexpr (IsOptional<T>::value) {
    out.emplace();
    read(context, node, path, *out, c);
  } else if constexpr (Scalar<T>) {
    const Override* from_outside = override_at(context, path);
    if (from_outside == nullptr && node.kind != Node::Kind::scalar) {
      context.problems.add(node.mark, path, "expected a single value", "write 'key: value'");
      return;
    }
    const std::string& text = from_outside != nullptr ? from_outside->text : node.text;
    const Mark mark = from_outside != nullptr ? Mark{"--set " + path, 0, 0} : node.mark;
    if (const auto problem = parse_scalar(text, out); !problem.empty()) {
      context.problems.add(mark, path, problem, "correct the value");
      return;
    }
    if (const auto v = numeric(out); v && !c.holds(*v)) {
      context.problems.add(mark, path, "'" + text + "' is out of range", "it must be " + c.text());
    }
  } else if constexpr (IsVector<T>::value) {
    if (node.kind != Node::Kind::sequence) {
      context.problems.add(node.mark, path, "expected a list", "write '[a, b]' or '- a' lines");
      return;
    }
    out.clear();
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      read(context, node.items[i], path + "." + std::to_string(i), out.emplace_back(), c);
    }
  } else if constexpr (IsMap<T>::value) {
    if (node.kind != Node::Kind::map) {
      context.problems.add(node.mark, path, "expected a map", "write 'name: value' lines");
      return;
    }
    out.clear();
    for (const auto& entry : node.entries) {
      if (out.contains(entry.key)) {
        context.problems.add(entry.mark, path + "." + entry.key, "key given twice", "remove one");
        continue;
      }
      read(context, entry.value, path + "." + entry.key, out[entry.key], c);
    }
  } else {
    if constexpr (HasKind<T>) {
      const Override* from_outside = override_at(context, path);
      if (from_outside != nullptr || node.kind == Node::Kind::scalar) {
        const std::string reference = from_outside != nullptr ? from_outside->text : node.text;
        const Mark mark = from_outside != nullptr ? Mark{"", 0, 0} : node.mark;
        const Node file = load_reference(context, mark, path, reference, T::kind);
        if (file.kind != Node::Kind::map) return;
        context.open_files.push_back(file.mark.file);
        read_struct(context, file, path, out);
        context.open_files.pop_back();
        return;
      }
    }
    if (node.kind != Node::Kind::map && node.kind != Node::Kind::null) {
      context.problems.add(
          node.mark, path, "expected a map of keys",
          HasKind<T> ? "write the keys here, or the name of a file" : "write 'key: value' lines");
      return;
    }
    read_struct(context, node, path, out);
  }
}

/// Reads a whole document into T, applies `overrides`, throws ConfigError with every problem.
template <class T>
[[nodiscard]] T read_document(const Node& node, ReadContext& context) {
  T out{};
  if (node.kind == Node::Kind::map) {
    if constexpr (HasKind<T>) check_kind(context, node, "", T::kind);
    context.open_files.push_back(node.mark.file);
    Reader::read(context, node, "", out, any_value);
    context.open_files.pop_back();
    for (const Override& o : context.overrides) {
      if (!o.used) {
        context.problems.add({"--set " + o.path, 0, 0}, "", "no such key in this document",
                             "check the path with 'tritsim schema'");
      }
    }
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

}  // namespace tritsim
