// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "arch/study/sweep.hpp"
#include "arch/study/sweep_grid.hpp"
#include "reports/sweep/report.hpp"
#include "sim/study/sweep_store.hpp"

namespace tritsim {

/// The command line that runs a point from files: its fixed arguments, and for each axis the option
/// that takes its value. Empty if a value cannot be given on a command line.
class PointCommand {
 public:
  PointCommand(const SweepSpec& sweep, const SweepGrid& grid, BaseFiles base) {
    own_mapping_ = sweep.base.mapping.has_value();
    for (const SweepColumn& column : grid.columns) {
      auto& flags = flags_.emplace_back();
      for (const std::string& path : column.paths) {
        flags.push_back(flag_of(path));
        varied_.push_back(path);
      }
    }
    words_ = {"tritsim", "run"};
    add_hardware(sweep, base);
    for (const char* key : {"model", "mapping"}) add_file(key, base);
    const Workload& w = sweep.base.workload;
    add_number("prompt", w.prompt);
    add_number("generate", w.generate);
    add_number("batch", w.batch);
    if (w.context > 0) add_number("context", w.context);
    if (w.simulate_layers) add_number("simulate_layers", *w.simulate_layers);
    if (w.every_step) words_.emplace_back("--every-step");
  }

  [[nodiscard]] std::vector<std::string> words() const {
    return whole_ ? words_ : std::vector<std::string>{};
  }

  /// By axis.
  [[nodiscard]] const std::vector<std::vector<SweepReport::Flag>>& flags() const { return flags_; }

 private:
  [[nodiscard]] bool is_varied(const std::string& path) const {
    return std::find(varied_.begin(), varied_.end(), path) != varied_.end();
  }

  SweepReport::Flag flag_of(const std::string& path) {
    if (path == "processor") return {"--board", ""};
    if (path == "board" || path == "model" || path == "mapping") return {"--" + path, ""};
    for (const std::string hardware : {"board.", "processor."}) {
      if (path.starts_with(hardware)) return {"--set", path.substr(hardware.size()) + "="};
    }
    if (path.starts_with("workload.")) return {option_of(path.substr(9)), ""};
    // For a model the command line takes whole files only.
    if (!path.starts_with("mapping.")) whole_ = false;
    return {"--set", path + "="};
  }

  /// The option that takes a key of the workload.
  static std::string option_of(std::string key) {
    std::replace(key.begin(), key.end(), '_', '-');
    return "--" + key;
  }

  /// A board and a processor are given by the same option.
  void add_hardware(const SweepSpec& sweep, const BaseFiles& base) {
    const char* key = sweep.base.board ? "board" : "processor";
    const auto file = base.find(key);
    if (is_varied("board") || is_varied("processor")) return;
    if (file == base.end()) {
      whole_ = false;
    } else {
      words_.insert(words_.end(), {"--board", file->second});
    }
  }

  void add_file(const std::string& key, const BaseFiles& base) {
    if (is_varied(key)) return;
    const auto file = base.find(key);
    if (file == base.end()) {
      if (key != "mapping" || own_mapping_) whole_ = false;
      return;
    }
    words_.insert(words_.end(), {"--" + key, file->second});
  }

  void add_number(const std::string& key, std::uint32_t value) {
    if (!is_varied("workload." + key)) {
      words_.insert(words_.end(), {option_of(key), std::to_string(value)});
    }
  }

  bool own_mapping_ = false;
  bool whole_ = true;
  std::vector<std::string> words_;
  std::vector<std::string> varied_;
  std::vector<std::vector<SweepReport::Flag>> flags_;
};

}  // namespace tritsim
