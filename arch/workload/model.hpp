// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "arch/workload/block.hpp"
#include "arch/workload/model_size.hpp"

// The language that describes models: docs/models.md.
namespace tritsim {

/// A language model: blocks of ops, how they follow each other, and how numbers are stored. What it
/// does not say itself comes from the first file that it includes that does.
struct ModelSpec {
  static constexpr std::string_view kind = "model";

  std::string name;
  std::string source;
  std::vector<BlockFile> include{};
  BlockSet own{};
  std::optional<ModelSize> traced{};  ///< of a model without blocks

  bool operator==(const ModelSpec&) const = default;

  /// Gives a dimension a value.
  void set(const std::string& dimension, std::uint64_t value) { own.dimensions[dimension] = value; }

  /// The value of a dimension; 0: nothing gives it one. Throws ConfigError if its expression has
  /// none.
  [[nodiscard]] std::uint64_t size(const std::string& wanted) const;

  /// What gives a dimension its value; null: nothing does.
  [[nodiscard]] const Expression* dimension(const std::string& wanted) const;

  /// A format by its name; null: there is none.
  [[nodiscard]] const WeightSpec* format(const std::string& wanted) const;

  /// How often experts are chosen, by the name of the list; null: there is none.
  [[nodiscard]] const std::vector<double>* popularity(const std::string& wanted) const;

  /// The ops of a block; null: there is none of the name. `place` becomes its path of keys.
  [[nodiscard]] const std::vector<BlockOp>* block(const std::string& wanted,
                                                  std::string* place = nullptr) const;

  /// The set that says what `part` of a set is, e.g. its pattern; null: none does. `place` becomes
  /// the path of keys of the set, with a dot behind it.
  template <class T>
  [[nodiscard]] const T* part(T BlockSet::*part, std::string* place = nullptr) const {
    if (place != nullptr) place->clear();
    if (!(own.*part).empty()) return &(own.*part);
    for (std::size_t i = 0; i < include.size(); ++i) {
      if ((include[i].set.*part).empty()) continue;
      if (place != nullptr) *place = "include." + std::to_string(i) + ".";
      return &(include[i].set.*part);
    }
    return nullptr;
  }

  template <class Io>
  void fields(Io& io) {
    io.required("name", name, "name of the model");
    io.required("source", source, "where the shapes come from");
    io.optional("include", include, "files of blocks; what the model says itself goes first");
    own.fields(io);
    io.optional("traced", traced, "size of a model that a trace alone describes: it has no blocks");
  }

  void check(Checker& c) const;
};

/// What a trace says about the model that it is of: enough for figures that the ops do not give.
struct ModelSummary {
  std::string name;
  std::string source;
  std::map<std::string, std::uint64_t> dimensions{};
  std::map<std::string, WeightSpec> formats{};

  bool operator==(const ModelSummary&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("name", name, "name of the model");
    io.required("source", source, "where the shapes come from");
    io.optional("dimensions", dimensions, "its dimensions, e.g. layers, hidden, vocabulary, tied");
    io.optional("formats", formats, "how its numbers are stored");
  }
};

/// The dimensions that have values without a block, and the formats.
[[nodiscard]] ModelSummary summary_of(const ModelSpec& model);

/// A model that is known by its summary alone: it has no blocks.
[[nodiscard]] ModelSpec described_by(const ModelSummary& summary);

/// Workload of a model.
struct Workload {
  std::uint32_t prompt = 0;                        ///< prompt tokens of each sequence
  std::uint32_t generate = 1;                      ///< tokens generated for each sequence
  std::uint32_t batch = 0;                         ///< sequences; 0: as many as the board has lanes
  std::optional<std::uint32_t> simulate_layers{};  ///< blocks to simulate for all; none: each
  std::uint32_t context = 0;  ///< positions in the cache of each sequence before its prompt

  bool operator==(const Workload&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("prompt", prompt, "prompt tokens of each sequence", between(0, 10'000'000));
    io.required("generate", generate, "generated tokens of each sequence", between(0, 10'000'000));
    io.required("batch", batch, "independent sequences", between(0, 1'000'000));
    io.optional(
        "simulate_layers", simulate_layers,
        "blocks to simulate, from the first on, 2 or more: those after the first stand for the "
        "others; faster, with figures near those of the whole model; left out: every block",
        between(2, 10'000));
    io.optional("context", context, "positions in the cache of each sequence before its prompt",
                between(0, 10'000'000));
  }
};

}  // namespace tritsim
