// SPDX-License-Identifier: Apache-2.0
// Bits that change in the registers of adder trees, counted in simulated RTL, against the law.
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <Vtoggle_top.h>
#include <gtest/gtest.h>
#include <verilated.h>
#include <verilated_vcd_c.h>

#include "models/energy/toggle_law.hpp"
#include "tests/support/directory.hpp"

namespace tritsim::rtl {
namespace {

/// Values of which a share is zero: ternary weights, and int8 codes of normal deviation.
struct Data {
  double zero_weights = 0;
  double zero_codes = 0;
  double deviation = 30;
};

/// Bits of each tree's registers (level.q and sum), and how many of them change in a clock.
struct Count {
  double bits = 0;
  double changes = 0;
};

constexpr int rows = 60;
constexpr int beats = 64;

/// Simulates rows of random products; the waves go to a file.
class Simulation {
 public:
  Simulation(const Data& data, const std::string& file) : data_(data) {
    context_.traceEverOn(true);
    top_.trace(&waves_, 99);
    waves_.open(file.c_str());
    for (int row = 0; row < rows; ++row) {
      for (int beat = 0; beat < beats; ++beat) step(beat == 0);
    }
    waves_.close();
  }

 private:
  void step(bool first) {
    top_.first = first ? 1 : 0;
    for (int i = 0; i < 4; ++i) {
      top_.weights[i] = 0;
      for (int n = 0; n < 16; ++n) top_.weights[i] |= weight() << (2 * n);
    }
    for (int i = 0; i < 16; ++i) {
      top_.x[i] = 0;
      for (int n = 0; n < 4; ++n) top_.x[i] |= (code() & 0xFFU) << (8 * n);
    }
    top_.clk = 0;
    top_.eval();
    top_.clk = 1;
    top_.eval();
    waves_.dump(++clock_);
  }

  [[nodiscard]] bool happens(double share) { return share_(random_) < share; }

  unsigned weight() {
    if (happens(data_.zero_weights)) return 0;
    return happens(0.5) ? 1 : 3;
  }

  unsigned code() {
    if (happens(data_.zero_codes)) return 0;
    long value = 0;
    while (value == 0 || value < -127 || value > 127) {
      value = std::lround(normal_(random_) * data_.deviation);
    }
    return static_cast<unsigned>(value);
  }

  Data data_;
  VerilatedContext context_;
  Vtoggle_top top_{&context_};
  VerilatedVcdC waves_;
  std::uint64_t clock_ = 0;
  std::mt19937 random_{7};
  std::uniform_real_distribution<double> share_;
  std::normal_distribution<double> normal_;
};

/// What the waves say of the registers of every tree, by its name.
class Waves {
 public:
  explicit Waves(const std::string& file) : in_(file) {
    read_names();
    read_changes();
    for (auto& [tree, count] : counts_) count.changes /= clocks_;
  }

  [[nodiscard]] Count of(const std::string& tree) const { return counts_.at(tree); }

 private:
  struct Signal {
    std::string tree;
    std::string value;
  };

  void read_names() {
    std::vector<std::string> scope;
    for (std::string word; in_ >> word && word != "$enddefinitions";) {
      if (word == "$scope") {
        in_ >> word >> word;
        scope.push_back(word);
      } else if (word == "$upscope") {
        scope.pop_back();
      } else if (word == "$var") {
        std::string type;
        std::string id;
        std::string name;
        int width = 0;
        in_ >> type >> width >> id >> name;
        const bool is_register = (name == "sum" && scope.back().starts_with("tree")) ||
                                 (name == "q" && scope.back().starts_with("level["));
        if (!is_register) continue;
        const std::string& tree = name == "sum" ? scope.back() : scope[scope.size() - 2];
        signals_[id] = {tree, {}};
        counts_[tree].bits += width;
      }
    }
    std::string line;
    std::getline(in_, line);
  }

  void read_changes() {
    for (std::string line; std::getline(in_, line);) {
      if (line.starts_with('#')) {
        clocks_ = std::stod(line.substr(1));
      } else if (line.starts_with('b')) {
        const std::size_t space = line.find(' ');
        const auto signal = signals_.find(line.substr(space + 1));
        if (signal == signals_.end()) continue;
        change(signal->second, line.substr(1, space - 1));
      }
    }
  }

  void change(Signal& signal, const std::string& value) {
    for (std::size_t i = 0; i < signal.value.size(); ++i) {
      if (signal.value[i] != value[i]) ++counts_[signal.tree].changes;
    }
    signal.value = value;
  }

  std::ifstream in_;
  std::map<std::string, Signal> signals_;
  std::map<std::string, Count> counts_;
  double clocks_ = 1;
};

class Toggles : public testing::TestWithParam<Data> {};

TEST_P(Toggles, TreesChangeAsOftenAsTheLawSays) {
  const Data data = GetParam();
  const test::Directory folder;
  const std::string file = folder.path("waves.vcd");
  const Simulation simulation(data, file);
  const Waves waves(file);
  const double zeros = 1 - (1 - data.zero_weights) * (1 - data.zero_codes);
  for (const auto& [name, tree] : {std::pair{"tree4", TernaryTree{4, 8, 16, beats}},
                                   {"tree16", TernaryTree{16, 8, 20, beats}},
                                   {"tree64", TernaryTree{64, 8, 24, beats}}}) {
    const Count count = waves.of(name);
    const double counted = count.changes / count.bits;
    const double law = toggle_rate(tree, zeros);
    std::printf("%-7s zeros %.2f deviation %2.0f: %.4f counted, %.4f by the law, %+.1f %%\n", name,
                zeros, data.deviation, counted, law, 100 * (law / counted - 1));
    EXPECT_NEAR(law / counted, 1, 0.06) << name;
  }
}

INSTANTIATE_TEST_SUITE_P(Shares, Toggles,
                         testing::Values(Data{0, 0, 30}, Data{0.33, 0, 30}, Data{0.33, 0.3, 30},
                                         Data{0.5, 0.1, 12}, Data{0.6, 0, 30}, Data{0.8, 0, 30},
                                         Data{0.6, 0.5, 8}));

}  // namespace
}  // namespace tritsim::rtl
