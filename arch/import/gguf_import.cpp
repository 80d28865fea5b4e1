// SPDX-License-Identifier: Apache-2.0
#include "arch/import/gguf_import.hpp"

#include <algorithm>
#include <array>
#include <filesystem>

#include <fmt/format.h>

#include "arch/import/checkpoint_formats.hpp"
#include "arch/import/checkpoint_statistics.hpp"
#include "arch/import/gguf_types.hpp"
#include "arch/import/quantization.hpp"
#include "arch/import/shipped_blocks.hpp"

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

  /// Whether a key is there and is something other than zero, false or an empty text.
  [[nodiscard]] bool is_set(const std::string& key) const {
    const GgufValue* v = file_.find(key);
    return v != nullptr && (v->integer != 0 || v->real != 0 || !v->text.empty());
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
    // A key of a block is none of this file.
    const bool of_block = key.find('.') != std::string_view::npos;
    metadata_.problems().add(metadata_.mark(), of_block ? "" : std::string(key), std::move(what),
                             std::move(remedy));
  }

 private:
  Metadata& metadata_;
};

/// llama.cpp's names of architectures that a trace has ops for.
constexpr std::array<std::string_view, 5> architectures{"llama", "qwen2", "gpt2", "bitnet",
                                                        "bitnet-b1.58"};

std::uint32_t vocabulary_of(const GgufCheckpoint& file, Metadata& metadata,
                            const std::string& prefix) {
  constexpr std::uint64_t most = 1 << 26;
  const Tensor* table = file.find("token_embd.weight");
  if (table != nullptr && table->shape.size() == 2 && table->shape[0] >= 1 &&
      table->shape[0] <= most) {
    return static_cast<std::uint32_t>(table->shape[0]);
  }
  return metadata.size(prefix + "vocab_size", most);
}

/// Keys of blocks that no model here has, and a window that a run could reach.
void refuse_other_blocks(Metadata& metadata, const std::string& prefix) {
  const auto refuse = [&](const char* key, std::string what, std::string remedy) {
    metadata.problems().add(metadata.mark(), prefix + key, std::move(what), std::move(remedy));
  };
  constexpr const char* another = "take another model";
  if (metadata.is_set(prefix + "expert_count")) {
    refuse("expert_count", "mixtures of experts are not supported", another);
  }
  if (metadata.is_set(prefix + "attention.kv_lora_rank")) {
    refuse("attention.kv_lora_rank", "latent attention is not supported", another);
  }
  for (const char* cap : {"attn_logit_softcapping", "final_logit_softcapping"}) {
    if (metadata.is_set(prefix + cap)) refuse(cap, "soft caps are not supported", another);
  }
  const auto keys = metadata.size_or(prefix + "attention.key_length", 1, 1 << 16);
  if (const auto values = metadata.size_or(prefix + "attention.value_length", keys, 1 << 16);
      values != keys) {
    refuse("attention.value_length", fmt::format("{} is not supported", values),
           fmt::format("only {}, the width of a key, is", keys));
  }
  if (!metadata.is_set(prefix + "attention.sliding_window")) return;
  const auto window = metadata.size_or(prefix + "attention.sliding_window", 1, 1 << 26);
  const auto positions = metadata.size_or(prefix + "context_length", 1 << 26, 1 << 26);
  if (window >= positions) return;
  refuse("attention.sliding_window",
         fmt::format("a window of {} positions, of {} that a run may have, is not supported: "
                     "attention is over the whole context",
                     window, positions),
         fmt::format("runs of up to {} positions are the same without it: for them, remove the key",
                     window));
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

TensorPart part_of(const GgufCheckpoint& file, const ModelSpec& model, const Op& op) {
  if (op.role == OpRole::lm_head) {
    return {file.contains("output.weight") ? "output.weight" : "token_embd.weight"};
  }
  const std::string block = fmt::format("blk.{}.", op.layer);
  const std::string inside = op.name.substr(fmt::format("layers.{}.", op.layer).size());
  const auto* it = std::ranges::find(names, inside, [](const auto& n) { return n.first; });
  const auto place = static_cast<std::uint64_t>(it - names.begin());
  // Query, key and value of GPT-2 are one tensor.
  if (place < 3 && !file.contains(fmt::format("{}attn_q.weight", block)) &&
      file.contains(block + "attn_qkv.weight")) {
    const std::uint64_t width = model.size("head_width");
    const std::uint64_t q = model.size("heads") * width;
    const std::uint64_t kv = model.size("kv_heads") * width;
    return {block + "attn_qkv.weight", place == 0 ? 0 : q + (place - 1) * kv, q + 2 * kv};
  }
  return {fmt::format("{}{}.weight", block, it->second)};
}

/// Four-bit floating-point numbers are counted as integers; each type is reported once.
void note_floats(const Tensor& tensor, std::vector<std::string>& warnings) {
  if (!tensor.type.ends_with("FP4")) return;
  std::string note = counts_as(tensor.type, NumberFormat::int4);
  if (std::ranges::find(warnings, note) == warnings.end()) warnings.push_back(std::move(note));
}

}  // namespace

ModelSpec gguf_model(const GgufCheckpoint& file) {
  Metadata metadata(file.first());
  const std::string architecture = metadata.text("general.architecture");
  if (std::find(architectures.begin(), architectures.end(), architecture) == architectures.end()) {
    metadata.problems().add(metadata.mark(), "general.architecture",
                            fmt::format("'{}' is not supported", architecture),
                            fmt::format("these are: {}", fmt::join(architectures, ", ")));
    metadata.problems().raise();
  }
  const std::string prefix = architecture + ".";
  const bool gpt2 = architecture == "gpt2";
  ModelSpec m = model_of_blocks(gpt2 ? gpt_blocks : transformer_blocks);
  m.name = metadata.text("general.name");
  if (m.name.empty()) m.name = std::filesystem::path(file.first().path()).stem().string();
  m.source = file.first().path();
  const std::uint32_t layers = metadata.size(prefix + "block_count", 10000);
  if (layers > file.size()) {
    metadata.problems().add(
        metadata.mark(), prefix + "block_count",
        fmt::format("says {} blocks, the file has {} tensors", layers, file.size()),
        "the file is damaged; fetch it again");
  }
  m.set("layers", layers);
  m.set("hidden", metadata.size(prefix + "embedding_length", 1 << 20));
  m.set("intermediate", metadata.size(prefix + "feed_forward_length", 1 << 22));
  m.set("vocabulary", vocabulary_of(file, metadata, prefix));
  const std::uint32_t heads = metadata.size(prefix + "attention.head_count", 1 << 20);
  m.set("heads", heads);
  m.set("kv_heads", metadata.size_or(prefix + "attention.head_count_kv", heads, 1 << 20));
  const auto width = metadata.size_or(prefix + "attention.key_length", 0, 1 << 16);
  if (width != 0) m.set("head_width", width);
  m.set("tied", file.contains("output.weight") ? 0 : 1);
  if (gpt2) m.set("positions", metadata.size(prefix + "context_length", 1 << 26));
  if (architecture == "bitnet-b1.58") m.set("squared_relu", 1);
  if (architecture.starts_with("bitnet")) m.set("sub_norms", 1);
  if (architecture == "qwen2" || (!gpt2 && file.contains("blk.0.attn_q.bias"))) {
    m.set("qkv_bias", 1);
  }
  refuse_other_blocks(metadata, prefix);
  MetadataChecker checker(metadata);
  if (metadata.problems().empty()) m.check(checker);
  metadata.problems().raise();
  return m;
}

Imported import_gguf(const std::string& path, const ImportOptions& options) {
  const GgufCheckpoint file(path);
  const ModelSpec model = gguf_model(file);
  Imported out{record(model, fmt::format("imported from {}", path)), {}};
  const CheckpointView view{
      path, [&](const std::string& tensor) { return file.file_of(tensor); },
      [&](const Op& op) {
        TensorPart part = part_of(file, model, op);
        const Tensor* tensor = file.find(part.name);
        const GgufType* type =
            tensor != nullptr ? find_gguf_type(std::string_view(tensor->type)) : nullptr;
        const bool counted = type != nullptr && (type->weights || options.weights);
        part.unread = counted && type->format.decode == nullptr;
        return part;
      }};
  // Tensors of one file are stored in several formats.
  for (TraceLine& line : out.trace.lines) {
    if (!line.matrix) continue;
    const Tensor* tensor = file.find(view.part_of(line.op).name);
    if (tensor != nullptr && !options.weights) note_floats(*tensor, out.warnings);
    if (options.weights && line.op.layer != Op::no_layer) {
      set_weights(line, *options.weights);
    } else if (const auto weights = tensor != nullptr
                                        ? find_gguf_type(std::string_view(tensor->type))->weights
                                        : std::nullopt) {
      set_weights(line, *weights);
    }
  }
  set_model_formats(out.trace);
  check_tensors(out.trace, view);
  add_statistics(out, view, options.progress);
  return out;
}

}  // namespace tritsim
