// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <map>
#include <string>

#include "arch/base/coefficient.hpp"
#include "arch/core/matrix_unit.hpp"
#include "arch/workload/model.hpp"

namespace tritsim {

enum class MacForm {
  vector,    ///< `columns` sums at once, each of `rows` products added by a tree
  systolic,  ///< weights stand in a `rows` x `columns` array, inputs move through it
};

template <>
struct EnumNames<MacForm> {
  static constexpr std::array<std::pair<MacForm, std::string_view>, 2> names{{
      {MacForm::vector, "vector"},
      {MacForm::systolic, "systolic"},
  }};
};

/// How an element of a MAC array multiplies weights of one format.
struct MacFormatSpec {
  std::string mode;            ///< of the device's DSP blocks
  std::uint32_t products = 1;  ///< of an element in a cycle: one activation, as many outputs
  std::uint32_t dsp = 1;       ///< DSP blocks of an element
  Coefficient<double> cells;   ///< logic cells of an element beside them

  bool operator==(const MacFormatSpec&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("mode", mode, "mode of the device's DSP blocks");
    io.optional("products", products,
                "products of an element in a cycle: one activation with as many weights",
                between(1, 64));
    io.optional("dsp", dsp, "DSP blocks of an element", between(1, 1024));
    io.required("cells", cells, "logic cells of an element beside its DSP blocks", any_cells);
  }
};

/// An array of multiply-accumulators for weights of several formats.
struct MacSpec : MatrixUnitSpec {
  MacForm form = MacForm::vector;
  std::uint32_t rows = 1;     ///< inputs
  std::uint32_t columns = 1;  ///< outputs, times the products of an element
  bool preloads = false;      ///< systolic: the next weights move in behind the current ones
  std::uint32_t scalings_per_cycle = 0;
  std::map<std::string, MacFormatSpec> formats;

  bool operator==(const MacSpec&) const = default;

  [[nodiscard]] const MacFormatSpec* find(NumberFormat format) const {
    const auto it = formats.find(std::string(name_of(format)));
    return it == formats.end() ? nullptr : &it->second;
  }

  template <class Io>
  void fields(Io& io) {
    io.required("form", form, "how elements are connected");
    io.required("rows", rows, "inputs that the array takes at once", between(1, 1 << 16));
    io.required("columns", columns,
                "columns of elements; each element makes the products of its format",
                between(1, 1 << 16));
    common_fields(io);
    io.optional("preloads", preloads,
                "systolic: the next weights move in while the current ones are used");
    io.optional("scalings_per_cycle", scalings_per_cycle,
                "group sums multiplied by their scale in a cycle; 0: as many as the array makes",
                between(0, 1 << 20));
    io.required("formats", formats, "formats of weights by name, and what an element does in each");
  }

  void check(Checker& c) const;
};

}  // namespace tritsim
