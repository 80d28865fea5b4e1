// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "arch/base/document.hpp"
#include "arch/base/reader.hpp"
#include "arch/board/processor.hpp"

namespace tritsim {

/// A processor that cases of a fit share, with some of its figures replaced.
class FitProcessor {
 public:
  explicit FitProcessor(const ProcessorSpec& processor);

  [[nodiscard]] bool is(const ProcessorSpec& processor) const { return processor_ == processor; }

  /// The description as keys.
  [[nodiscard]] const std::shared_ptr<const Node>& node() const { return node_; }

  /// With the overrides of `context`. All cases of a step of the fit ask for the same ones, so the
  /// last answer is kept.
  [[nodiscard]] const ProcessorSpec& with(ReadContext& context);

 private:
  ProcessorSpec processor_;
  std::shared_ptr<const Node> node_;
  std::vector<std::pair<std::string, std::string>> figures_;  ///< of `last_`, by path
  ProcessorSpec last_;
};

/// The processors of a fit's cases, each once.
class FitProcessors {
 public:
  [[nodiscard]] std::shared_ptr<FitProcessor> of(const ProcessorSpec& processor);

 private:
  std::vector<std::shared_ptr<FitProcessor>> processors_;
};

}  // namespace tritsim
