// SPDX-License-Identifier: Apache-2.0
#include "arch/workload/dimensions.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace tritsim {

Dimensions Dimensions::with(const Values& others) const {
  Values given = given_;
  for (const auto& [name, value] : others) given[name] = value;
  return Dimensions(model_, std::move(given));
}

std::int64_t Dimensions::value(const Expression& expression) {
  return expression.value([this](const std::string& name) { return of(name); });
}

std::int64_t Dimensions::of(const std::string& name) {
  if (const auto it = given_.find(name); it != given_.end()) return it->second;
  if (const auto it = known_.find(name); it != known_.end()) return it->second;
  const Expression* expression = model_.dimension(name);
  if (expression == nullptr) {
    const std::string near = nearest(name, dimension_names(model_));
    throw ExpressionFault{
        fmt::format("'{}' has no value", name),
        near.empty() ? "give it one under dimensions" : fmt::format("did you mean '{}'?", near)};
  }
  if (std::find(open_.begin(), open_.end(), name) != open_.end()) {
    throw ExpressionFault{fmt::format("'{}' depends on itself", name), "give it a number"};
  }
  constexpr std::size_t deepest = 64;
  if (open_.size() >= deepest) {
    throw ExpressionFault{fmt::format("'{}' is {} dimensions deep", open_.front(), deepest),
                          "give some of them numbers"};
  }
  open_.push_back(name);
  try {
    const std::int64_t result = value(*expression);
    open_.pop_back();
    known_[name] = result;
    return result;
  } catch (const ExpressionFault& fault) {
    open_.pop_back();
    const std::string here = fmt::format("dimension '{}': ", name);
    throw ExpressionFault{fault.what.starts_with("dimension") ? fault.what : here + fault.what,
                          fault.remedy};
  }
}

std::vector<std::string> dimension_names(const ModelSpec& model) {
  std::vector<std::string> names;
  for (const auto& [name, value] : model.own.dimensions) names.push_back(name);
  for (const BlockFile& file : model.include) {
    for (const auto& [name, value] : file.set.dimensions) names.push_back(name);
  }
  return names;
}

}  // namespace tritsim
