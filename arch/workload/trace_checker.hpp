// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "arch/workload/trace_file.hpp"

namespace tritsim {

/// Whether the lines of a trace fit each other: names, numbers of vectors, shapes, matrices. What a
/// kind of op asks of its operands stands in its row of op_table.
class TraceChecker {
 public:
  static constexpr std::size_t most_operands = 16;
  static constexpr std::uint64_t most_weights = std::uint64_t{1} << 53;  ///< exact in a double

  /// Adds every problem of a line behind those that were accepted.
  void check(const TraceLine& line, Checker& c) const;

  /// Takes a line without problems as the next one.
  void accept(const TraceLine& line);

  [[nodiscard]] std::size_t ops() const { return ops_.size(); }

 private:
  [[nodiscard]] bool check_numbers(const TraceLine& line, Checker& c) const;
  void check_value_names(const TraceLine& line, Checker& c) const;
  void check_shape(const TraceLine& line, Checker& c) const;
  void check_latent(const TraceLine& line, Checker& c) const;
  void check_operands(const TraceLine& line, Checker& c) const;
  void check_same_length(const TraceLine& line, Checker& c) const;
  void check_attention(const TraceLine& line, Checker& c) const;
  void check_matrix(const TraceLine& line, Checker& c) const;

  std::vector<std::uint32_t> elements_;  ///< of the vectors made so far
  std::set<std::string, std::less<>> values_;
  std::set<std::string, std::less<>> ops_;
  std::uint64_t weights_ = 0;
};

}  // namespace tritsim
