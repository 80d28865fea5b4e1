// SPDX-License-Identifier: Apache-2.0
#include "sim/result/activity_bins.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace tritsim {
namespace {

Shares counts_of(const OpCycles& op, const KernelResult& kernel) {
  const double lanes = kernel.lanes;
  Shares s{};
  s[matrix_operations] = static_cast<double>(op.matrix_operations) * lanes;
  s[elements] = static_cast<double>(op.elements) * lanes;
  s[registers] = static_cast<double>(op.register_bytes) * lanes;
  s[memory] = static_cast<double>(op.memory_bytes);
  s[work] = static_cast<double>(op.exposed) * lanes;
  for (double& v : s) v *= kernel.replicas;
  return s;
}

/// Shares of a whole, sorted into bins of time.
class Bins {
 public:
  Bins(Time begin, Time end, std::size_t n)
      : begin_(begin.si()), width_((end - begin).si() / static_cast<double>(n)), shares_(n) {}

  /// Spreads `what` evenly over [a, b).
  void spread(double a, double b, const Shares& what) {
    const double length = b - a;
    const double last = static_cast<double>(shares_.size());
    const double from = (a - begin_) / width_;
    const double to = (b - begin_) / width_;
    if (!(length > 0) || to - from < 1e-9) {  // a point, or nearly one
      if (from < 0 || from > last) return;
      add(std::min(static_cast<std::size_t>(from), shares_.size() - 1), what, 1);
      return;
    }
    const auto first = static_cast<std::size_t>(std::clamp(std::floor(from), 0.0, last));
    const auto behind = static_cast<std::size_t>(std::clamp(std::ceil(to), 0.0, last));
    for (std::size_t i = first; i < behind; ++i) {
      const double low = std::max(from, static_cast<double>(i));
      const double high = std::min(to, static_cast<double>(i + 1));
      add(i, what, (high - low) / (to - from));
    }
  }

  [[nodiscard]] std::vector<Shares> take() { return std::move(shares_); }

  [[nodiscard]] double width() const { return width_; }

  /// Whether [a, b) touches the bins.
  [[nodiscard]] bool sees(double a, double b) const {
    return b >= begin_ && a <= begin_ + width_ * static_cast<double>(shares_.size());
  }

 private:
  void add(std::size_t bin, const Shares& what, double part) {
    for (std::size_t k = 0; k < courses; ++k) shares_[bin][k] += what[k] * part;
  }

  double begin_;
  double width_;
  std::vector<Shares> shares_;
};

bool host_between_launches(const Result& r) {
  return r.host.launches > r.kernels.size();
}

/// Ends of the kernel's steps, seconds from the start of a round.
std::vector<double> step_ends(const Result& r, const KernelResult& k) {
  const std::size_t steps = std::max(r.steps, 1U);
  std::vector<double> ends(steps);
  const double whole =
      host_between_launches(r) ? r.elapsed.si() / r.rounds : work_end(r, k).si() / r.rounds;
  const bool known = !host_between_launches(r) && k.step_ends.size() == steps;
  for (std::size_t i = 0; i < steps; ++i) {
    ends[i] = known ? cycles_to_time(static_cast<double>(k.step_ends[i]), k.core.clock).si()
                    : whole * static_cast<double>(i + 1) / static_cast<double>(steps);
  }
  return ends;
}

/// An op inside its step: begin and end as shares of the step.
struct OpSpan {
  double begin = 0;
  double end = 0;
  Shares share{};  ///< of the run, in this step
};

std::vector<OpSpan> spans_of(const KernelResult& k, const Shares& whole, double times) {
  double length = 0;
  for (const OpCycles& op : k.ops) length += static_cast<double>(op.exposed);
  if (!(length > 0)) return {};
  std::vector<OpSpan> spans;
  double end = 0;
  for (const OpCycles& op : k.ops) {
    end += static_cast<double>(op.exposed);
    OpSpan p{std::max(end - static_cast<double>(std::max(op.busy, op.exposed)), 0.0) / length,
             end / length, counts_of(op, k)};
    for (std::size_t i = 0; i < courses; ++i) p.share[i] /= whole[i] > 0 ? whole[i] * times : 1;
    spans.push_back(p);
  }
  return spans;
}

void spread_kernel(Bins& bins, const Result& r, const KernelResult& k, const Shares& whole) {
  const std::vector<double> ends = step_ends(r, k);
  const std::vector<OpSpan> spans =
      spans_of(k, whole, double{1} * r.rounds * static_cast<double>(ends.size()));
  Shares step{};
  for (const OpSpan& p : spans) {
    for (std::size_t i = 0; i < courses; ++i) step[i] += p.share[i];
  }
  for (std::uint32_t round = 0; round < r.rounds; ++round) {
    double begin = r.elapsed.si() * round / r.rounds;
    const double start = begin;
    for (const double e : ends) {
      const double end = start + e;
      if (!bins.sees(begin, end)) {
        begin = end;
        continue;
      }
      if (end - begin < bins.width()) {
        bins.spread(begin, end, step);
      } else {
        for (const OpSpan& p : spans) {
          bins.spread(std::lerp(begin, end, p.begin), std::lerp(begin, end, p.end), p.share);
        }
      }
      begin = end;
    }
  }
}

}  // namespace

Time work_end(const Result& result, const KernelResult& kernel) {
  if (host_between_launches(result)) return result.elapsed;
  const Time one = cycles_to_time(static_cast<double>(kernel.activity.cycles), kernel.core.clock);
  return std::min(one * static_cast<double>(result.rounds), result.elapsed);
}

ActivityBins activity_over_time(const Result& r, Time begin, Time end, std::size_t n,
                                const std::function<bool(const KernelResult&)>& counts) {
  Bins bins(begin, end, n);
  ActivityBins out;
  for (const KernelResult& k : r.kernels) {
    if (counts && !counts(k)) continue;
    for (const OpCycles& op : k.ops) {
      const Shares s = counts_of(op, k);
      for (std::size_t i = 0; i < courses; ++i) out.whole[i] += s[i];
    }
  }
  for (const KernelResult& k : r.kernels) {
    if (!counts || counts(k)) spread_kernel(bins, r, k, out.whole);
  }
  Shares constant{};
  constant[evenly] = 1;
  bins.spread(0, r.elapsed.si(), constant);
  out.shares = bins.take();
  return out;
}

}  // namespace tritsim
