// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include "arch/import/checkpoint_import.hpp"
#include "arch/import/tensor_file.hpp"

namespace tritsim {

/// Where the weights of a matrix op lie in a checkpoint: in rows of a tensor.
struct TensorPart {
  std::string name;
  std::uint64_t first_row = 0;
  std::uint64_t all_rows = 0;  ///< of the tensor; 0: those of the matrix
  bool transposed = false;     ///< the tensor has inputs as rows
  bool unread = false;         ///< elements that are known by their bits alone: no statistics
  bool own_layout = false;     ///< packed in a shape of the method's own
  double packed_bits = 0;      ///< of a code in such a layout; 0: not known
};

/// The tensors of a checkpoint, whatever its format.
struct CheckpointView {
  std::string where;  ///< what messages name if a tensor is missing
  std::function<const TensorFile*(const std::string& tensor)> file_of;  ///< null: not there
  std::function<TensorPart(const Op& op)> part_of;
};

/// Throws an error that names the matrices of the trace whose tensor is missing, has another shape,
/// or a format that is neither read nor known by its bits; reads no weight. For a packed matrix the
/// bytes of the codes are checked, not the shape, which differs from method to method. A ternary
/// matrix may be packed four rows to a byte (type U8, a quarter of the rows), as transformers packs
/// BitNet: bits 2 k and 2 k + 1 of byte (r, c) are weight (k R / 4 + r, c) plus one.
void check_tensors(const TraceFile& trace, const CheckpointView& checkpoint);

/// Gives each matrix the statistics of its weights, which check_tensors has found; a warning says
/// how many matrices have none. Memory is bounded, except that a transposed matrix is held, up to
/// 2^26 weights.
void add_statistics(Imported& imported, const CheckpointView& checkpoint,
                    const std::function<void(const std::string&)>& progress);

}  // namespace tritsim
