// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "arch/base/json_keys.hpp"
#include "arch/workload/model.hpp"

namespace tritsim {

/// Blocks by the words of a list, e.g. layer_types of a config.json.
struct LayerList {
  std::string key;
  std::map<std::string, std::string> blocks;

  bool operator==(const LayerList&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("key", key, "key of a list with a word for each block");
    io.required("blocks", blocks, "block by word");
  }
};

/// How the config.json of a family becomes a model: docs/models.md, "Import".
struct ImportMap {
  static constexpr std::string_view kind = "import";

  std::string about;
  std::vector<std::string> types;
  std::vector<std::string> include;
  std::optional<std::string> section;
  std::map<std::string, Expression> absent{};
  std::map<std::string, Expression> dimensions;
  std::map<std::string, std::vector<std::string>> only{};
  std::optional<LayerList> layer_list{};
  std::vector<PatternRun> pattern{};

  bool operator==(const ImportMap&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("about", about, "whose configuration it is");
    io.required("types", types, "values of model_type");
    io.required("include", include, "shipped files of blocks by name, the first goes first");
    io.optional("section", section, "key of the map that has the sizes, where there is one");
    io.optional("absent", absent, "what an absent key means: an expression over other keys");
    io.required("dimensions", dimensions, "dimensions of the blocks: expressions over keys");
    io.optional("only", only, "keys that may have no other values than these");
    io.optional("layer_list", layer_list, "list that says which block each layer is");
    io.optional("pattern", pattern, "blocks of the model, where the first file has another");
  }
};

/// The shipped maps.
[[nodiscard]] const std::vector<ImportMap>& import_maps();

/// The map of a model_type; null: none.
[[nodiscard]] const ImportMap* import_map_of(const std::string& type);

/// The model of a config.json. Faults go to the problems of `whole`.
[[nodiscard]] ModelSpec mapped_model(const ImportMap& map, const JsonKeys& whole);

/// The model with all that it uses of its included files in its own file.
[[nodiscard]] ModelSpec self_contained(const ModelSpec& model);

}  // namespace tritsim
