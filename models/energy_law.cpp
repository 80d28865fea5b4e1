// SPDX-License-Identifier: Apache-2.0
#include "models/energy_law.hpp"

#include <algorithm>

namespace tritsim {
namespace {

template <class Q>
Range<double> range_of(const Coefficient<Q>& c, double factor = 1) {
  if constexpr (std::same_as<Q, double>) {
    return {c.low * factor, c.value * factor, c.high * factor};
  } else {
    return {c.low.si() * factor, c.value.si() * factor, c.high.si() * factor};
  }
}

Range<double> product(const Range<double>& a, const Range<double>& b) {
  return {a.low * b.low, a.value * b.value, a.high * b.high};
}

void price_dram(std::vector<EnergyTerm>& terms, const std::string& name, const DramSpec& dram,
                const MemoryActivity& a, Time elapsed, double channels) {
  const DramSupply& s = dram.supply;
  const DramTiming& t = dram.timing;
  const auto cycles = [&](double n) { return cycles_to_time(n, dram.clock); };
  const auto event = [&](const char* cause, double count, Energy each) {
    const double j = each.si() * dram.devices;
    terms.push_back({name,
                     cause,
                     false,
                     count * channels,
                     {j * s.low, j, j * s.high},
                     name + ".dram.supply",
                     s.source,
                     s.confidence});
  };
  const auto state = [&](const char* cause, Time time, Power each) {
    const double w = each.si() * dram.devices;
    terms.push_back({name,
                     cause,
                     true,
                     time.si() * channels,
                     {w * s.low, w, w * s.high},
                     name + ".dram.supply",
                     s.source,
                     s.confidence});
  };
  const Energy activate =
      (s.idd0 * cycles(t.tras + t.trp) - s.idd3n * cycles(t.tras) - s.idd2n * cycles(t.trp)) *
      s.vdd;
  const Time burst = cycles(dram.burst_length / 2.0);
  event("row activations", static_cast<double>(a.activates), std::max(activate, Energy{}));
  event("read bursts", static_cast<double>(a.bursts_read), (s.idd4r - s.idd3n) * s.vdd * burst);
  event("write bursts", static_cast<double>(a.bursts_written), (s.idd4w - s.idd3n) * s.vdd * burst);
  event("refreshes", static_cast<double>(a.refreshes),
        (s.idd5b - s.idd3n) * s.vdd * cycles(t.trfc));
  const double moved = static_cast<double>(a.bursts_read + a.bursts_written) * dram.burst().si();
  terms.push_back({name, "bytes over the pins", false, moved * channels, range_of(dram.io_energy),
                   name + ".dram.io_energy", dram.io_energy.source, dram.io_energy.confidence});
  const Time active = std::min(a.active, elapsed);
  state("standby, rows open", active, s.idd3n * s.vdd);
  state("standby, rows closed", elapsed - active, s.idd2n * s.vdd);
}

}  // namespace

void price_core(std::vector<EnergyTerm>& terms, const CoreSpec& core, const DeviceSpec& device,
                const CoreActivity& a, double lanes, double kernels) {
  const double bits = core.element.si() * 8;
  const Range<double> cell = range_of(device.logic_cell);
  const auto& ternary = core.activity.cells_per_ternary_bit;
  const auto& row_wise = core.activity.cells_per_row_wise_bit;
  terms.push_back({"ternary adders", "ternary additions", false,
                   static_cast<double>(a.ternaries) * lanes * kernels,
                   product(range_of(ternary, bits), cell),
                   "core.activity.cells_per_ternary_bit x element bits x device.logic_cell",
                   ternary.source + "; " + device.logic_cell.source,
                   weaker(ternary.confidence, device.logic_cell.confidence)});
  terms.push_back({"vector units", "elements", false,
                   static_cast<double>(a.row_wise_elements) * lanes * kernels,
                   product(range_of(row_wise, bits), cell),
                   "core.activity.cells_per_row_wise_bit x element bits x device.logic_cell",
                   row_wise.source + "; " + device.logic_cell.source,
                   weaker(row_wise.confidence, device.logic_cell.confidence)});
  const auto& ram = device.ram_access;
  terms.push_back({"vector registers", "bytes read and written", false,
                   static_cast<double>(a.register_bytes) * lanes * kernels, range_of(ram),
                   "device.ram_access", ram.source, ram.confidence});
  terms.push_back({"weight FIFO", "bytes written and read", false,
                   2.0 * static_cast<double>(a.weight_bytes) * kernels, range_of(ram),
                   "device.ram_access", ram.source, ram.confidence});
}

void price_memory(std::vector<EnergyTerm>& terms, const std::string& name, const MemorySpec& memory,
                  const MemoryActivity& a, Time elapsed, double channels) {
  if (memory.dram) price_dram(terms, name, *memory.dram, a, elapsed, channels);
  if (memory.sram) {
    const auto& e = memory.sram->access_energy;
    terms.push_back({name, "bytes read and written", false,
                     static_cast<double>(a.bytes_read + a.bytes_written) * channels, range_of(e),
                     name + ".sram.access_energy", e.source, e.confidence});
  }
}

MemoryActivity idle_activity(const MemorySpec& memory, Time elapsed) {
  MemoryActivity a;
  if (memory.dram) {
    const double intervals = elapsed * memory.dram->clock / memory.dram->timing.trefi;
    a.refreshes = static_cast<std::uint64_t>(intervals);
  }
  return a;
}

void price_link(std::vector<EnergyTerm>& terms, const LinkSpec& link, const LinkActivity& a) {
  terms.push_back({"host link", "bytes moved", false,
                   static_cast<double>(a.bytes_to_card + a.bytes_to_host), range_of(link.energy),
                   "link.energy", link.energy.source, link.energy.confidence});
}

void price_board(std::vector<EnergyTerm>& terms, const BoardPower& power, Time elapsed) {
  terms.push_back({"card without work", "time", true, elapsed.si(), range_of(power.idle),
                   "power.idle", power.idle.source, power.idle.confidence});
}

}  // namespace tritsim
