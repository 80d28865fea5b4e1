// SPDX-License-Identifier: Apache-2.0
#include <random>

#include <gtest/gtest.h>

#include "arch/base/reader.hpp"
#include "arch/base/writer.hpp"
#include "arch/core/program.hpp"
#include "arch/study/kinds.hpp"
#include "tests/support/files.hpp"

// Shipped files with random faults: each is read, and then is the same after writing, or refused
// with an explanation. Nothing else may happen.
namespace tritsim {
namespace {

class Mutator {
 public:
  explicit Mutator(unsigned seed) : random_(seed) {}

  std::size_t below(std::size_t n) { return random_() % n; }

  std::string mutate(std::string text) {
    for (std::size_t n = 1 + below(4); n > 0; --n) change(text);
    return text;
  }

 private:
  template <std::size_t N>
  const char* one_of(const std::array<const char*, N>& choices) {
    return choices[below(N)];
  }

  void change(std::string& text) {
    static constexpr std::array numbers{"0",      "1",  "65536",   "4294967295", "1e308",
                                        "1e-300", "-1", "1048576", "0.0001",     "3"};
    static constexpr std::array pieces{":",
                                       " ",
                                       "\n",
                                       "-",
                                       "[",
                                       "]",
                                       "{",
                                       "}",
                                       "#",
                                       "&a ",
                                       "*a ",
                                       "'",
                                       "\"",
                                       "\t",
                                       "nan",
                                       "~",
                                       "true",
                                       "<<",
                                       "\xff",
                                       "---\n",
                                       "!!",
                                       "|",
                                       "> ",
                                       "%",
                                       "?",
                                       ",",
                                       "/",
                                       "kind",
                                       "../cores/ternip_1024.yaml",
                                       "1e308 GiB"};
    if (text.empty()) text = "x";
    const std::size_t at = below(text.size());
    const auto line_end = std::min(text.find('\n', at), text.size());
    switch (below(7)) {
      case 0:
        text.erase(at, 1 + below(8));
        break;
      case 1:
        text.insert(at, one_of(pieces));
        break;
      case 2:
        text[at] = static_cast<char>(below(256));
        break;
      case 3:
        text.insert(below(text.size()), text.substr(at, below(60)));
        break;
      case 4:
        text.erase(at, line_end - at + 1);
        break;
      case 5:
        if (const auto begin = text.find_first_of("0123456789", at); begin != std::string::npos) {
          const auto end = std::min(text.find_first_not_of("0123456789.", begin), text.size());
          text.replace(begin, end - begin, one_of(numbers));
        }
        break;
      default:
        text.insert(std::min(line_end + 1, text.size()), below(4), ' ');
        break;
    }
  }

  std::mt19937 random_;
};

template <class T>
void expect_same_after_writing(const std::string& text, const std::string& file) {
  const T value = load_text<T>(text, file);
  const Node node = Writer::write(value);
  EXPECT_EQ(load_text<T>(to_yaml(node), file), value) << text;
  EXPECT_EQ(load_text<T>(to_json(node), file), value) << text;
}

TEST(Mutation, EveryFileIsReadOrRefused) {
  auto files = test::files_below("configs", ".yaml");
  // A file of measurements holds many whole boards: too slow for this.
  std::erase_if(files, [](const std::string& f) { return f.find("measurement") < f.size(); });
  Mutator mutator(1);
  int refused = 0;
  constexpr int rounds = 500;
  for (int i = 0; i < rounds; ++i) {
    const std::string file = test::source_dir() + files[mutator.below(files.size())];
    const std::string text = mutator.mutate(read_file(file));
    try {
      Problems problems;
      const Node node = parse_document(text, file, problems);
      problems.raise();
      const Node* kind = node.find("kind");
      for_each_kind([&](auto type) {
        using T = typename decltype(type)::type;
        if (kind != nullptr && kind->text == T::kind) expect_same_after_writing<T>(text, file);
      });
    } catch (const ConfigError& e) {
      ++refused;
      EXPECT_STRNE(e.what(), "") << text;
    }
  }
  EXPECT_GT(refused, rounds / 2);
  EXPECT_LT(refused, rounds);
}

TEST(Mutation, EveryProgramIsReadOrRefused) {
  const auto core = load<CoreSpec>(test::source_dir() + "configs/cores/mmfree_d5005.yaml");
  const std::string original = read_file(test::source_dir() + "configs/programs/token_mixer.tmi");
  Mutator mutator(2);
  for (int i = 0; i < 500; ++i) {
    const std::string text = mutator.mutate(original);
    try {
      const Program program = parse_assembly(text, "p.tmi", core).program;
      EXPECT_EQ(parse_assembly(to_assembly(program), "again.tmi", core).program, program) << text;
    } catch (const ConfigError& e) {
      EXPECT_STRNE(e.what(), "") << text;
    }
  }
}

}  // namespace
}  // namespace tritsim
