// SPDX-License-Identifier: Apache-2.0
#include "sim/study/leave_one_out.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "sim/study/fit.hpp"

namespace tritsim {
namespace {

using Indices = std::vector<std::size_t>;

/// An error that changes by less over the whole range of a parameter does not determine it.
constexpr double no_effect = 1e-3;

bool is_energy(const MeasurementSpec& m) {
  return m.power || m.energy_per_token || m.idle_power;
}

/// The coefficients that every figure's description has, with the same figures.
Parameters shared_parameters(const std::vector<FitCase>& figures) {
  Parameters shared = figures.front().calibrated();
  const auto lacks = [](const FitCase& figure, const FitParameter& p) {
    const Parameters own = figure.calibrated();
    return std::none_of(own.begin(), own.end(), [&](const FitParameter& o) {
      return o.path == p.path && o.same_figures(p) && o.together.size() == p.together.size();
    });
  };
  for (const FitCase& figure : figures) {
    std::erase_if(shared, [&](const FitParameter& p) { return lacks(figure, p); });
  }
  return shared;
}

class Refit {
 public:
  explicit Refit(const std::vector<FitCase>& figures)
      : parameters_(shared_parameters(figures)), shares_(shares_of(parameters_)) {
    for (const FitCase& f : figures) all_.push_back(&f);
    const std::vector<double> errors = errors_at(all_, parameters_, shares_);
    moves_ = jacobian(all_, parameters_, indices_of(parameters_), shares_, errors);
    for (const FitParameter& p : parameters_) {
      out_.parameters.push_back({p.path,
                                 p.together.size(),
                                 std::string(p.dimension.unit),
                                 p.low,
                                 p.value,
                                 p.high,
                                 {},
                                 "moves none of the figures"});
    }
    for (const FitCase& f : figures) {
      const Verdict v = f.judge({}, {});
      out_.figures.push_back(
          {v.name, v.quantity, v.error(), {}, {}, "no calibrated coefficient moves it"});
    }
    step(false);
    step(true);
  }

  [[nodiscard]] LeaveOneOut result() const { return out_; }

 private:
  [[nodiscard]] bool moves(std::size_t parameter, std::size_t figure) const {
    return std::fabs(moves_[figure][parameter]) > no_effect;
  }

  /// Whether the parameter is fitted to powers and energies: it moves nothing else.
  [[nodiscard]] bool of_energy(std::size_t parameter) const {
    for (std::size_t f = 0; f < all_.size(); ++f) {
      if (!is_energy(all_[f]->what().measurement) && moves(parameter, f)) return false;
    }
    return true;
  }

  void step(bool energy) {
    Indices figures;
    Indices free;
    for (std::size_t f = 0; f < all_.size(); ++f) {
      if (is_energy(all_[f]->what().measurement) == energy) figures.push_back(f);
    }
    for (std::size_t p = 0; p < parameters_.size(); ++p) {
      const bool any =
          std::any_of(figures.begin(), figures.end(), [&](std::size_t f) { return moves(p, f); });
      if (any && of_energy(p) == energy) free.push_back(p);
    }
    std::erase_if(figures, [&](std::size_t f) {
      return std::none_of(free.begin(), free.end(), [&](std::size_t p) { return moves(p, f); });
    });
    if (!free.empty()) fit_to(figures, free);
  }

  [[nodiscard]] FitCases cases_of(const Indices& figures) const {
    FitCases cases;
    for (const std::size_t f : figures) cases.push_back(all_[f]);
    return cases;
  }

  /// Why figures do not determine the parameters; empty if they do.
  [[nodiscard]] std::string refusal(const FitCases& cases, const Indices& free,
                                    const char* what) const {
    if (cases.size() < free.size()) {
      return fmt::format("{} parameter{}, {}{} figure{}", free.size(), free.size() == 1 ? "" : "s",
                         what, cases.size(), cases.size() == 1 ? "" : "s");
    }
    const Determination d =
        determination_at(cases, parameters_, free, shares_, errors_at(cases, parameters_, shares_));
    return d.refusal.empty() ? "" : what + d.refusal;
  }

  void fit_to(const Indices& figures, const Indices& free) {
    const FitCases cases = cases_of(figures);
    const std::string why = refusal(cases, free, "");
    for (const std::size_t p : free) out_.parameters[p].note = why;
    for (const std::size_t f : figures) out_.figures[f].note = why;
    if (!why.empty()) return;
    shares_ = fit(cases, parameters_, free, shares_);
    for (const std::size_t p : free) out_.parameters[p].fitted = parameters_[p].at(shares_[p]);
    for (std::size_t i = 0; i < figures.size(); ++i) {
      LeftOutFigure& figure = out_.figures[figures[i]];
      figure.fitted = cases[i]->error(parameters_, shares_);
      FitCases others = cases;
      others.erase(others.begin() + static_cast<std::ptrdiff_t>(i));
      figure.note = refusal(others, free, "without it ");
      if (!figure.note.empty()) continue;
      figure.left_out = cases[i]->error(parameters_, fit(others, parameters_, free, shares_));
    }
  }

  Parameters parameters_;
  std::vector<double> shares_;
  FitCases all_;
  FitMatrix moves_;
  LeaveOneOut out_;
};

}  // namespace

LeaveOneOut leave_one_out(const std::vector<MeasurementCase>& cases) {
  const std::optional<BoardSpec>& board = cases.front().measurement.board;
  FitProcessors processors;
  std::vector<FitCase> figures;
  std::size_t never_fitted = 0;
  for (const MeasurementCase& c : cases) {
    if (c.measurement.kernel) continue;  // fitted by themselves, with tritsim calibrate
    if (c.measurement.calibrated) {
      figures.emplace_back(CalibrationCase{c.measurement, c.source}, processors,
                           board ? &*board : nullptr);
    } else {
      ++never_fitted;
    }
  }
  LeaveOneOut out = Refit(figures).result();
  out.subject = subject_name(cases.front().measurement);
  out.never_fitted = never_fitted;
  return out;
}

std::vector<std::vector<MeasurementCase>> by_subject(const std::vector<MeasurementCase>& cases) {
  std::vector<std::vector<MeasurementCase>> sets;
  for (const MeasurementCase& c : cases) {
    if (c.measurement.obtained == Obtained::projected) continue;
    const auto same = std::find_if(sets.begin(), sets.end(), [&](const auto& set) {
      return set.front().subject == c.subject;
    });
    if (same != sets.end()) {
      same->push_back(c);
    } else {
      sets.push_back({c});
    }
  }
  // A measurement of a memory on its own applies to every board with that memory.
  for (auto& set : sets) {
    const std::optional<BoardSpec> board = set.front().measurement.board;
    if (!board) continue;
    for (const MeasurementCase& c : cases) {
      const std::optional<MemorySpec>& memory = c.measurement.memory;
      if (memory && c.measurement.obtained != Obtained::projected &&
          std::any_of(board->memories.begin(), board->memories.end(),
                      [&](const MemoryGroup& g) { return g.memory == *memory; })) {
        set.push_back(c);
      }
    }
  }
  std::erase_if(sets, [](const auto& set) {
    return std::none_of(set.begin(), set.end(), [](const MeasurementCase& c) {
      return c.measurement.calibrated && !c.measurement.kernel;
    });
  });
  return sets;
}

}  // namespace tritsim
