// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "arch/base/schema.hpp"
#include "arch/workload/model.hpp"

// What a trace file says of tensors beyond their shapes: how they are stored, and what is in them.
namespace tritsim {

/// How the elements of a matrix or a vector are stored.
enum class ElementType : std::uint8_t { ternary, int4, int8, fp16, bf16, fp32 };

template <>
struct EnumNames<ElementType> {
  static constexpr std::array<std::pair<ElementType, std::string_view>, 6> names{{
      {ElementType::ternary, "ternary"},
      {ElementType::int4, "int4"},
      {ElementType::int8, "int8"},
      {ElementType::fp16, "fp16"},
      {ElementType::bf16, "bf16"},
      {ElementType::fp32, "fp32"},
  }};
};

/// The type of elements of a format.
[[nodiscard]] ElementType element_type(NumberFormat format);

/// Bytes of `elements`, packed; a ternary element takes two bits.
[[nodiscard]] std::uint64_t stored_bytes(ElementType type, std::uint64_t elements);

/// Bytes of a matrix whose weights are stored so, scales of groups included.
[[nodiscard]] std::uint64_t stored_bytes(const WeightSpec& stored, std::uint64_t weights);

/// Minimum, mean and maximum of a share over the parts of a matrix.
struct Spread {
  double min = 0;
  double mean = 0;
  double max = 0;

  bool operator==(const Spread&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("min", min, "least", between(0, 1));
    io.required("mean", mean, "mean", between(0, 1));
    io.required("max", max, "most", between(0, 1));
  }

  void check(Checker& c) const;
};

/// A matrix after absmean quantisation (arXiv 2402.17764), as ternary hardware sees it. For a
/// matrix that is not ternary it says what this quantisation would make of it.
struct MatrixStatistics {
  double minus = 0;
  double zero = 0;
  double plus = 0;
  double scale = 0;
  double entropy = 0;
  Spread row_zeros;
  std::uint32_t block = 64;
  Spread block_zeros;

  bool operator==(const MatrixStatistics&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("minus", minus, "share of weights that are -1", between(0, 1));
    io.required("zero", zero, "share of weights that are 0", between(0, 1));
    io.required("plus", plus, "share of weights that are +1", between(0, 1));
    io.required("scale", scale, "mean |w| before quantisation", between(0, 1e30));
    io.required("entropy", entropy, "bit per weight, weights taken as independent",
                between(0, 1.585));
    io.required("row_zeros", row_zeros, "share of zeros over the rows");
    io.required("block", block, "columns of a block", between(1, 1 << 26));
    io.required("block_zeros", block_zeros, "share of zeros over the column blocks");
  }

  /// Shares sum to one, means agree, the entropy is that of the shares.
  void check(Checker& c) const;
};

/// The weights of a matrix op. A row makes one output element, a column takes one input element.
struct Matrix {
  std::uint64_t rows = 0;
  std::uint64_t columns = 0;
  ElementType type = ElementType::ternary;
  std::uint64_t bytes = 0;
  std::optional<MatrixStatistics> statistics;

  bool operator==(const Matrix&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("rows", rows, "elements of all outputs", between(1, 1 << 30));
    io.required("columns", columns, "elements of the input", between(1, 1 << 26));
    io.required("type", type, "type of a weight");
    io.required("bytes", bytes, "bytes of the packed weights", between(1, 9007199254740992.0));
    io.optional("statistics", statistics, "what the weights are");
  }
};

/// What ran through the vectors that an op made, one number a token. Codes: the int8 quantisation
/// of a token's vector by its absolute maximum, round(127 x / absmax).
struct ActivationStatistics {
  std::vector<double> zeros;    ///< share of codes that are 0
  std::vector<double> absmax;   ///< largest magnitude before quantisation
  std::vector<double> toggles;  ///< share of a code's eight bits that differ from the code before

  bool operator==(const ActivationStatistics&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("zeros", zeros, "share of int8 codes that are 0, by token", between(0, 1));
    io.required("absmax", absmax, "largest magnitude, by token", between(0, 1e30));
    io.required("toggles", toggles,
                "share of the bits of an int8 code that differ from those of the channel before, "
                "by token",
                between(0, 1));
  }

  /// As many tokens in each list, and at least one.
  void check(Checker& c) const;
};

}  // namespace tritsim
