// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <set>

#include <gtest/gtest.h>

#include "arch/base/reader.hpp"
#include "arch/base/writer.hpp"
#include "arch/study/kinds.hpp"
#include "tests/support/files.hpp"

namespace tritsim {
namespace {

/// Every YAML file of configs/.
class ShippedFile : public testing::TestWithParam<std::string> {
 protected:
  /// Calls f(std::type_identity<T>{}) for the type that the file's `kind` says.
  template <class F>
  void with_type(F&& f) {
    const std::string kind = check_file(file_);
    for_each_kind([&](auto type) {
      if (kind == decltype(type)::type::kind) f(type);
    });
  }

  const std::string file_ = test::source_dir() + GetParam();
};

INSTANTIATE_TEST_SUITE_P(Each, ShippedFile,
                         testing::ValuesIn(test::files_below("configs", ".yaml")),
                         [](const auto& file) { return test::test_name(file.param); });

TEST_P(ShippedFile, IsReadAsTheKindItsDirectorySays) {
  const std::string kind = check_file(file_);
  const std::map<std::string, std::string> folders{{"memory", "memories"},
                                                   {"area", "coefficients"},
                                                   {"synthesis", "measurements"},
                                                   {"import", "import"}};
  const auto named = folders.find(kind);
  const std::string plural = kind.ends_with('s') ? kind : kind + "s";
  const std::string folder = named != folders.end() ? named->second : plural;
  EXPECT_EQ(GetParam().rfind("configs/" + folder + "/", 0), 0U);
}

TEST_P(ShippedFile, IsTheSameAfterWritingAsYamlAndJson) {
  with_type([&](auto type) {
    using T = typename decltype(type)::type;
    const T value = load<T>(file_);
    const Node node = Writer::write(value);
    EXPECT_EQ(load_text<T>(to_yaml(node), "written.yaml"), value);
    EXPECT_EQ(load_text<T>(to_json(node), "written.json"), value);
    EXPECT_EQ(to_yaml(Writer::write(load_text<T>(to_yaml(node), "written.yaml"))), to_yaml(node));
  });
}

/// Every scalar below `node`, as an override that changes nothing.
void collect(const Node& node, const std::string& path, std::vector<Override>& out) {
  const auto below = [&](const std::string& key) { return path.empty() ? key : path + "." + key; };
  if (node.kind == Node::Kind::scalar) out.push_back({path, node.text});
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    collect(node.items[i], below(std::to_string(i)), out);
  }
  for (const auto& entry : node.entries) {
    if (entry.key != "kind") collect(entry.value, below(entry.key), out);
  }
}

std::vector<Override> scalars(const Node& node) {
  std::vector<Override> out;
  collect(node, "", out);
  return out;
}

TEST_P(ShippedFile, EveryWrittenValueCanBeSetFromOutside) {
  with_type([&](auto type) {
    using T = typename decltype(type)::type;
    const T value = load<T>(file_);
    const auto all = scalars(Writer::write(value));
    EXPECT_FALSE(all.empty());
    EXPECT_EQ(load<T>(file_, all), value);
  });
}

TEST_P(ShippedFile, NonsenseFromOutsideIsRefusedUnlessTheValueIsFreeText) {
  with_type([&](auto type) {
    using T = typename decltype(type)::type;
    const auto all = scalars(Writer::write(load<T>(file_)));
    const std::size_t step = all.size() / 100 + 1;  // enough of them where there are many
    for (std::size_t i = 0; i < all.size(); i += step) {
      const Override odd{all[i].path, all[i].text + " nonsense"};
      try {
        const auto now = scalars(Writer::write(load<T>(file_, {odd})));
        EXPECT_TRUE(std::any_of(
            now.begin(), now.end(),
            [&](const Override& o) { return o.path == odd.path && o.text == odd.text; }))
            << odd.path << " takes '" << odd.text << "'";
      } catch (const ConfigError& e) {
        // A name may be missing elsewhere, a program may not fit a model or a memory, an axis not
        // its other values or its zip; any other value is refused by itself.
        const std::string text = e.what();
        EXPECT_TRUE(text.find("--set " + odd.path + ": ") != std::string::npos ||
                    text.find("there is no ") != std::string::npos ||
                    text.find("no entry before makes ") != std::string::npos ||
                    text.find("no op before is named ") != std::string::npos ||
                    text.find("is used by no op") != std::string::npos ||
                    text.find("needs either a model or a program") != std::string::npos ||
                    text.find("remove model and program") != std::string::npos ||
                    text.find("runs no model and no program") != std::string::npos ||
                    text.find("has no programs, no cycles") != std::string::npos ||
                    text.find("write both in one unit") != std::string::npos ||
                    text.find("put the axis into the zip") != std::string::npos)
            << text;
      }
    }
  });
}

TEST(ShippedFiles, ThereIsOneOfEveryKindThatABoardOrRunNeeds) {
  std::set<std::string> kinds;
  for (const auto& file : test::files_below("configs", ".yaml")) {
    kinds.insert(check_file(test::source_dir() + file));
  }
  for (const char* kind :
       {"board", "core", "memory", "device", "link", "host", "mapping", "model", "processor"}) {
    EXPECT_TRUE(kinds.contains(kind)) << kind;
  }
}

}  // namespace
}  // namespace tritsim
