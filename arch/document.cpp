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

  void add_entry(Node& map, const YAML::Node& key, const YAML::Node& value, int depth) {
    const Mark mark = mark_of(key.Mark(), name_);
    if (!key.IsScalar()) {
      problems_.add(mark, "", "a key must be a single word", "write 'key: value'");
    } else if (key.Scalar() == "<<") {
      problems_.add(mark, "", "merge keys ('<<') are not supported",
                    "write the keys out, or keep them in a file of their own");
    } else {
      map.entries.push_back({key.Scalar(), mark, convert(value, depth + 1)});
      // The parser notices that a value is absent at the next key only.
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
      problems.add(mark_of(documents[1].Mark(), name), "", "a second document starts here",
                   "keep one per file; if none was meant, check the indentation");
    }
    // Without aliases a document has no more nodes than characters.
    constexpr std::size_t for_aliases = 100'000;
    return Converter(name, problems, text.size() + for_aliases).convert(documents.front());
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
  return std::string(out.c_str(), out.size()) + '\n';
}

std::string to_json(const Node& node) {
  // Text from the command line need not be UTF-8.
  return json_of(node).dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + '\n';
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
