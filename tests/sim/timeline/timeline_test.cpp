// SPDX-License-Identifier: Apache-2.0
// A timeline shows the same work as the result.
#include "sim/timeline/timeline.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <sstream>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "arch/base/document.hpp"
#include "arch/base/problems.hpp"
#include "sim/run/run.hpp"
#include "tests/sim/shipped.hpp"

namespace tritsim {
namespace {

using nlohmann::json;
using test::board;
using test::tiny_model;

std::string file_of(const std::string& name) {
  const auto* test = testing::UnitTest::GetInstance()->current_test_info();
  std::string file = fmt::format("timeline_{}_{}", test->name(), name);
  std::replace(file.begin(), file.end(), '/', '_');
  return testing::TempDir() + file;
}

/// A run with its timeline.
struct Shown {
  Result result;
  json file;
  std::vector<std::string> lines;
  std::string vcd;
};

Shown show(const BoardSpec& b, const Workload& w, const std::string& window,
           std::uint64_t most = 1'000'000, const ModelSpec& model = tiny_model()) {
  Timeline timeline({file_of("events.json"), file_of("signals.vcd"), parse_window(window), most});
  Shown shown;
  shown.result = run_model(b, model, w, {{}, Stepping::as_needed, &timeline});
  shown.lines = timeline.finish(shown.result);
  shown.file = json::parse(read_file(file_of("events.json")));
  shown.vcd = read_file(file_of("signals.vcd"));
  return shown;
}

/// What the spans of a row sum to.
struct Row {
  std::uint64_t cycles = 0, bytes = 0, spans = 0;
  double us = 0;
};

/// By "name of the group | name of the row"; the rest of a group's name, after a comma, is left
/// out.
std::map<std::string, Row> rows_of(const json& file) {
  std::map<std::pair<int, int>, std::string> names;
  std::map<std::string, Row> rows;
  for (const json& e : file["traceEvents"]) {
    const std::pair<int, int> track{e["pid"], e["tid"]};
    const std::string what = e.value("name", "");  // an end has none
    if (what == "process_name" || what == "thread_name") {
      const std::string name = e["args"]["name"];
      names[track] = name.substr(0, name.find(','));
    }
    if (e["ph"] != "X") continue;
    Row& row = rows[names.at({track.first, 0}) + " | " + names.at(track)];
    row.cycles += e["args"].value("cycles", std::uint64_t{0});
    row.bytes += e["args"].value("bytes", std::uint64_t{0});
    row.us += e["dur"].get<double>();
    ++row.spans;
  }
  return rows;
}

/// Time that each signal is not zero, in picoseconds, and how often it changed.
std::map<std::string, std::pair<std::uint64_t, std::uint64_t>> high_times(const std::string& vcd) {
  std::istringstream in(vcd);
  std::string line;
  std::string scope;
  std::map<std::string, std::string> names;
  std::map<std::string, std::uint64_t> since;
  std::map<std::string, std::pair<std::uint64_t, std::uint64_t>> high;
  std::uint64_t at = 0;
  while (std::getline(in, line)) {
    std::istringstream words(line);
    std::string word, id, name, width, type;
    words >> word;
    if (word == "$scope") {
      words >> type >> name;
      if (name != "SystemC") scope += name + ".";
    } else if (word == "$upscope") {
      if (!scope.empty()) scope.erase(scope.rfind('.', scope.size() - 2) + 1);
    } else if (word == "$var") {
      words >> type >> width >> id >> name;
      names[id] = scope + name;
      high[scope + name];
    } else if (word.size() > 1 && word[0] == '#') {
      at = std::stoull(word.substr(1));
    } else if (!word.empty() && (word[0] == '0' || word[0] == '1' || word[0] == 'b')) {
      std::string value = word;
      if (word[0] == 'b') {
        words >> id;
      } else {
        value = word.substr(0, 1);
        id = word.substr(1);
      }
      if (names.count(id) == 0) continue;
      auto& [sum, changes] = high.at(names.at(id));
      if (const auto it = since.find(id); it != since.end()) {
        sum += at - it->second;
        since.erase(it);
      }
      ++changes;
      if (value.find('1') != std::string::npos) since[id] = at;
    }
  }
  EXPECT_TRUE(since.empty() || since.size() < names.size());
  return high;
}

void expect_all(const Shown& s) {
  const std::map<std::string, Row> rows = rows_of(s.file);
  const auto row = [&](const std::string& name) {
    const auto it = rows.find(name);
    return it == rows.end() ? Row{} : it->second;
  };
  const auto high = high_times(s.vcd);
  const auto rounding = [](std::uint64_t n) { return 1e-6 * static_cast<double>(n) + 1e-5; };
  for (const KernelResult& k : s.result.kernels) {
    for (const CoreUnitRow& unit : core_units) {
      if (k.activity.units.find(unit.id) == nullptr) continue;
      const UnitActivity& a = k.activity.units[unit.id];
      const std::string name(unit.key);
      const Row r = row("kernel " + k.name + " | " + name);
      EXPECT_EQ(r.cycles, a.busy_cycles) << k.name << " " << name;
      EXPECT_EQ(r.spans, a.instructions) << k.name << " " << name;
      const double busy =
          cycles_to_time(static_cast<double>(a.busy_cycles), k.core.clock).si() * 1e6;
      EXPECT_NEAR(r.us, busy, rounding(r.spans)) << k.name << " " << name;
      const auto signal = high.at(k.name + "." + name);
      EXPECT_NEAR(static_cast<double>(signal.first) * 1e-6, busy, rounding(r.spans))
          << k.name << " " << name;
    }
    std::uint64_t exposed = 0;
    for (const OpCycles& op : k.ops) exposed += op.exposed;
    EXPECT_EQ(row("kernel " + k.name + " | program").cycles, exposed) << k.name;
  }
  for (const MemoryResult& m : s.result.memories) {
    const std::string group = "memory " + m.group + " channel " + std::to_string(m.channel);
    std::uint64_t bytes = 0;
    for (const auto& [name, r] : rows) {
      if (name.starts_with(group + " |")) bytes += r.bytes;
    }
    EXPECT_EQ(bytes, m.activity.bytes_read + m.activity.bytes_written) << group;
  }
  const auto card = [&](const std::string& name, const std::string& signal, Time time) {
    const Row r = row(name);
    EXPECT_NEAR(r.us, time.si() * 1e6, rounding(r.spans)) << name;
    const std::uint64_t ps = high.at(signal).first;
    EXPECT_NEAR(static_cast<double>(ps) * 1e-6, time.si() * 1e6, rounding(r.spans)) << signal;
  };
  card("host link | transfers", "link.busy", s.result.link.busy);
  card("host | working", "host.working", s.result.host.working);
  card("host | waiting", "host.waiting", s.result.host.waiting);
  EXPECT_EQ(row("host link | transfers").bytes,
            s.result.link.bytes_to_card + s.result.link.bytes_to_host);
  EXPECT_FALSE(s.file["otherData"].contains("cut"));
}

class Whole : public testing::TestWithParam<const char*> {};

TEST_P(Whole, SumsAreThoseOfTheResult) {
  BoardSpec b = board(GetParam());
  const bool is_d5005 = std::string(GetParam()) == "d5005_mmfree";
  if (is_d5005) b.cores[0].core.vector_length = 192;
  const ModelSpec model = is_d5005 ? tiny_model(1, 64) : tiny_model();
  const Shown s = show(b, {2, 2, 0}, "all", 1'000'000, model);
  expect_all(s);
  EXPECT_EQ(s.result, run_model(b, model, {2, 2, 0}, {{}, Stepping::every_step}));
}

INSTANTIATE_TEST_SUITE_P(Timeline, Whole,
                         testing::Values("u250_mmfree_48", "u250_mmfree_24_tensor", "k26_mmfree",
                                         "d5005_mmfree"));

TEST(Timeline, AttentionTellsOfTheCache) {
  ModelSpec model = test::model("llama2_7b_w4_kv8");
  model.set("layers", 2);
  model.set("vocabulary", 1000);
  const Shown s = show(board("kv260_llama"), {0, 2, 1}, "all", 1'000'000, model);
  ASSERT_TRUE(s.result.kernels[0].activity.attention);
  expect_all(s);
}

TEST(Timeline, SpansNest) {
  const Shown s = show(board("u250_mmfree_48"), {0, 2, 0}, "all");
  std::map<std::pair<int, int>, std::vector<std::string>> open;
  std::map<std::string, int> begun;
  std::map<std::pair<int, int>, double> until;
  for (const json& e : s.file["traceEvents"]) {
    const std::pair<int, int> track{e["pid"], e["tid"]};
    auto& stack = open[track];
    if (e["ph"] == "B") {
      const std::string kind = e["cat"];
      ++begun[kind];
      const std::string inside = kind == "token"    ? ""
                                 : kind == "layer"  ? "token"
                                 : stack.size() > 1 ? "layer"
                                                    : "token";
      EXPECT_EQ(stack.empty() ? "" : stack.back(), inside) << e;
      stack.push_back(kind);
    } else if (e["ph"] == "E") {
      ASSERT_FALSE(stack.empty()) << e;
      EXPECT_TRUE(stack.back() != "op" || e["args"].contains("macs")) << e;
      stack.pop_back();
      EXPECT_DOUBLE_EQ(e["ts"].get<double>(), until[track]) << e;
    } else if (e["ph"] == "X" && e["cat"] == "slice") {
      ASSERT_FALSE(stack.empty()) << e;
      EXPECT_EQ(stack.back(), "op") << e;
      EXPECT_GE(e["ts"].get<double>(), until[track] - 1e-6) << e;
      until[track] = e["ts"].get<double>() + e["dur"].get<double>();
    }
  }
  for (const auto& [track, stack] : open) EXPECT_TRUE(stack.empty());
  const int kernels = static_cast<int>(s.result.kernels.size());
  EXPECT_EQ(begun["token"], 2 * kernels);
  EXPECT_EQ(begun["layer"], 2 * 2 * kernels);
}

std::map<std::uint32_t, std::uint64_t> cycles_by_token(const Shown& s) {
  std::map<std::uint32_t, std::uint64_t> cycles;
  for (const json& e : s.file["traceEvents"]) {
    if (e["ph"] != "X" || e["cat"] != "instruction") continue;
    cycles[e["args"]["token"].get<std::uint32_t>()] += e["args"]["cycles"].get<std::uint64_t>();
  }
  return cycles;
}

TEST(Timeline, AWindowOfStepsIsThatPartOfTheRun) {
  const BoardSpec b = board("u250_mmfree_48");
  const Shown s = show(b, {0, 400, 0}, "1..3");
  std::map<std::uint32_t, std::uint64_t> cycles = cycles_by_token(s);
  std::map<std::uint32_t, std::uint64_t> all = cycles_by_token(show(b, {0, 4, 0}, "all"));
  ASSERT_EQ(cycles.size(), 2U);
  EXPECT_EQ(cycles.at(1), all.at(1));
  EXPECT_EQ(cycles.at(2), all.at(2));
  EXPECT_TRUE(s.file["otherData"].contains("cut"));
  EXPECT_EQ(s.lines.size(), 3U);
  // After the window the run is cut short as usual, with the same end.
  Result plain = run_model(b, tiny_model(), {0, 400, 0});
  ASSERT_TRUE(s.result.kernels[0].steady);
  EXPECT_LT(s.result.kernels[0].steady->simulated, 400U);
  EXPECT_EQ(s.result.kernels[0].step_ends, plain.kernels[0].step_ends);
  EXPECT_EQ(s.result.kernels[0].activity.cycles, plain.kernels[0].activity.cycles);
  EXPECT_EQ(s.result.memories[0].activity.bytes_read, plain.memories[0].activity.bytes_read);
}

TEST(Timeline, WhatIsShownIsSimulatedThoughStepsRepeat) {
  // Far more steps than the run simulates by itself.
  BoardSpec b = board("d5005_mmfree");
  b.cores[0].core.vector_length = 192;
  const ModelSpec model = tiny_model(1, 64);
  const Result plain = run_model(b, model, {0, 60, 0});
  ASSERT_TRUE(plain.kernels[0].steady);
  ASSERT_LT(plain.kernels[0].steady->simulated, 50U);
  const Shown s = show(b, {0, 60, 0}, "50..52", 1'000'000, model);
  EXPECT_GE(s.result.kernels[0].steady->simulated, 52U);
  EXPECT_EQ(s.result.kernels[0].step_ends, plain.kernels[0].step_ends);
  std::set<std::uint32_t> tokens;
  double first = 1e30;
  for (const json& e : s.file["traceEvents"]) {
    if (e["ph"] != "X" || e["cat"] != "instruction") continue;
    tokens.insert(e["args"]["token"].get<std::uint32_t>());
    first = std::min(first, e["ts"].get<double>());
  }
  EXPECT_EQ(tokens, (std::set<std::uint32_t>{50, 51}));
  const double before = cycles_to_time(static_cast<double>(plain.kernels[0].step_ends[48]),
                                       plain.kernels[0].core.clock)
                            .si();
  EXPECT_GT(first, before * 1e6);
}

TEST(Timeline, AWindowOfTimeHoldsWhatBeginsInIt) {
  const Shown s = show(board("u250_mmfree_48"), {0, 4, 0}, "100us..200us");
  std::uint64_t instructions = 0;
  for (const json& e : s.file["traceEvents"]) {
    if (e["ph"] != "X") continue;
    const double ts = e["ts"];
    if (e["cat"] == "instruction") {
      ++instructions;
      EXPECT_GE(ts, 100);
      EXPECT_LT(ts, 200);
    } else if (e["cat"] == "host") {
      EXPECT_GE(ts, 100);
      EXPECT_LE(ts + e["dur"].get<double>(), 200 + 1e-6);
      EXPECT_EQ(e["args"]["cut"], 1);
    }
  }
  EXPECT_GT(instructions, 10U);
}

TEST(Timeline, EndsAfterSoManyEvents) {
  const Shown s = show(board("u250_mmfree_48"), {0, 4, 0}, "all", 500);
  std::uint64_t events = 0;
  for (const json& e : s.file["traceEvents"]) events += e["ph"] == "X" ? 1 : 0;
  EXPECT_LE(events, 500U);
  EXPECT_GT(events, 490U);
  EXPECT_EQ(s.file["otherData"]["events"], events);
  EXPECT_NE(s.file["otherData"]["cut"].get<std::string>().find("--timeline-events"),
            std::string::npos);
}

TEST(Timeline, SaysThatTheWindowIsEmpty) {
  const Shown s = show(board("u250_mmfree_48"), {0, 2, 0}, "7..9");
  EXPECT_NE(s.lines.back().find("nothing lies in the window"), std::string::npos) << s.lines.back();
}

TEST(Timeline, APromptInLanesIsAPhaseOfItsOwn) {
  BoardSpec b = board("u250_mmfree_48");
  b.mapping.prompt = PromptTokens::in_lanes;
  const Shown s = show(b, {40, 2, 0}, "all");
  ASSERT_TRUE(s.result.prompt);
  const auto rows = rows_of(s.file);
  const KernelResult& k = s.result.kernels[0];
  EXPECT_EQ(rows.at("generation: kernel " + k.name + " | matrix").cycles,
            k.activity.units[CoreUnit::matrix].busy_cycles);
  double generation = 1e30;
  for (const json& e : s.file["traceEvents"]) {
    if (e["ph"] == "X" && e["cat"] == "instruction" &&
        e["args"]["token"] >= s.result.prompt->steps) {
      generation = std::min(generation, e["ts"].get<double>());
    }
  }
  EXPECT_GE(generation, s.result.prompt->elapsed.si() * 1e6 - 1e-6);
}

TEST(Timeline, StagesOfAPipeAreRefused) {
  Timeline timeline({file_of("events.json"), "", parse_window("all"), 1000});
  EXPECT_THROW((void)run_model(board("u250_dense_4_cards"), tiny_model(4), {0, 2, 0},
                               {{}, Stepping::as_needed, &timeline}),
               ConfigError);
}

TEST(TimelineWindow, ReadsStepsAndTimes) {
  EXPECT_EQ(describe(parse_window("0..2")), "token steps 0 to 1");
  EXPECT_EQ(describe(parse_window("0us..500us")), "0 s to 500 us");
  EXPECT_EQ(describe(parse_window("all")), "the whole run");
  for (const char* bad : {"", "1", "2..1", "2..2", "a..b", "1..2us", "3us..2us", "-1us..2us",
                          "-1..2", "1.5..2", "1us..", "..2"}) {
    EXPECT_THROW((void)parse_window(bad), ConfigError) << bad;
  }
}

}  // namespace
}  // namespace tritsim
