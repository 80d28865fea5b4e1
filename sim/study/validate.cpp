// SPDX-License-Identifier: Apache-2.0
#include "sim/study/validate.hpp"

#include "arch/study/board_request.hpp"
#include "sim/run/processor_run.hpp"
#include "sim/run/run.hpp"
#include "sim/run/time_ranges.hpp"
#include "sim/study/case_figures.hpp"

namespace tritsim {
namespace {

ProcessorResult run(ProcessorSpec processor, const MeasurementSpec& m) {
  if (m.ternary) processor.ternary = *m.ternary;
  return run_processor(processor, *m.model, m.workload);
}

/// Gives the verdict its range: what moves it, and of an energy the range from its coefficients.
void add_range(Verdict& v, const MeasurementSpec& m, const Ends& priced,
               const std::vector<FigureMovement>& movements) {
  std::vector<EnergyFactor> factors = factors_of(movements);
  if (m.power || m.energy_per_token || m.idle_power) factors.push_back({"energy", priced, {}});
  const Range<double> range = range_of(factors);
  v.low = v.simulated * range.low;
  v.high = v.simulated * range.high;
}

/// Runs a case on variants of what it is about.
struct CaseOn {
  const MeasurementSpec& m;
  CaseRuns& runs;

  [[nodiscard]] CaseFigures operator()(const ProcessorSpec& p) const {
    return m.kernel ? figures_of_kernel(p, *m.kernel) : figures_of(run(p, m));
  }

  [[nodiscard]] CaseFigures operator()(const MemorySpec& memory) const {
    return figures_of_memory(m, memory);
  }

  [[nodiscard]] CaseFigures operator()(const BoardSpec& board) const {
    return m.at_rest() ? figures_at_rest(board) : figures_of(runs.of(m, board));
  }

  /// What moves the figure of the case, by runs of the whole of it.
  template <class Spec>
  [[nodiscard]] std::vector<FigureMovement> movements(const Spec& spec, double base) const {
    return figure_movements<Spec>(
        spec, base, [&](const Spec& moved) { return verdict_of(m, "", (*this)(moved)).simulated; });
  }

  /// The same by what is uncertain of the traffic of a memory.
  [[nodiscard]] std::vector<FigureMovement> movements_of_traffic(double base) const {
    if (!m.traffic) return {};
    return figure_movements<MemoryTrafficSpec>(
        *m.traffic, base, [&](const MemoryTrafficSpec& moved) {
          MeasurementSpec other = m;
          other.traffic = moved;
          return verdict_of(m, "", CaseOn{other, runs}(*m.memory)).simulated;
        });
  }

  /// The same on a board, by short runs of a model.
  [[nodiscard]] std::vector<FigureMovement> movements_on(const BoardSpec& board,
                                                         double base) const {
    if (m.at_rest()) return {};
    if (!m.model) return movements(board, base);
    const auto figure = [&](const Result& r) { return verdict_of(m, "", figures_of(r)).simulated; };
    const ShortRun shorter = short_run(runs.of(m, board), RunSample::steps);
    return figure_movements<BoardSpec>(board, figure(shorter.base), [&](const BoardSpec& moved) {
      return figure(runs.of(m, shorter, moved));
    });
  }
};

}  // namespace

BoardSpec board_of(const MeasurementSpec& m) {
  return prepare(*m.board, {m.host, m.mapping, {}, m.dim, m.memory_latency_cycles});
}

Result run_case(const MeasurementSpec& m) {
  return run_case(m, board_of(m));
}

Result run_case(const MeasurementSpec& m, const BoardSpec& board) {
  if (m.model) return run_model(board, *m.model, m.workload);
  std::vector<std::string> warnings;
  return run_program(board, m.program, m.name, warnings);
}

Verdict judge(const MeasurementSpec& m, const std::string& source, const Result& result) {
  return verdict_of(m, source, figures_of(result));
}

Verdict judge(const MeasurementSpec& m, const std::string& source, CaseRuns* runs) {
  CaseRuns own;
  const CaseOn on{m, runs != nullptr ? *runs : own};
  return verdict_of(m, source,
                    m.processor ? on(*m.processor)
                    : m.memory  ? on(*m.memory)
                                : on(board_of(m)));
}

Verdict judge_with_range(const MeasurementSpec& m, const std::string& source, CaseRuns* runs) {
  CaseRuns own;
  const CaseOn on{m, runs != nullptr ? *runs : own};
  if (m.processor) {
    const CaseFigures f = on(*m.processor);
    Verdict v = verdict_of(m, source, f);
    add_range(v, m, f.priced, on.movements(*m.processor, v.simulated));
    return v;
  }
  if (m.memory) {
    Verdict v = verdict_of(m, source, on(*m.memory));
    std::vector<FigureMovement> movements = on.movements(*m.memory, v.simulated);
    const std::vector<FigureMovement> of_traffic = on.movements_of_traffic(v.simulated);
    movements.insert(movements.end(), of_traffic.begin(), of_traffic.end());
    add_range(v, m, {}, movements);
    return v;
  }
  const BoardSpec board = board_of(m);
  const CaseFigures f = on(board);
  Verdict v = verdict_of(m, source, f);
  if (v.has_range()) return v;  // an area, whose law has one
  add_range(v, m, f.priced, on.movements_on(board, v.simulated));
  return v;
}

}  // namespace tritsim
