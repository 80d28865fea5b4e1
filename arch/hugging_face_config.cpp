// SPDX-License-Identifier: Apache-2.0
#include "arch/hugging_face_config.hpp"

#include <array>
#include <filesystem>

#include <fmt/format.h>

#include "arch/json.hpp"
#include "arch/reader.hpp"

namespace tritsim {
namespace {

constexpr std::uint64_t longest_json = 16 << 20;
constexpr std::uint32_t widest = 1 << 20;

Node parse_map(const std::string& text, const std::string& path) {
  Problems problems;
  Node node = parse_json(text, {path, 1, 1}, problems, {16, 400'000});
  if (problems.empty() && node.kind != Node::Kind::map) {
    problems.add(node.mark, "", "expected a map of keys", "is it the right file?");
  }
  problems.raise();
  return node;
}

/// The keys of a config.json. Most say nothing about shapes and are passed over.
class Config {
 public:
  explicit Config(Node node) : node_(std::move(node)) {}

  [[nodiscard]] const Node* find(const char* key) const {
    const Node* node = node_.find(key);
    return node != nullptr && node->kind == Node::Kind::null ? nullptr : node;
  }

  template <Scalar T>
  void read(const char* key, T& out, const Constraint& c = any_value) {
    const Node* node = find(key);
    if (node == nullptr) {
      problems_.add({node_.mark.file, 1, 1}, key, "required key is missing",
                    "take the config.json that belongs to the checkpoint");
    } else {
      read_node(key, *node, out, c);
    }
  }

  /// A key that may be absent or null.
  template <Scalar T>
  T value_or(const char* key, T fallback, const Constraint& c = any_value) {
    if (const Node* node = find(key)) read_node(key, *node, fallback, c);
    return fallback;
  }

  /// Refuses any value but `only`, which is also what an absent key means.
  template <Scalar T>
  void only(const char* key, T only) {
    if (value_or(key, only) == only) return;
    problems_.add(find(key)->mark, key, fmt::format("{} is not supported", find(key)->text),
                  fmt::format("only {} is", only));
  }

  [[nodiscard]] const std::string& file() const { return node_.mark.file; }

  void raise() const { problems_.raise(); }

  Problems& problems() { return problems_; }

 private:
  template <Scalar T>
  void read_node(const char* key, const Node& node, T& out, const Constraint& c) {
    ReadContext context;
    Reader::read(context, node, key, out, c);
    for (const Problem& p : context.problems.all()) problems_.add(p);
  }

  Node node_;
  Problems problems_;
};

/// HGRNBitConfig of the reference implementation, ridgerchu/matmulfreellm a016f72.
ModelSpec hgrn_bit_model(Config& config) {
  ModelSpec m;
  m.family = ModelFamily::hgrn_bit;
  config.read("num_hidden_layers", m.layers, between(1, 10000));
  config.read("hidden_size", m.hidden, between(1, 1 << 20));
  config.read("vocab_size", m.vocabulary, between(1, 1 << 26));
  const auto ratio = config.value_or<std::uint32_t>("hidden_ratio", 4, between(1, 64));
  const std::uint64_t wide = std::uint64_t{m.hidden} * ratio * 2 / 3;
  m.intermediate =
      config.value_or("intermediate_size", static_cast<std::uint32_t>((wide + 255) / 256 * 256),
                      between(1, 1 << 22));
  if (m.intermediate > 1 << 22) {
    config.problems().add(config.find("hidden_size")->mark, "hidden_size",
                          fmt::format("makes the GLU {} wide", m.intermediate),
                          fmt::format("it must be at most {}", 1 << 22));
  }
  config.only<std::uint32_t>("expand_ratio", 1);
  config.only("tie_word_embeddings", false);
  config.only("use_short_conv", false);
  config.only("use_lower_bound", true);
  return m;
}

/// The channel mixer that an activation function belongs to.
Mlp gated_mlp(Config& config, const char* key) {
  const auto name = config.value_or<std::string>(key, "silu");
  if (name == "silu" || name == "swish") return Mlp::silu_glu;
  if (name == "relu2") return Mlp::squared_relu_glu;
  config.problems().add(config.find(key)->mark, key, fmt::format("'{}' is not supported", name),
                        "silu and relu2 are");
  return Mlp::silu_glu;
}

void read_widths(Config& config, ModelSpec& m) {
  m.family = ModelFamily::transformer;
  m.transformer.emplace();
  config.read("num_hidden_layers", m.layers, between(1, 10000));
  config.read("hidden_size", m.hidden, between(1, widest));
  config.read("intermediate_size", m.intermediate, between(1, 1 << 22));
  config.read("vocab_size", m.vocabulary, between(1, 1 << 26));
  TransformerSpec& t = *m.transformer;
  config.read("num_attention_heads", t.heads, any_count);
  t.kv_heads = config.value_or("num_key_value_heads", t.heads, any_count);
  t.head_width = config.value_or<std::uint32_t>("head_dim", 0, between(1, 1 << 16));
  if (std::uint64_t{t.head_width} * t.heads == m.hidden) t.head_width = 0;
}

/// LlamaConfig and MistralConfig of transformers.
ModelSpec llama_model(Config& config) {
  ModelSpec m;
  read_widths(config, m);
  TransformerSpec& t = *m.transformer;
  t.mlp = gated_mlp(config, "hidden_act");
  t.qkv_bias = config.value_or("attention_bias", false);
  t.bias = t.qkv_bias && config.value_or("mlp_bias", false);
  if (!t.qkv_bias) config.only("mlp_bias", false);
  t.tied = config.value_or("tie_word_embeddings", false);
  return m;
}

/// Qwen2Config of transformers: query, key and value always have a bias.
ModelSpec qwen2_model(Config& config) {
  ModelSpec m = llama_model(config);
  m.transformer->qkv_bias = true;
  config.only("use_sliding_window", false);
  return m;
}

/// BitNetConfig of transformers: ternary projections behind sub-norms (arXiv 2504.12285).
ModelSpec bitnet_model(Config& config) {
  ModelSpec m = llama_model(config);
  m.transformer->sub_norms = true;
  m.transformer->projections.format = NumberFormat::ternary;
  return m;
}

/// GPT2Config of transformers.
ModelSpec gpt2_model(Config& config) {
  ModelSpec m;
  m.family = ModelFamily::transformer;
  TransformerSpec& t = m.transformer.emplace();
  config.read("n_layer", m.layers, between(1, 10000));
  config.read("n_embd", m.hidden, between(1, widest));
  config.read("vocab_size", m.vocabulary, between(1, 1 << 26));
  m.intermediate = config.value_or("n_inner", 4 * m.hidden, between(1, 1 << 22));
  config.read("n_head", t.heads, any_count);
  t.kv_heads = t.heads;
  t.positions = config.value_or<std::uint32_t>("n_positions", 1024, between(1, 1 << 26));
  const auto act = config.value_or<std::string>("activation_function", "gelu_new");
  if (!act.starts_with("gelu")) {
    config.problems().add(config.find("activation_function")->mark, "activation_function",
                          fmt::format("'{}' is not supported", act), "gelu and its forms are");
  }
  t.mlp = Mlp::gelu;
  t.norm = Norm::layer_norm;
  t.bias = true;
  t.tied = config.value_or("tie_word_embeddings", true);
  return m;
}

struct Family {
  const char* type;
  ModelSpec (*read)(Config&);
};

constexpr std::array<Family, 6> families{{{"hgrn_bit", hgrn_bit_model},
                                          {"llama", llama_model},
                                          {"mistral", llama_model},
                                          {"qwen2", qwen2_model},
                                          {"bitnet", bitnet_model},
                                          {"gpt2", gpt2_model}}};

const Family& family_of(Config& config, const std::string& type) {
  std::vector<std::string> known;
  for (const Family& f : families) {
    if (type == f.type) return f;
    known.emplace_back(f.type);
  }
  Problems problems;
  problems.add(config.find("model_type")->mark, "model_type",
               fmt::format("'{}' is not supported", type),
               suggestion(type, known, "the families are"));
  problems.raise();
  return families.front();
}

/// Rules over several keys, as those of a model description.
class ModelChecker : public Checker {
 public:
  explicit ModelChecker(Config& config) : config_(config) {}

  void fail(std::string_view key, std::string what, std::string remedy) override {
    config_.problems().add({config_.file(), 1, 1}, std::string(key), std::move(what),
                           std::move(remedy));
  }

 private:
  Config& config_;
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

HuggingFaceConfig read_node(Node node, const std::string& path, const std::string& name) {
  Config config(std::move(node));
  HuggingFaceConfig out;
  config.read("model_type", out.type);
  config.raise();
  out.model = family_of(config, out.type).read(config);
  config.raise();
  out.model.name = config.value_or<std::string>("_name_or_path", "");
  if (out.model.name.empty()) out.model.name = name.empty() ? out.type : name;
  out.model.source = path;
  ModelChecker checker(config);
  out.model.check(checker);
  config.raise();
  return out;
}

}  // namespace

HuggingFaceConfig read_hugging_face_config(const std::string& path, const std::string& name) {
  return read_node(load_json_map(path), path, name);
}

HuggingFaceConfig parse_hugging_face_config(const std::string& text, const std::string& path,
                                            const std::string& name) {
  return read_node(parse_map(text, path), path, name);
}

}  // namespace tritsim
