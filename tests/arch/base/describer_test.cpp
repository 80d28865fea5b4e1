// SPDX-License-Identifier: Apache-2.0
#include "arch/base/describer.hpp"

#include <cmath>
#include <set>

#include <gtest/gtest.h>

#include "arch/base/reader.hpp"
#include "arch/study/kinds.hpp"
#include "tests/support/files.hpp"

namespace tritsim {
namespace {

/// A schema as text and back: it must be a document of its own.
Node read_back(const std::string& json) {
  Problems problems;
  Node node = parse_document(json, "schema.json", problems);
  EXPECT_TRUE(problems.empty());
  return node;
}

const KeyDescription& key(const std::vector<KeyDescription>& keys, const std::string& path) {
  for (const KeyDescription& k : keys) {
    if (k.path == path) return k;
  }
  throw std::out_of_range(path);
}

/// Whether a schema allows a written value; only what Describer emits is understood.
void expect_allowed(const Node& schema, const Node& value, const std::string& path) {
  if (const Node* either = schema.find("anyOf")) {
    const bool reference = value.kind == Node::Kind::scalar;
    expect_allowed(either->items[reference ? 0 : 1], value, path);
    return;
  }
  if (const Node* properties = schema.find("properties")) {
    ASSERT_EQ(value.kind, Node::Kind::map) << path;
    for (const auto& entry : value.entries) {
      const Node* below = properties->find(entry.key);
      ASSERT_NE(below, nullptr) << path << "." << entry.key;
      expect_allowed(*below, entry.value, path + "." + entry.key);
    }
    for (const Node& required : schema.find("required")->items) {
      EXPECT_NE(value.find(required.text), nullptr) << path << " lacks " << required.text;
    }
    return;
  }
  if (const Node* items = schema.find("items")) {
    for (const Node& item : value.items) expect_allowed(*items, item, path + "[]");
  } else if (const Node* each = schema.find("additionalProperties")) {
    for (const auto& entry : value.entries) expect_allowed(*each, entry.value, path);
  } else {
    EXPECT_EQ(value.kind, Node::Kind::scalar) << path;
    EXPECT_TRUE(schema.find("type") != nullptr || schema.find("enum") != nullptr ||
                schema.find("const") != nullptr)
        << path;
  }
}

TEST(Schema, OfEveryKindIsJsonThatNamesItsKind) {
  for_each_kind([](auto type) {
    using T = typename decltype(type)::type;
    const Node schema = read_back(schema_text(std::string(T::kind)));
    EXPECT_EQ(schema.find("$schema")->text, "https://json-schema.org/draft/2020-12/schema");
    EXPECT_EQ(schema.find("title")->text, "tritsim " + std::string(T::kind));
    EXPECT_EQ(schema.find("additionalProperties")->text, "false");
    EXPECT_EQ(schema.find("properties")->find("kind")->find("const")->text, T::kind);
    EXPECT_EQ(schema.find("required")->items.front().text, "kind");
  });
  EXPECT_EQ(schema_text("none"), "");
}

TEST(Schema, AllowsEveryShippedFile) {
  for (const std::string& file : test::files_below("configs", ".yaml")) {
    const std::string path = test::source_dir() + file;
    Problems problems;
    const Node node = load_document(path, problems);
    ASSERT_TRUE(problems.empty()) << file;
    expect_allowed(read_back(schema_text(node.find("kind")->text)), node, file);
  }
}

TEST(Schema, AllowsTheWrittenFormOfEveryBoard) {
  const Node schema = read_back(schema_text("board"));
  for (const std::string& file : test::files_below("configs/boards", ".yaml")) {
    expect_allowed(schema, Writer::write(load<BoardSpec>(test::source_dir() + file)), file);
  }
}

TEST(Schema, ShowsDefaultsAndBounds) {
  const Node schema = read_back(schema_text("mapping"));
  const Node& spill = *schema.find("properties")->find("spill");
  EXPECT_EQ(spill.find("default")->text, "lru");
  EXPECT_EQ(spill.find("enum")->items.size(), 2U);
  EXPECT_EQ(schema.find("properties")->find("embedding")->find("default"), nullptr);
  const Node host = read_back(schema_text("core"));
  const Node& registers = *host.find("properties")->find("registers");
  EXPECT_EQ(registers.find("minimum")->text, "1");
  EXPECT_EQ(registers.find("maximum")->text, "254");
  EXPECT_EQ(registers.find("type")->text, "integer");
}

TEST(Keys, DescribeTypesDefaultsAndRanges) {
  const auto keys = Describer::keys<CoreSpec>();
  const KeyDescription& clock = key(keys, "clock");
  EXPECT_TRUE(clock.required);
  EXPECT_EQ(clock.type, "number with unit (Hz, kHz, MHz, GHz)");
  EXPECT_EQ(clock.constraint, "between 1 kHz and 1000 GHz");
  EXPECT_EQ(clock.fallback, "");
  EXPECT_EQ(clock.doc, "core clock");
  const KeyDescription& overlap = key(keys, "issue.overlap_go");
  EXPECT_FALSE(overlap.required);
  EXPECT_EQ(overlap.type, "true or false");
  EXPECT_EQ(overlap.fallback, "false");
  EXPECT_EQ(key(keys, "register_ports").type, "one of: per_register, shared");
  EXPECT_EQ(key(keys, "instructions").type, "map of name to map");
  EXPECT_EQ(key(keys, "instructions.<name>.passes").fallback, "1");
  const auto board = Describer::keys<BoardSpec>();
  EXPECT_EQ(key(board, "cores").type, "list of map");
  EXPECT_EQ(key(board, "cores[].channels").type, "list of whole number");
  EXPECT_EQ(key(board, "device").type, "device (file name, or its keys in place)");
}

/// Dotted paths of a written value with `[]` for list items and `<name>` for map keys, down to
/// structs that may stand in a file of their own.
void paths_of(const Node& node, const std::string& path, const std::set<std::string>& known,
              std::set<std::string>& out) {
  for (const Node& item : node.items) {
    if (item.kind == Node::Kind::map) paths_of(item, path + "[]", known, out);
  }
  for (const auto& entry : node.entries) {
    if (entry.key == "kind") continue;
    std::string below = path.empty() ? entry.key : path + "." + entry.key;
    if (!known.contains(below)) below = path + ".<name>";
    if (known.contains(below)) out.insert(below);
    if (known.contains(below) || below.ends_with("<name>"))
      paths_of(entry.value, below, known, out);
  }
}

TEST(Keys, HoldEveryKeyOfTheShippedFiles) {
  for (const std::string& file : test::files_below("configs", ".yaml")) {
    const std::string path = test::source_dir() + file;
    const std::string kind = check_file(path);
    Problems problems;
    const Node node = load_document(path, problems);
    for_each_kind([&](auto type) {
      using T = typename decltype(type)::type;
      if (kind != T::kind) return;
      std::set<std::string> known;
      std::set<std::string> needed;
      for (const KeyDescription& k : Describer::keys<T>()) {
        EXPECT_TRUE(known.insert(k.path).second) << k.path << " twice";
        EXPECT_FALSE(k.doc.empty() || k.type.empty()) << k.path;
        if (k.required && k.path.find('.') == std::string::npos) needed.insert(k.path);
      }
      std::set<std::string> given;
      paths_of(node, "", known, given);
      for (const std::string& n : needed) EXPECT_TRUE(given.contains(n)) << file << ": " << n;
      for (const auto& entry : node.entries) {
        EXPECT_TRUE(entry.key == "kind" || known.contains(entry.key)) << file << ": " << entry.key;
      }
    });
  }
}

// No key takes a number that no hardware has: each says from what to what, and both ends are far
// from those of its type.
TEST(HeadlineKeys, EveryNumberHasARange) {
  for_each_kind([&](auto type) {
    using T = typename decltype(type)::type;
    for (const KeyDescription& k : Describer::keys<T>()) {
      if (k.type.find("number") == std::string::npos) continue;
      const std::string where = std::string(T::kind) + ": " + k.path;
      ASSERT_TRUE(k.range.min && k.range.max) << where;
      EXPECT_FALSE(k.constraint.empty()) << where;
      EXPECT_GE(*k.range.min, k.path.find("junction") != std::string::npos ? -55 : 0) << where;
      EXPECT_FALSE(k.range.holds(std::nan(""))) << where;
      EXPECT_FALSE(k.range.holds(HUGE_VAL)) << where;
      EXPECT_FALSE(k.range.holds(-100)) << where;
      const bool may_be_any = k.path == "sampling.seed" || k.path.starts_with("traced.");
      EXPECT_TRUE(
          may_be_any || *k.range.max <= 1.1259e15 || k.type.find("B/s") != std::string::npos ||
          k.path.find("flops") != std::string::npos || k.path.find("rate") != std::string::npos ||
          k.path.find("cases[].") != std::string::npos)
          << where << " " << *k.range.max;
      const bool whole = k.type.find("whole") != std::string::npos;
      EXPECT_TRUE(may_be_any || !whole || *k.range.max < 4e9 || k.path == "cases[].cycles")
          << where;
    }
  });
}

TEST(Reference, NamesEveryKindKeyAndInstruction) {
  const std::string text = configuration_reference();
  for_each_kind([&](auto type) {
    using T = typename decltype(type)::type;
    EXPECT_NE(text.find("\n## " + std::string(T::kind) + "\n"), std::string::npos);
    for (const KeyDescription& k : Describer::keys<T>()) {
      EXPECT_NE(text.find("| `" + k.path + "` |"), std::string::npos) << k.path;
    }
  });
  for (const auto& [op, name] : EnumNames<Opcode>::names) {
    EXPECT_NE(text.find("| `" + std::string(name)), std::string::npos) << name;
  }
}

TEST(Kinds, AreListedOutermostFirst) {
  EXPECT_EQ(kind_list().rfind("board, core, attachment, memory, device, coefficients, area, link, "
                              "host, processor, mapping, model",
                              0),
            0U);
}

}  // namespace
}  // namespace tritsim
