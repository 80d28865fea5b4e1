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
};

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
  const Energy energy = price(result).total().value;
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
          result.model ? work_of(result.excluded, result.workload.batch) : "a program on the core"};
}

Figures figures_of(const ProcessorResult& result) {
  const Energy energy = result.energy().total().value;
  return {0,
          result.elapsed(),
          result.tokens() / result.elapsed().si(),
          energy / result.elapsed(),
          energy / result.tokens(),
          {},
          {},
          {},
          work_of({}, result.workload.batch)};
}

/// A memory on its own.
Figures of_memory(const MeasurementSpec& m) {
  Figures f;
  if (m.bandwidth) {
    f.bandwidth = run_memory(*m.memory, traffic_of(*m.traffic)).bandwidth;
  } else {
    const IdleLatencies idle = idle_latencies(*m.memory);
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
  f.power = price(nothing).total().value / nothing.elapsed;
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
    v.simulated = simulated;
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
    set("logic cells", "", static_cast<double>(*m.logic_cells), logic_cells(board_of(m)).value);
  } else if (m.registers) {
    set("registers", "", static_cast<double>(*m.registers), logic_registers(board_of(m)).value);
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
  v.hardware = hardware_of(m);
  return v;
}

}  // namespace

BoardSpec board_of(const MeasurementSpec& m) {
  return prepare(*m.board, {m.host, m.mapping, {}, m.dim, m.memory_latency_cycles});
}

Result run_case(const MeasurementSpec& m) {
  const BoardSpec board = board_of(m);
  if (m.model) return run_model(board, *m.model, m.workload);
  std::vector<std::string> warnings;
  return run_program(board, m.program, m.name, warnings);
}

Verdict judge(const MeasurementSpec& m, const std::string& source, const Result& result) {
  return verdict(m, source, figures_of(result));
}

Verdict judge(const MeasurementSpec& m, const std::string& source) {
  if (m.processor) return verdict(m, source, figures_of(run(*m.processor, m)));
  if (m.memory) return verdict(m, source, of_memory(m));
  if (m.at_rest()) return verdict(m, source, at_rest(board_of(m)));
  return judge(m, source, run_case(m));
}

}  // namespace tritsim
