// SPDX-License-Identifier: Apache-2.0
#include "sim/run/time_ranges.hpp"

#include <algorithm>
#include <cmath>

#include "arch/base/coefficient_visitor.hpp"

namespace tritsim {
namespace {

/// Whether a coefficient is only priced after the run, so that it moves no time.
template <class Spec, class Q>
bool is_only_priced(const std::string& path) {
  if (std::same_as<Q, Energy> || std::same_as<Q, EnergyPerByte> || std::same_as<Q, Power>) {
    return true;
  }
  if (path.find("cells") != std::string::npos) return true;  // sizes of units
  return std::same_as<Spec, BoardSpec> &&
         (path.starts_with("device.") || path.starts_with("power."));
}

/// A coefficient with a range, by its number among all of its description.
struct Candidate {
  std::size_t number = 0;
  FigureMovement movement;
};

template <class Spec>
std::vector<Candidate> candidates_of(Spec spec) {
  std::vector<Candidate> out;
  std::size_t number = 0;
  for_each_coefficient(spec, [&]<class Q>(const std::string& path, const Coefficient<Q>& c) {
    if (!is_only_priced<Spec, Q>(path) && c.low < c.high) {
      out.push_back({number, {path, 1, 1, c.source, c.confidence, c.common_source}});
    }
    ++number;
  });
  return out;
}

/// The description with one coefficient at an end of its range.
template <class Spec>
Spec moved(Spec spec, std::size_t number, bool high) {
  std::size_t n = 0;
  for_each_coefficient(spec, [&]<class Q>(const std::string&, Coefficient<Q>& c) {
    if (n++ == number) c.value = high ? c.high : c.low;
  });
  return spec;
}

}  // namespace

template <class Spec>
std::vector<FigureMovement> figure_movements(const Spec& spec, double base,
                                             const FigureOf<Spec>& figure,
                                             const RunProgress& done) {
  constexpr double rounding = 1e-9;
  std::vector<FigureMovement> out;
  if (!(base > 0)) return out;
  const std::vector<Candidate> candidates = candidates_of(spec);
  std::size_t runs = 0;
  const auto relative = [&](const Candidate& c, bool high) {
    const double at_end = figure(moved(spec, c.number, high)) / base;
    if (done) done(++runs, 2 * candidates.size());
    return at_end;
  };
  for (const Candidate& c : candidates) {
    FigureMovement m = c.movement;
    m.at_low = relative(c, false);
    m.at_high = relative(c, true);
    if (std::abs(m.at_low - 1) + std::abs(m.at_high - 1) > rounding) out.push_back(m);
  }
  const auto swing = [](const FigureMovement& m) { return std::abs(m.at_high - m.at_low); };
  std::stable_sort(out.begin(), out.end(),
                   [&](const auto& a, const auto& b) { return swing(a) > swing(b); });
  return out;
}

template std::vector<FigureMovement> figure_movements(const BoardSpec&, double,
                                                      const FigureOf<BoardSpec>&,
                                                      const RunProgress&);
template std::vector<FigureMovement> figure_movements(const MemorySpec&, double,
                                                      const FigureOf<MemorySpec>&,
                                                      const RunProgress&);
template std::vector<FigureMovement> figure_movements(const ProcessorSpec&, double,
                                                      const FigureOf<ProcessorSpec>&,
                                                      const RunProgress&);

TimeRanges time_ranges(const BoardSpec& board, const ShortRun& shorter, const RunProgress& done) {
  TimeRanges out;
  out.steps = shorter.base.steps;
  out.context = shorter.base.context;
  if (shorter.base.sample) out.layers = shorter.base.sample->simulated;
  out.movements = figure_movements<BoardSpec>(
      board, step_time(shorter.base),
      [&](const BoardSpec& moved_board) { return step_time(shorter.run(moved_board)); }, done);
  return out;
}

}  // namespace tritsim
