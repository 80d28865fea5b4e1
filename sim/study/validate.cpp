// SPDX-License-Identifier: Apache-2.0
#include "sim/study/validate.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "arch/board/area.hpp"
#include "arch/study/board_request.hpp"
#include "sim/result/energy.hpp"
#include "sim/run/memory_bench.hpp"
#include "sim/run/processor_run.hpp"
#include "sim/run/run.hpp"
#include "sim/run/time_ranges.hpp"

namespace tritsim {
namespace {

Time part_of(const OffloadActivity& h, CallPart part) {
  switch (part) {
    case CallPart::pack:
      return h.pack;
    case CallPart::load:
      return h.load;
    case CallPart::compute:
      return h.compute;
    case CallPart::store:
      return h.store;
    case CallPart::read_back:
      break;
  }
  return h.read_back;
}

ProcessorResult run(ProcessorSpec processor, const MeasurementSpec& m) {
  if (m.ternary) processor.ternary = *m.ternary;
  return run_processor(processor, *m.model, m.workload);
}

/// Subjects of a measurement.
struct Figures {
  double cycles = 0;
  Time time;
  double tokens_per_second = 0;
  Power power;
  Energy energy_per_token;
  std::optional<OffloadActivity> offload;
  std::map<std::string, Time> parts;  ///< of the host, in a step
  Bandwidth bandwidth;
  std::string work{};  ///< what was run, as far as it is inside or outside
  Ends priced{};       ///< range of the energy from its coefficients, over its value
};

/// The range of an energy over its value.
Ends relative(const Range<Energy>& e) {
  if (!(e.value > Energy{})) return {};
  return {e.low / e.value, 1, e.high / e.value};
}

/// Which ops and how many sequences of a model.
std::string work_of(const std::vector<std::string>& excluded, std::uint32_t sequences) {
  const std::string ops = excluded.empty() ? "every op of the model"
                                           : fmt::format("without {}", fmt::join(excluded, ", "));
  return fmt::format("{}, {} sequence{}", ops, sequences, sequences == 1 ? "" : "s");
}

/// What is inside a figure of a measurement.
std::string boundary_of(const MeasurementSpec& m, const std::string& work) {
  if (m.memory) return "memory and controller";
  std::vector<std::string> parts;
  if (m.power || m.energy_per_token || m.idle_power) {
    parts.push_back(m.board ? m.board->power.boundary : "device");
  }
  if (!work.empty()) parts.push_back(work);
  return parts.empty() ? "cores" : fmt::format("{}", fmt::join(parts, "; "));
}

Figures figures_of(const Result& result) {
  const KernelResult& kernel = result.kernels.front();
  const auto cycles = static_cast<double>(kernel.activity.cycles);
  const Range<Energy> range = price(result).total();
  const Energy energy = range.value;
  std::map<std::string, Time> parts = result.host.parts;
  for (auto& [name, time] : parts) time = time / std::max(result.steps, 1U);
  return {cycles,
          cycles_to_time(cycles, kernel.core.clock),
          result.tokens_per_second().si(),
          energy / result.elapsed,
          energy / result.tokens(),
          result.host.offload,
          std::move(parts),
          {},
          result.model ? work_of(result.excluded, result.workload.batch) : "a program on the core",
          relative(range)};
}

Figures figures_of(const ProcessorResult& result) {
  const Range<Energy> range = result.energy().total();
  const Energy energy = range.value;
  return {0,
          result.elapsed(),
          result.tokens() / result.elapsed().si(),
          energy / result.elapsed(),
          energy / result.tokens(),
          {},
          {},
          {},
          work_of({}, result.workload.batch),
          relative(range)};
}

/// One kernel of a processor, over and over.
Figures of_kernel(ProcessorSpec processor, const KernelCase& kernel) {
  processor.step_time.value = processor.kernel_time.value;
  ProcessorResult r;
  r.decode = step_activity(processor, {gpu_kernel_of(processor, kernel)}, LaunchMode::graph);
  r.processor = std::move(processor);
  r.decode_steps = 1;
  return figures_of(r);
}

/// A memory on its own.
Figures of_memory(const MeasurementSpec& m, const MemorySpec& memory) {
  Figures f;
  if (m.bandwidth) {
    f.bandwidth = run_memory(memory, traffic_of(*m.traffic)).bandwidth;
  } else {
    const IdleLatencies idle = idle_latencies(memory);
    f.time = m.idle_latency->page == PageState::hit    ? idle.hit
             : m.idle_latency->page == PageState::miss ? idle.miss
                                                       : idle.conflict;
  }
  return f;
}

/// A second without work.
Figures at_rest(const BoardSpec& board) {
  Result nothing;
  nothing.board = board;
  nothing.elapsed = 1.0_s;
  Figures f;
  const Range<Energy> range = price(nothing).total();
  f.power = range.value / nothing.elapsed;
  f.priced = relative(range);
  return f;
}

/// "U250" of "U250: 370M, 24 lanes"; a name without hardware in front has that of the description.
std::string hardware_of(const MeasurementSpec& m) {
  const auto colon = m.name.find(": ");
  if (colon != std::string::npos && colon > 0) return m.name.substr(0, colon);
  return m.board ? m.board->name : m.processor ? m.processor->name : m.memory->name;
}

/// Sum of the parts of a step that a measurement names.
Time step_part(const MeasurementSpec& m, const Figures& f) {
  Time sum;
  std::vector<std::string> there;
  std::vector<bool> met(m.step_part->parts.size());
  for (const auto& [name, time] : f.parts) {
    there.push_back(name);
    bool counts = false;
    for (std::size_t i = 0; i < met.size(); ++i) {
      if (!matches(m.step_part->parts[i], name)) continue;
      met[i] = counts = true;
    }
    if (counts) sum += time;
  }
  for (std::size_t i = 0; i < met.size(); ++i) {
    if (met[i]) continue;
    throw ConfigError(
        fmt::format("{}: step_part.parts: '{}' matches no part of a step; there are {}", m.name,
                    m.step_part->parts[i], fmt::join(there, ", ")));
  }
  return sum;
}

Verdict verdict(const MeasurementSpec& m, const std::string& source, const Figures& f) {
  Verdict v{m.name, {}, {}, source, 0, 0, m.tolerance, m.obtained, m.calibrated, m.note};
  const auto set = [&](const char* quantity, const char* unit, double measured, double simulated) {
    v.quantity = quantity;
    v.unit = unit;
    v.measured = measured;
    v.simulated = v.low = v.high = simulated;
  };
  const auto set_area = [&](const char* quantity, std::uint64_t measured, const AreaEstimate& a) {
    set(quantity, "", static_cast<double>(measured), a.value);
    v.of_area = true;
    v.low = a.low;
    v.high = a.high;
  };
  if (m.cycles) {
    set("cycles", "", static_cast<double>(*m.cycles), f.cycles);
  } else if (m.time) {
    set("time", "s", m.time->si(), f.time.si());
  } else if (m.tokens_per_second) {
    set("tokens/s", "1/s", *m.tokens_per_second, f.tokens_per_second);
  } else if (m.power) {
    set("power", "W", m.power->si(), f.power.si());
  } else if (m.energy_per_token) {
    set("energy/token", "J", m.energy_per_token->si(), f.energy_per_token.si());
  } else if (m.step_part) {
    set("part of a step", "s", m.step_part->time.si(), step_part(m, f).si());
  } else if (m.idle_power) {
    set("power without work", "W", m.idle_power->si(), f.power.si());
  } else if (m.logic_cells) {
    set_area("logic cells", *m.logic_cells, core_cells(board_of(m)));
  } else if (m.registers) {
    set_area("registers", *m.registers, core_registers(board_of(m)));
  } else if (m.ram_blocks) {
    set("memory blocks", "", static_cast<double>(*m.ram_blocks),
        memory_blocks(board_of(m), m.board->device.core_block));
  } else if (m.bandwidth) {
    set("bandwidth", "B/s", m.bandwidth->si(), f.bandwidth.si());
  } else if (m.idle_latency) {
    set("idle latency", "s", m.idle_latency->time.si(), f.time.si());
  } else if (f.offload) {
    const OffloadActivity& h = *f.offload;
    if (m.call_time) {
      set("time of a call", "s", m.call_time->si(), h.total().si() / static_cast<double>(h.calls));
    } else if (m.call_share) {
      set("", "%", 100 * m.call_share->share, 100 * (part_of(h, m.call_share->part) / h.total()));
      v.quantity = fmt::format("share of {}", name_of(m.call_share->part));
    }
  } else {
    throw ConfigError(fmt::format(
        "{}: call_time and call_share need ops that the host hands to a core; set mapping.prepare "
        "to host",
        m.name));
  }
  v.boundary = boundary_of(m, f.work);
  if (m.kernel) v.kernel = name_of(m.kernel->kind);
  v.hardware = hardware_of(m);
  return v;
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

  [[nodiscard]] Figures operator()(const ProcessorSpec& p) const {
    return m.kernel ? of_kernel(p, *m.kernel) : figures_of(run(p, m));
  }

  [[nodiscard]] Figures operator()(const MemorySpec& memory) const { return of_memory(m, memory); }

  [[nodiscard]] Figures operator()(const BoardSpec& board) const {
    return m.at_rest() ? at_rest(board) : figures_of(runs.of(m, board));
  }

  /// What moves the figure of the case, by runs of the whole of it.
  template <class Spec>
  [[nodiscard]] std::vector<FigureMovement> movements(const Spec& spec, double base) const {
    return figure_movements<Spec>(
        spec, base, [&](const Spec& moved) { return verdict(m, "", (*this)(moved)).simulated; });
  }

  /// The same by what is uncertain of the traffic of a memory.
  [[nodiscard]] std::vector<FigureMovement> movements_of_traffic(double base) const {
    if (!m.traffic) return {};
    return figure_movements<MemoryTrafficSpec>(
        *m.traffic, base, [&](const MemoryTrafficSpec& moved) {
          MeasurementSpec other = m;
          other.traffic = moved;
          return verdict(m, "", CaseOn{other, runs}(*m.memory)).simulated;
        });
  }

  /// The same on a board, by short runs of a model.
  [[nodiscard]] std::vector<FigureMovement> movements_on(const BoardSpec& board,
                                                         double base) const {
    if (m.at_rest()) return {};
    if (!m.model) return movements(board, base);
    const auto figure = [&](const Result& r) { return verdict(m, "", figures_of(r)).simulated; };
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
  return verdict(m, source, figures_of(result));
}

Verdict judge(const MeasurementSpec& m, const std::string& source, CaseRuns* runs) {
  CaseRuns own;
  const CaseOn on{m, runs != nullptr ? *runs : own};
  return verdict(m, source,
                 m.processor ? on(*m.processor)
                 : m.memory  ? on(*m.memory)
                             : on(board_of(m)));
}

Verdict judge_with_range(const MeasurementSpec& m, const std::string& source, CaseRuns* runs) {
  CaseRuns own;
  const CaseOn on{m, runs != nullptr ? *runs : own};
  if (m.processor) {
    const Figures f = on(*m.processor);
    Verdict v = verdict(m, source, f);
    add_range(v, m, f.priced, on.movements(*m.processor, v.simulated));
    return v;
  }
  if (m.memory) {
    Verdict v = verdict(m, source, on(*m.memory));
    std::vector<FigureMovement> movements = on.movements(*m.memory, v.simulated);
    const std::vector<FigureMovement> of_traffic = on.movements_of_traffic(v.simulated);
    movements.insert(movements.end(), of_traffic.begin(), of_traffic.end());
    add_range(v, m, {}, movements);
    return v;
  }
  const BoardSpec board = board_of(m);
  const Figures f = on(board);
  Verdict v = verdict(m, source, f);
  if (v.has_range()) return v;  // an area, whose law has one
  add_range(v, m, f.priced, on.movements_on(board, v.simulated));
  return v;
}

}  // namespace tritsim
