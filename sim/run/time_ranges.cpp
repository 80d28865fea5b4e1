// SPDX-License-Identifier: Apache-2.0
#include "sim/run/time_ranges.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include "arch/base/number_setter.hpp"

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

/// What may move a figure, and how a description with it at an end is made.
template <class Spec>
struct Candidate {
  FigureMovement movement;
  std::function<void(Spec&, bool high)> move;
};

/// The description's coefficients that have a range, by their numbers among all of it.
template <class Spec>
void add_coefficients(Spec& spec, std::vector<Candidate<Spec>>& out) {
  std::size_t number = 0;
  for_each_coefficient(spec, [&]<class Q>(const std::string& path, const Coefficient<Q>& c) {
    if (!is_only_priced<Spec, Q>(path) && c.low < c.high) {
      const auto move = [number](Spec& moved, bool high) {
        std::size_t n = 0;
        for_each_coefficient(moved, [&]<class R>(const std::string&, Coefficient<R>& at) {
          if (n++ == number) at.value = high ? at.high : at.low;
        });
      };
      out.push_back({{path, 1, 1, c.source, c.confidence, c.common_source}, move});
    }
    ++number;
  });
}

/// The plain numbers that parts of the description list as uncertain.
template <class Spec>
void add_uncertain(Spec& spec, std::vector<Candidate<Spec>>& out) {
  std::size_t number = 0;
  for_each_uncertain(spec, [&]<class Part>(const std::string& path, Part& part) {
    for (std::size_t i = 0; i < part.uncertain.size(); ++i) {
      const Uncertain& u = part.uncertain[i];
      if (!ends_of(part, u).hold()) continue;
      const auto move = [number, i](Spec& moved, bool high) {
        std::size_t n = 0;
        for_each_uncertain(moved, [&](const std::string&, auto& at) {
          if (n++ != number) return;
          const Uncertain end = at.uncertain[i];
          set_number(at, end.key, high ? end.high : end.low);
        });
      };
      out.push_back({{path + u.key, 1, 1, u.source, u.confidence, u.common_source}, move});
    }
    ++number;
  });
}

}  // namespace

template <class Spec>
std::vector<FigureMovement> figure_movements(const Spec& spec, double base,
                                             const FigureOf<Spec>& figure,
                                             const RunProgress& done) {
  constexpr double rounding = 1e-9;
  std::vector<FigureMovement> out;
  if (!(base > 0)) return out;
  std::vector<Candidate<Spec>> candidates;
  Spec own = spec;
  add_coefficients(own, candidates);
  add_uncertain(own, candidates);
  std::size_t runs = 0;
  const auto relative = [&](const Candidate<Spec>& c, bool high) {
    Spec moved = spec;
    c.move(moved, high);
    const double at_end = figure(moved) / base;
    if (done) done(++runs, 2 * candidates.size());
    return at_end;
  };
  for (const Candidate<Spec>& c : candidates) {
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
template std::vector<FigureMovement> figure_movements(const MemoryTrafficSpec&, double,
                                                      const FigureOf<MemoryTrafficSpec>&,
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
