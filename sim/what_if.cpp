// SPDX-License-Identifier: Apache-2.0
#include "sim/what_if.hpp"

#include <algorithm>
#include <map>

#include "arch/trace.hpp"
#include "sim/relieve.hpp"
#include "sim/result/energy.hpp"
#include "sim/run.hpp"

namespace tritsim {
namespace {

constexpr std::uint32_t sampled_layers = 3;
constexpr std::uint32_t sampled_steps = 2;

/// Of one run: what relief is judged by.
struct Figures {
  double step = 0;    ///< seconds of a token step
  double energy = 0;  ///< joules of a token
};

Figures figures_of(const Result& r) {
  const double each = r.steps > 0 ? r.steps : 1;
  const double tokens = r.tokens() > 0 ? r.tokens() : 1;
  return {r.elapsed.si() / r.rounds / each, price(r).total().value.si() / tokens};
}

/// Runs of one board under reliefs.
class Study {
 public:
  Study(const BoardSpec& board, const BoardRun& run,
        const std::function<void(std::size_t, std::size_t)>& done)
      : board_(board), run_(run), done_(done) {
    for (const ResourceText& text : resource_texts) {
      if (has_resource(board, text.resource)) resources_.push_back(text.resource);
    }
  }

  WhatIf find() {
    WhatIf out;
    const Result base = next(board_);
    out.steps = base.steps;
    out.context = base.context;
    if (base.sample) out.layers = base.sample->simulated;
    before_ = figures_of(base);
    for (const Resource r : resources_) {
      const BoardSpec relieved = relieve(board_, r);
      // What the board does without, or what is relieved already, changes nothing.
      const Figures after = relieved == board_ ? before_ : figures_of(next(relieved));
      out.reliefs.push_back({r, before_.step / after.step, after.energy / before_.energy});
    }
    find_bound(out);
    return out;
  }

 private:
  Result next(const BoardSpec& board) {
    Result result = run_(board);
    ++runs_;
    if (done_) done_(runs_, resources_.size() + 1);
    return result;
  }

  double speedup(BoardSpec board, Resource resource) {
    return before_.step / figures_of(next(relieve(std::move(board), resource))).step;
  }

  /// The most valuable resource; while the bound so far is worth too little, the one that adds most
  /// to it.
  void find_bound(WhatIf& out) {
    std::vector<Resource> left;
    for (const Relief& r : out.reliefs) {
      if (r.resource != Resource::weight_bits) left.push_back(r.resource);  // a remedy, no resource
    }
    BoardSpec board = board_;
    std::vector<double> worth;
    for (const Resource r : left) worth.push_back(out.find(r)->speedup);
    while (!left.empty() && out.bound.size() < most_in_bound) {
      const auto best =
          static_cast<std::size_t>(std::max_element(worth.begin(), worth.end()) - worth.begin());
      if (worth[best] <= out.bound_speedup * (1 + 1e-6)) break;  // nothing helps any more
      out.bound_speedup = worth[best];
      out.bound.push_back(left[best]);
      board = relieve(std::move(board), left[best]);
      left.erase(left.begin() + static_cast<std::ptrdiff_t>(best));
      if (out.bound_speedup >= WhatIf::enough) break;
      worth.clear();
      for (const Resource r : left) worth.push_back(speedup(board, r));
    }
  }

  static constexpr std::size_t most_in_bound = 3;

  const BoardSpec& board_;
  const BoardRun& run_;
  const std::function<void(std::size_t, std::size_t)>& done_;
  std::vector<Resource> resources_;
  Figures before_;
  std::size_t runs_ = 0;
};

}  // namespace

WhatIf what_if(const BoardSpec& board, const BoardRun& run,
               const std::function<void(std::size_t, std::size_t)>& done) {
  return Study(board, run, done).find();
}

WhatIf what_if(const Result& result, const Trace* trace,
               const std::function<void(std::size_t, std::size_t)>& done) {
  Trace ops = trace != nullptr ? *trace : expand(*result.model);
  Workload work = result.workload;
  if (result.prompt) work.prompt = 0;  // the result is about what comes after it
  if (has_attention(ops) && result.tokens_at_once == 1) {
    const std::uint32_t steps = std::min(result.steps, sampled_steps);
    set_context(ops, result.context + 1 + (result.steps - steps) / 2);
    work.prompt = 0;
    work.generate = steps;
  } else if (has_attention(ops)) {
    set_context(ops, result.context + 1);
  }
  const auto run_with = [&](const BoardSpec& board, std::optional<std::uint32_t> layers) {
    work.simulate_layers = layers;
    return run_trace(board, *result.model, ops, work);
  };
  std::optional<std::uint32_t> layers = work.simulate_layers.value_or(sampled_layers);
  try {
    static_cast<void>(run_with(result.board, layers));
  } catch (const ConfigError&) {  // blocks differ, or kernels share what they use: all of them
    layers.reset();
  }
  return what_if(
      result.board, [&](const BoardSpec& board) { return run_with(board, layers); }, done);
}

}  // namespace tritsim
