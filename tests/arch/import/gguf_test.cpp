// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <bit>
#include <cmath>
#include <filesystem>
#include <functional>
#include <random>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "arch/import/gguf_import.hpp"
#include "arch/import/gguf_types.hpp"
#include "arch/import/quantization.hpp"
#include "tests/support/directory.hpp"
#include "tests/support/gguf_writer.hpp"
#include "tests/support/models.hpp"

// GGUF files written here, byte by byte.
namespace tritsim {
namespace {

using test::Directory;
using test::GgufWriter;
using test::message_of;
using test::raw;
using test::tiny_gguf;

// ---- blocks: encoders after the quantize_row_*_ref functions of ggml-quants.c -------------------

constexpr std::uint16_t half_one = 0x3c00;
constexpr std::uint16_t half_quarter = 0x3400;

std::string bytes_of(const std::vector<unsigned>& v) {
  std::string out;
  for (const unsigned b : v) out += static_cast<char>(b);
  return out;
}

/// Blocks of one type that stand for known numbers.
struct Blocks {
  const char* type;
  std::uint32_t number;
  std::string bytes;
  std::vector<float> values;
};

Blocks q4_0() {
  std::vector<unsigned> codes;
  std::vector<float> values(32);
  for (unsigned j = 0; j < 16; ++j) {
    codes.push_back(j | ((15 - j) << 4U));
    values[j] = 0.25F * (static_cast<float>(j) - 8);
    values[j + 16] = 0.25F * (7 - static_cast<float>(j));
  }
  return {"Q4_0", 2, raw(half_quarter) + bytes_of(codes), values};
}

Blocks q8_0() {
  std::string codes;
  std::vector<float> values;
  for (int j = 0; j < 32; ++j) {
    const int v = j * 8 - 128;
    codes += raw(static_cast<std::int8_t>(v));
    values.push_back(0.25F * static_cast<float>(v));
  }
  return {"Q8_0", 8, raw(half_quarter) + codes, values};
}

Blocks q4_k() {
  std::mt19937 random(4);
  std::vector<unsigned> packed(12);
  std::vector<unsigned> scale(8);
  std::vector<unsigned> minimum(8);
  for (std::size_t j = 0; j < 8; ++j) {
    scale[j] = random() % 64;
    minimum[j] = random() % 64;
    if (j < 4) {
      packed[j] = scale[j];
      packed[j + 4] = minimum[j];
    } else {
      packed[j + 4] = (scale[j] & 15U) | ((minimum[j] & 15U) << 4U);
      packed[j - 4] |= (scale[j] >> 4U) << 6U;
      packed[j] |= (minimum[j] >> 4U) << 6U;
    }
  }
  std::vector<unsigned> codes(128);
  std::vector<float> values;
  for (std::size_t k = 0; k < 256; ++k) {
    const unsigned code = random() % 16;
    // 64 numbers at a time: the first 32 in the low nibbles, the others in the high ones.
    codes[k / 64 * 32 + k % 32] |= k % 64 < 32 ? code : code << 4U;
    values.push_back(static_cast<float>(scale[k / 32] * code) -
                     0.25F * static_cast<float>(minimum[k / 32]));
  }
  return {"Q4_K", 12, raw(half_one) + raw(half_quarter) + bytes_of(packed) + bytes_of(codes),
          values};
}

Blocks q6_k() {
  std::mt19937 random(6);
  std::vector<unsigned> low(128);
  std::vector<unsigned> high(64);
  std::vector<int> code(256);
  for (int& c : code) c = static_cast<int>(random() % 64);
  for (std::size_t j = 0; j < 256; j += 128) {
    for (std::size_t l = 0; l < 32; ++l) {
      const auto q = [&](std::size_t k) { return static_cast<unsigned>(code[j + l + k]); };
      low[j / 2 + l] = (q(0) & 15U) | ((q(64) & 15U) << 4U);
      low[j / 2 + l + 32] = (q(32) & 15U) | ((q(96) & 15U) << 4U);
      high[j / 4 + l] =
          (q(0) >> 4U) | ((q(32) >> 4U) << 2U) | ((q(64) >> 4U) << 4U) | ((q(96) >> 4U) << 6U);
    }
  }
  std::string scales;
  std::vector<float> values;
  for (std::size_t k = 0; k < 256; ++k) {
    const int scale = static_cast<int>(k / 16) * 5 - 40;
    if (k % 16 == 0) scales += raw(static_cast<std::int8_t>(scale));
    values.push_back(0.25F * static_cast<float>(scale * (code[k] - 32)));
  }
  return {"Q6_K", 14, bytes_of(low) + bytes_of(high) + scales + raw(half_quarter), values};
}

std::vector<unsigned> trits(unsigned seed, std::size_t n) {
  std::mt19937 random(seed);
  std::vector<unsigned> out(n);
  for (unsigned& t : out) t = static_cast<unsigned>(random() % 3);
  return out;
}

std::vector<float> numbers(const std::vector<unsigned>& codes, float scale) {
  std::vector<float> out;
  for (const unsigned c : codes) out.push_back(scale * (static_cast<float>(c) - 1));
  return out;
}

Blocks tq1_0() {
  const auto codes = trits(1, 256);
  std::vector<unsigned> bytes;
  const auto digits = [&](std::size_t first, std::size_t stride, std::size_t count) {
    for (std::size_t m = 0; m < stride; ++m) {
      unsigned q = 0;
      for (std::size_t n = 0; n < 5; ++n) {
        q = 3 * q + (n < count ? codes[first + m + n * stride] : 0);
      }
      bytes.push_back((q * 256 + 242) / 243);  // a fraction, rounded up
    }
  };
  digits(0, 32, 5);
  digits(160, 16, 5);
  digits(240, 4, 4);
  return {"TQ1_0", 34, bytes_of(bytes) + raw(half_quarter), numbers(codes, 0.25F)};
}

Blocks tq2_0() {
  const auto codes = trits(2, 256);
  std::vector<unsigned> bytes(64);
  for (std::size_t k = 0; k < 256; ++k) {
    bytes[k / 128 * 32 + k % 32] |= codes[k] << (2 * (k % 128 / 32));
  }
  return {"TQ2_0", 35, bytes_of(bytes) + raw(half_quarter), numbers(codes, 0.25F)};
}

/// One scale after the codes, and padding to 32 bytes.
Blocks i2_s() {
  const auto codes = trits(3, 256);
  std::vector<unsigned> bytes(64);
  for (std::size_t k = 0; k < 256; ++k) {
    bytes[k / 128 * 32 + k % 32] |= codes[k] << (6 - 2 * (k % 128 / 32));
  }
  return {"I2_S", 36, bytes_of(bytes) + raw(1.5F) + std::string(28, '\0'), numbers(codes, 1.5F)};
}

Blocks plain(const char* type, std::uint32_t number, std::string bytes) {
  return {type, number, std::move(bytes), {1, -2}};
}

class GgufBlocks : public testing::TestWithParam<Blocks> {};

INSTANTIATE_TEST_SUITE_P(
    Each, GgufBlocks,
    testing::Values(plain("F32", 0, raw(1.0F) + raw(-2.0F)),
                    plain("F16", 1, raw<std::uint16_t>(0x3c00) + raw<std::uint16_t>(0xc000)),
                    plain("BF16", 30, raw<std::uint16_t>(0x3f80) + raw<std::uint16_t>(0xc000)),
                    q4_0(), q8_0(), q4_k(), q6_k(), tq1_0(), tq2_0(), i2_s()),
    [](const auto& test_case) { return std::string(test_case.param.type); });

TEST_P(GgufBlocks, AreReadAsGgmlReadsThem) {
  const Blocks& b = GetParam();
  const Directory d;
  GgufWriter w;
  w.tensor("a", {1}, 0, raw(7.0F));  // so that the data does not begin with it
  w.tensor("w", {b.values.size()}, b.number, b.bytes);
  d.write("m.gguf", w.bytes());
  const GgufFile file(d.path("m.gguf"));
  const Tensor& tensor = file.tensors().at("w");
  EXPECT_EQ(tensor.type, b.type);
  ASSERT_TRUE(file.readable(tensor));
  std::vector<float> values;
  file.read(tensor, [&](std::span<const float> part) {
    values.insert(values.end(), part.begin(), part.end());
  });
  EXPECT_EQ(values, b.values);
}

TEST_P(GgufBlocks, TakeTheBytesThatTheirFormatSays) {
  const Blocks& b = GetParam();
  const auto stored = find_gguf_type(std::string_view(b.type))->weights;
  ASSERT_TRUE(stored);
  const double bits = static_cast<double>(b.bytes.size() - (b.number == 36 ? 32 : 0)) * 8.0 /
                      static_cast<double>(b.values.size());
  // Single precision is deployed as half.
  EXPECT_EQ(stored->bits(), b.number == 0 ? 16 : bits);
}

/// Every number of the list of ggml.h, with the sizes of the blocks of ggml-common.h.
struct Listed {
  std::uint32_t number;
  const char* name;
  std::uint32_t elements;
  std::uint32_t bytes;
};

constexpr std::array<Listed, 35> listed{
    {{0, "F32", 1, 4},         {1, "F16", 1, 2},         {2, "Q4_0", 32, 18},
     {3, "Q4_1", 32, 20},      {6, "Q5_0", 32, 22},      {7, "Q5_1", 32, 24},
     {8, "Q8_0", 32, 34},      {9, "Q8_1", 32, 36},      {10, "Q2_K", 256, 84},
     {11, "Q3_K", 256, 110},   {12, "Q4_K", 256, 144},   {13, "Q5_K", 256, 176},
     {14, "Q6_K", 256, 210},   {15, "Q8_K", 256, 292},   {16, "IQ2_XXS", 256, 66},
     {17, "IQ2_XS", 256, 74},  {18, "IQ3_XXS", 256, 98}, {19, "IQ1_S", 256, 50},
     {20, "IQ4_NL", 32, 18},   {21, "IQ3_S", 256, 110},  {22, "IQ2_S", 256, 82},
     {23, "IQ4_XS", 256, 136}, {24, "I8", 1, 1},         {25, "I16", 1, 2},
     {26, "I32", 1, 4},        {27, "I64", 1, 8},        {28, "F64", 1, 8},
     {29, "IQ1_M", 256, 56},   {30, "BF16", 1, 2},       {34, "TQ1_0", 256, 54},
     {35, "TQ2_0", 256, 66},   {39, "MXFP4", 32, 17},    {40, "NVFP4", 64, 36},
     {41, "Q1_0", 128, 18},    {42, "Q2_0", 64, 18}}};

TEST(GgufTypes, OfTheWholeListHaveTheirSizesAndBits) {
  for (const Listed& l : listed) {
    const GgufType* type = find_gguf_type(l.number);
    ASSERT_NE(type, nullptr) << l.name;
    EXPECT_EQ(type->format.name, l.name);
    EXPECT_EQ(type->format.elements, l.elements) << l.name;
    EXPECT_EQ(type->format.bytes, l.bytes) << l.name;
    if (!type->weights || l.number == 0) continue;  // single precision is deployed as half
    EXPECT_DOUBLE_EQ(type->weights->bits() * l.elements, 8.0 * l.bytes) << l.name;
  }
  std::uint32_t numbers = 0;
  for (std::uint32_t n = 0; n <= 42; ++n) numbers += find_gguf_type(n) != nullptr ? 1 : 0;
  EXPECT_EQ(numbers, listed.size() + 1);  // and I2_S of BitNet
}

TEST(GgufTypes, RemovedAndUnknownOnesAreNamed) {
  const Directory d;
  const auto message = [&](std::uint32_t number, const std::string& architecture = "llama") {
    d.write("m.gguf", GgufWriter()
                          .word("general.architecture", architecture)
                          .tensor("w", {256, 256}, number, std::string(70'000, '\0'))
                          .bytes());
    return message_of([&] { GgufFile file(d.path("m.gguf")); });
  };
  const std::vector<std::pair<std::uint32_t, const char*>> removed{
      {4, "Q4_2"},      {5, "Q4_3"},        {31, "Q4_0_4_4"},  {32, "Q4_0_4_8"},
      {33, "Q4_0_8_8"}, {37, "IQ4_NL_4_8"}, {38, "IQ4_NL_8_8"}};
  for (const auto& [number, name] : removed) {
    const std::string text = message(number);
    EXPECT_NE(text.find(fmt::format("w: elements of type {}, {}", number, name)), std::string::npos)
        << text;
    EXPECT_NE(text.find("ggml has removed"), std::string::npos) << text;
    EXPECT_EQ(text.find("damaged"), std::string::npos) << text;
  }
  EXPECT_NE(message(137).find("type 137, which ggml's list (0 to 42) does not have; if a fork"),
            std::string::npos);
  EXPECT_EQ(message(39), "accepted");
  EXPECT_NE(message(39, "bitnet-b1.58").find("type 39, TL2 of microsoft/BitNet"),
            std::string::npos);
}

TEST(Gguf, ATensorMayBeLargerThanTheWindow) {
  const Directory d;
  const std::size_t blocks = TensorFile::window / 66 + 1000;
  const Blocks one = tq2_0();
  std::string data;
  for (std::size_t i = 0; i < blocks; ++i) data += one.bytes;
  d.write("m.gguf", GgufWriter().tensor("w", {blocks, 256}, 35, data).bytes());
  const GgufFile file(d.path("m.gguf"));
  std::size_t at = 0;
  std::size_t wrong = 0;
  file.read(file.tensors().at("w"), [&](std::span<const float> part) {
    for (const float v : part) wrong += v == one.values[at++ % 256] ? 0 : 1;
  });
  EXPECT_EQ(at, blocks * 256);
  EXPECT_EQ(wrong, 0U);
}

// ---- import -------------------------------------------------------------------------------------

TEST(GgufImport, ALlama) {
  const Directory d;
  d.write("m.gguf", tiny_gguf());
  const TraceFile trace = import_gguf(d.path("m.gguf")).trace;
  const ModelSpec m = gguf_model(GgufCheckpoint(d.path("m.gguf")));
  EXPECT_EQ(m.name, "Tiny");
  EXPECT_EQ(m.size("layers"), 1U);
  EXPECT_EQ(m.size("vocabulary"), 10U);
  EXPECT_EQ(test::kv_width(m), 4U);
  EXPECT_EQ(m.size("tied"), 1U);
  EXPECT_EQ(trace.trace(), expand(m));
  std::vector<double> zeros;
  for (const TraceLine& line : trace.lines) {
    if (!line.matrix) continue;
    const double n = static_cast<double>(line.matrix->rows * line.matrix->columns);
    zeros.push_back(line.matrix->statistics.value().zero * n);
  }
  EXPECT_EQ(zeros, (std::vector<double>{1, 2, 3, 4, 5, 6, 7, 0}));
}

TEST(GgufImport, ArchitecturesDifferAsTheirModelsDo) {
  const Directory d;
  const auto model = [&](const std::string& architecture) {
    d.write("m.gguf", tiny_gguf(architecture));
    return gguf_model(GgufCheckpoint(d.path("m.gguf")));
  };
  EXPECT_EQ(model("qwen2").size("qkv_bias"), 1U);
  EXPECT_EQ(model("bitnet-b1.58").size("squared_relu"), 1U);
  EXPECT_EQ(model("bitnet").size("sub_norms"), 1U);
  EXPECT_EQ(model("gpt2").size("positions"), 16U);
  EXPECT_EQ(expand(model("gpt2")).ops[3].kind, OpKind::layer_norm);
}

TEST(GgufImport, EachMatrixKeepsTheFormatOfItsTensor) {
  const Directory d;
  GgufWriter w;
  w.word("general.architecture", "llama").u32("llama.block_count", 1);
  w.u32("llama.embedding_length", 256).u32("llama.feed_forward_length", 256);
  w.u32("llama.attention.head_count", 4);
  const auto matrix = [&](const std::string& name, const Blocks& block, std::uint64_t rows) {
    std::string data;
    for (std::uint64_t i = 0; i < rows * 256 / block.values.size(); ++i) data += block.bytes;
    w.tensor(name, {rows, 256}, block.number, data);
  };
  matrix("token_embd.weight", q8_0(), 8);
  for (const char* name : {"attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up"}) {
    matrix(fmt::format("blk.0.{}.weight", name), tq2_0(), 256);
  }
  matrix("blk.0.ffn_down.weight", q4_k(), 256);
  d.write("m.gguf", w.bytes());
  const TraceFile trace = import_gguf(d.path("m.gguf")).trace;
  EXPECT_EQ(trace.header.model.formats.at("projections").format, NumberFormat::ternary);
  EXPECT_EQ(trace.header.model.formats.at("head"), (WeightSpec{NumberFormat::int8, 32, 16}));
  const auto find = [&](const std::string& name) -> const TraceLine& {
    return *std::find_if(trace.lines.begin(), trace.lines.end(),
                         [&](const TraceLine& line) { return line.op.name == name; });
  };
  EXPECT_EQ(find("layers.0.attn.q_proj").matrix->bytes, 256U * 66);
  EXPECT_EQ(find("layers.0.mlp.down_proj").matrix->bytes, 256U * 144);
  EXPECT_EQ(find("layers.0.mlp.down_proj").matrix->type, ElementType::int4);
  EXPECT_EQ(find("lm_head").matrix->bytes, 8U * 8 * 34);
  // The ternary codes of one block, in every row.
  const std::vector<float> codes = tq2_0().values;
  const auto zeros = static_cast<double>(std::count(codes.begin(), codes.end(), 0.0F));
  EXPECT_EQ(find("layers.0.attn.v_proj").matrix->statistics->zero, zeros / 256);
  // An imported trace is a trace like any other.
  const std::string path = d.path("m.trace");
  write_trace(path, trace);
  EXPECT_EQ(read_trace(path).trace(), trace.trace());
}

/// A Llama of one block of 256 channels whose matrices are of one type, all zero.
GgufWriter llama_of(std::uint32_t number) {
  const ElementFormat format = find_gguf_type(number)->format;
  GgufWriter w;
  w.word("general.architecture", "llama").u32("llama.block_count", 1);
  w.u32("llama.embedding_length", 256).u32("llama.feed_forward_length", 256);
  w.u32("llama.attention.head_count", 4);
  const std::string data(
      std::size_t{256} * 256 / format.elements * format.bytes + (number == 36 ? 32 : 0), '\0');
  w.tensor("token_embd.weight", {256, 256}, number, data);
  for (const char* name :
       {"attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down"}) {
    w.tensor(fmt::format("blk.0.{}.weight", name), {256, 256}, number, data);
  }
  return w;
}

TEST(GgufImport, EveryTypeIsReadForItsBitsOrRefusedByName) {
  const Directory d;
  for (std::uint32_t number = 0; number <= 42; ++number) {
    const GgufType* type = find_gguf_type(number);
    if (type == nullptr) continue;
    d.write("m.gguf", llama_of(number).bytes());
    if (!type->weights) {
      const std::string message =
          message_of([&] { static_cast<void>(import_gguf(d.path("m.gguf"))); });
      EXPECT_NE(message.find(fmt::format("elements of {} are not read", type->format.name)),
                std::string::npos)
          << message;
      continue;
    }
    const Imported imported = import_gguf(d.path("m.gguf"));
    EXPECT_EQ(imported.trace.header.model.formats.at("projections"), *type->weights);
    EXPECT_EQ(imported.trace.header.model.formats.at("head"), *type->weights);
    EXPECT_EQ(imported.warnings.empty(), type->format.decode != nullptr) << type->format.name;
    const bool floats = number == 39 || number == 40;
    EXPECT_EQ(!imported.warnings.empty() &&
                  imported.warnings[0] == counts_as(type->format.name, NumberFormat::int4),
              floats);
    for (const TraceLine& line : imported.trace.lines) {
      if (!line.matrix) continue;
      EXPECT_EQ(line.matrix->statistics.has_value(), type->format.decode != nullptr);
      if (number == 0) continue;
      EXPECT_EQ(line.matrix->bytes,
                std::uint64_t{256} * 256 / type->format.elements * type->format.bytes)
          << type->format.name;
    }
  }
}

TEST(GgufImport, TheUsersWordGoesBeforeTheFiles) {
  const Directory d;
  d.write("m.gguf", llama_of(9).bytes());  // Q8_1
  ImportOptions options;
  options.weights = WeightSpec{NumberFormat::int4, 64};
  const TraceFile trace = import_gguf(d.path("m.gguf"), options).trace;
  EXPECT_EQ(trace.header.model.formats.at("projections"), *options.weights);
}

TEST(GgufImport, BlocksOfOtherModelsAreRefused) {
  const Directory d;
  const auto message = [&](const std::function<void(GgufWriter&)>& more) {
    GgufWriter w = llama_of(2);
    more(w);
    d.write("m.gguf", w.bytes());
    return message_of([&] { static_cast<void>(import_gguf(d.path("m.gguf"))); });
  };
  EXPECT_NE(message([](auto& w) {
              w.u32("llama.expert_count", 8);
            }).find("llama.expert_count: mixtures of experts are not supported"),
            std::string::npos);
  EXPECT_EQ(message([](auto& w) { w.u32("llama.expert_count", 0); }), "accepted");
  EXPECT_NE(message([](auto& w) {
              w.u32("llama.attention.sliding_window", 128);
            }).find("llama.attention.sliding_window: a window of 128 positions"),
            std::string::npos);
  EXPECT_EQ(message([](auto& w) {
              w.u32("llama.attention.sliding_window", 128).u32("llama.context_length", 128);
            }),
            "accepted");
  EXPECT_NE(message([](auto& w) {
              w.u32("llama.attention.key_length", 64).u32("llama.attention.value_length", 32);
            }).find("llama.attention.value_length: 32 is not supported; only 64"),
            std::string::npos);
}

/// The Llama in parts: metadata and the table, the attention, the channel mixer.
std::vector<std::string> parts_of_llama() {
  const auto part = [](std::uint16_t number) {
    GgufWriter w;
    w.key("split.no", 2, raw(number)).key("split.count", 2, raw<std::uint16_t>(3));
    return w.key("split.tensors.count", 5, raw<std::int32_t>(8));
  };
  const std::string data(std::size_t{256} * 144, '\0');
  std::vector<GgufWriter> w{part(0), part(1), part(2)};
  w[0].word("general.architecture", "llama").u32("llama.block_count", 1);
  w[0].u32("llama.embedding_length", 256).u32("llama.feed_forward_length", 256);
  w[0].u32("llama.attention.head_count", 4);
  w[0].tensor("token_embd.weight", {256, 256}, 12, data);
  for (const char* name : {"attn_q", "attn_k", "attn_v", "attn_output"}) {
    w[1].tensor(fmt::format("blk.0.{}.weight", name), {256, 256}, 12, data);
  }
  for (const char* name : {"ffn_gate", "ffn_up", "ffn_down"}) {
    w[2].tensor(fmt::format("blk.0.{}.weight", name), {256, 256}, 12, data);
  }
  return {w[0].bytes(), w[1].bytes(), w[2].bytes()};
}

TEST(GgufSplit, APartStandsForAllOfThem) {
  const Directory d;
  const auto parts = parts_of_llama();
  const auto name = [](int k) { return fmt::format("m-{:05}-of-00003.gguf", k + 1); };
  for (int k = 0; k < 3; ++k) d.write(name(k), parts[static_cast<std::size_t>(k)]);
  for (int k = 0; k < 3; ++k) {
    const TraceFile trace = import_gguf(d.path(name(k))).trace;
    EXPECT_EQ(trace.header.model.formats.at("projections"), (WeightSpec{NumberFormat::int4, 32}));
  }
}

TEST(GgufSplit, MissingAndForeignPartsAreNamed) {
  const Directory d;
  const auto parts = parts_of_llama();
  const auto message = [&](const char* file) {
    return message_of([&] { static_cast<void>(import_gguf(d.path(file))); });
  };
  d.write("m-00002-of-00003.gguf", parts[1]);
  std::string text = message("m-00002-of-00003.gguf");
  EXPECT_NE(text.find("m-00001-of-00003.gguf: is missing, part 1 of 3; fetch it"),
            std::string::npos);
  EXPECT_NE(text.find("m-00003-of-00003.gguf: is missing, part 3 of 3"), std::string::npos) << text;
  d.write("m-00001-of-00003.gguf", parts[0]);
  d.write("m-00003-of-00003.gguf", parts[1]);
  text = message("m-00001-of-00003.gguf");
  EXPECT_NE(text.find("split.no: is not part 3"), std::string::npos) << text;
  d.write("model.gguf", parts[0]);
  text = message("model.gguf");
  EXPECT_NE(text.find("split.count: is part 1 of 3, and the others are found by their names; give "
                      "it back its name, which ends in -00001-of-00003.gguf"),
            std::string::npos)
      << text;
}

// ---- hostile files ------------------------------------------------------------------------------

struct Hostile {
  const char* name;
  std::string bytes;
  std::string message;
};

std::string header(std::uint64_t tensors, std::uint64_t keys, std::uint32_t version = 3) {
  return "GGUF" + raw(version) + raw(tensors) + raw(keys);
}

std::string nested(int depth) {
  std::string out = raw<std::uint32_t>(9);
  for (int i = 0; i < depth; ++i) out += raw<std::uint32_t>(9) + raw<std::uint64_t>(1);
  return out;
}

std::string tensor(std::uint32_t dimensions, std::uint64_t size, std::uint32_t type,
                   std::uint64_t offset) {
  std::string out = GgufWriter::text("w") + raw(dimensions);
  for (std::uint32_t i = 0; i < std::min(dimensions, 8U); ++i) out += raw(size);
  return header(1, 0) + out + raw(type) + raw(offset);
}

class HostileGguf : public testing::TestWithParam<Hostile> {};

INSTANTIATE_TEST_SUITE_P(
    Each, HostileGguf,
    testing::Values(
        Hostile{"empty", "", "is no GGUF file; check the path"},
        Hostile{"other_file", "PK\3\4 and so on", "is no GGUF file"},
        Hostile{"cut", "GGUF", "header: needs 4 bytes, the file has 0 more"},
        Hostile{"big_endian", header(0, 0, 0x03000000), "version: the file is big-endian"},
        Hostile{"first_version", header(0, 0, 1), "version: 1 is not supported"},
        Hostile{"many_tensors", header(~0ULL, 0), "says it has 18446744073709551615 tensors"},
        Hostile{"many_keys", header(0, 1ULL << 40), "says it has 1099511627776 keys"},
        Hostile{"key_beyond", header(0, 1) + raw(~0ULL),
                "key: a text of 18446744073709551615 "
                "bytes goes beyond the file"},
        Hostile{"key_long", header(0, 1) + GgufWriter::text(std::string(5000, 'k')),
                "key: a text of 5000 bytes, more than 4096"},
        Hostile{"type_of_value", header(0, 1) + GgufWriter::text("k") + raw<std::uint32_t>(99),
                "k: a value of an unknown type 99"},
        Hostile{"items_beyond",
                header(0, 1) + GgufWriter::text("k") + raw<std::uint32_t>(9) +
                    raw<std::uint32_t>(10) + raw(1ULL << 62),
                "k: 4611686018427387904 items go beyond the file"},
        Hostile{"items_overflow",
                header(0, 1) + GgufWriter::text("k") + raw<std::uint32_t>(9) +
                    raw<std::uint32_t>(10) + raw<std::uint64_t>(9) + std::string(64, 'x'),
                "k: needs 72 bytes, the file has 64 more"},
        Hostile{"items_unknown",
                header(0, 1) + GgufWriter::text("k") + raw<std::uint32_t>(9) +
                    raw<std::uint32_t>(77) + raw<std::uint64_t>(0),
                "k: items of an unknown type 77"},
        Hostile{"deep", header(0, 1) + GgufWriter::text("k") + nested(30),
                "k: arrays are nested too deep"},
        Hostile{"key_twice",
                header(0, 2) + GgufWriter::text("k") + raw<std::uint32_t>(7) + "\1" +
                    GgufWriter::text("k") + raw<std::uint32_t>(7) + "\1",
                "k: key given twice"},
        Hostile{"alignment", GgufWriter().u32("general.alignment", 0).bytes(),
                "general.alignment: is no alignment"},
        Hostile{"no_dimension", tensor(0, 1, 0, 0), "w: has 0 dimensions"},
        Hostile{"many_dimensions", tensor(9, 1, 0, 0), "w: has 9 dimensions"},
        Hostile{"shape_overflows", tensor(4, 1ULL << 40, 0, 0),
                "w: the shape is larger than any file"},
        Hostile{"bytes_overflow", tensor(1, 1ULL << 63, 0, 0),
                "w: the shape is larger than any file"},
        Hostile{"end_overflows", tensor(1, 32, 0, ~31ULL), "w: the shape is larger than any file"},
        Hostile{"type_unknown", tensor(1, 1, 999, 0),
                "w: elements of type 999, which ggml's list (0 to 42) does not have"},
        Hostile{"row_of_half_a_block", tensor(1, 48, 2, 0),
                "w: rows of 48 elements in blocks of 32"},
        Hostile{"offset", tensor(1, 1, 0, 33), "w: begins at byte 33, no multiple of 32"},
        Hostile{"data_cut", tensor(1, 32, 0, 0),
                "w: ends at byte 128 of 0 bytes of data; the file "
                "was cut"},
        Hostile{"twice",
                GgufWriter().tensor("w", {1}, 0, raw(1.0F)).tensor("w", {1}, 0, raw(1.0F)).bytes(),
                "w: tensor given twice"},
        Hostile{"overlap",
                header(2, 0) + GgufWriter::text("a") + raw<std::uint32_t>(1) +
                    raw<std::uint64_t>(16) + raw<std::uint32_t>(0) + raw<std::uint64_t>(0) +
                    GgufWriter::text("b") + raw<std::uint32_t>(1) + raw<std::uint64_t>(8) +
                    raw<std::uint32_t>(0) + raw<std::uint64_t>(32) + std::string(100, '\0'),
                "b: shares bytes with 'a'"}),
    [](const auto& test_case) { return std::string(test_case.param.name); });

TEST_P(HostileGguf, IsRefusedWithAReason) {
  const Directory d;
  d.write("m.gguf", GetParam().bytes);
  const std::string message = message_of([&] { GgufFile file(d.path("m.gguf")); });
  EXPECT_NE(message.find(GetParam().message), std::string::npos) << message;
  EXPECT_EQ(message.find(d.path("m.gguf")), 0U) << message;
}

TEST(Gguf, AHeaderWithoutEndIsRefusedBeforeItIsRead) {
  const Directory d;
  for (const std::uint32_t items : {0U, 8U}) {  // numbers, and texts of no bytes
    d.write("m.gguf", header(0, 1) + GgufWriter::text("k") + raw<std::uint32_t>(9) + raw(items) +
                          raw<std::uint64_t>(1ULL << 34));
    std::filesystem::resize_file(d.path("m.gguf"), 1ULL << 35);  // zeros that take no room
    const std::string message = message_of([&] { GgufFile file(d.path("m.gguf")); });
    EXPECT_NE(message.find("k: the header goes beyond 268435456 bytes"), std::string::npos)
        << message;
  }
}

std::string import_message(const std::string& bytes) {
  const Directory d;
  d.write("m.gguf", bytes);
  return message_of([&] { static_cast<void>(import_gguf(d.path("m.gguf")).trace); });
}

TEST(GgufImport, WhatIsNoSuchModelIsRefused) {
  EXPECT_NE(import_message(GgufWriter().word("general.architecture", "clip").bytes())
                .find("general.architecture: 'clip' is not supported; these are: llama"),
            std::string::npos);
  EXPECT_NE(import_message(GgufWriter().word("general.architecture", "llama").bytes())
                .find("llama.block_count: required key is missing"),
            std::string::npos);
  std::string many = tiny_gguf();
  many.replace(many.find("llama.block_count") + 17 + 4, 4, raw<std::uint32_t>(9999));
  EXPECT_NE(import_message(many).find("llama.block_count: says 9999 blocks, the file has 8"),
            std::string::npos);
  std::string other = tiny_gguf();
  other.replace(other.find("blk.0.ffn_up.weight"), 19, "blk.0.ffn_xx.weight");
  EXPECT_NE(import_message(other).find("blk.0.ffn_up.weight: the checkpoint does not hold"),
            std::string::npos);
  std::string negative = tiny_gguf();
  const auto at = negative.find("llama.block_count") + 17;
  negative.replace(at, 8, raw<std::uint32_t>(5) + raw<std::int32_t>(-3));
  EXPECT_NE(import_message(negative).find("llama.block_count: is no size"), std::string::npos);
  EXPECT_NE(
      import_message(GgufWriter()
                         .word("general.architecture", "llama")
                         .key("llama.attention.head_count", 9,
                              raw<std::uint32_t>(4) + raw<std::uint64_t>(1) + raw<std::uint32_t>(8))
                         .bytes())
          .find("llama.attention.head_count: differs from layer to layer"),
      std::string::npos);
}

TEST(GgufImport, ATensorInAnotherFormatIsNamed) {
  std::string bytes = tiny_gguf();
  // 8 x 8 F32 weights become 8 x 8 of Q5_K: no whole block.
  const auto at = bytes.find("blk.0.attn_q.weight") + 19 + 4 + 16;
  bytes.replace(at, 4, raw<std::uint32_t>(13));
  EXPECT_NE(import_message(bytes).find("rows of 8 elements in blocks of 256"), std::string::npos);
}

TEST(Gguf, WithRandomFaultsIsReadOrRefused) {
  const Directory d;
  const std::string original = tiny_gguf();
  std::mt19937 random(1);
  int refused = 0;
  for (int i = 0; i < 1000; ++i) {
    std::string bytes = original;
    const std::size_t at = random() % 900;  // keys and tensors; the rest is data
    if (i % 3 == 0) {
      bytes.erase(at, 1 + random() % 5);
    } else {
      bytes[at] = static_cast<char>(random());
    }
    d.write("m.gguf", bytes);
    const std::string message =
        message_of([&] { static_cast<void>(import_gguf(d.path("m.gguf")).trace); });
    EXPECT_NE(message, "");
    if (message != "accepted") ++refused;
  }
  EXPECT_GT(refused, 500);
  EXPECT_LT(refused, 1000);
}

}  // namespace
}  // namespace tritsim
