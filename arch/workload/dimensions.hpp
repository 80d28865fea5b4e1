// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "arch/workload/model.hpp"

namespace tritsim {

/// The values of a model's dimensions at one place. Some may be given there (the number of the
/// block, what `with` says); the model's expressions are evaluated with them.
class Dimensions {
 public:
  using Values = std::map<std::string, std::int64_t>;

  explicit Dimensions(const ModelSpec& model, Values given = {})
      : model_(model), given_(std::move(given)) {}

  /// The same with other values.
  [[nodiscard]] Dimensions with(const Values& others) const;

  /// Throws ExpressionFault.
  [[nodiscard]] std::int64_t value(const Expression& expression);

 private:
  [[nodiscard]] std::int64_t of(const std::string& name);

  const ModelSpec& model_;
  Values given_;
  Values known_;                   ///< values of expressions so far
  std::vector<std::string> open_;  ///< names that are being evaluated
};

/// All names that a model gives values.
[[nodiscard]] std::vector<std::string> dimension_names(const ModelSpec& model);

}  // namespace tritsim
