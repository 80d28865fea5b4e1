// SPDX-License-Identifier: Apache-2.0
#include "arch/base/reader.hpp"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

namespace tritsim {

ScalarFault not_one_of(std::string_view text, const std::vector<std::string>& names) {
  const auto near = nearest(std::string(text), names);
  return {fmt::format("'{}' is not one of: {}", text, fmt::join(names, ", ")),
          near.empty() ? "write one of them" : fmt::format("did you mean '{}'?", near)};
}

void Reader::finish() {
  std::set<std::string> seen;
  for (const auto& entry : node_.entries) {
    if (!seen.insert(entry.key).second) {
      context_.problems.add(entry.mark, path_of(entry.key), "key given twice", "remove one");
    } else if (std::find(known_.begin(), known_.end(), entry.key) == known_.end()) {
      context_.problems.add(entry.mark, path_of(entry.key), "unknown key",
                            suggestion(entry.key, known_, "remove it; the keys here are"));
    }
  }
}

void Reader::fail(std::string_view key, std::string what, std::string remedy) {
  const std::string path = path_of(key);
  // The override that gave the value itself, or the smallest part that contains it.
  const Override* from_outside = nullptr;
  for (const Override& o : context_.overrides) {
    const bool gives_it = o.path == path || path.starts_with(o.path + ".");
    if (gives_it && (from_outside == nullptr || o.path.size() > from_outside->path.size())) {
      from_outside = &o;
    }
  }
  context_.problems.add(from_outside != nullptr
                            ? from_outside->mark()
                            : mark_in_file(context_, path, path_, node_.nearest(key).mark),
                        path, std::move(what), std::move(remedy));
}

Mark Reader::mark_in_file(const ReadContext& context, const std::string& path,
                          const std::string& own, const Mark& mark) {
  const std::string* longest = nullptr;
  for (const auto& [at, file] : context.files) {
    if (at.size() <= own.size() || !path.starts_with(at + ".")) continue;
    if (longest == nullptr || at.size() > longest->size()) longest = &at;
  }
  if (longest == nullptr) return mark;
  return context.files.at(*longest).nearest(path.substr(longest->size() + 1)).mark;
}

std::vector<std::string> Reader::keys_from_outside(const ReadContext& context,
                                                   const std::string& path) {
  std::vector<std::string> keys;
  for (const Override& o : context.overrides) {
    if (!o.path.starts_with(path + ".")) continue;
    const std::string key = o.path.substr(path.size() + 1);
    if (!key.empty() && key.find('.') == std::string::npos) keys.push_back(key);
  }
  return keys;
}

Override* Reader::override_at(ReadContext& context, const std::string& path) {
  for (Override& o : context.overrides) {
    if (o.path == path && !path.empty()) {
      o.used = true;
      return &o;
    }
  }
  return nullptr;
}

const Override* Reader::override_within(const ReadContext& context, const std::string& path) {
  for (const Override& o : context.overrides) {
    if (o.path.compare(0, path.size(), path) != 0) continue;
    if (o.path.size() == path.size() || o.path[path.size()] == '.') return &o;
  }
  return nullptr;
}

const Node* Reader::whole_override(ReadContext& context, const std::string& path,
                                   Node::Kind wanted) {
  const Override* o = override_at(context, path);
  if (o == nullptr) return nullptr;
  const bool is_list = wanted == Node::Kind::sequence;
  if (!o->text.starts_with(is_list ? '[' : '{')) {
    context.problems.add(o->mark(), "", "stands for several values",
                         fmt::format("write all of them, as {}, or set one value inside it by its "
                                     "own path",
                                     is_list ? "[a, b]" : "{key: value}"));
    return nullptr;
  }
  const Node& node =
      context.given.emplace_back(parse_document(o->text, o->mark().file, context.problems));
  return node.kind == wanted ? &node : nullptr;
}

void Reader::wrong_node(ReadContext& context, const Node& node, const std::string& path,
                        const char* wanted, std::string remedy) {
  const char* found = "nothing";
  if (node.kind == Node::Kind::scalar) found = "a single value";
  if (node.kind == Node::Kind::sequence) found = "a list";
  if (node.kind == Node::Kind::map) found = "a map";
  context.problems.add(node.mark, path, fmt::format("expected {}, found {}", wanted, found),
                       std::move(remedy));
}

Node load_reference(ReadContext& context, const Mark& mark, const std::string& path,
                    const std::string& reference, std::string_view kind) {
  namespace fs = std::filesystem;
  const bool from_outside = mark.line == 0;
  const fs::path file = fs::path(reference).is_absolute() || from_outside
                            ? fs::path(reference)
                            : fs::path(mark.file).parent_path() / reference;
  const std::string name = file.lexically_normal().string();
  std::error_code error;
  const auto status = fs::status(file, error);
  if (reference.empty() || !fs::exists(status)) {
    context.problems.add(mark, path, fmt::format("cannot open the file '{}'", name),
                         from_outside ? "give its name relative to the working directory"
                                      : "give its name relative to the file it stands in");
    return {};
  }
  if (!fs::is_regular_file(status)) {
    context.problems.add(mark, path, fmt::format("'{}' is not a file", name),
                         fmt::format("name a file of kind '{}'", kind));
    return {};
  }
  const auto is_open = [&](const std::string& open) {
    return fs::path(open).lexically_normal() == fs::path(name);
  };
  if (std::any_of(context.open_files.begin(), context.open_files.end(), is_open)) {
    context.problems.add(mark, path, fmt::format("'{}' refers back to itself", name),
                         fmt::format("name a file of kind '{}'", kind));
    return {};
  }
  // Many keys may name one file, e.g. the blocks that a list of models is built of.
  auto read = context.read.find(name);
  if (read == context.read.end()) {
    read = context.read.emplace(name, load_document(name, context.problems)).first;
  }
  Node node = read->second;
  if (node.kind == Node::Kind::null) return node;
  if (node.kind != Node::Kind::map) {
    context.problems.add(node.mark, path, "expected a map of keys",
                         fmt::format("start with 'kind: {}'", kind));
    return {};
  }
  return check_kind(context, node, path, kind, &mark) ? node : Node{};
}

bool check_kind(ReadContext& context, const Node& node, const std::string& path,
                std::string_view kind, const Mark* reference) {
  const Node* given = node.find("kind");
  const std::string where = path.empty() ? "kind" : path + ".kind";
  if (given == nullptr) {
    context.problems.add(node.mark, where, "required key is missing",
                         fmt::format("add 'kind: {}'", kind));
    return true;
  }
  if (given->text == kind) return true;
  if (!nearest(given->text, {std::string(kind)}).empty()) {
    context.problems.add(given->mark, where, fmt::format("'{}' is not a kind", given->text),
                         fmt::format("did you mean '{}'?", kind));
    return true;
  }
  if (reference != nullptr) {
    context.problems.add(
        *reference, path,
        fmt::format("'{}' is a '{}', a '{}' is needed here", node.mark.file, given->text, kind),
        fmt::format("name a file of kind '{}'", kind));
  } else {
    context.problems.add(given->mark, where,
                         fmt::format("this is a '{}', a '{}' is needed here", given->text, kind),
                         "give another file, or correct its kind");
  }
  return false;
}

void check_overrides(ReadContext& context) {
  const std::vector<Problem> found = context.problems.all();
  for (auto o = context.overrides.begin(); o != context.overrides.end(); ++o) {
    if (o->used) continue;
    const auto same = [&](const Override& other) { return other.path == o->path; };
    if (std::find_if(context.overrides.begin(), o, same) != o) {
      context.problems.add(o->mark(), "", "given twice", "remove one");
      continue;
    }
    // If the document could not be read, its keys are not known.
    const auto covers = [&](const Problem& p) {
      return !p.path.empty() && o->path.compare(0, p.path.size() + 1, p.path + ".") == 0;
    };
    if (std::any_of(found.begin(), found.end(), covers)) continue;
    const std::string near = nearest(o->path, context.paths);
    context.problems.add(o->mark(), "", "no such key in this document",
                         near.empty() ? "write the keys that lead to it, e.g. cores.0.lanes"
                                      : fmt::format("did you mean '{}'?", near));
  }
}

}  // namespace tritsim
