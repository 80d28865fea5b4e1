// SPDX-License-Identifier: Apache-2.0
#include "arch/reader.hpp"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

namespace tritsim {

void Reader::finish() {
  std::set<std::string> seen;
  for (const auto& entry : node_.entries) {
    if (!seen.insert(entry.key).second) {
      context_.problems.add(entry.mark, path_of(entry.key), "key given twice", "remove one");
    } else if (std::find(known_.begin(), known_.end(), entry.key) == known_.end()) {
      const std::string near = nearest(entry.key, known_);
      context_.problems.add(entry.mark, path_of(entry.key), "unknown key",
                            near.empty() ? "remove it; 'tritsim schema' lists the keys"
                                         : fmt::format("did you mean '{}'?", near));
    }
  }
}

Override* Reader::override_at(ReadContext& context, const std::string& path) {
  for (Override& o : context.overrides) {
    if (o.path == path) {
      o.used = true;
      return &o;
    }
  }
  return nullptr;
}

bool Reader::override_below(const ReadContext& context, const std::string& path) {
  return std::any_of(context.overrides.begin(), context.overrides.end(), [&](const Override& o) {
    return o.path.size() > path.size() && o.path.compare(0, path.size(), path) == 0 &&
           o.path[path.size()] == '.';
  });
}

Node load_reference(ReadContext& context, const Mark& mark, const std::string& path,
                    const std::string& reference, std::string_view kind) {
  namespace fs = std::filesystem;
  const fs::path file = fs::path(reference).is_absolute() || mark.file.empty()
                            ? fs::path(reference)
                            : fs::path(mark.file).parent_path() / reference;
  const std::string name = file.lexically_normal().string();
  if (!fs::exists(file)) {
    context.problems.add(mark, path, fmt::format("cannot open the file '{}'", name),
                         "a file name is relative to the file it stands in");
    return {};
  }
  if (std::find(context.open_files.begin(), context.open_files.end(), name) !=
      context.open_files.end()) {
    context.problems.add(mark, path, fmt::format("'{}' refers back to itself", name),
                         "break the circle");
    return {};
  }
  Node node = load_document(name, context.problems);
  if (node.kind == Node::Kind::map) check_kind(context, node, path, kind);
  return node;
}

void check_kind(ReadContext& context, const Node& node, const std::string& path,
                std::string_view kind) {
  const Node* given = node.find("kind");
  const std::string where = path.empty() ? "kind" : path + ".kind";
  if (given == nullptr) {
    context.problems.add(node.mark, where, "required key is missing",
                         fmt::format("add 'kind: {}'", kind));
  } else if (given->text != kind) {
    context.problems.add(
        given->mark, where,
        fmt::format("this is a '{}' file, a '{}' file is needed here", given->text, kind),
        "name another file or correct its kind");
  }
}

}  // namespace tritsim
