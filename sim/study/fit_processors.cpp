// SPDX-License-Identifier: Apache-2.0
#include "sim/study/fit_processors.hpp"

#include <algorithm>

#include "arch/base/writer.hpp"

namespace tritsim {

FitProcessor::FitProcessor(const ProcessorSpec& processor)
    : processor_(processor),
      node_(std::make_shared<const Node>(Writer::write(processor))),
      last_(processor) {}

const ProcessorSpec& FitProcessor::with(ReadContext& context) {
  std::vector<std::pair<std::string, std::string>> figures;
  for (const Override& o : context.overrides) figures.emplace_back(o.path, o.text);
  if (figures != figures_) {
    last_ = read_document<ProcessorSpec>(*node_, context);
    figures_ = std::move(figures);
  }
  return last_;
}

std::shared_ptr<FitProcessor> FitProcessors::of(const ProcessorSpec& processor) {
  const auto same = std::find_if(processors_.begin(), processors_.end(),
                                 [&](const auto& p) { return p->is(processor); });
  if (same != processors_.end()) return *same;
  return processors_.emplace_back(std::make_shared<FitProcessor>(processor));
}

}  // namespace tritsim
