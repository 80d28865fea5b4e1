// SPDX-License-Identifier: Apache-2.0
#include "arch/document.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <yaml-cpp/yaml.h>

#include "arch/units.hpp"

namespace tritsim {
namespace {

constexpr int max_depth = 64;

Mark mark_of(const YAML::Mark& mark, const std::string& name) {
  return {name, mark.line + 1, mark.column + 1};
}

Node convert(const YAML::Node& in, const std::string& name, Problems& problems, int depth) {
  Node out;
  out.mark = mark_of(in.Mark(), name);
  if (depth > max_depth) {
    problems.add(out.mark, "", fmt::format("nested more than {} levels deep", max_depth),
                 "flatten the document");
    return out;
  }
  switch (in.Type()) {
    case YAML::NodeType::Scalar:
      out.kind = Node::Kind::scalar;
      out.text = in.Scalar();
      break;
    case YAML::NodeType::Sequence:
      out.kind = Node::Kind::sequence;
      for (const auto& item : in) out.items.push_back(convert(item, name, problems, depth + 1));
      break;
    case YAML::NodeType::Map:
      out.kind = Node::Kind::map;
      for (const auto& entry : in) {
        const Mark key_mark = mark_of(entry.first.Mark(), name);
        if (!entry.first.IsScalar()) {
          problems.add(key_mark, "", "a key must be a single word", "write 'key: value'");
          continue;
        }
        out.entries.push_back(
            {entry.first.Scalar(), key_mark, convert(entry.second, name, problems, depth + 1)});
      }
      break;
    default:
      break;
  }
  return out;
}

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
      if (node.scalar == Node::Scalar::number) return nlohmann::ordered_json::parse(node.text);
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

Node& Node::set(std::string key, Node value) {
  kind = Kind::map;
  entries.push_back({std::move(key), {}, std::move(value)});
  return entries.back().value;
}

Node parse_document(const std::string& text, const std::string& name, Problems& problems) {
  try {
    const auto documents = YAML::LoadAll(text);
    if (documents.empty() || documents.front().IsNull()) {
      problems.add({name, 1, 1}, "", "the document is empty", "start it with 'kind: ...'");
      return {};
    }
    if (documents.size() > 1) {
      problems.add(mark_of(documents[1].Mark(), name), "", "a second document in one file",
                   "keep one document per file");
    }
    return convert(documents.front(), name, problems, 0);
  } catch (const YAML::Exception& e) {
    problems.add(mark_of(e.mark, name), "", fmt::format("not valid YAML: {}", e.msg),
                 "check indentation, quotes and brackets at this place");
    return {};
  }
}

Node load_document(const std::string& path, Problems& problems) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    problems.add({path, 0, 0}, "", "is a directory", "name a YAML file");
    return {};
  }
  const std::ifstream in(path, std::ios::binary);
  if (!in) {
    problems.add({path, 0, 0}, "", "cannot open the file", "check the path and its permissions");
    return {};
  }
  std::ostringstream text;
  text << in.rdbuf();
  return parse_document(text.str(), path, problems);
}

std::string to_yaml(const Node& node) {
  YAML::Emitter out;
  emit(out, node);
  return std::string(out.c_str()) + '\n';
}

std::string to_json(const Node& node) {
  return json_of(node).dump(2) + '\n';
}

void write_file(const std::string& path, const std::string& text) {
  const std::string temporary = path + ".part";
  {
    std::ofstream out(temporary, std::ios::binary);
    out << text;
    out.flush();
    if (!out) throw ConfigError(fmt::format("{}: cannot write the file", path));
  }
  std::error_code error;
  std::filesystem::rename(temporary, path, error);
  if (error) throw ConfigError(fmt::format("{}: cannot write the file: {}", path, error.message()));
}

std::string read_file(const std::string& path) {
  const std::ifstream in(path, std::ios::binary);
  if (!in) throw ConfigError(fmt::format("{}: cannot open the file; check the path", path));
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

}  // namespace tritsim
