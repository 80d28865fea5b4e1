// SPDX-License-Identifier: Apache-2.0
#include "arch/import/hugging_face_config.hpp"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "arch/base/json.hpp"
#include "arch/import/hugging_face_families.hpp"
#include "arch/import/import_map.hpp"
#include "arch/import/quantization_config.hpp"

namespace tritsim {
namespace {

constexpr std::uint64_t longest_json = 16 << 20;

Node parse_map(const std::string& text, const std::string& path) {
  Problems problems;
  Node node = parse_json(text, {path, 1, 1}, problems, {16, 400'000});
  if (problems.empty() && node.kind != Node::Kind::map) {
    problems.add(node.mark, "", "expected a map of keys", "is it the right file?");
  }
  problems.raise();
  return node;
}

/// Rules over several keys, as those of a model description.
class ModelChecker : public Checker {
 public:
  explicit ModelChecker(const JsonKeys& config) : config_(config) {}

  void fail(std::string_view key, std::string what, std::string remedy) override {
    // A key of a block is none of this file.
    const bool of_block = key.find('.') != std::string_view::npos;
    config_.problems().add(config_.node().mark, of_block ? "" : std::string(key), std::move(what),
                           std::move(remedy));
  }

 private:
  const JsonKeys& config_;
};

}  // namespace

Node load_json_map(const std::string& path) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  if (error) throw ConfigError(fmt::format("{}: cannot open the file; check the path", path));
  if (size > longest_json) {
    throw ConfigError(
        fmt::format("{}: {} bytes, more than {}; is it the right file?", path, size, longest_json));
  }
  return parse_map(read_file(path), path);
}

namespace {

/// What the formats of the matrices say about the model as a whole.
void apply(const Quantization& quantization, const JsonKeys& config, ModelSpec& model) {
  const bool all_ternary =
      std::all_of(quantization.groups.begin(), quantization.groups.end(),
                  [](const auto& g) { return g.weights == WeightSpec{NumberFormat::ternary}; });
  const bool own = quantization.method == Quantization::by_option;
  // Without a format for its projections a family has ternary products alone.
  const WeightSpec* projections = model.format("projections");
  const bool ternary =
      projections == nullptr || (!own && projections->format == NumberFormat::ternary);
  if (ternary && !all_ternary) {
    config.refuse(own ? "model_type" : "quantization_config",
                  fmt::format("{} stores the matrices of a ternary model in another format",
                              quantization.method),
                  own ? "its products are ternary; leave the option out" : "only bitnet is read");
  } else if (quantization.cache && projections != nullptr) {
    model.own.formats["cache"] = {*quantization.cache};
  }
}

HuggingFaceConfig read_node(const Node& node, const std::string& path, const std::string& name,
                            const ConfigChoice& choice) {
  Problems problems;
  const JsonKeys config(node, "", problems);
  HuggingFaceConfig out;
  out.type = choice.type;
  if (out.type.empty()) config.read("model_type", out.type);
  problems.raise();
  out.mapped = is_mapped(out.type);
  out.model = read_family(out.type, config);
  if (choice.weights != nullptr) {
    out.quantization.emplace();
    out.quantization->method = Quantization::by_option;
    out.quantization->groups.push_back({{}, *choice.weights});
  } else {
    out.quantization = read_quantization(config);
  }
  problems.raise();
  if (out.quantization) apply(*out.quantization, config, out.model);
  out.model.name = config.value_or<std::string>("_name_or_path", "");
  if (out.model.name.empty()) out.model.name = name.empty() ? out.type : name;
  out.model.source = path;
  ModelChecker checker(config);
  out.model.check(checker);
  problems.raise();
  return out;
}

}  // namespace

HuggingFaceConfig read_hugging_face_config(const std::string& path, const std::string& name,
                                           const ConfigChoice& choice) {
  return read_node(load_json_map(path), path, name, choice);
}

namespace {

/// "qwen3 8.19B": for a config.json that has no name.
std::string type_and_size(const HuggingFaceConfig& config) {
  const auto parameters = static_cast<double>(size_of(config.model).parameters);
  return parameters < 1e9 ? fmt::format("{} {:.3g}M", config.type, parameters / 1e6)
                          : fmt::format("{} {:.3g}B", config.type, parameters / 1e9);
}

}  // namespace

ModelSpec import_model(const std::string& path, const std::string& type, const std::string& name) {
  const std::filesystem::path given(path);
  const bool directory = std::filesystem::is_directory(given);
  const std::filesystem::path file = directory ? given / "config.json" : given;
  const std::string folder = directory ? given.lexically_normal().filename().string() : "";
  HuggingFaceConfig config = read_hugging_face_config(file.string(), folder, {nullptr, type});
  if (config.model.name == config.type) config.model.name = type_and_size(config);
  if (!name.empty()) config.model.name = name;
  if (config.quantization && config.quantization->groups.size() == 1) {
    const WeightSpec& weights = config.quantization->groups.front().weights;
    for (const char* format : {"projections", "experts"}) {
      if (config.model.format(format) != nullptr) config.model.own.formats[format] = weights;
    }
  }
  return self_contained(config.model);
}

HuggingFaceConfig parse_hugging_face_config(const std::string& text, const std::string& path,
                                            const std::string& name) {
  return read_node(parse_map(text, path), path, name, {});
}

}  // namespace tritsim
