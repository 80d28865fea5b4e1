// SPDX-License-Identifier: Apache-2.0
#include "sim/run/what_if.hpp"

#include <algorithm>

#include "sim/result/energy.hpp"
#include "sim/result/floors.hpp"
#include "sim/run/relieve.hpp"

namespace tritsim {
namespace {

/// Figures of a run by which a relief is judged.
struct Figures {
  double step = 0;    ///< seconds of a token step
  double energy = 0;  ///< joules of a token
};

Figures figures_of(const Result& r) {
  const double tokens = r.tokens() > 0 ? r.tokens() : 1;
  return {step_time(r), price(r).total().value.si() / tokens};
}

/// Runs of one board with relieved resources.
class Study {
 public:
  Study(const BoardSpec& board, const BoardRun& run, const RunProgress& done)
      : board_(board), run_(run), done_(done) {
    for (const ResourceText& text : resource_texts) {
      if (has_resource(board, text.resource)) resources_.push_back(text.resource);
    }
  }

  /// `base`: the run of the board as it is.
  WhatIf find(const Result& base) {
    WhatIf out;
    out.steps = base.steps;
    out.context = base.context;
    if (base.sample) out.layers = base.sample->simulated;
    before_ = figures_of(base);
    for (const Resource r : resources_) {
      const BoardSpec relieved = relieve(board_, r);
      // A resource that the board does not use, or that is relieved already, changes nothing.
      const Figures after = relieved == board_ ? before_ : figures_of(next(relieved));
      out.reliefs.push_back({r, before_.step / after.step, after.energy / before_.energy});
    }
    find_bound(floors_of(base), out);
    return out;
  }

 private:
  Result next(const BoardSpec& board) {
    Result result = run_(board);
    ++runs_;
    if (done_) done_(runs_, std::max(runs_, resources_.size() + 1));  // a tie takes more
    return result;
  }

  /// With all of them twice as fast.
  double speedup(const std::vector<Resource>& resources) {
    BoardSpec board = board_;
    for (const Resource r : resources) board = relieve(std::move(board), r);
    return before_.step / figures_of(next(board)).step;
  }

  /// The resource that helps most and those that help as much; or, if it helps too little, all that
  /// are about as busy, without those that are not needed.
  void find_bound(const std::vector<Floor>& floors, WhatIf& out) {
    const auto is_better = [](const Relief& a, const Relief& b) {
      const auto worth = [](const Relief& r) {  // fewer bits are a remedy, no resource
        return r.resource == Resource::weight_bits ? 0 : r.speedup;
      };
      return worth(a) < worth(b);
    };
    const Relief best = *std::max_element(out.reliefs.begin(), out.reliefs.end(), is_better);
    if (best.speedup <= 1 + 1e-6) return;  // nothing helps
    out.bound = {best.resource};
    out.bound_speedup = best.speedup;
    for (const Relief& r : out.reliefs) {
      const bool as_good = best.speedup >= WhatIf::enough && r.speedup >= best.speedup - tied;
      if (as_good && r.resource != best.resource && r.resource != Resource::weight_bits) {
        out.bound.push_back(r.resource);
      }
    }
    if (best.speedup < WhatIf::enough) add_busy(floors, out.bound);
    if (out.bound.size() == 1) return;
    out.bound_speedup = speedup(out.bound);
    if (best.speedup < WhatIf::enough) leave_out_idle(out);
  }

  /// The busiest first.
  static void add_busy(std::vector<Floor> floors, std::vector<Resource>& bound) {
    std::stable_sort(floors.begin(), floors.end(),
                     [](const Floor& a, const Floor& b) { return a.time > b.time; });
    for (const Floor& f : floors) {
      const bool is_busy = f.time >= floors.front().time * busy;
      if (is_busy && f.resource != bound.front()) bound.push_back(f.resource);
    }
  }

  /// A resource without which the others still help enough, or as much, is not part of a tie: the
  /// least busy are tried first.
  void leave_out_idle(WhatIf& out) {
    for (std::size_t i = out.bound.size(); i-- > 1;) {
      std::vector<Resource> fewer = out.bound;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
      const double without = fewer.size() == 1 ? out.find(fewer.front())->speedup : speedup(fewer);
      if (without < std::min(WhatIf::enough, out.bound_speedup - nothing)) continue;
      out.bound = std::move(fewer);
      out.bound_speedup = without;
    }
  }

  static constexpr double tied = 0.02;      ///< of speed-up between equals
  static constexpr double nothing = 0.005;  ///< of speed-up
  static constexpr double busy = 0.75;      ///< of the largest floor

  const BoardSpec& board_;
  const BoardRun& run_;
  const RunProgress& done_;
  std::vector<Resource> resources_;
  Figures before_;
  std::size_t runs_ = 1;  ///< that of the board as it is among them
};

}  // namespace

WhatIf what_if(const BoardSpec& board, const ShortRun& shorter, const RunProgress& done) {
  return Study(board, shorter.run, done).find(shorter.base);
}

}  // namespace tritsim
