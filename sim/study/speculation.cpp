// SPDX-License-Identifier: Apache-2.0
#include "sim/study/speculation.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "arch/board/device_fit.hpp"
#include "sim/plan/capacity.hpp"
#include "sim/plan/plan_system.hpp"
#include "sim/result/energy.hpp"
#include "sim/run/run.hpp"

namespace tritsim {
namespace {

/// Tokens that a pass keeps on average, its own among them: 1 + a1 + a1 a2 + ...
template <class Acceptance>
double tokens_kept(std::uint32_t length, Acceptance&& acceptance) {
  double tokens = 1;
  double kept = 1;
  for (std::uint32_t i = 0; i < length; ++i) tokens += kept *= acceptance(i);
  return tokens;
}

/// The acceptance at which as many tokens are kept as the draft costs in passes over one position.
std::optional<double> break_even(std::uint32_t length, double cost) {
  if (cost > length + 1) return {};
  double low = 0;
  double high = 1;
  constexpr int halvings = 50;  // to the last digit
  for (int i = 0; i < halvings; ++i) {
    const double middle = (low + high) / 2;
    const double tokens = tokens_kept(length, [&](std::uint32_t) { return middle; });
    (tokens < cost ? low : high) = middle;
  }
  return high;
}

std::vector<ResourceUse> memories_for(const BoardSpec& board, const ModelSpec& model,
                                      const Workload& workload) {
  const Trace trace = expand(model, workload.context + 1);
  return capacity_of(plan_system(board, trace, {1, 1}), {1, workload.context});
}

}  // namespace

std::vector<PassCost> pass_costs(const BoardSpec& board, const ModelSpec& model,
                                 std::uint32_t positions, const Workload& workload) {
  std::vector<PassCost> passes;
  Workload pass = workload;
  pass.prompt = 0;
  pass.generate = 1;
  for (std::uint32_t n = 1; n <= positions; ++n) {
    pass.batch = n;
    const Result result = run_model(board, model, pass);
    passes.push_back({n, result.elapsed, price(result).total().value});
  }
  return passes;
}

std::vector<DraftFigures> draft_figures(const std::vector<PassCost>& passes,
                                        const Drafting& drafting) {
  const std::vector<double>& a = drafting.acceptance;
  const PassCost& alone = passes.front();
  std::vector<DraftFigures> all;
  for (std::uint32_t length = 1; length < passes.size(); ++length) {
    const PassCost& pass = passes[length];
    DraftFigures f;
    f.length = length;
    f.tokens = tokens_kept(
        length, [&](std::uint32_t i) { return a[std::min<std::size_t>(i, a.size() - 1)]; });
    f.time = pass.time + drafting.step.time * static_cast<double>(length);
    f.energy_per_token =
        (pass.energy + drafting.step.energy * static_cast<double>(length)) / f.tokens;
    f.speedup = f.tokens * (alone.time / f.time);
    f.break_even = break_even(length, f.time / alone.time);
    all.push_back(f);
  }
  return all;
}

void check_both_fit(const BoardSpec& board, const ModelSpec& model, const ModelSpec& draft,
                    const Workload& workload) {
  const std::vector<ResourceUse> of_model = memories_for(board, model, workload);
  for (const ResourceUse& use : memories_for(board, draft, workload)) {
    const auto other = std::find_if(of_model.begin(), of_model.end(),
                                    [&](const ResourceUse& u) { return u.name == use.name; });
    if (other == of_model.end()) continue;
    const double need = use.need.value + other->need.value;
    if (need <= use.have * use.limit.high) continue;
    constexpr double mebibyte = 1 << 20;
    throw ConfigError(fmt::format(
        "{} holds {:.4g} MiB, model and draft need {:.4g}; take a smaller draft, or leave out "
        "--draft: then tokens are looked up in the prompt",
        use.name, use.have / mebibyte, need / mebibyte));
  }
}

}  // namespace tritsim
