// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "arch/workload/model.hpp"

// How the matrices of a checkpoint are stored, where they are not stored as plain numbers.
namespace tritsim {

/// Names of modules, as the lists of a quantization_config give them: a name or a part of one
/// ("lm_head", "self_attn"), which stands for the modules whose dotted name has these parts in a
/// row; "re:" and a regular expression of literals, '.', '.*', '^' and '$', which a name has to
/// begin with; or a name with '*' for any text, which has to be the whole name.
class ModulePattern {
 public:
  /// Nothing if a regular expression uses more than the above.
  [[nodiscard]] static std::optional<ModulePattern> parse(std::string_view text);

  [[nodiscard]] bool matches(std::string_view module) const;

 private:
  enum class Kind { parts, wildcard };

  Kind kind_ = Kind::parts;
  std::string text_;  ///< of a wildcard: any_one and any_run stand for any text of that length
};

/// The modules that one format is for; no pattern: all of them.
struct QuantizedModules {
  std::vector<ModulePattern> modules;
  WeightSpec weights;
};

/// Which matrices a method stores in which format.
struct Quantization {
  static constexpr std::string_view by_option = "--weights";  ///< the user's choice, not the file's

  std::string method;
  std::vector<QuantizedModules> groups;  ///< the first that has a module is the module's
  std::vector<ModulePattern> kept;       ///< stored as plain numbers
  bool head = false;                     ///< the final projection is converted unless kept
  bool tables = false;                   ///< so is a table that the final projection shares
  std::optional<NumberFormat> cache;     ///< of keys and values, if it says so
  std::vector<std::string> notes;        ///< how formats without a name here are counted

  /// The format of a module's weights; nothing if they are plain numbers.
  [[nodiscard]] std::optional<WeightSpec> weights_of(std::string_view module, bool tied) const;
};

/// Whole numbers of `bits` bits: the narrowest format that holds them, and their bits in the mean
/// where these are fewer. Nothing above eight.
[[nodiscard]] std::optional<WeightSpec> integers(std::uint32_t bits, std::uint32_t group,
                                                 std::uint32_t group_bits);

/// Note on weights that are floating-point numbers or entries of a table: "nf4 weights count as
/// int4: ...".
[[nodiscard]] std::string counts_as(std::string_view name, NumberFormat format);

/// FORMAT[,group=N][,group_bits=N][,mean_bits=X], the keys of `weights` in a model description.
/// Throws ConfigError; messages name `option` as the place.
[[nodiscard]] WeightSpec parse_weights(const std::string& text, const std::string& option);

/// "int4 in groups of 128, 4.16 bits a weight".
[[nodiscard]] std::string text_of(const WeightSpec& weights);

}  // namespace tritsim
