// SPDX-License-Identifier: Apache-2.0
#include "models/energy/memory_energy_law.hpp"

#include <algorithm>
#include <cmath>

namespace tritsim {
namespace {

/// The terms of one supply rail of `devices` devices.
class RailTerms {
 public:
  RailTerms(std::vector<EnergyTerm>& terms, const std::string& name, const DramSpec& dram,
            const DramRail& rail, double devices)
      : terms_(terms), name_(name), supply_(dram.supply), rail_(rail), devices_(devices) {}

  /// `count` times the current above a base for some time.
  void event(const char* cause, double count, Energy each, EnergyUse use = EnergyUse::memory) {
    add({name_, cause, false, count, {}, use}, std::max(each, Energy{}).si());
  }

  void state(const char* cause, Time time, Current current) {
    add({name_, cause, true, time.si(), {}, EnergyUse::memory}, (current * rail_.voltage).si());
  }

 private:
  void add(EnergyTerm term, double each) {
    if (each == 0) return;
    const double all = each * devices_;
    const EnergyFactor charge{name_ + ".dram.supply",
                              {all * supply_.low, all, all * supply_.high},
                              supply_.source,
                              supply_.confidence};
    term.cause += ", " + rail_.name;
    term.factors = {charge};
    terms_.push_back(std::move(term));
  }

  std::vector<EnergyTerm>& terms_;
  const std::string& name_;
  const DramSupply& supply_;
  const DramRail& rail_;
  double devices_;
};

/// What supply currents cost.
void price_rails(std::vector<EnergyTerm>& terms, const std::string& name, const MemoryUse& use) {
  const DramSpec& dram = *use.memory.dram;
  const MemoryActivity& a = use.activity;
  const double groups = use.channels;
  const auto times = [groups](std::uint64_t n) { return static_cast<double>(n) * groups; };
  // An event keeps the charge that was measured, whatever the clock.
  const DramConditions at = dram.conditions();
  const auto cycles = [&](double n) { return cycles_to_time(n, at.clock); };
  const Time burst = cycles(dram.burst_clocks());
  const Time active = std::min(a.active, use.elapsed * static_cast<double>(dram.channels)) * groups;
  const Time closed = use.elapsed * (static_cast<double>(dram.channels) * groups) - active;
  const Time down_open = std::min(a.down_open * groups, active);
  const Time down_closed = std::min(a.down_closed * groups, closed);
  // What is done is done by the devices of a rank; all of them stand by.
  for (const DramRail& r : dram.supply.rails) {
    RailTerms rail(terms, name, dram, r, double{1} * dram.devices / dram.ranks);
    const Energy activate =
        ((r.idd0 - r.idd3n) * cycles(at.tras) + (r.idd0 - r.idd2n) * cycles(at.trc - at.tras)) *
        r.voltage;
    rail.event("row activations", times(a.activates), activate);
    rail.event("read bursts", times(a.bursts_read), (r.idd4r - r.idd3n) * r.voltage * burst);
    rail.event("write bursts", times(a.bursts_written), (r.idd4w - r.idd3n) * r.voltage * burst);
    rail.event("refreshes", times(a.refreshes), (r.idd5b - r.idd3n) * r.voltage * cycles(at.trfc),
               EnergyUse::refresh);
    if (a.bank_refreshes > 0) {
      rail.event("refreshes of a bank", times(a.bank_refreshes),
                 (r.idd5pb - r.idd3n) * r.voltage * cycles(at.trfc_pb), EnergyUse::refresh);
    }
    RailTerms all(terms, name, dram, r, dram.devices);
    all.state("standby, rows open", active - down_open, r.idd3n);
    all.state("standby, rows closed", closed - down_closed, r.idd2n);
    if (dram.controller.power_down) {
      all.state("power-down, rows open", down_open, r.idd3p.value());
      all.state("power-down, rows closed", down_closed, r.idd2p.value());
    }
  }
}

/// What each byte costs beside its burst.
void price_bytes(std::vector<EnergyTerm>& terms, const std::string& name, const MemoryUse& use) {
  const DramSpec& dram = *use.memory.dram;
  const MemoryActivity& a = use.activity;
  const double groups = use.channels;
  const double read = static_cast<double>(a.bursts_read) * dram.burst().si() * groups;
  const double written = static_cast<double>(a.bursts_written) * dram.burst().si() * groups;
  const auto bytes = [&](const char* cause, double count, const Coefficient<EnergyPerByte>& each,
                         double share, const char* key) {
    if (each.value.si() == 0) return;
    terms.push_back(
        {name, cause, false, count, {factor_of(name + key, each, share)}, EnergyUse::memory});
  };
  if (dram.supply.access) {
    bytes("bytes moved, rows and refresh included", read + written, *dram.supply.access, 1,
          ".dram.supply.access");
  }
  if (dram.supply.background) {
    const Time on = use.elapsed * (static_cast<double>(dram.channels) * groups);
    terms.push_back({name,
                     "standby",
                     true,
                     on.si(),
                     {factor_of(name + ".dram.supply.background", *dram.supply.background,
                                double{1} * dram.devices)},
                     EnergyUse::memory});
  }
  if (const auto& toggle = dram.supply.toggle) {
    bytes("data toggling, read", read, toggle->read, toggle->share, ".dram.supply.toggle.read");
    bytes("data toggling, written", written, toggle->write, toggle->share,
          ".dram.supply.toggle.write");
  }
  bytes("bytes over the pins", read + written, dram.io_energy, 1, ".dram.io_energy");
}

}  // namespace

void price_memory(std::vector<EnergyTerm>& terms, const std::string& name, const MemoryUse& use) {
  const MemoryActivity& a = use.activity;
  if (use.memory.dram) {
    price_rails(terms, name, use);
    price_bytes(terms, name, use);
  }
  if (use.memory.sram) {
    const double bytes = static_cast<double>(a.bytes_read) + static_cast<double>(a.bytes_written);
    terms.push_back({name,
                     "bytes read and written",
                     false,
                     bytes * use.channels,
                     {factor_of(name + ".sram.access_energy", use.memory.sram->access_energy)},
                     EnergyUse::memory});
  }
  if (use.memory.simple) {
    const double bytes = static_cast<double>(a.bytes_read) + static_cast<double>(a.bytes_written);
    terms.push_back({name,
                     "bytes read and written",
                     false,
                     bytes * use.channels,
                     {factor_of(name + ".simple.energy", use.memory.simple->energy)},
                     EnergyUse::memory});
  }
}

MemoryActivity idle_activity(const MemorySpec& memory, Time elapsed) {
  MemoryActivity a;
  if (memory.dram) {
    const DramClocks t = memory.dram->clocks();
    const double interval = t.per_bank ? t.per_bank->interval : t.trefi;
    const double intervals = std::floor(elapsed * memory.dram->clock / interval);
    (t.per_bank ? a.bank_refreshes : a.refreshes) =
        checked_count(intervals * memory.dram->channels);
    if (const auto& down = memory.dram->controller.power_down) {
      const double awake = double(t.per_bank ? t.per_bank->duration : t.trfc) + down->after + t.txp;
      const double asleep = std::max(interval - awake, 0.0) / interval;
      a.down_closed = elapsed * (asleep * memory.dram->channels);
    }
  }
  return a;
}

}  // namespace tritsim
