// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <random>
#include <sstream>

#include <gtest/gtest.h>

#include "arch/base/json.hpp"
#include "arch/base/reader.hpp"
#include "arch/workload/trace_reader.hpp"
#include "tests/support/files.hpp"
#include "tests/support/models.hpp"

namespace tritsim {
namespace {

ModelSpec tiny() {
  return test::hgrn_bit("tiny", 2, 8, 16, 32);
}

std::string text_of(const TraceFile& file) {
  std::ostringstream out;
  write_trace(out, file);
  return out.str();
}

TraceFile read_text(const std::string& text) {
  std::istringstream in(text);
  TraceReader reader(in, "t.trace");
  TraceFile file;
  file.header = reader.header();
  while (auto line = reader.next()) file.lines.push_back(std::move(*line));
  return file;
}

std::string message_of(const std::string& text) {
  try {
    static_cast<void>(read_text(text));
    return "accepted";
  } catch (const ConfigError& e) {
    return e.what();
  }
}

/// A tiny trace whose first matrix has statistics that no decimal fraction holds exactly.
TraceFile with_statistics() {
  TraceFile file = record(tiny(), "test");
  for (TraceLine& line : file.lines) {
    if (!line.matrix) continue;
    MatrixStatistics s;
    s.minus = 1.0 / 3;
    s.zero = 1.0 / 3;
    s.plus = 1.0 / 3;
    s.scale = 1e-300;
    s.entropy = 1.5849625007211562;
    s.row_zeros = {0.1, 1.0 / 3, 2.0 / 3};
    s.block = 7;
    s.block_zeros = {0, 0.30000000000000004, 1};
    line.matrix->statistics = s;
    break;
  }
  return file;
}

TEST(TraceFile, ReadBackIsWhatWasWritten) {
  TraceFile file = with_statistics();
  const TraceFile back = read_text(text_of(file));
  EXPECT_NE(back.header.digest, "");
  file.header.digest = back.header.digest;
  EXPECT_EQ(back, file);
  EXPECT_EQ(text_of(back), text_of(file));
}

TEST(TraceFile, HoldsTheTraceOfEveryShippedModel) {
  const auto directory = std::filesystem::temp_directory_path();
  for (const std::string& name : test::files_below("configs/models", ".yaml")) {
    const auto model = load<ModelSpec>(test::source_dir() + name);
    const std::string path = (directory / (test::test_name(name) + ".trace")).string();
    write_trace(path, record(model, name));
    const TraceFile back = read_trace(path);
    std::filesystem::remove(path);
    EXPECT_EQ(back.header.model, summary_of(model));
    EXPECT_EQ(back.trace(), expand(model)) << name;
  }
}

/// What `tiny()` is as text, with `more` keys in the line of the final projection.
std::string with_head(const std::string& name, const std::string& more) {
  std::string text = text_of(record(tiny(), "test"));
  text.replace(text.find("fnv1a64:"), 24, "");
  for (std::size_t at = text.find("lm_head"); at != std::string::npos;
       at = text.find("lm_head", at + name.size())) {
    text.replace(at, 7, name);
  }
  const std::size_t end = text.rfind('}');
  return text.insert(end, more);
}

TEST(TraceFile, WithoutARoleTheNameOfTheFinalProjectionSaysIt) {
  const std::string text = text_of(record(tiny(), "test"));
  EXPECT_EQ(text.find("\"role\""), std::string::npos) << "files are as they were before roles";
  const Trace trace = read_text(text).trace();
  EXPECT_EQ(trace, expand(tiny()));
  EXPECT_EQ(trace.ops.front().role, OpRole::embedding);
  EXPECT_EQ(trace.ops.back().role, OpRole::lm_head);
  EXPECT_EQ(read_text(with_head("unembedding", "")).trace().ops.back().role, OpRole::inner);
}

TEST(TraceFile, AStatedRoleGoesBeforeTheNameAndIsWrittenBack) {
  const TraceFile file = read_text(with_head("unembedding", ",\"role\":\"lm_head\""));
  EXPECT_EQ(file.trace().ops.back().role, OpRole::lm_head);
  EXPECT_NE(text_of(file).find("\"role\":\"lm_head\""), std::string::npos);
  EXPECT_EQ(read_text(with_head("lm_head", ",\"role\":\"inner\"")).trace().ops.back().role,
            OpRole::inner);
  const std::string wrong = message_of(with_head("lm_head", ",\"role\":\"embedding\""));
  EXPECT_NE(wrong.find("role: 'lm_head' is of kind 'bit_linear'"), std::string::npos) << wrong;
}

TEST(TraceFile, AMatrixHasTheShapeAndBytesOfItsOp) {
  const TraceFile file = record(tiny(), "test");
  const auto it = std::find_if(file.lines.begin(), file.lines.end(), [](const TraceLine& l) {
    return l.op.name == "layers.1.mlp.gate_up_proj";
  });
  ASSERT_NE(it, file.lines.end());
  ASSERT_TRUE(it->matrix);
  EXPECT_EQ(it->matrix->rows, 32U);
  EXPECT_EQ(it->matrix->columns, 8U);
  EXPECT_EQ(it->matrix->bytes, 64U);  // four weights a byte
}

// Codes of a vector that are zero count for the matrices that it goes through, by their weights.
TEST(TraceFile, ZeroActivationsAreThoseOfTheMatrixInputs) {
  TraceFile file = record(tiny(), "test");
  EXPECT_FALSE(file.zero_activations());
  for (TraceLine& line : file.lines) line.activations = {{0.2, 0.4}, {1, 1}, {0.5, 0.5}};
  EXPECT_NEAR(*file.zero_activations(), 0.3, 1e-12);
  std::uint64_t all = 0;
  std::uint64_t changed = 0;
  const auto product = std::find_if(file.lines.begin(), file.lines.end(),
                                    [](const TraceLine& l) { return l.matrix.has_value(); });
  const ValueId first = product->op.inputs[0];
  const auto maker = std::find_if(file.lines.begin(), file.lines.end(), [&](const TraceLine& l) {
    return l.op.outputs.front() == first;
  });
  maker->activations->zeros = {0.9, 0.9};
  for (const TraceLine& line : file.lines) {
    if (!line.matrix) continue;
    const std::uint64_t n = line.matrix->rows * line.matrix->columns;
    all += n;
    if (line.op.inputs[0] == first) changed += n;
  }
  EXPECT_GT(changed, 0U);
  const double share = static_cast<double>(changed) / static_cast<double>(all);
  EXPECT_NEAR(*file.zero_activations(), 0.3 + 0.6 * share, 1e-12);
  // An op whose matrix has statistics knows them too.
  const TraceFile known = with_statistics();
  for (std::size_t i = 0; i < file.lines.size(); ++i) {
    if (!known.lines[i].matrix || !known.lines[i].matrix->statistics) continue;
    file.lines[i].matrix = known.lines[i].matrix;
    EXPECT_NEAR(*file.trace().ops[i].zeros->inputs, 0.9, 1e-12);
    EXPECT_FALSE(known.trace().ops[i].zeros->inputs);
  }
  maker->activations.reset();
  EXPECT_FALSE(file.zero_activations());
}

TEST(TraceFile, StoredBytesArePacked) {
  EXPECT_EQ(stored_bytes(ElementType::ternary, 5), 2U);
  EXPECT_EQ(stored_bytes(ElementType::int8, 5), 5U);
  EXPECT_EQ(stored_bytes(ElementType::fp16, 5), 10U);
  EXPECT_EQ(stored_bytes(ElementType::bf16, 5), 10U);
  EXPECT_EQ(stored_bytes(ElementType::fp32, 5), 20U);
}

TEST(TraceFile, AnEditedOrCutFileIsFound) {
  const std::string text = text_of(record(tiny(), "test"));
  std::string cut = text;
  cut.erase(cut.rfind('\n', cut.size() - 2) + 1);
  EXPECT_NE(message_of(cut).find("t.trace:1:1: digest: "), std::string::npos) << message_of(cut);
  std::string edited = text;
  edited.replace(edited.find("lm_head"), 7, "lm_tail");
  EXPECT_NE(message_of(edited).find("cut or edited"), std::string::npos);
}

TEST(TraceFile, ALongLineIsRefusedBeforeItIsHeld) {
  std::string text = text_of(record(tiny(), "test"));
  text += "{\"name\":\"" + std::string(2 * TraceReader::longest_line, 'x') + "\"}\n";
  EXPECT_NE(message_of(text).find("the line is longer than 1048576 bytes"), std::string::npos);
}

TEST(TraceFile, ManyValuesOfALineAreRefused) {
  std::string header = text_of(record(tiny(), "test"));
  header.erase(header.find('\n') + 1);
  std::string list = "{\"inputs\":[0";
  for (int i = 0; i < 150'000; ++i) list += ",0";
  EXPECT_NE(message_of(header + list + "]}\n").find("holds more than 100000 values"),
            std::string::npos);
}

TEST(TraceFile, WithRandomFaultsIsReadOrRefused) {
  const std::string original = text_of(with_statistics());
  std::mt19937 random(1);
  const std::string pieces[] = {"[", "{", "}", "\"", ",", "-1", "1e999", "null", "\n", "\xff", "0"};
  int refused = 0;
  for (int i = 0; i < 400; ++i) {
    std::string text = original;
    // Mostly without its digest, which would detect every fault.
    if (i % 4 != 0) text.replace(text.find("fnv1a64:"), 24, "");
    const std::size_t at = random() % text.size();
    if (i % 3 == 0) {
      text.erase(at, 1 + random() % 9);
    } else {
      text.replace(at, random() % 3, pieces[random() % std::size(pieces)]);
    }
    const std::string message = message_of(text);
    EXPECT_NE(message, "");
    if (message != "accepted") ++refused;
  }
  EXPECT_GT(refused, 200);
  EXPECT_LT(refused, 400);
}

// ---- tests/bad_traces: each file is refused with exactly the text of its NAME.expected
// -----------

class BadTrace : public testing::TestWithParam<std::string> {};

INSTANTIATE_TEST_SUITE_P(Each, BadTrace,
                         testing::ValuesIn(test::files_below("tests/bad_traces", ".trace")),
                         [](const auto& file) {
                           return test::test_name(
                               std::filesystem::path(file.param).filename().string());
                         });

TEST_P(BadTrace, IsRefusedWithTheExpectedText) {
  const std::filesystem::path path(test::source_dir() + GetParam());
  const std::string expected =
      read_file(std::filesystem::path(path).replace_extension("expected").string());
  std::ifstream in(path, std::ios::binary);
  try {
    TraceReader reader(in, path.filename().string());
    while (reader.next()) continue;
    FAIL() << "accepted";
  } catch (const ConfigError& e) {
    EXPECT_EQ(e.what() + std::string("\n"), expected);
  }
}

// ---- JSON ---------------------------------------------------------------------------------------

TEST(Json, EveryValueHasItsPlace) {
  Problems problems;
  const Node n =
      parse_json("{\"a\": 12,\n  \"b\\u00e4\": [true, {\"c\": \"x\"}] }", {"f", 3, 5}, problems);
  ASSERT_TRUE(problems.empty());
  const auto place = [](const Mark& m) { return std::pair(m.line, m.column); };
  EXPECT_EQ(place(n.mark), std::pair(3, 5));
  EXPECT_EQ(place(n.entries[0].mark), std::pair(3, 6));
  EXPECT_EQ(place(n.entries[0].value.mark), std::pair(3, 11));
  EXPECT_EQ(place(n.entries[1].mark), std::pair(4, 3));
  const Node& list = n.entries[1].value;
  EXPECT_EQ(place(list.mark), std::pair(4, 14));
  EXPECT_EQ(place(list.items[0].mark), std::pair(4, 15));
  EXPECT_EQ(place(list.items[1].mark), std::pair(4, 21));
  EXPECT_EQ(place(list.items[1].entries[0].value.mark), std::pair(4, 27));
  EXPECT_EQ(n.entries[1].key, "b\u00e4");
}

TEST(Json, OneLineReadsBack) {
  const std::string text =
      "{\"a\":[1,-2.5e-7,true,null,\"q\\\"\\n\"],\"b\":{},\"c\":[],\"d\":\"1\"}";
  Problems problems;
  const Node n = parse_json(text, {"f", 1, 1}, problems);
  ASSERT_TRUE(problems.empty());
  EXPECT_EQ(to_json_line(n), text);
}

}  // namespace
}  // namespace tritsim
