// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "arch/board/area.hpp"
#include "sim/study/case_figures.hpp"
#include "sim/study/validate.hpp"

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

/// "U250" of "U250: 370M, 24 lanes"; a name without hardware in front has that of the description.
std::string hardware_of(const MeasurementSpec& m) {
  const auto colon = m.name.find(": ");
  if (colon != std::string::npos && colon > 0) return m.name.substr(0, colon);
  return m.board ? m.board->name : m.processor ? m.processor->name : m.memory->name;
}

/// Sum of the parts of a step that a measurement names.
Time step_part(const MeasurementSpec& m, const CaseFigures& f) {
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

}  // namespace

Verdict verdict_of(const MeasurementSpec& m, const std::string& source, const CaseFigures& f) {
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

}  // namespace tritsim
