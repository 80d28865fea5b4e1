// SPDX-License-Identifier: Apache-2.0
#include "arch/import/import_map.hpp"

#include <gtest/gtest.h>

#include "arch/base/writer.hpp"
#include "arch/import/hugging_face_config.hpp"
#include "tests/support/files.hpp"
#include "tests/support/models.hpp"

namespace tritsim {
namespace {

/// The sizes of a published config.json, and the shipped model that has them.
struct Published {
  const char* shipped;
  const char* config;
};

const char* const gemma_layers =
    R"("sliding_attention","sliding_attention","sliding_attention","sliding_attention","sliding_attention","full_attention")";

const Published published[] = {
    {"qwen3_8b_int4",
     R"({"model_type":"qwen3","hidden_size":4096,"intermediate_size":12288,"num_hidden_layers":36,
         "num_attention_heads":32,"num_key_value_heads":8,"head_dim":128,"vocab_size":151936,
         "hidden_act":"silu","use_sliding_window":false,"tie_word_embeddings":false})"},
    {"olmoe_1b_7b",
     R"({"model_type":"olmoe","hidden_size":2048,"intermediate_size":1024,"num_hidden_layers":16,
         "num_attention_heads":16,"num_key_value_heads":16,"num_experts":64,
         "num_experts_per_tok":8,"vocab_size":50304,"clip_qkv":null})"},
    {"gemma3_1b",
     R"({"model_type":"gemma3_text","hidden_size":1152,"intermediate_size":6912,
         "num_hidden_layers":26,"num_attention_heads":4,"num_key_value_heads":1,"head_dim":256,
         "sliding_window":512,"sliding_window_pattern":6,"vocab_size":262144})"},
    {"deepseek_v2_lite_int4",
     R"({"model_type":"deepseek_v2","hidden_size":2048,"intermediate_size":10944,
         "num_hidden_layers":27,"num_attention_heads":16,"q_lora_rank":null,"kv_lora_rank":512,
         "qk_nope_head_dim":128,"qk_rope_head_dim":64,"v_head_dim":128,"n_routed_experts":64,
         "n_shared_experts":2,"moe_intermediate_size":1408,"num_experts_per_tok":6,
         "first_k_dense_replace":1,"moe_layer_freq":1,"vocab_size":102400})"},
    {"deepseek_v3_int4",
     R"({"model_type":"deepseek_v3","hidden_size":7168,"intermediate_size":18432,
         "num_hidden_layers":61,"num_attention_heads":128,"q_lora_rank":1536,"kv_lora_rank":512,
         "qk_nope_head_dim":128,"qk_rope_head_dim":64,"v_head_dim":128,"n_routed_experts":256,
         "n_shared_experts":1,"moe_intermediate_size":2048,"num_experts_per_tok":8,
         "first_k_dense_replace":3,"vocab_size":129280})"},
    {"rwkv7_1.5b",
     R"({"model_type":"rwkv7","hidden_size":2048,"num_hidden_layers":24,"head_dim":64,
         "decay_low_rank_dim":96,"gate_low_rank_dim":256,"a_low_rank_dim":96,
         "v_low_rank_dim":64,"vocab_size":65536,"hidden_act":"sqrelu","attn":null})"},
    {"gla_1.3b",
     R"({"model_type":"gla","hidden_size":2048,"num_hidden_layers":24,"num_heads":4,
         "expand_k":0.5,"expand_v":1,"hidden_ratio":4,"intermediate_size":null,
         "vocab_size":32000,"hidden_act":"swish"})"},
    {"hgrn2_1.3b",
     R"({"model_type":"hgrn2","hidden_size":2048,"num_hidden_layers":24,"expand_ratio":128,
         "num_heads":null,"hidden_ratio":4,"vocab_size":32000})"},
    {"delta_net_1.3b",
     R"({"model_type":"delta_net","hidden_size":2048,"num_hidden_layers":24,"num_heads":16,
         "conv_size":4,"expand_k":1.0,"expand_v":1.0,"vocab_size":32000,"use_gate":false})"},
    {"mamba2_1.3b",
     R"({"model_type":"mamba2","hidden_size":2048,"num_hidden_layers":48,"state_size":128,
         "n_groups":1,"expand":2,"vocab_size":50288,"tie_word_embeddings":true})"},
};

HuggingFaceConfig parsed(const std::string& text) {
  return parse_hugging_face_config(text, "config.json", "m");
}

std::string fault_of(const std::string& text) {
  try {
    static_cast<void>(parsed(text));
  } catch (const ConfigError& e) {
    return e.what();
  }
  return "";
}

class ImportMaps : public testing::TestWithParam<Published> {};

INSTANTIATE_TEST_SUITE_P(Each, ImportMaps, testing::ValuesIn(published), [](const auto& test_case) {
  return test::test_name(test_case.param.shipped);
});

TEST_P(ImportMaps, GivesTheShippedModel) {
  const HuggingFaceConfig config = parsed(GetParam().config);
  const ModelSpec shipped = test::shipped_model(GetParam().shipped);
  EXPECT_TRUE(config.mapped);
  EXPECT_EQ(size_of(config.model).parameters, size_of(shipped).parameters);
  EXPECT_EQ(size_of(config.model).active_parameters, size_of(shipped).active_parameters);
  const Trace here = expand(config.model, 9);
  const Trace there = expand(shipped, 9);
  ASSERT_EQ(here.ops.size(), there.ops.size());
  EXPECT_EQ(here.values, there.values);
  for (std::size_t i = 0; i < here.ops.size(); ++i) {
    EXPECT_EQ(here.ops[i].kind, there.ops[i].kind) << there.ops[i].name;
    EXPECT_EQ(here.ops[i].state, there.ops[i].state) << there.ops[i].name;
    EXPECT_EQ(here.ops[i].attention, there.ops[i].attention) << there.ops[i].name;
  }
}

TEST_P(ImportMaps, AFileOfItsOwnIsTheSameModel) {
  const ModelSpec model = parsed(GetParam().config).model;
  const std::string text = to_yaml(Writer::write(self_contained(model)));
  const ModelSpec again = load_text<ModelSpec>(text, "again.yaml");
  EXPECT_TRUE(again.include.empty());
  EXPECT_EQ(expand(again, 3), expand(model, 3));
}

/// A configuration of tests/data/configs, written by hand, and what its authors say of the model.
struct ByHand {
  const char* file;
  double parameters;  ///< in 10^9
  double active;      ///< ... of a token; 0: not said in the same terms
  double within;      ///< of what is said, as far as it is rounded
};

const ByHand by_hand[] = {
    {"mixtral", 46.7, 12.9, 0.005},    {"qwen3_moe", 30.5, 3.35, 0.005},
    {"phi3", 3.82, 0, 0.005},          {"smollm3", 3.08, 0, 0.005},
    {"gpt_oss", 20.91, 0, 0.005},      {"qwen3_next", 79.7, 0, 0.01},
    {"gated_deltanet", 1.38, 0, 0.01}, {"falcon_h1", 0.0911, 0, 0.02},
};

class ImportsByHand : public testing::TestWithParam<ByHand> {};

INSTANTIATE_TEST_SUITE_P(Each, ImportsByHand, testing::ValuesIn(by_hand),
                         [](const auto& test_case) {
                           return test::test_name(test_case.param.file);
                         });

TEST_P(ImportsByHand, HasTheParametersThatAreSaidOfIt) {
  const ByHand& expected = GetParam();
  const ModelSpec model =
      import_model(test::source_dir() + "tests/data/configs/" + expected.file + ".json", "", "");
  const ModelSize size = size_of(model);
  EXPECT_NEAR(double(size.parameters) / 1e9 / expected.parameters, 1, expected.within);
  if (expected.active > 0) {
    EXPECT_NEAR(double(size.active_parameters) / 1e9 / expected.active, 1, 0.03);
  }
  EXPECT_TRUE(model.name.starts_with(expected.file)) << model.name;
  const std::string text = to_yaml(Writer::write(model));
  EXPECT_EQ(expand(load_text<ModelSpec>(text, "again.yaml"), 5), expand(model, 5));
}

TEST(ImportMap, ALayerListIsThePattern) {
  const std::string text =
      std::string(R"({"model_type":"gemma3","text_config":{"hidden_size":64,"intermediate_size":64,
        "num_hidden_layers":8,"num_attention_heads":4,"num_key_value_heads":1,"head_dim":16,
        "sliding_window":4,"vocab_size":100,"layer_types":[)") +
      gemma_layers + R"(,"full_attention","sliding_attention"]}})";
  const Trace t = expand(parsed(text).model, 100);
  std::string windows;
  for (const Op& op : t.ops) {
    if (op.attention) windows += op.attention->window ? 'w' : 'a';
  }
  EXPECT_EQ(windows, "wwwwwaaw");
  std::string other = text;
  other.replace(other.rfind("sliding_attention"), 17, "strided_attention");
  EXPECT_NE(fault_of(other).find("strided_attention"), std::string::npos);
}

TEST(ImportMap, FaultsNameTheKey) {
  const std::string missing = fault_of(R"({"model_type":"olmoe","hidden_size":2048})");
  EXPECT_NE(missing.find("key 'num_experts' is missing"), std::string::npos) << missing;
  EXPECT_NE(missing.find("key 'vocab_size' is missing"), std::string::npos) << "all at once";
  std::string text = published[9].config;
  text.replace(text.find("\"n_groups\":1"), 12, "\"n_groups\":8");
  const std::string groups = fault_of(text);
  EXPECT_NE(groups.find("n_groups"), std::string::npos) << groups;
  text = published[6].config;
  text.replace(text.find("0.5"), 3, "-0.5");
  EXPECT_NE(fault_of(text).find("expand_k"), std::string::npos);
  const std::string unknown = fault_of(R"({"model_type":"hyena"})");
  EXPECT_NE(unknown.find("deepseek_v2"), std::string::npos) << unknown;
  EXPECT_NE(unknown.find("llama"), std::string::npos) << unknown;
}

}  // namespace
}  // namespace tritsim
