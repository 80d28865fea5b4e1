// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/plan/code_emitter.hpp"

namespace tritsim {

/// Code of matrix products: cut into tiles, in the mapping's order, on the matrix unit.
class ProductLowering {
 public:
  explicit ProductLowering(CodeEmitter& code) : code_(code) {}

  /// Lowers the op that the code is at: its input's norm, if it has one of its own, and the
  /// product.
  void lower(const Op& op);

 private:
  /// A product of an op: its input, and how it is cut.
  struct Product {
    const Op& op;
    WeightSpec weights;
    const MatrixUnitSpec& unit;
    ProductSpec how;
    Chunks x;                    ///< the op's input
    Chunks norm;                 ///< weights of the norm of x; empty: it has none
    Chunks in;                   ///< what goes into the unit; no_vector: not yet normalised
    VectorId scale = no_vector;  ///< vector of the matrix's scale, once it is used
  };

  /// A tile of it, by its place: input chunk, column, and the column's outputs (0 for D).
  struct Tile {
    std::size_t input = 0;
    std::size_t column = 0;
    std::uint32_t outputs = 0;
  };

  [[nodiscard]] std::uint32_t inputs_of(const Op& op) const;
  [[nodiscard]] std::uint32_t inputs_of(const Product& p, const Tile& tile) const;
  [[nodiscard]] std::uint32_t outputs_of(const Op& op, ValueId v) const;
  Chunks first_chunks(ValueId v, std::uint32_t elements);
  [[nodiscard]] ProductSpec cut_of(const Op& op);
  void whole_tiles(Product& p);
  void sized_tiles(Product& p);
  void single_tiles(Product& p);
  template <class Finished>
  Chunks sums_of(Product& p, const std::vector<std::uint32_t>& columns, Finished&& finished);
  VectorId add_tile(Product& p, const Tile& tile, VectorId sum, bool goes_on);
  VectorId scaled(Product& p, VectorId sum);
  VectorId add_up(VectorId sum, VectorId part, const std::string& name);

  CodeEmitter& code_;
  VectorId imported_ = no_vector;         ///< what the unit was given last
  Chunks prepared_;                       ///< what the host prepared last
  std::optional<ValueId> prepared_of_{};  ///< ... of which value, if others may use it
};

}  // namespace tritsim
