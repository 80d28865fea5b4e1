// SPDX-License-Identifier: Apache-2.0
#include "arch/gguf_import.hpp"

#include <algorithm>
#include <array>
#include <filesystem>

#include <fmt/format.h>

#include "arch/checkpoint_statistics.hpp"

namespace tritsim {
namespace {

/// Sizes among the metadata, by the keys of docs/gguf.md.
class Metadata {
 public:
  explicit Metadata(const GgufFile& file) : file_(file) {}

  [[nodiscard]] std::string text(const std::string& key) const {
    const GgufValue* v = file_.find(key);
    return v != nullptr && v->kind == GgufValue::Kind::text ? v->text : "";
  }

  std::uint32_t size(const std::string& key, std::uint64_t most) {
    const GgufValue* v = file_.find(key);
    if (v == nullptr) {
      problems_.add(mark(), key, "required key is missing", "the file is of no language model");
      return 1;
    }
    return checked(key, *v, most);
  }

  std::uint32_t size_or(const std::string& key, std::uint32_t fallback, std::uint64_t most) {
    const GgufValue* v = file_.find(key);
    return v == nullptr ? fallback : checked(key, *v, most);
  }

  [[nodiscard]] Mark mark() const { return {file_.path(), 0, 0}; }

  Problems& problems() { return problems_; }

 private:
  std::uint32_t checked(const std::string& key, const GgufValue& v, std::uint64_t most) {
    if (v.kind == GgufValue::Kind::integer && !v.negative && v.integer >= 1 && v.integer <= most) {
      return static_cast<std::uint32_t>(v.integer);
    }
    const bool layers = v.kind == GgufValue::Kind::array;
    problems_.add(mark(), key,
                  layers ? std::string("differs from layer to layer") : std::string("is no size"),
                  layers ? std::string("the blocks of a trace's model are of one shape")
                         : fmt::format("it must be a whole number from 1 to {}", most));
    return 1;
  }

  const GgufFile& file_;
  Problems problems_;
};

class MetadataChecker : public Checker {
 public:
  explicit MetadataChecker(Metadata& metadata) : metadata_(metadata) {}

  void fail(std::string_view key, std::string what, std::string remedy) override {
    metadata_.problems().add(metadata_.mark(), std::string(key), std::move(what),
                             std::move(remedy));
  }

 private:
  Metadata& metadata_;
};

/// llama.cpp's names of architectures that a trace has ops for.
constexpr std::array<std::string_view, 5> architectures{"llama", "qwen2", "gpt2", "bitnet",
                                                        "bitnet-b1.58"};

std::uint32_t vocabulary_of(const GgufFile& file, Metadata& metadata, const std::string& prefix) {
  constexpr std::uint64_t most = 1 << 26;
  const auto it = file.tensors().find("token_embd.weight");
  if (it != file.tensors().end() && it->second.shape.size() == 2 && it->second.shape[0] >= 1 &&
      it->second.shape[0] <= most) {
    return static_cast<std::uint32_t>(it->second.shape[0]);
  }
  return metadata.size(prefix + "vocab_size", most);
}

constexpr std::array<std::pair<std::string_view, std::string_view>, 7> names{{
    {"attn.q_proj", "attn_q"},
    {"attn.k_proj", "attn_k"},
    {"attn.v_proj", "attn_v"},
    {"attn.o_proj", "attn_output"},
    {"mlp.gate_proj", "ffn_gate"},
    {"mlp.up_proj", "ffn_up"},
    {"mlp.down_proj", "ffn_down"},
}};

TensorPart part_of(const GgufFile& file, const ModelSpec& model, const Op& op) {
  if (op.name == "lm_head") {
    return {file.tensors().contains("output.weight") ? "output.weight" : "token_embd.weight"};
  }
  const std::string block = fmt::format("blk.{}.", op.layer);
  const std::string inside = op.name.substr(fmt::format("layers.{}.", op.layer).size());
  const auto* it = std::find_if(names.begin(), names.end(),
                                [&](const auto& entry) { return entry.first == inside; });
  const auto place = static_cast<std::uint64_t>(it - names.begin());
  // Query, key and value of GPT-2 are one tensor.
  if (place < 3 && !file.tensors().contains(fmt::format("{}attn_q.weight", block)) &&
      file.tensors().contains(block + "attn_qkv.weight")) {
    const std::uint64_t q = model.query_width();
    const std::uint64_t kv = model.kv_width();
    return {block + "attn_qkv.weight", place == 0 ? 0 : q + (place - 1) * kv, q + 2 * kv};
  }
  return {fmt::format("{}{}.weight", block, it->second)};
}

}  // namespace

std::optional<WeightSpec> gguf_weights(const std::string& type) {
  using enum NumberFormat;
  // Group: weights that share a scale. Group bits: what a block has beyond its codes.
  if (type == "F32" || type == "F16" || type == "BF16") return WeightSpec{fp16};
  if (type == "I8") return WeightSpec{int8};
  if (type == "Q8_0") return WeightSpec{int8, 32, 16};
  if (type == "Q4_0") return WeightSpec{int4, 32, 16};
  if (type == "Q4_K") return WeightSpec{int4, 32, 16};              // (144 bytes - 128) / 8 groups
  if (type == "Q6_K") return WeightSpec{int8, 16, 9, 6};            // (210 bytes - 192) / 16 groups
  if (type == "TQ1_0") return WeightSpec{ternary, 256, 16, 1.625};  // 52 bytes of codes
  if (type == "TQ2_0") return WeightSpec{ternary, 256, 16};
  if (type == "I2_S") return WeightSpec{ternary};
  return {};
}

ModelSpec gguf_model(const GgufFile& file) {
  Metadata metadata(file);
  const std::string architecture = metadata.text("general.architecture");
  if (std::find(architectures.begin(), architectures.end(), architecture) == architectures.end()) {
    metadata.problems().add(metadata.mark(), "general.architecture",
                            fmt::format("'{}' is not supported", architecture),
                            fmt::format("these are: {}", fmt::join(architectures, ", ")));
    metadata.problems().raise();
  }
  const std::string prefix = architecture + ".";
  ModelSpec m;
  m.family = ModelFamily::transformer;
  m.name = metadata.text("general.name");
  if (m.name.empty()) m.name = std::filesystem::path(file.path()).stem().string();
  m.source = file.path();
  m.layers = metadata.size(prefix + "block_count", 10000);
  if (m.layers > file.tensors().size()) {
    metadata.problems().add(
        metadata.mark(), prefix + "block_count",
        fmt::format("says {} blocks, the file has {} tensors", m.layers, file.tensors().size()),
        "the file is damaged; fetch it again");
  }
  m.hidden = metadata.size(prefix + "embedding_length", 1 << 20);
  m.intermediate = metadata.size(prefix + "feed_forward_length", 1 << 22);
  m.vocabulary = vocabulary_of(file, metadata, prefix);
  TransformerSpec& t = m.transformer.emplace();
  t.heads = metadata.size(prefix + "attention.head_count", 1 << 20);
  t.kv_heads = metadata.size_or(prefix + "attention.head_count_kv", t.heads, 1 << 20);
  t.head_width = metadata.size_or(prefix + "attention.key_length", 0, 1 << 16);
  if (std::uint64_t{t.head_width} * t.heads == m.hidden) t.head_width = 0;
  t.tied = !file.tensors().contains("output.weight");
  if (architecture == "gpt2") {
    t.positions = metadata.size(prefix + "context_length", 1 << 26);
    t.mlp = Mlp::gelu;
    t.norm = Norm::layer_norm;
    t.bias = true;
  }
  if (architecture == "bitnet-b1.58") t.mlp = Mlp::squared_relu_glu;
  t.sub_norms = architecture.starts_with("bitnet");
  t.qkv_bias = architecture == "qwen2";
  MetadataChecker checker(metadata);
  if (metadata.problems().empty()) m.check(checker);
  metadata.problems().raise();
  return m;
}

TraceFile import_gguf(const std::string& path,
                      const std::function<void(const std::string&)>& progress) {
  const GgufFile file(path);
  ModelSpec model = gguf_model(file);
  const auto stored = [&](const std::string& tensor) -> std::optional<WeightSpec> {
    const auto it = file.tensors().find(tensor);
    return it == file.tensors().end() ? std::nullopt : gguf_weights(it->second.type);
  };
  // The header names the formats of the first projection and of the last.
  TransformerSpec& t = *model.transformer;
  for (const char* first : {"blk.0.attn_q.weight", "blk.0.attn_qkv.weight"}) {
    if (const auto weights = stored(first)) t.projections = *weights;
  }
  if (const auto weights = stored(t.tied ? "token_embd.weight" : "output.weight")) {
    t.head = *weights;
  }
  TraceFile trace = record(model, fmt::format("imported from {}", path));
  const CheckpointView view{
      path,
      [&](const std::string& tensor) { return file.tensors().contains(tensor) ? &file : nullptr; },
      [&](const Op& op) { return part_of(file, model, op); }};
  // Tensors of one file are stored in several formats.
  for (TraceLine& line : trace.lines) {
    if (!line.matrix) continue;
    const auto weights = stored(view.part_of(line.op).name);
    if (!weights) continue;
    line.op.weights = weights;
    line.matrix->type = element_type(weights->format);
    line.matrix->bytes = stored_bytes(*weights, line.matrix->rows * line.matrix->columns);
  }
  check_tensors(trace, view);
  add_statistics(trace, view, progress);
  return trace;
}

}  // namespace tritsim
