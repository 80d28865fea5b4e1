// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "arch/base/reader.hpp"
#include "arch/import/hugging_face.hpp"
#include "arch/import/safetensors.hpp"
#include "arch/import/ternary_statistics.hpp"
#include "tests/support/directory.hpp"
#include "tests/support/files.hpp"
#include "tests/support/models.hpp"

// Checkpoints written here, byte by byte.
namespace tritsim {
namespace {

using test::Directory;
using test::message_of;

std::string safetensors(const std::string& header, const std::string& data) {
  std::string out(8, '\0');
  const std::uint64_t length = header.size();
  std::memcpy(out.data(), &length, 8);
  return out + header + data;
}

template <class T>
std::string bytes_of(const std::vector<T>& values) {
  std::string out(values.size() * sizeof(T), '\0');
  std::memcpy(out.data(), values.data(), out.size());
  return out;
}

std::string entry(const std::string& name, const std::string& type, const std::string& shape,
                  std::uint64_t begin, std::uint64_t end) {
  return fmt::format(R"("{}":{{"dtype":"{}","shape":[{}],"data_offsets":[{},{}]}})", name, type,
                     shape, begin, end);
}

std::vector<float> elements_of(const SafetensorsFile& file, const std::string& name) {
  std::vector<float> out;
  file.read(file.tensors().at(name),
            [&](std::span<const float> part) { out.insert(out.end(), part.begin(), part.end()); });
  return out;
}

// ---- safetensors --------------------------------------------------------------------------------

TEST(Safetensors, ReadsEachTypeOfElement) {
  const Directory d;
  const std::string data =
      bytes_of<float>({1.5F, -0.25F}) + bytes_of<std::uint16_t>({0x3c00, 0xc000, 0x0001, 0x7bff}) +
      bytes_of<std::uint16_t>({0x3f80, 0xc049}) + bytes_of<std::int8_t>({-128, 127, 0, -1});
  d.write(
      "m",
      safetensors("{\"__metadata__\":{\"format\":\"pt\"}," + entry("f32", "F32", "2", 0, 8) + "," +
                      entry("f16", "F16", "2,2", 8, 16) + "," + entry("bf16", "BF16", "2", 16, 20) +
                      "," + entry("i8", "I8", "4", 20, 24) + "}  ",
                  data));
  const SafetensorsFile file(d.path("m"));
  EXPECT_EQ(file.tensors().size(), 4U);
  EXPECT_EQ(elements_of(file, "f32"), (std::vector<float>{1.5F, -0.25F}));
  EXPECT_EQ(elements_of(file, "f16"), (std::vector<float>{1, -2, 0x1p-24F, 65504}));
  EXPECT_EQ(elements_of(file, "bf16"), (std::vector<float>{1, -3.140625F}));
  EXPECT_EQ(elements_of(file, "i8"), (std::vector<float>{-128, 127, 0, -1}));
}

TEST(Safetensors, ATensorMayBeLargerThanTheWindow) {
  const Directory d;
  const std::size_t n = SafetensorsFile::window + 12345;
  std::vector<std::int8_t> values(n);
  for (std::size_t i = 0; i < n; ++i) values[i] = static_cast<std::int8_t>(i % 251);
  d.write("m",
          safetensors("{" + entry("w", "I8", std::to_string(n), 0, n) + "}", bytes_of(values)));
  const SafetensorsFile file(d.path("m"));
  std::size_t at = 0;
  std::size_t wrong = 0;
  file.read(file.tensors().at("w"), [&](std::span<const float> part) {
    for (const float v : part) wrong += v == static_cast<float>(values[at++]) ? 0 : 1;
  });
  EXPECT_EQ(at, n);
  EXPECT_EQ(wrong, 0U);
}

struct Hostile {
  const char* name;
  std::string bytes;
  std::string message;
};

std::string repeated(const std::string& text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

class HostileCheckpoint : public testing::TestWithParam<Hostile> {};

INSTANTIATE_TEST_SUITE_P(
    Each, HostileCheckpoint,
    testing::Values(
        Hostile{"empty", "", "0 bytes are no safetensors file; fetch it again"},
        Hostile{"short_file", "abc", "3 bytes are no safetensors file"},
        Hostile{"header_longer_than_file", std::string(8, '\xff'),
                "the header says it has 18446744073709551615 bytes, the file has 8"},
        Hostile{"header_cut", safetensors("{", "").substr(0, 8), "the header says it has 1 bytes"},
        Hostile{"not_json", safetensors("{\"a\":", ""), ":1:6: is not JSON"},
        Hostile{"list", safetensors("[]", ""), "the header is not a map of tensors"},
        Hostile{"deep", safetensors("{\"a\":" + repeated("[", 1000), ""),
                "nested more than 8 deep"},
        Hostile{"tensor_is_a_number", safetensors("{\"a\":1}", ""), "a: expected a map"},
        Hostile{"type_missing", safetensors("{\"a\":{}}", ""), "a.dtype: is missing"},
        Hostile{"type_unknown", safetensors("{" + entry("a", "F7", "1", 0, 4) + "}", "1234"),
                "a.dtype: 'F7' is not known"},
        Hostile{"shape_negative", safetensors("{" + entry("a", "F32", "-1", 0, 4) + "}", "1234"),
                "a.shape: '-1' is not a whole number"},
        Hostile{"shape_of_many",
                safetensors("{" + entry("a", "F32", "1,1,1,1,1,1,1,1,1", 0, 4) + "}", "1234"),
                "a.shape: has more than 8 numbers"},
        Hostile{"shape_overflows",
                safetensors("{" + entry("a", "F32", "4294967296,4294967297", 0, 0) + "}", ""),
                "a.shape: is larger than any file"},
        Hostile{"shape_lies", safetensors("{" + entry("a", "F32", "2", 0, 4) + "}", "1234"),
                "a.data_offsets: hold 4 bytes, the shape says 8"},
        Hostile{"offsets_backwards", safetensors("{" + entry("a", "F32", "1", 4, 0) + "}", "1234"),
                "a.data_offsets: are not a begin and an end behind it"},
        Hostile{"data_cut", safetensors("{" + entry("a", "F32", "2", 0, 8) + "}", "1234"),
                "a: ends at byte 8 of 4 bytes of data; the file was cut"},
        Hostile{"overlap",
                safetensors("{" + entry("a", "F32", "2", 0, 8) + "," +
                                entry("b", "F32", "2", 4, 12) + "}",
                            "123412341234"),
                "b: shares bytes with 'a'"},
        Hostile{"twice",
                safetensors("{" + entry("a", "F32", "1", 0, 4) + "," +
                                entry("a", "F32", "1", 4, 8) + "}",
                            "12341234"),
                "a: tensor given twice"}),
    [](const auto& test_case) { return std::string(test_case.param.name); });

TEST_P(HostileCheckpoint, IsRefusedWithAReason) {
  const Directory d;
  d.write("m", GetParam().bytes);
  const std::string message = message_of([&] { SafetensorsFile file(d.path("m")); });
  EXPECT_NE(message.find(GetParam().message), std::string::npos) << message;
  EXPECT_EQ(message.find(d.path("m")), 0U) << message;
}

TEST(Safetensors, WithRandomFaultsIsReadOrRefused) {
  const Directory d;
  const std::string original =
      safetensors("{" + entry("a", "F32", "2,2", 0, 16) + "," + entry("b", "I8", "4", 16, 20) + "}",
                  "12345678123456781234");
  std::mt19937 random(1);
  int refused = 0;
  for (int i = 0; i < 500; ++i) {
    std::string bytes = original;
    const std::size_t at = random() % bytes.size();
    if (i % 3 == 0) {
      bytes.erase(at, 1 + random() % 5);
    } else {
      bytes[at] = static_cast<char>(random());
    }
    d.write("m", bytes);
    const std::string message = message_of([&] {
      const SafetensorsFile file(d.path("m"));
      for (const auto& [name, tensor] : file.tensors()) {
        if (file.readable(tensor)) {
          EXPECT_EQ(elements_of(file, name).size(), tensor.elements());
        }
      }
    });
    if (message != "accepted") ++refused;
  }
  EXPECT_GT(refused, 250);
  EXPECT_LT(refused, 500);
}

// ---- statistics ---------------------------------------------------------------------------------

MatrixStatistics statistics(std::uint64_t rows, std::uint64_t columns,
                            const std::vector<float>& weights, std::size_t piece = 3) {
  return ternary_statistics("w", rows, columns, [&](const auto& use) {
    for (std::size_t i = 0; i < weights.size(); i += piece) {
      use(std::span(weights).subspan(i, std::min(piece, weights.size() - i)));
    }
  });
}

TEST(TernaryStatistics, OfAMatrixByHand) {
  // mean |w| = 1: rounds to 0 up to 0.5 inclusive, for a tie goes to the even neighbour.
  const MatrixStatistics s = statistics(2, 4, {0.5F, -0.5F, 0, 3, -0.75F, 0.75F, 2, -0.5F});
  EXPECT_EQ(s.scale, 1);
  EXPECT_EQ(s.minus, 1.0 / 8);
  EXPECT_EQ(s.zero, 4.0 / 8);
  EXPECT_EQ(s.plus, 3.0 / 8);
  EXPECT_EQ(s.row_zeros, (Spread{0.25, 0.5, 0.75}));
  EXPECT_EQ(s.block_zeros, (Spread{0.5, 0.5, 0.5}));
  EXPECT_NEAR(s.entropy, 1.4056390622295665, 1e-15);  // 3/8 + 1/2 + 3/8 log2(8/3)
}

TEST(TernaryStatistics, BlocksAreNeighbouringColumnsOfAllRows) {
  // Columns 0 to 63 are zero, 64 and 65 are not.
  std::vector<float> w(2 * 66);
  for (const std::size_t i : {64U, 65U, 130U, 131U}) w[i] = 1;
  const MatrixStatistics s = statistics(2, 66, w);
  EXPECT_EQ(s.block, 64U);
  EXPECT_EQ(s.block_zeros, (Spread{0, 0.5, 1}));
}

TEST(TernaryStatistics, DoNotDependOnThePieces) {
  std::mt19937 random(3);
  std::normal_distribution<float> normal(0, 0.02F);
  std::vector<float> w(37 * 129);
  for (float& v : w) v = normal(random);
  const MatrixStatistics s = statistics(37, 129, w, 1);
  const MatrixStatistics other = statistics(37, 129, w, 1000);
  EXPECT_EQ(s.zero, other.zero);
  EXPECT_EQ(s.row_zeros, other.row_zeros);
  EXPECT_EQ(s.block_zeros, other.block_zeros);
  EXPECT_NEAR(s.scale, other.scale, 1e-15);
  // Normal weights: P(|w| < mean / 2) = erf(1 / (2 sqrt(pi))) = 0.310.
  EXPECT_NEAR(s.zero, std::erf(0.5 / std::sqrt(3.14159265358979)), 0.02);
  EXPECT_NEAR(s.scale, 0.02 * std::sqrt(2 / 3.14159265358979), 0.0005);
}

TEST(TernaryStatistics, AllZeroHasTheLeastScale) {
  const MatrixStatistics s = statistics(2, 2, {0, 0, 0, 0});
  EXPECT_EQ(s.scale, 1e-5);
  EXPECT_EQ(s.zero, 1);
  EXPECT_EQ(s.entropy, 0);
}

TEST(TernaryStatistics, AWeightThatIsNoNumberIsNamed) {
  EXPECT_EQ(message_of([] {
              statistics(2, 2, {0, 1, NAN, 0}, 2);
            }),
            "w: weight 2 is nan; the checkpoint is damaged");
  EXPECT_EQ(message_of([] {
              statistics(2, 2, {0, 1, 1, -INFINITY});
            }),
            "w: weight 3 is -inf; the checkpoint is damaged");
}

// ---- Hugging Face directory ---------------------------------------------------------------------

TraceFile imported(const Directory& d, const ImportOptions& options = {}) {
  return import_hugging_face(d.path(), options).trace;
}

constexpr const char* config = R"({
  "model_type": "hgrn_bit", "hidden_size": 4, "num_hidden_layers": 1, "vocab_size": 8,
  "intermediate_size": 8, "hidden_act": "swish", "attn_mode": "fused_recurrent"
})";

/// The matrices of that model: name, rows, columns.
const std::vector<std::tuple<std::string, std::uint64_t, std::uint64_t>> matrices{
    {"model.layers.0.attn.i_proj.weight", 4, 4},
    {"model.layers.0.attn.f_proj.weight", 4, 4},
    {"model.layers.0.attn.g_proj.weight", 4, 4},
    {"model.layers.0.attn.o_proj.weight", 4, 4},
    {"model.layers.0.mlp.gate_proj.weight", 16, 4},
    {"model.layers.0.mlp.down_proj.weight", 4, 8},
    {"lm_head.weight", 8, 4}};

/// A checkpoint of the matrices from `first` to `last`; matrix k has its first k elements 1, all
/// others 0.
std::string shard(std::size_t first, std::size_t last) {
  std::string header = "{" + entry("model.norm.weight", "F32", "1", 0, 4);
  std::vector<float> data{1};
  for (std::size_t k = first; k < last; ++k) {
    const auto& [name, rows, columns] = matrices[k];
    const std::size_t begin = data.size();
    data.resize(begin + rows * columns);
    std::fill_n(data.begin() + static_cast<std::ptrdiff_t>(begin), k + 1, 1.0F);
    header +=
        "," + entry(name, "F32", fmt::format("{},{}", rows, columns), 4 * begin, 4 * data.size());
  }
  return safetensors(header + "}", bytes_of(data));
}

void expect_known_statistics(const TraceFile& trace) {
  std::map<std::string, Matrix> found;
  for (const TraceLine& line : trace.lines) {
    if (line.matrix) found[line.op.name] = *line.matrix;
  }
  ASSERT_EQ(found.size(), matrices.size());
  const auto ones = [&](const char* op) {
    const Matrix& m = found.at(op);
    return m.statistics->plus * static_cast<double>(m.rows * m.columns);
  };
  EXPECT_EQ(ones("layers.0.attn.i_proj"), 1);
  EXPECT_EQ(ones("layers.0.attn.f_proj"), 2);
  EXPECT_EQ(ones("layers.0.attn.g_proj"), 3);
  EXPECT_EQ(ones("layers.0.attn.o_proj"), 4);
  EXPECT_EQ(ones("layers.0.mlp.gate_up_proj"), 5);
  EXPECT_EQ(ones("layers.0.mlp.down_proj"), 6);
  EXPECT_EQ(ones("lm_head"), 7);
  EXPECT_EQ(found.at("lm_head").statistics->scale, 7.0 / 32);
  EXPECT_EQ(found.at("lm_head").statistics->row_zeros.min, 0);
}

TEST(HuggingFace, AConfigAloneGivesATrace) {
  const Directory d;
  d.write("config.json", config);
  const TraceFile trace = imported(d);
  EXPECT_EQ(trace.header.model.dimensions.at("hidden"), 4U);
  EXPECT_EQ(trace.trace(), expand(parse_hugging_face_config(config, "config.json", "").model));
  for (const TraceLine& line : trace.lines) EXPECT_FALSE(line.matrix && line.matrix->statistics);
}

TEST(HuggingFace, TheGluIsAsWideAsTheReferenceMakesIt) {
  const Directory d;
  d.write("config.json",
          R"({"model_type": "hgrn_bit", "hidden_size": 2560, "num_hidden_layers": 32,
              "vocab_size": 32000, "intermediate_size": null})");
  EXPECT_EQ(imported(d).header.model.dimensions.at("intermediate"), 6912U);
}

TEST(HuggingFace, OneFileOfWeights) {
  const Directory d;
  d.write("config.json", config);
  d.write("model.safetensors", shard(0, matrices.size()));
  expect_known_statistics(imported(d));
}

std::string index_of(std::size_t split) {
  std::string map;
  for (std::size_t k = 0; k < matrices.size(); ++k) {
    map += fmt::format(R"({}"{}": "{}.safetensors")", k == 0 ? "" : ", ", std::get<0>(matrices[k]),
                       k < split ? "a" : "b");
  }
  return R"({"metadata": {}, "weight_map": {)" + map + "}}";
}

TEST(HuggingFace, ShardsOfWeights) {
  const Directory d;
  d.write("config.json", config);
  d.write("a.safetensors", shard(0, 3));
  d.write("b.safetensors", shard(3, matrices.size()));
  d.write("model.safetensors.index.json", index_of(3));
  expect_known_statistics(imported(d));
}

std::string import_message(const Directory& d) {
  return message_of([&] { static_cast<void>(imported(d)); });
}

TEST(HuggingFace, AnIndexHasToBeOfItsShards) {
  const Directory d;
  d.write("config.json", config);
  d.write("a.safetensors", shard(0, 3));
  d.write("model.safetensors.index.json", index_of(3));
  EXPECT_NE(import_message(d).find("weight_map: there is no file 'b.safetensors', which holds 4 "
                                   "tensors; fetch the missing shard"),
            std::string::npos);
  d.write("b.safetensors", shard(4, matrices.size()));
  EXPECT_NE(import_message(d).find("'b.safetensors' does not hold this tensor"), std::string::npos);
  d.write("model.safetensors.index.json",
          R"({"weight_map": {"lm_head.weight": "../b.safetensors"}})");
  EXPECT_NE(import_message(d).find("'../b.safetensors' is no shard"), std::string::npos);
  d.write("model.safetensors.index.json", R"({"weight_map": []})");
  EXPECT_NE(import_message(d).find("weight_map: expected a map"), std::string::npos);
}

TEST(HuggingFace, WeightsHaveToBeOfTheConfig) {
  const Directory d;
  d.write("config.json", config);
  d.write("model.safetensors", shard(0, 6));
  EXPECT_NE(import_message(d).find("lm_head.weight: the checkpoint does not hold this tensor"),
            std::string::npos);
  d.write("config.json",
          R"({"model_type": "hgrn_bit", "hidden_size": 4, "num_hidden_layers": 1,
              "vocab_size": 9, "intermediate_size": 8})");
  d.write("model.safetensors", shard(0, matrices.size()));
  EXPECT_NE(import_message(d).find("lm_head.weight: has the shape [8, 4], the model has [9, 4]"),
            std::string::npos);
}

TEST(HuggingFace, OtherFamiliesAndPartsAreRefused) {
  const Directory d;
  EXPECT_NE(import_message(d).find("config.json: cannot open the file"), std::string::npos);
  d.write("config.json", R"({"model_type": "lama"})");
  EXPECT_NE(import_message(d).find("config.json:1:16: model_type: 'lama' is not supported; "
                                   "did you mean 'llama'?"),
            std::string::npos)
      << import_message(d);
  d.write("config.json", R"({"model_type": "hgrn_bit", "hidden_size": -4, "use_short_conv": true,
                             "vocab_size": 8})");
  const std::string message = import_message(d);
  EXPECT_NE(message.find(":1:43: hidden_size: '-4' is negative"), std::string::npos) << message;
  EXPECT_NE(message.find("use_short_conv: true is not supported; only false is"), std::string::npos)
      << message;
  EXPECT_NE(message.find("num_hidden_layers: required key is missing"), std::string::npos);
}

// ---- other families -----------------------------------------------------------------------------

ModelSpec model_of(const std::string& text) {
  return parse_hugging_face_config(text, "config.json", "").model;
}

TEST(HuggingFaceFamilies, LlamaWithSharedHeads) {
  // config.json of TinyLlama-1.1B, the keys that count.
  const ModelSpec m = model_of(R"({"model_type": "llama", "hidden_act": "silu",
      "hidden_size": 2048, "intermediate_size": 5632, "num_attention_heads": 32,
      "num_hidden_layers": 22, "num_key_value_heads": 4, "vocab_size": 32000,
      "tie_word_embeddings": false, "attention_bias": false, "torch_dtype": "bfloat16"})");
  EXPECT_EQ(size_of(m).parameters, 1'100'048'384U);
  EXPECT_EQ(test::kv_width(m), 256U);
}

TEST(HuggingFaceFamilies, Qwen2HasTiedTablesAndBiases) {
  // Qwen2.5-0.5B: 494.03 million parameters (its model card), 14 heads of 64.
  const ModelSpec m = model_of(R"({"model_type": "qwen2", "hidden_act": "silu",
      "hidden_size": 896, "intermediate_size": 4864, "num_attention_heads": 14,
      "num_hidden_layers": 24, "num_key_value_heads": 2, "vocab_size": 151936,
      "tie_word_embeddings": true, "use_sliding_window": false, "sliding_window": 32768})");
  EXPECT_EQ(size_of(m).parameters, 494'032'768U);
}

TEST(HuggingFaceFamilies, MistralMayHaveHeadsOfTheirOwnWidth) {
  // Mistral-Nemo-12B: 32 heads of 128 on 5120 channels, 12.2 billion parameters.
  const ModelSpec m = model_of(R"({"model_type": "mistral", "hidden_act": "silu",
      "hidden_size": 5120, "head_dim": 128, "intermediate_size": 14336,
      "num_attention_heads": 32, "num_hidden_layers": 40, "num_key_value_heads": 8,
      "vocab_size": 131072, "sliding_window": null})");
  EXPECT_EQ(test::query_width(m), 4096U);
  EXPECT_EQ(size_of(m).parameters, 12'247'782'400U);
}

TEST(HuggingFaceFamilies, BitNetIsTheShippedModel) {
  ModelSpec m = model_of(R"({"model_type": "bitnet", "hidden_act": "relu2",
      "hidden_size": 2560, "intermediate_size": 6912, "num_attention_heads": 20,
      "num_hidden_layers": 30, "num_key_value_heads": 5, "vocab_size": 128256,
      "tie_word_embeddings": true, "quantization_config": {"quant_method": "bitnet"}})");
  const auto shipped = load<ModelSpec>(test::source_dir() + "configs/models/bitnet_2b_4t.yaml");
  m.name = shipped.name;
  EXPECT_EQ(expand(m), expand(shipped));
  EXPECT_EQ(size_of(m), size_of(shipped));
}

TEST(HuggingFaceFamilies, Gpt2IsTheShippedModel) {
  ModelSpec m = model_of(R"({"model_type": "gpt2", "n_embd": 1024, "n_head": 16, "n_layer": 24,
      "n_positions": 1024, "n_inner": null, "vocab_size": 50257,
      "activation_function": "gelu_new"})");
  const auto shipped = load<ModelSpec>(test::source_dir() + "configs/models/gpt2_medium.yaml");
  m.name = shipped.name;
  EXPECT_EQ(expand(m), expand(shipped));
  EXPECT_EQ(size_of(m), size_of(shipped));
}

TEST(HuggingFaceFamilies, WhatATraceHasNoOpsForIsRefused) {
  const auto message = [](const std::string& text) { return message_of([&] { model_of(text); }); };
  const std::string sizes = R"("hidden_size": 8, "intermediate_size": 8, "num_hidden_layers": 1,
      "num_attention_heads": 3, "vocab_size": 8)";
  EXPECT_NE(message(R"({"model_type": "llama", )" + sizes + "}")
                .find("'hidden / heads' is 8 / 3, which is not whole"),
            std::string::npos);
  EXPECT_NE(message(R"({"model_type": "llama", "hidden_act": "gelu", )" + sizes + "}")
                .find("hidden_act: 'gelu' is not supported; silu and relu2 are"),
            std::string::npos);
  EXPECT_NE(message(R"({"model_type": "llama", "mlp_bias": true, )" + sizes + "}")
                .find("mlp_bias: true is not supported"),
            std::string::npos);
  EXPECT_NE(message(R"({"model_type": "qwen2", "use_sliding_window": true, )" + sizes + "}")
                .find("use_sliding_window: a window of 4096 positions, of 32768 that a run may "
                      "have, is not supported"),
            std::string::npos);
  EXPECT_NE(message(R"({"model_type": "gpt2", "n_embd": 8, "n_layer": 1, "n_head": 2,
                        "vocab_size": 8, "activation_function": "relu"})")
                .find("activation_function: 'relu' is not supported"),
            std::string::npos);
  EXPECT_NE(message(R"({"model_type": "llama", "head_dim": 60000, "hidden_size": 8,
                        "intermediate_size": 8, "num_hidden_layers": 1, "vocab_size": 8,
                        "num_attention_heads": 1000000})")
                .find("'heads * head_width' is 60000000000"),
            std::string::npos);
}

TEST(HuggingFaceFamilies, AFamilyOfItsOwnIsNoMisspelling) {
  const auto message = [](const std::string& type) {
    return message_of([&] { model_of(fmt::format(R"({{"model_type": "{}"}})", type)); });
  };
  for (const char* type : {"mllama", "llama4", "ministral", "qwen2_moe", "gptj", "mistral3",
                           "jamba", "qwen4", "llama7"}) {
    const std::string text = message(type);
    EXPECT_EQ(text.find("did you mean"), std::string::npos) << text;
    EXPECT_NE(text.find("the families are: hgrn_bit, llama, mistral, qwen2, bitnet, gpt2"),
              std::string::npos)
        << text;
  }
  EXPECT_NE(message("llama4").find("'llama4' is not supported: its blocks have mixtures of"),
            std::string::npos);
  EXPECT_NE(message("mistrl").find("did you mean 'mistral'?"), std::string::npos);
}

TEST(HuggingFaceFamilies, KeysThatChangeABlockAreNeverPassedOver) {
  const auto message = [](const std::string& type, const std::string& more) {
    return message_of([&] {
      model_of(fmt::format(R"({{"model_type": "{}", "hidden_size": 8, "intermediate_size": 8,
          "num_hidden_layers": 2, "num_attention_heads": 2, "vocab_size": 8, {}}})",
                           type, more));
    });
  };
  for (const auto& [key, value] :
       std::vector<std::pair<std::string, std::string>>{{"num_local_experts", "8"},
                                                        {"num_experts", "64"},
                                                        {"n_routed_experts", "2"},
                                                        {"kv_lora_rank", "512"},
                                                        {"use_qk_norm", "true"},
                                                        {"attn_logit_softcapping", "50.0"},
                                                        {"is_encoder_decoder", "true"},
                                                        {"cross_attention_layers", "[3]"},
                                                        {"vision_config", "{\"a\": 1}"}}) {
    const std::string text = message("llama", fmt::format(R"("{}": {})", key, value));
    EXPECT_NE(text.find(": " + key + ": "), std::string::npos) << text;
    EXPECT_NE(text.find("not supported; take another model"), std::string::npos) << text;
  }
  for (const char* none :
       {R"("num_local_experts": null)", R"("num_local_experts": 1)", R"("num_experts": 0)",
        R"("qk_norm": false)", R"("cross_attention_layers": [])"}) {
    EXPECT_EQ(message("llama", none), "accepted") << none;
  }
  EXPECT_NE(message("llama", R"("layer_types": ["full_attention", "sliding_attention"])")
                .find("layer_types: 'sliding_attention' is not supported"),
            std::string::npos);
}

TEST(HuggingFaceFamilies, AWindowThatARunCouldReachIsRefused) {
  const auto message = [](const std::string& type, const std::string& more) {
    return message_of([&] {
      model_of(fmt::format(R"({{"model_type": "{}", "hidden_size": 8, "intermediate_size": 8,
          "num_hidden_layers": 2, "num_attention_heads": 2, "vocab_size": 8, {}}})",
                           type, more));
    });
  };
  // Mistral 7B v0.1; v0.2 has none.
  const std::string first =
      message("mistral", R"("sliding_window": 4096, "max_position_embeddings": 32768)");
  EXPECT_NE(first.find("sliding_window: a window of 4096 positions, of 32768 that a run may have, "
                       "is not supported: attention is over the whole context; runs of up to 4096 "
                       "positions are the same without it"),
            std::string::npos)
      << first;
  EXPECT_EQ(message("mistral", R"("sliding_window": null, "max_position_embeddings": 32768)"),
            "accepted");
  EXPECT_EQ(message("mistral", R"("sliding_window": 4096, "max_position_embeddings": 4096)"),
            "accepted");
  EXPECT_NE(message("mistral", R"("hidden_act": "silu")").find("a window of 4096"),
            std::string::npos);  // default of MistralConfig for an absent key
  EXPECT_NE(message("llama", R"("sliding_window": 512)").find("a window of 512"),
            std::string::npos);
  // Qwen2.5: a number that is not used.
  EXPECT_EQ(message("qwen2", R"("sliding_window": 4096, "use_sliding_window": false)"), "accepted");
  EXPECT_EQ(message("qwen2", R"("sliding_window": 4096)"), "accepted");
  EXPECT_EQ(message("qwen2", R"("sliding_window": 4096, "use_sliding_window": true,
                                "max_window_layers": 2)"),
            "accepted");
  EXPECT_NE(message("qwen2", R"("sliding_window": 4096, "use_sliding_window": true,
                                "max_window_layers": 1)")
                .find("a window of 4096"),
            std::string::npos);
}

/// Writes tensors one after the other.
class Tensors {
 public:
  Tensors& add(const std::string& name, const std::string& type, const std::string& shape,
               const std::string& bytes) {
    if (!header_.empty()) header_ += ",";
    header_ += entry(name, type, shape, data_.size(), data_.size() + bytes.size());
    data_ += bytes;
    return *this;
  }

  Tensors& ones(const std::string& name, std::size_t rows, std::size_t columns) {
    return add(name, "F32", fmt::format("{},{}", rows, columns),
               bytes_of(std::vector<float>(rows * columns, 1.0F)));
  }

  [[nodiscard]] std::string file() const { return safetensors("{" + header_ + "}", data_); }

 private:
  std::string header_;
  std::string data_;
};

double plus_of(const TraceFile& trace, const std::string& op) {
  for (const TraceLine& line : trace.lines) {
    if (line.op.name == op) return line.matrix.value().statistics.value().plus;
  }
  return -1;
}

TEST(HuggingFaceFamilies, TernaryWeightsMayBePackedFourRowsToAByte) {
  const Directory d;
  d.write("config.json", R"({"model_type": "bitnet", "hidden_act": "relu2", "hidden_size": 4,
      "intermediate_size": 8, "num_attention_heads": 2, "num_key_value_heads": 1,
      "num_hidden_layers": 1, "vocab_size": 3, "tie_word_embeddings": true})");
  Tensors t;
  const std::string at = "model.layers.0.";
  // Rows 0 to 3 of the query's weights: all -1, 0, +1, and (+1, 0, 0, 0).
  t.add(at + "self_attn.q_proj.weight", "U8", "1,4", std::string("\xa4\x64\x64\x64", 4));
  t.ones(at + "self_attn.k_proj.weight", 2, 4).ones(at + "self_attn.v_proj.weight", 2, 4);
  t.ones(at + "self_attn.o_proj.weight", 4, 4).ones(at + "mlp.gate_proj.weight", 8, 4);
  t.ones(at + "mlp.up_proj.weight", 8, 4).ones(at + "mlp.down_proj.weight", 4, 8);
  t.ones("model.embed_tokens.weight", 3, 4);
  d.write("model.safetensors", t.file());
  const TraceFile trace = imported(d);
  const auto query = std::find_if(trace.lines.begin(), trace.lines.end(), [](const auto& line) {
    return line.op.name == "layers.0.attn.q_proj";
  });
  ASSERT_NE(query, trace.lines.end());
  const MatrixStatistics& s = *query->matrix->statistics;
  EXPECT_EQ(s.minus, 4.0 / 16);
  EXPECT_EQ(s.plus, 5.0 / 16);
  EXPECT_EQ(s.row_zeros, (Spread{0, 7.0 / 16, 1}));
  // Only ternary matrices have statistics for a unit that skips zeros.
  EXPECT_TRUE(trace.trace().ops[static_cast<std::size_t>(query - trace.lines.begin())].zeros);
  EXPECT_EQ(plus_of(trace, "lm_head"), 1);
  EXPECT_FALSE(trace.trace().ops.back().zeros);
}

TEST(HuggingFaceFamilies, ModulesOfGpt2HoldInputsAsRowsAndOneMatrixForThree) {
  for (const std::string outer : {"", "transformer."}) {
    const Directory d;
    d.write("config.json", R"({"model_type": "gpt2", "n_embd": 2, "n_head": 1, "n_layer": 1,
                               "vocab_size": 3, "n_positions": 4})");
    Tensors t;
    // Columns of queries, keys, values: the first row all 1, the second 1 for the keys alone.
    t.add(outer + "h.0.attn.c_attn.weight", "F32", "2,6",
          bytes_of<float>({1, 1, 1, 1, 1, 0, 0, 0, 1, 1, 0, 0}));
    t.ones(outer + "h.0.attn.c_proj.weight", 2, 2).ones(outer + "h.0.mlp.c_fc.weight", 2, 8);
    t.ones(outer + "h.0.mlp.c_proj.weight", 8, 2).ones(outer + "wte.weight", 3, 2);
    d.write("model.safetensors", t.file());
    const TraceFile trace = imported(d);
    EXPECT_EQ(plus_of(trace, "layers.0.attn.q_proj"), 0.5);
    EXPECT_EQ(plus_of(trace, "layers.0.attn.k_proj"), 1);
    EXPECT_EQ(plus_of(trace, "layers.0.attn.v_proj"), 0.25);
    EXPECT_EQ(plus_of(trace, "layers.0.mlp.up_proj"), 1);
    EXPECT_EQ(plus_of(trace, "lm_head"), 1);
  }
}

}  // namespace
}  // namespace tritsim
