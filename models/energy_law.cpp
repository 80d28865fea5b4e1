// SPDX-License-Identifier: Apache-2.0
#include "models/energy_law.hpp"

#include <algorithm>
#include <cmath>

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

/// The terms of one supply rail of `devices` devices.
class RailTerms {
 public:
  RailTerms(std::vector<EnergyTerm>& terms, const std::string& name, const DramSpec& dram,
            const DramRail& rail, double devices)
      : terms_(terms), name_(name), supply_(dram.supply), rail_(rail), devices_(devices) {}

  /// `count` times the current above a base for some time.
  void event(const char* cause, std::uint64_t count, Energy each) {
    add(cause, false, static_cast<double>(count), std::max(each, Energy{}).si());
  }

  void state(const char* cause, Time time, Current current) {
    add(cause, true, time.si(), (current * rail_.voltage).si());
  }

 private:
  void add(const char* cause, bool is_static, double count, double each) {
    if (each == 0) return;
    const double all = each * devices_;
    terms_.push_back({name_,
                      std::string(cause) + ", " + rail_.name,
                      is_static,
                      count,
                      {all * supply_.low, all, all * supply_.high},
                      name_ + ".dram.supply",
                      supply_.source,
                      supply_.confidence});
  }

  std::vector<EnergyTerm>& terms_;
  const std::string& name_;
  const DramSupply& supply_;
  const DramRail& rail_;
  double devices_;
};

/// `a` is the sum over the channels that share the addresses.
void price_dram(std::vector<EnergyTerm>& terms, const std::string& name, const DramSpec& dram,
                const MemoryActivity& a, Time elapsed, double groups) {
  const auto times = [groups](std::uint64_t n) {
    return static_cast<std::uint64_t>(std::llround(static_cast<double>(n) * groups));
  };
  // An event keeps its charge when the clock changes: it is priced as it was measured.
  const DramTiming& t = dram.timing;
  const std::uint32_t own_rfc_pb = t.per_bank ? t.per_bank->duration : 0;
  const DramConditions at = dram.supply.measured_at.value_or(
      DramConditions{dram.clock, t.tras, t.trc, t.trfc, own_rfc_pb});
  const auto cycles = [&](double n) { return cycles_to_time(n, at.clock); };
  const Time burst = cycles(dram.burst_length / 2.0);
  const Time active = std::min(a.active, elapsed * static_cast<double>(dram.channels)) * groups;
  const Time closed = elapsed * (static_cast<double>(dram.channels) * groups) - active;
  const Time down_open = std::min(a.down_open * groups, active);
  const Time down_closed = std::min(a.down_closed * groups, closed);
  for (const DramRail& r : dram.supply.rails) {
    RailTerms rail(terms, name, dram, r, dram.devices);
    const Energy activate =
        ((r.idd0 - r.idd3n) * cycles(at.tras) + (r.idd0 - r.idd2n) * cycles(at.trc - at.tras)) *
        r.voltage;
    rail.event("row activations", times(a.activates), activate);
    rail.event("read bursts", times(a.bursts_read), (r.idd4r - r.idd3n) * r.voltage * burst);
    rail.event("write bursts", times(a.bursts_written), (r.idd4w - r.idd3n) * r.voltage * burst);
    rail.event("refreshes", times(a.refreshes), (r.idd5b - r.idd3n) * r.voltage * cycles(at.trfc));
    if (a.bank_refreshes > 0) {
      rail.event("refreshes of a bank", times(a.bank_refreshes),
                 (r.idd5pb - r.idd3n) * r.voltage * cycles(at.trfc_pb));
    }
    rail.state("standby, rows open", active - down_open, r.idd3n);
    rail.state("standby, rows closed", closed - down_closed, r.idd2n);
    if (dram.controller.power_down) {
      rail.state("power-down, rows open", down_open, r.idd3p.value());
      rail.state("power-down, rows closed", down_closed, r.idd2p.value());
    }
  }
  const double read = static_cast<double>(a.bursts_read) * dram.burst().si() * groups;
  const double written = static_cast<double>(a.bursts_written) * dram.burst().si() * groups;
  const auto bytes = [&](const char* cause, double count, const Coefficient<EnergyPerByte>& each,
                         double share, const char* key) {
    if (each.value.si() == 0) return;
    terms.push_back({name, cause, false, count, range_of(each, share), name + key, each.source,
                     each.confidence});
  };
  if (const auto& toggle = dram.supply.toggle) {
    bytes("data toggling, read", read, toggle->read, toggle->share, ".dram.supply.toggle.read");
    bytes("data toggling, written", written, toggle->write, toggle->share,
          ".dram.supply.toggle.write");
  }
  bytes("bytes over the pins", read + written, dram.io_energy, 1, ".dram.io_energy");
}

}  // namespace

namespace {

/// Terms of a core, counts times factors.
class CoreTerms {
 public:
  CoreTerms(std::vector<EnergyTerm>& terms, const DeviceSpec& device)
      : terms_(terms),
        logic_cell_{"device.logic_cell", range_of(device.logic_cell), device.logic_cell.source,
                    device.logic_cell.confidence} {}

  /// `count` times `cells` logic cells clocked, each `bits` times over; `of_bits` says of what.
  void logic(const char* component, const std::string& cause, double count, const std::string& key,
             const Coefficient<double>& cells, double bits, const char* of_bits) {
    const EnergyFactor own{key, range_of(cells, bits), cells.source, cells.confidence};
    terms_.push_back({component,
                      cause,
                      false,
                      count,
                      product(own.range, logic_cell_.range),
                      key + of_bits + " x device.logic_cell",
                      cells.source + "; " + logic_cell_.source,
                      weaker(cells.confidence, logic_cell_.confidence),
                      {own, logic_cell_}});
  }

  template <class Q>
  void each(const char* component, const std::string& cause, double count, const std::string& key,
            const Coefficient<Q>& c) {
    terms_.push_back({component, cause, false, count, range_of(c), key, c.source, c.confidence});
  }

 private:
  std::vector<EnergyTerm>& terms_;
  EnergyFactor logic_cell_;
};

/// What a MAC array did: DSP blocks and the logic beside them.
void price_mac(CoreTerms& terms, const MacSpec& mac, const DeviceSpec& device,
               const MatrixActivity& m, double cores) {
  for (const auto& [name, products] : m.products) {
    const MacFormatSpec& f = mac.formats.at(name);
    const DspMode& mode = device.dsp.at(f.mode);
    const double steps = static_cast<double>(products) * cores / f.products;
    terms.each("DSP blocks", "blocks and cycles, weights " + name, steps * f.dsp,
               "device.dsp." + f.mode + ".energy", mode.energy);
    if (f.cells.high > 0) {
      terms.logic("MAC array logic", "element cycles, weights " + name, steps,
                  "core.mac.formats." + name + ".cells", f.cells, 1, "");
    }
  }
  if (m.scalings == 0) return;
  // A sum is scaled in a block of its own; the mode is that of the products.
  const std::string& mode = mac.formats.at(m.products.begin()->first).mode;
  terms.each("DSP blocks", "scalings of group sums", static_cast<double>(m.scalings) * cores,
             "device.dsp." + mode + ".energy", device.dsp.at(mode).energy);
}

void price_attention(CoreTerms& terms, const CoreSpec& core, const DeviceSpec& device,
                     const AttentionActivity& a, double cores) {
  const AttentionSpec& unit = *core.attention;
  const double products = static_cast<double>(a.products) * cores;
  if (!unit.mode.empty()) {
    const DspMode& mode = device.dsp.at(unit.mode);
    terms.each("DSP blocks", "blocks and cycles, attention", products / mode.products,
               "device.dsp." + unit.mode + ".energy", mode.energy);
  }
  if (unit.cells.high > 0) {
    terms.logic("attention logic", "products with the cache", products, "core.attention.cells",
                unit.cells, 1, "");
  }
  terms.logic("attention logic", "softmax", static_cast<double>(a.softmax) * cores,
              "core.activity.cells_per_row_wise_bit", core.activity.cells_per_row_wise_bit,
              unit.score.si() * 8, " x score bits");
  terms.each("attention buffers", "bytes written and read",
             (static_cast<double>(a.score_bytes) + 2.0 * static_cast<double>(a.bytes_read)) * cores,
             "device.ram_access", device.ram_access);
}

}  // namespace

void price_core(std::vector<EnergyTerm>& out, const CoreSpec& core, const DeviceSpec& device,
                const CoreActivity& a, double lanes, double kernels) {
  const double bits = core.element.si() * 8;
  const double cores = lanes * kernels;
  const MatrixActivity matrix = a.matrix.value_or(MatrixActivity{});
  CoreTerms terms(out, device);
  const auto& adder = core.activity.cells_per_ternary_bit;
  if (core.ternary && core.ternary->table) {
    const TableSpec& table = *core.ternary->table;
    const double entry = table.entry_bits(core.activation_bits());
    const auto filled = static_cast<double>(matrix.table_entries);
    const double sums = filled - filled / static_cast<double>(table.entries());  // not the zeros
    const auto looked_up = static_cast<double>(matrix.lookups);
    terms.logic("ternary adders", "sums looked up and put into tables", (looked_up + sums) * cores,
                "core.activity.cells_per_ternary_bit", adder, entry, " x entry bits");
    terms.each("look-up tables", "bytes written and read", (looked_up + filled) * entry / 8 * cores,
               "device.ram_access", device.ram_access);
  } else if (core.ternary) {
    terms.logic("ternary adders", "ternary additions",
                static_cast<double>(a.ternaries - matrix.skipped) * cores,
                "core.activity.cells_per_ternary_bit", adder, bits, " x element bits");
  }
  if (core.ternary && core.ternary->decoder) {
    terms.logic("weight decoders", "bytes decoded", static_cast<double>(matrix.decoded) * kernels,
                "core.ternary.decoder.cells", core.ternary->decoder->cells, 1, "");
  }
  if (core.mac) price_mac(terms, *core.mac, device, matrix, cores);
  if (a.attention) price_attention(terms, core, device, *a.attention, cores);
  terms.logic("vector units", "elements", static_cast<double>(a.row_wise_elements) * cores,
              "core.activity.cells_per_row_wise_bit", core.activity.cells_per_row_wise_bit, bits,
              " x element bits");
  terms.each("vector registers", "bytes read and written",
             static_cast<double>(a.register_bytes) * cores, "device.ram_access", device.ram_access);
  terms.each("weight FIFO", "bytes written and read",
             2.0 * static_cast<double>(a.weight_bytes) * kernels, "device.ram_access",
             device.ram_access);
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
    const DramTiming& t = memory.dram->timing;
    const double interval = t.per_bank ? t.per_bank->interval : t.trefi;
    const double intervals = std::floor(elapsed * memory.dram->clock / interval);
    (t.per_bank ? a.bank_refreshes : a.refreshes) =
        static_cast<std::uint64_t>(intervals) * memory.dram->channels;
    if (const auto& down = memory.dram->controller.power_down) {
      const double awake =
          double(t.per_bank ? t.per_bank->duration : t.trfc) + down->after + down->txp;
      const double asleep = std::max(interval - awake, 0.0) / interval;
      a.down_closed = elapsed * (asleep * memory.dram->channels);
    }
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
