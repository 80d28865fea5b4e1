// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include <fmt/ranges.h>

#include "arch/hardware/part.hpp"
#include "arch/study/measurement.hpp"

namespace tritsim {

/// What a synthesised part takes; a figure that was not reported is absent.
struct PartFigures {
  std::optional<double> luts;
  std::optional<double> registers;
  std::optional<double> carries;  ///< four bits each
  std::optional<double> dsp;
  std::optional<double> bram36;
  std::optional<double> path_luts;     ///< on the slowest path
  std::optional<double> path_carries;  ///< on the same path

  bool operator==(const PartFigures&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.optional("luts", luts, "LUTs, with those that are memory", any_cells);
    io.optional("registers", registers, "flip-flops", any_cells);
    io.optional("carries", carries, "carry cells of four bits", any_cells);
    io.optional("dsp", dsp, "DSP blocks", any_cells);
    io.optional("bram36", bram36, "memory blocks of 36 Kibit", any_cells);
    io.optional("path_luts", path_luts, "LUTs on the slowest path", any_cells);
    io.optional("path_carries", path_carries, "carry cells of four bits on the same path",
                any_cells);
  }
};

/// A part of a core, synthesised on its own.
struct SynthesisPoint {
  PartKind part = PartKind::ternary_tree;
  PartParameters parameters;
  PartFigures figures;
  bool fitted = false;
  std::string note;

  bool operator==(const SynthesisPoint&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("part", part, "kind of part");
    io.required("parameters", parameters, "its parameters by name", between(0, 1 << 24));
    io.required("figures", figures, "what it takes");
    io.optional("fitted", fitted, "whether the area law was fitted to it");
    io.optional("note", note, "what the part is, doubts about it");
  }

  void check(Checker& c) const {
    const std::vector<std::string>& names = parameters_of(part);
    for (const std::string& name : names) {
      if (parameters.contains(name)) continue;
      c.fail("parameters", fmt::format("has no '{}'", name),
             fmt::format("{} has {}", name_of(part), fmt::join(names, ", ")));
    }
    const auto value_of = [&](const char* name) {
      const auto it = parameters.find(name);
      return it == parameters.end() ? 1U : it->second;
    };
    if (value_of("t") > 8) c.fail("parameters.t", "is more than 8 trits", "give t <= 8");
    if (value_of("chunk") > value_of("port") && part == PartKind::load_store_unit) {
      c.fail("parameters.chunk", "is wider than the port", "give chunk <= port");
    }
    for (const auto& [name, value] : parameters) {
      const bool may_be_zero =
          name == "acc" || name == "saturate" || name == "multiply" || name == "sigmoid";
      if (value == 0 && !may_be_zero) {
        c.fail("parameters." + name, "is zero: there is no such part", "give it at least 1");
      }
      if (std::find(names.begin(), names.end(), name) != names.end()) continue;
      c.fail("parameters." + name, "is no parameter of this part",
             fmt::format("{} has {}", name_of(part), fmt::join(names, ", ")));
    }
  }
};

/// Parts that one tool synthesised for one family, and the area law that is judged by them.
struct SynthesisFile {
  static constexpr std::string_view kind = "synthesis";

  std::string source;
  std::string tool;
  Obtained obtained = Obtained::open_synthesis;
  AreaTable area;
  std::vector<SynthesisPoint> points;

  bool operator==(const SynthesisFile&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("source", source, "where the figures come from");
    io.required("tool", tool, "tool, version and target");
    io.required("obtained", obtained, "open_synthesis or vendor_tool");
    io.required("area", area, "the area law");
    io.required("points", points, "the parts");
  }
};

}  // namespace tritsim
