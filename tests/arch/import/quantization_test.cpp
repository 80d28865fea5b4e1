// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "arch/import/hugging_face.hpp"
#include "arch/import/quantization_config.hpp"
#include "tests/support/directory.hpp"
#include "tests/support/safetensors_writer.hpp"

// The quantization_config blocks of checkpoints: each method is read, or refused by its name.
namespace tritsim {
namespace {

using test::Directory;
using test::message_of;
using test::SafetensorsWriter;
using enum NumberFormat;

/// A Llama of one block: 128 channels, heads of 32, a mixer 256 wide, 64 words.
std::string llama(const std::string& more) {
  return R"({"model_type": "llama", "hidden_size": 128, "intermediate_size": 256,
             "num_attention_heads": 4, "num_key_value_heads": 2, "num_hidden_layers": 1,
             "vocab_size": 64)" +
         (more.empty() ? "" : ", " + more) + "}";
}

std::string quantized(const std::string& block) {
  return llama(R"("quantization_config": )" + block);
}

TraceFile trace_of_text(const std::string& config) {
  return trace_of(parse_hugging_face_config(config, "config.json", "m"), "test");
}

/// The format of an op's weights.
WeightSpec weights_of(const TraceFile& trace, const std::string& op) {
  for (const TraceLine& line : trace.lines) {
    if (line.op.name == op) return line.op.weights.value();
  }
  throw std::logic_error(op);
}

struct Block {
  const char* name;
  const char* text;  ///< as published files have it
  WeightSpec projections;
  WeightSpec head{};
};

class QuantizationBlock : public testing::TestWithParam<Block> {};

INSTANTIATE_TEST_SUITE_P(
    Each, QuantizationBlock,
    testing::Values(
        // Falcon3-7B-Instruct-1.58bit, Llama3-8B-1.58-100B-tokens.
        Block{"bitnet", R"({"quant_method": "bitnet", "modules_to_not_convert": null})", {ternary}},
        Block{"bitnet_auto",
              R"({"linear_class": "autobitlinear", "quant_method": "bitnet",
                  "quantization_mode": "offline"})",
              {ternary}},
        Block{"bitnet_with_head",
              R"({"quant_method": "bitnet", "modules_to_not_convert": []})",
              {ternary},
              {ternary}},
        // Zero points of four bits beside scales of sixteen.
        Block{"awq",
              R"({"bits": 4, "group_size": 128, "modules_to_not_convert": null,
                  "quant_method": "awq", "version": "gemm", "zero_point": true})",
              {int4, 128, 20}},
        Block{"awq_of_its_first_files",
              R"({"w_bit": 4, "q_group_size": 64, "zero_point": false, "quant_method": "awq"})",
              {int4, 64, 16}},
        Block{"gptq",
              R"({"bits": 4, "group_size": 128, "damp_percent": 0.1, "desc_act": true,
                  "lm_head": false, "quant_method": "gptq", "sym": true,
                  "modules_in_block_to_quantize": null, "checkpoint_format": "gptq"})",
              {int4, 128, 20}},
        Block{"gptq_3_bit",
              R"({"bits": 3, "group_size": -1, "quant_method": "gptq"})",
              {int4, 0, 16, 3}},
        Block{"gptq_8_bit_and_head",
              R"({"bits": 8, "group_size": 32, "lm_head": true, "quant_method": "gptq"})",
              {int8, 32, 24},
              {int8, 32, 24}},
        // Blocks of 64 with a single-precision maximum, or eight bits of it.
        Block{"nf4",
              R"({"_load_in_4bit": true, "_load_in_8bit": false,
                  "bnb_4bit_compute_dtype": "bfloat16", "bnb_4bit_quant_storage": "uint8",
                  "bnb_4bit_quant_type": "nf4", "bnb_4bit_use_double_quant": true,
                  "llm_int8_skip_modules": null, "llm_int8_threshold": 6.0,
                  "load_in_4bit": true, "load_in_8bit": false, "quant_method": "bitsandbytes"})",
              {int4, 64, 8}},
        Block{"bitsandbytes_fp4",
              R"({"load_in_4bit": true, "quant_method": "bitsandbytes"})",
              {int4, 64, 32}},
        Block{"bitsandbytes_without_a_name", R"({"load_in_8bit": true})", {int8}},
        Block{"compressed_tensors_w4a16",
              R"({"config_groups": {"group_0": {"input_activations": null,
                    "output_activations": null, "targets": ["Linear"],
                    "weights": {"actorder": null, "block_structure": null, "dynamic": false,
                      "group_size": 128, "num_bits": 4, "observer": "minmax",
                      "strategy": "group", "symmetric": true, "type": "int"}}},
                  "format": "pack-quantized", "global_compression_ratio": 1.89,
                  "ignore": ["lm_head"], "kv_cache_scheme": null,
                  "quant_method": "compressed-tensors", "quantization_status": "compressed"})",
              {int4, 128, 16}},
        Block{"compressed_tensors_fp8_with_head",
              R"({"config_groups": {"group_0": {"targets": ["Linear"], "weights":
                    {"num_bits": 8, "strategy": "channel", "type": "float"}}},
                  "format": "float-quantized", "ignore": [],
                  "quant_method": "compressed-tensors"})",
              {int8},
              {int8}},
        Block{"compressed_tensors_asymmetric",
              R"({"config_groups": {"g": {"targets": "Linear", "weights": {"num_bits": 4,
                    "group_size": 32, "symmetric": false}}}, "ignore": ["re:.*lm_head"],
                  "quant_method": "compressed-tensors"})",
              {int4, 32, 20}},
        Block{"compressed_tensors_nvfp4",
              R"({"config_groups": {"g": {"targets": ["Linear"], "weights": {"num_bits": 4,
                    "group_size": 16, "strategy": "tensor_group", "type": "float"}}},
                  "ignore": ["lm_head"], "quant_method": "compressed-tensors"})",
              {int4, 16, 8}},
        Block{"compressed_tensors_tiles",
              R"({"config_groups": {"g": {"targets": ["Linear"], "weights": {"num_bits": 8,
                    "strategy": "block", "block_structure": "128x64", "type": "float"}}},
                  "ignore": ["lm_head"], "quant_method": "compressed-tensors"})",
              {int8, 8192, 16}},
        Block{"eetq", R"({"quant_method": "eetq", "weights": "int8"})", {int8}},
        Block{"fbgemm_fp8",
              R"({"quant_method": "fbgemm_fp8", "activation_scale_ub": 1200.0,
                  "modules_to_not_convert": ["lm_head"]})",
              {int8}},
        Block{"fp8",
              R"({"activation_scheme": "dynamic", "fmt": "e4m3", "quant_method": "fp8",
                  "weight_block_size": [128, 128]})",
              {int8, 16384, 32}},
        Block{
            "fp_quant", R"({"quant_method": "fp_quant", "forward_dtype": "mxfp4"})", {int4, 32, 8}},
        Block{"hqq",
              R"({"quant_config": {"offload_meta": false, "scale_quant_params": null,
                    "weight_quant_params": {"axis": 1, "channel_wise": true, "group_size": 64,
                      "nbits": 4, "optimize": true, "round_zero": true, "view_as_float": false},
                    "zero_quant_params": null},
                  "quant_method": "hqq", "skip_modules": ["lm_head"]})",
              {int4, 64, 32}},
        Block{"mlx", R"({"group_size": 64, "bits": 4})", {int4, 64, 32}, {int4, 64, 32}},
        Block{"modelopt",
              R"({"quant_method": "modelopt", "quant_algo": "NVFP4", "ignore": ["lm_head"],
                  "producer": {"name": "modelopt", "version": "0.29"}})",
              {int4, 16, 8}},
        Block{"quanto_int4", R"({"quant_method": "quanto", "weights": "int4"})", {int4, 128, 32}},
        Block{"quanto_float8", R"({"quant_method": "quanto", "weights": "float8"})", {int8}},
        Block{"quark",
              R"({"quant_method": "quark", "exclude": ["lm_head"], "layer_quant_config": {},
                  "global_quant_config": {"weight": {"dtype": "uint4", "qscheme": "per_group",
                    "group_size": 128, "symmetric": false}}})",
              {int4, 128, 20}},
        Block{"quark_fp8",
              R"({"quant_method": "quark", "exclude": ["*lm_head"], "global_quant_config":
                  {"weight": {"dtype": "fp8_e4m3", "qscheme": "per_tensor"}}})",
              {int8}},
        Block{"torchao",
              R"({"quant_method": "torchao", "quant_type": "int4_weight_only",
                  "quant_type_kwargs": {"group_size": 64}})",
              {int4, 64, 32}},
        Block{"torchao_class",
              R"({"quant_method": "torchao", "quant_type": {"default": {"_type":
                  "Int8WeightOnlyConfig", "_version": 1, "_data": {"group_size": null}}}})",
              {int8}},
        Block{"auto_round",
              R"({"bits": 2, "group_size": 64, "quant_method": "intel/auto-round",
                  "data_type": "int", "packing_format": "auto_round:auto_gptq", "sym": true})",
              {int4, 64, 18, 2}}),
    [](const auto& test_case) { return std::string(test_case.param.name); });

TEST_P(QuantizationBlock, SaysHowTheMatricesAreStored) {
  const Block& b = GetParam();
  const TraceFile trace = trace_of_text(quantized(b.text));
  EXPECT_EQ(trace.header.model.formats.at("projections"), b.projections);
  EXPECT_EQ(trace.header.model.formats.at("head"), b.head);
  for (const TraceLine& line : trace.lines) {
    if (!line.matrix) continue;
    const WeightSpec& want = line.op.name == "lm_head" ? b.head : b.projections;
    EXPECT_EQ(line.op.weights.value(), want) << line.op.name;
    const auto n = static_cast<double>(line.matrix->rows * line.matrix->columns);
    EXPECT_NEAR(static_cast<double>(line.matrix->bytes), n * want.bits() / 8, 1) << line.op.name;
  }
}

TEST(HeadlineImport, ATernaryCheckpointOfALlamaIsTernary) {
  // config.json of Falcon3-7B-Instruct-1.58bit: 28 blocks of 237 million ternary weights.
  const TraceFile trace = trace_of_text(R"({"architectures": ["LlamaForCausalLM"],
      "head_dim": 256, "hidden_act": "silu", "hidden_size": 3072, "intermediate_size": 23040,
      "max_position_embeddings": 32768, "model_type": "llama", "num_attention_heads": 12,
      "num_hidden_layers": 28, "num_key_value_heads": 4, "tie_word_embeddings": false,
      "vocab_size": 131080, "quantization_config": {"quant_method": "bitnet"}})");
  double blocks = 0;
  for (const TraceLine& line : trace.lines) {
    if (line.matrix && line.op.name != "lm_head") blocks += static_cast<double>(line.matrix->bytes);
  }
  EXPECT_NEAR(blocks / 1e9, 1.66, 0.01);
  EXPECT_EQ(trace.header.model.formats.at("projections"), WeightSpec{ternary});
}

TEST(QuantizationConfig, TheFirstBitNetNamesNoMethod) {
  // config.json of 1bitLLM/bitnet_b1_58-3B.
  const TraceFile trace = trace_of_text(llama(R"("weight_bits": 1, "input_bits": 8)"));
  EXPECT_EQ(trace.header.model.formats.at("projections"), WeightSpec{ternary});
  EXPECT_EQ(trace.header.model.dimensions.at("sub_norms"), 1U);
  EXPECT_NE(message_of([] {
              trace_of_text(llama(R"("weight_bits": 2)"));
            }).find("weight_bits: 2 is not supported"),
            std::string::npos);
}

TEST(QuantizationConfig, EveryMethodIsReadOrRefusedByName) {
  std::vector<std::string> refused;
  for (const QuantizationMethod& m : quantization_methods()) {
    const std::string message = message_of(
        [&] { trace_of_text(quantized(fmt::format(R"({{"quant_method": "{}"}})", m.name))); });
    if (m.read != nullptr) continue;
    refused.emplace_back(m.name);
    EXPECT_NE(message.find(fmt::format("quantization_config.quant_method: '{}' is not read: {}; "
                                       "--weights FORMAT[,group=N] says how",
                                       m.name, m.reason)),
              std::string::npos)
        << message;
  }
  EXPECT_EQ(refused, (std::vector<std::string>{"aqlm", "exl2", "exl3", "fouroversix", "higgs",
                                               "metal", "mxfp4", "quip", "sinq", "spqr", "vptq"}));
}

struct Refusal {
  const char* name;
  const char* block;
  const char* message;
};

class RefusedQuantization : public testing::TestWithParam<Refusal> {};

INSTANTIATE_TEST_SUITE_P(
    Each, RefusedQuantization,
    testing::Values(
        Refusal{"unknown", R"({"quant_method": "awg"})", "quant_method: 'awg' is not known"},
        Refusal{"no_method", R"({"bits": 4})", "quant_method: is missing"},
        Refusal{"not_a_map", R"("awq")", "quantization_config: expected a map of keys"},
        Refusal{"bits", R"({"quant_method": "gptq", "bits": 12})",
                "quantization_config.bits: weights of 12 bits are not read"},
        Refusal{"bits_in_words", R"({"quant_method": "awq", "bits": "four"})",
                "quantization_config.bits: 'four' is not a"},
        Refusal{"group", R"({"quant_method": "awq", "group_size": -3})",
                "quantization_config.group_size: '-3'"},
        Refusal{"norms", R"({"quant_method": "bitnet", "use_rms_norm": true})",
                "use_rms_norm: true is not supported"},
        Refusal{"no_width", R"({"quant_method": "bitsandbytes"})", "says neither 4 nor 8 bits"},
        Refusal{"gptq_modules", R"({"quant_method": "gptq", "dynamic": {"-:.*down": {}}})",
                "dynamic: gives modules formats of their own"},
        Refusal{"mlx_modules", R"({"group_size": 64, "bits": 4, "lm_head": {"bits": 8}})",
                "lm_head: gives modules formats of their own"},
        Refusal{"sparse",
                R"({"quant_method": "compressed-tensors", "config_groups": {}, "format":
                    "marlin-24"})",
                "format: 'marlin-24' stores sparse matrices"},
        Refusal{"expression",
                R"({"quant_method": "compressed-tensors", "ignore": ["re:.*(q|k)_proj"],
                    "config_groups": {"g": {"targets": ["Linear"], "weights": {"num_bits": 4}}}})",
                "ignore: the expression 're:.*(q|k)_proj' is not understood"},
        Refusal{"groups", R"({"quant_method": "compressed-tensors"})", "config_groups: is missing"},
        Refusal{"float_of_6_bits",
                R"({"quant_method": "compressed-tensors", "config_groups": {"g": {"targets":
                    ["Linear"], "weights": {"num_bits": 6, "type": "float"}}}})",
                "num_bits: 'float' of 6 bits is not read"},
        Refusal{"tile", R"({"quant_method": "fp8", "weight_block_size": [128]})",
                "weight_block_size: is no pair of sizes"},
        Refusal{"quark_layers",
                R"({"quant_method": "quark", "layer_quant_config": {"a": {}},
                    "global_quant_config": {"weight": {"dtype": "int8"}}})",
                "layer_quant_config: gives modules formats of their own"},
        Refusal{"torchao", R"({"quant_method": "torchao", "quant_type": "autoquant"})",
                "quant_type: 'autoquant' is not read"},
        Refusal{"cache",
                R"({"quant_method": "compressed-tensors", "kv_cache_scheme": {"num_bits": 4},
                    "config_groups": {"g": {"targets": ["Linear"], "weights": {"num_bits": 4}}}})",
                "kv_cache_scheme.num_bits: a cache of 4 bits is not read"}),
    [](const auto& test_case) { return std::string(test_case.param.name); });

TEST_P(RefusedQuantization, SaysWhatAndWhere) {
  const std::string message = message_of([&] { trace_of_text(quantized(GetParam().block)); });
  EXPECT_NE(message.find(GetParam().message), std::string::npos) << message;
}

TEST(QuantizationConfig, NamedModulesStayPlainNumbers) {
  const TraceFile awq = trace_of_text(
      quantized(R"({"quant_method": "awq", "modules_to_not_convert": ["self_attn", "mlp.up"]})"));
  EXPECT_EQ(weights_of(awq, "layers.0.attn.q_proj"), WeightSpec{});
  EXPECT_EQ(weights_of(awq, "layers.0.attn.o_proj"), WeightSpec{});
  EXPECT_EQ(weights_of(awq, "layers.0.mlp.up_proj").format, int4);  // no part is 'up'
  EXPECT_EQ(weights_of(awq, "lm_head"), WeightSpec{});

  const TraceFile gptq = trace_of_text(quantized(R"({"quant_method": "gptq", "bits": 4,
      "modules_in_block_to_quantize": [["self_attn.q_proj", "self_attn.k_proj"],
                                       ["mlp.down_proj"]]})"));
  EXPECT_EQ(weights_of(gptq, "layers.0.attn.q_proj").format, int4);
  EXPECT_EQ(weights_of(gptq, "layers.0.attn.v_proj").format, fp16);
  EXPECT_EQ(weights_of(gptq, "layers.0.mlp.down_proj").format, int4);

  const TraceFile mixed = trace_of_text(quantized(R"({"quant_method": "compressed-tensors",
      "ignore": ["lm_head", "re:.*o_proj$"], "kv_cache_scheme": {"num_bits": 8, "type": "float"},
      "config_groups": {
        "all": {"targets": ["Linear"], "weights": {"num_bits": 4, "group_size": 64}},
        "down": {"targets": ["re:.*\\.down_proj"], "weights": {"num_bits": 8}}}})"));
  EXPECT_EQ(weights_of(mixed, "layers.0.mlp.down_proj").format, int8);
  EXPECT_EQ(weights_of(mixed, "layers.0.mlp.up_proj"), (WeightSpec{int4, 64, 16}));
  EXPECT_EQ(weights_of(mixed, "layers.0.attn.o_proj"), WeightSpec{});
  EXPECT_EQ(mixed.header.model.formats.at("cache").format, int8);
}

TEST(QuantizationConfig, ATableThatTheHeadSharesIsPlain) {
  const auto head = [](const std::string& block) {
    return trace_of_text(llama(R"("tie_word_embeddings": true, "quantization_config": )" + block))
        .header.model.formats.at("head");
  };
  EXPECT_EQ(head(R"({"quant_method": "bitnet", "modules_to_not_convert": []})"), WeightSpec{});
  EXPECT_EQ(head(R"({"bits": 4, "group_size": 64})").format, int4);  // MLX converts tables
}

TEST(QuantizationConfig, NarrowFloatsAreSaidToCountAsIntegers) {
  const auto config =
      parse_hugging_face_config(quantized(R"({"quant_method": "fbgemm_fp8"})"), "config.json", "m");
  ASSERT_EQ(config.quantization->notes.size(), 1U);
  EXPECT_EQ(
      config.quantization->notes.front(),
      "fp8 weights count as int8: their bytes are exact, products are those of whole numbers");
}

TEST(QuantizationConfig, TernaryModelsStayTernary) {
  EXPECT_NE(message_of([] {
              trace_of_text(R"({"model_type": "hgrn_bit", "hidden_size": 4, "vocab_size": 8,
                  "num_hidden_layers": 1, "quantization_config": {"quant_method": "awq"}})");
            }).find("quantization_config: awq stores the matrices of a ternary model"),
            std::string::npos);
}

TEST(ModulePattern, MatchesAsTheListsMean) {
  const auto matches = [](const char* pattern, const char* module) {
    return ModulePattern::parse(pattern).value().matches(module);
  };
  const char* q = "model.layers.10.self_attn.q_proj";
  EXPECT_TRUE(matches("q_proj", q));
  EXPECT_TRUE(matches("self_attn", q));
  EXPECT_TRUE(matches("model.layers.10.", q));
  EXPECT_FALSE(matches("model.layers.1", q));
  EXPECT_FALSE(matches("proj", q));
  EXPECT_FALSE(matches("", q));
  EXPECT_TRUE(matches("re:model\\.layers\\.1.*", q));
  EXPECT_TRUE(matches("re:.*self_attn", q));
  EXPECT_FALSE(matches("re:.*self_attn$", q));
  EXPECT_FALSE(matches("re:self_attn", q));
  EXPECT_TRUE(matches("re:^model.layers.10.self_attn.._proj$", q));
  EXPECT_TRUE(matches("*q_proj", q));
  EXPECT_FALSE(matches("*attn", q));
  EXPECT_FALSE(ModulePattern::parse("re:[a-z]+"));
  EXPECT_FALSE(ModulePattern::parse("re:a\\d"));
  // Many runs take no more time than the lengths' product.
  std::string runs = "re:";
  for (int i = 0; i < 2000; ++i) runs += "a.*";
  EXPECT_FALSE(matches((runs + "b$").c_str(), std::string(20'000, 'a').c_str()));
}

TEST(WeightsOption, IsReadAsTheKeysOfAModel) {
  EXPECT_EQ(parse_weights("int4", "--weights"), WeightSpec{int4});
  EXPECT_EQ(parse_weights("int4,group=128,group_bits=20,mean_bits=3", "--weights"),
            (WeightSpec{int4, 128, 20, 3}));
  const auto message = [](const char* text) {
    return message_of([&] { static_cast<void>(parse_weights(text, "--weights")); });
  };
  EXPECT_NE(message("int5").find("--weights: format: 'int5'"), std::string::npos)
      << message("int5");
  EXPECT_NE(message("int4,gruop=3").find("gruop: unknown key"), std::string::npos);
  EXPECT_NE(message("int4,128").find("'128' has no '='"), std::string::npos);
  EXPECT_NE(message("").find("format"), std::string::npos);
  EXPECT_NE(message("int4,group=-1").find("'-1' is negative"), std::string::npos);
}

// ---- checkpoints --------------------------------------------------------------------------------

/// The matrices of the Llama above: module, rows, columns.
const std::vector<std::tuple<std::string, std::uint64_t, std::uint64_t>> matrices{
    {"self_attn.q_proj", 128, 128}, {"self_attn.k_proj", 64, 128}, {"self_attn.v_proj", 64, 128},
    {"self_attn.o_proj", 128, 128}, {"mlp.gate_proj", 256, 128},   {"mlp.up_proj", 256, 128},
    {"mlp.down_proj", 128, 256}};

/// How a method stores a matrix: the tensor's name behind the module's, its type, bytes of a
/// weight, and the number of columns for so many rows.
struct Packing {
  const char* method;
  const char* block;
  const char* suffix;
  const char* type;
  std::vector<std::uint64_t> (*shape)(std::uint64_t rows, std::uint64_t columns);
};

std::string checkpoint_of(const Packing& p) {
  SafetensorsWriter w;
  for (const auto& [module, rows, columns] : matrices) {
    w.zeros(fmt::format("model.layers.0.{}{}", module, p.suffix), p.type, p.shape(rows, columns));
  }
  w.zeros("lm_head.weight", "BF16", {64, 128});
  return w.file();
}

class PackedCheckpoint : public testing::TestWithParam<Packing> {};

INSTANTIATE_TEST_SUITE_P(
    Each, PackedCheckpoint,
    testing::Values(
        Packing{"awq", R"({"quant_method": "awq", "bits": 4})", ".qweight", "I32",
                [](std::uint64_t r, std::uint64_t c) {
                  return std::vector{c, r / 8};
                }},
        Packing{"gptq", R"({"quant_method": "gptq", "bits": 3})", ".qweight", "I32",
                [](std::uint64_t r, std::uint64_t c) {
                  return std::vector{c / 32 * 3, r};
                }},
        Packing{"bitsandbytes_4", R"({"load_in_4bit": true})", ".weight", "U8",
                [](std::uint64_t r, std::uint64_t c) {
                  return std::vector{r * c / 2, 1UL};
                }},
        Packing{"bitsandbytes_8", R"({"load_in_8bit": true})", ".weight", "I8",
                [](std::uint64_t r, std::uint64_t c) {
                  return std::vector{r, c};
                }},
        Packing{"compressed_tensors",
                R"({"quant_method": "compressed-tensors", "ignore": ["lm_head"], "config_groups":
                    {"g": {"targets": ["Linear"], "weights": {"num_bits": 4}}}})",
                ".weight_packed", "I32",
                [](std::uint64_t r, std::uint64_t c) {
                  return std::vector{r, c / 8};
                }},
        Packing{"fp8", R"({"quant_method": "fp8"})", ".weight", "F8_E4M3",
                [](std::uint64_t r, std::uint64_t c) {
                  return std::vector{r, c};
                }},
        Packing{"hqq",
                R"({"quant_method": "hqq", "quant_config": {"weight_quant_params": {"nbits": 3}}})",
                ".W_q", "I32",
                [](std::uint64_t r, std::uint64_t c) { return std::vector{(r * c + 9) / 10}; }}),
    [](const auto& test_case) { return std::string(test_case.param.method); });

TEST_P(PackedCheckpoint, HasBytesAndNoStatistics) {
  const Packing& p = GetParam();
  const Directory d;
  d.write("config.json", quantized(p.block));
  d.write("model.safetensors", checkpoint_of(p));
  const Imported imported = import_hugging_face(d.path());
  for (const TraceLine& line : imported.trace.lines) {
    if (!line.matrix) continue;
    EXPECT_EQ(line.matrix->statistics.has_value(), line.op.name == "lm_head") << line.op.name;
  }
  ASSERT_FALSE(imported.warnings.empty());
  EXPECT_EQ(imported.warnings.back(),
            "7 of 8 matrices are in a format whose codes are not read: they have their bytes, and "
            "no statistics");
}

TEST_P(PackedCheckpoint, HasToHoldTheBitsThatTheBlockSays) {
  Packing p = GetParam();
  const Directory d;
  // Twice the bits, which the tensors do not hold.
  const std::string wide = R"({"quant_method": "gptq", "bits": 8, "group_size": 128})";
  if (std::string(p.method).ends_with("8")) return;
  d.write("config.json", quantized(wide));
  d.write("model.safetensors", checkpoint_of(p));
  const std::string message = message_of([&] { static_cast<void>(import_hugging_face(d.path())); });
  EXPECT_NE(message.find("16384 weights of 8 bits take 16384; shapes and weights have to be of "
                         "one model"),
            std::string::npos)
      << message;
}

TEST(PackedCheckpoints, TheUsersWordGoesBeforeTheFiles) {
  const Directory d;
  d.write("config.json", quantized(R"({"quant_method": "aqlm"})"));
  ImportOptions options;
  options.weights = WeightSpec{int8, 64};
  const TraceFile trace = import_hugging_face(d.path(), options).trace;
  EXPECT_EQ(trace.header.model.formats.at("projections"), (WeightSpec{int8, 64}));
  EXPECT_EQ(trace.header.model.formats.at("head"), WeightSpec{});
  EXPECT_NE(trace.header.source.find("weights by --weights"), std::string::npos);
}

}  // namespace
}  // namespace tritsim
