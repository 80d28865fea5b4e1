// SPDX-License-Identifier: Apache-2.0
#include "models/energy/energy_law.hpp"

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

/// `a` is the sum over the channels that share the addresses.
void price_dram(std::vector<EnergyTerm>& terms, const std::string& name, const DramSpec& dram,
                const MemoryActivity& a, Time elapsed, double groups) {
  const auto times = [groups](std::uint64_t n) { return static_cast<double>(n) * groups; };
  // An event keeps its charge when the clock changes: it is priced as it was measured.
  const DramConditions at = dram.conditions();
  const auto cycles = [&](double n) { return cycles_to_time(n, at.clock); };
  const Time burst = cycles(dram.burst_clocks());
  const Time active = std::min(a.active, elapsed * static_cast<double>(dram.channels)) * groups;
  const Time closed = elapsed * (static_cast<double>(dram.channels) * groups) - active;
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
    const Time on = elapsed * (static_cast<double>(dram.channels) * groups);
    terms.push_back({name,
                     "standby",
                     true,
                     on.si(),
                     {factor_of(name + ".dram.supply.background", *dram.supply.background,
                                double{1} * dram.devices)}});
  }
  if (const auto& toggle = dram.supply.toggle) {
    bytes("data toggling, read", read, toggle->read, toggle->share, ".dram.supply.toggle.read");
    bytes("data toggling, written", written, toggle->write, toggle->share,
          ".dram.supply.toggle.write");
  }
  bytes("bytes over the pins", read + written, dram.io_energy, 1, ".dram.io_energy");
}

}  // namespace

namespace {

/// What a term of a core is of: what its energy is spent on, and what readers see.
struct Spent {
  EnergyUse use;
  const char* component;
  std::string cause;
};

/// Terms of a core, counts times factors.
class CoreTerms {
 public:
  CoreTerms(std::vector<EnergyTerm>& terms, const DeviceSpec& device)
      : terms_(terms),
        family_(device.family),
        block_(device.core_block),
        logic_cell_(factor_of("device.family.logic_cell", device.family.logic_cell)) {}

  /// `count` times logic cells clocked: those of `cells`, times whatever else scales them.
  void logic(const Spent& on, double count, EnergyFactor cells,
             std::optional<EnergyFactor> scale = {}) {
    std::vector<EnergyFactor> factors{std::move(cells), logic_cell_};
    if (scale) factors.push_back(std::move(*scale));
    add(on, count, std::move(factors));
  }

  /// `blocks` DSP blocks for a cycle each: their multipliers that work in `mode`.
  void dsp(EnergyUse use, const std::string& cause, double blocks, const std::string& mode) {
    add({use, "DSP blocks", cause}, blocks * family_.dsp.at(mode).multipliers,
        {factor_of("device.family.dsp_mac", family_.dsp_mac)});
  }

  /// Bytes in and out of memory blocks, `width` bits at a time. An access through w of a block's
  /// lines costs f + (1 - f) w / 20 of one through 20 (two operating points, Intel 683058).
  void ram(const Spent& on, double bytes, double width) {
    std::vector<EnergyFactor> factors{factor_of("device.family.ram_access", family_.ram_access)};
    if (family_.ram_fixed_share && width > 0) {
      constexpr double reference = 20;
      const double wide = port_width(block_, width) / reference;
      const auto per_byte = [&](double fixed) { return (fixed + (1 - fixed) * wide) / wide; };
      EnergyFactor f = factor_of("device.family.ram_fixed_share", *family_.ram_fixed_share);
      f.ends = {per_byte(f.ends.at_low), per_byte(f.ends.value), per_byte(f.ends.at_high)};
      factors.push_back(std::move(f));
    }
    add(on, bytes, std::move(factors));
  }

 private:
  void add(const Spent& on, double count, std::vector<EnergyFactor> factors) {
    terms_.push_back({on.component, on.cause, false, count, std::move(factors), on.use});
  }

  std::vector<EnergyTerm>& terms_;
  const CoefficientTable& family_;
  RamBlock block_;
  EnergyFactor logic_cell_;
};

/// What a MAC array did: DSP blocks and the logic beside them.
void price_mac(CoreTerms& terms, const MacSpec& mac, const MatrixActivity& m, double cores) {
  for (const auto& [name, products] : m.products) {
    const MacFormatSpec& f = mac.formats.at(name);
    const double steps = static_cast<double>(products) * cores / f.products;
    terms.dsp(EnergyUse::multipliers, "multipliers and cycles, weights " + name, steps * f.dsp,
              f.mode);
    if (f.cells.high > 0) {
      terms.logic({EnergyUse::multipliers, "MAC array logic", "element cycles, weights " + name},
                  steps, factor_of("core.mac.formats." + name + ".cells", f.cells));
    }
  }
  if (m.scalings == 0) return;
  // A sum is scaled in a block of its own; the mode is that of the products.
  terms.dsp(EnergyUse::multipliers, "scalings of group sums",
            static_cast<double>(m.scalings) * cores,
            mac.formats.at(m.products.begin()->first).mode);
}

/// What additions of zero leave of an addition's energy: the more a zero saves, the less.
std::optional<EnergyFactor> zeros_leave(const CoefficientTable& family,
                                        std::optional<double> zeros) {
  if (!zeros || !family.zero_saving) return {};
  const Coefficient<double>& saving = *family.zero_saving;
  EnergyFactor f = factor_of("device.family.zero_saving", saving);
  f.ends = {1 - *zeros * saving.low, 1 - *zeros * saving.value, 1 - *zeros * saving.high};
  return f;
}

void price_attention(CoreTerms& terms, const CoreSpec& core, const CoefficientTable& family,
                     const AttentionActivity& a, double cores) {
  const AttentionSpec& unit = *core.attention;
  const double products = static_cast<double>(a.products) * cores;
  if (!unit.mode.empty()) {
    terms.dsp(EnergyUse::attention, "multipliers and cycles, attention",
              products / family.dsp.at(unit.mode).products, unit.mode);
  }
  if (unit.cells.high > 0) {
    terms.logic({EnergyUse::attention, "attention logic", "products with the cache"}, products,
                factor_of("core.attention.cells", unit.cells));
  }
  terms.logic({EnergyUse::attention, "attention logic", "softmax"},
              static_cast<double>(a.softmax) * cores,
              factor_of("core.activity.cells_per_row_wise_bit",
                        core.activity.cells_per_row_wise_bit, unit.score.si() * 8));
  terms.ram({EnergyUse::attention, "attention buffers", "bytes written and read"},
            (static_cast<double>(a.score_bytes) + 2.0 * static_cast<double>(a.bytes_read)) * cores,
            unit.score.si() * 8 * core.elements_per_cycle);
}

}  // namespace

void price_core(std::vector<EnergyTerm>& out, const CoreSpec& core, const DeviceSpec& device,
                const CoreActivity& a, double lanes, double kernels,
                std::optional<double> zero_additions) {
  const double bits = core.element.si() * 8;
  const double cores = lanes * kernels;
  const MatrixActivity matrix = a.matrix.value_or(MatrixActivity{});
  const CoefficientTable& family = device.family;
  CoreTerms terms(out, device);
  const auto adder_cells = [&](double width) {
    return factor_of("core.activity.cells_per_ternary_bit", core.activity.cells_per_ternary_bit,
                     width);
  };
  if (core.ternary && core.ternary->table) {
    const TableSpec& table = *core.ternary->table;
    const double entry = table.entry_bits(core.activation_bits());
    const auto filled = static_cast<double>(matrix.table_entries);
    const double sums = filled - filled / static_cast<double>(table.entries());  // not the zeros
    const auto looked_up = static_cast<double>(matrix.lookups);
    terms.logic({EnergyUse::adders, "ternary adders", "sums looked up and put into tables"},
                (looked_up + sums) * cores, adder_cells(entry));
    terms.ram({EnergyUse::tables, "look-up tables", "bytes written and read"},
              (looked_up + filled) * entry / 8 * cores, entry);
  } else if (core.ternary) {
    // Of zeros that are skipped nothing is left.
    terms.logic({EnergyUse::adders, "ternary adders", "ternary additions"},
                static_cast<double>(a.ternaries - matrix.skipped) * cores, adder_cells(bits),
                matrix.skipped == 0 ? zeros_leave(family, zero_additions) : std::nullopt);
  }
  if (core.ternary && core.ternary->decoder) {
    terms.logic({EnergyUse::decoders, "weight decoders", "bytes decoded"},
                static_cast<double>(matrix.decoded) * kernels,
                factor_of("core.ternary.decoder.cells", core.ternary->decoder->cells));
  }
  if (core.mac) price_mac(terms, *core.mac, matrix, cores);
  if (a.attention) price_attention(terms, core, family, *a.attention, cores);
  terms.logic({EnergyUse::vector_units, "vector units", "elements"},
              static_cast<double>(a.row_wise_elements) * cores,
              factor_of("core.activity.cells_per_row_wise_bit",
                        core.activity.cells_per_row_wise_bit, bits));
  terms.ram({EnergyUse::registers, "vector registers", "bytes read and written"},
            static_cast<double>(a.register_bytes) * cores, bits * core.elements_per_cycle);
  terms.ram({EnergyUse::weight_fifo, "weight FIFO", "bytes written and read"},
            2.0 * static_cast<double>(a.weight_bytes) * kernels, core.memory_port.si() * 8);
}

void price_memory(std::vector<EnergyTerm>& terms, const std::string& name, const MemorySpec& memory,
                  const MemoryActivity& a, Time elapsed, double channels) {
  if (memory.dram) price_dram(terms, name, *memory.dram, a, elapsed, channels);
  if (memory.sram) {
    const double bytes = static_cast<double>(a.bytes_read) + static_cast<double>(a.bytes_written);
    terms.push_back({name,
                     "bytes read and written",
                     false,
                     bytes * channels,
                     {factor_of(name + ".sram.access_energy", memory.sram->access_energy)},
                     EnergyUse::memory});
  }
  if (memory.simple) {
    const double bytes = static_cast<double>(a.bytes_read) + static_cast<double>(a.bytes_written);
    terms.push_back({name,
                     "bytes read and written",
                     false,
                     bytes * channels,
                     {factor_of(name + ".simple.energy", memory.simple->energy)}});
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

void price_link(std::vector<EnergyTerm>& terms, const LinkSpec& link, const LinkActivity& a) {
  const double bytes = static_cast<double>(a.bytes_to_card) + static_cast<double>(a.bytes_to_host);
  terms.push_back({"host link",
                   "bytes moved",
                   false,
                   bytes,
                   {factor_of("link.energy", link.energy)},
                   EnergyUse::host_link});
}

void price_board(std::vector<EnergyTerm>& terms, const BoardPower& power, const DeviceSpec& device,
                 Time elapsed, double cards) {
  const double time = elapsed.si() * cards;
  terms.push_back({"card without work", "time", true, time, {factor_of("power.idle", power.idle)}});
  if (!device.leakage) return;
  const Leakage& leakage = *device.leakage;
  const auto at = [&](const char* component, const char* cause, double count, double junction) {
    EnergyFactor growth = factor_of("device.leakage.doubling", leakage.doubling);
    const auto grown = [&](double doubling) {
      return leakage_growth(junction - leakage.junction, doubling);
    };
    growth.ends = {grown(growth.ends.at_low), grown(growth.ends.value), grown(growth.ends.at_high)};
    terms.push_back({component,
                     cause,
                     true,
                     count,
                     {factor_of("device.leakage.power", leakage.power), std::move(growth)}});
  };
  at("FPGA static", "time", time, power.junction);
  at("card without work", "less its FPGA static, shown apart", -time, power.idle_junction);
}

void price_exchange(std::vector<EnergyTerm>& terms, const BoardSpec& board, double chip_bytes,
                    double link_bytes) {
  if (board.exchange && chip_bytes > 0) {
    terms.push_back({"exchange",
                     "bytes between kernels",
                     false,
                     chip_bytes,
                     {factor_of("exchange.energy", board.exchange->energy)},
                     EnergyUse::exchange});
  }
  if (board.cards && link_bytes > 0) {
    terms.push_back({"links between cards",
                     "bytes moved",
                     false,
                     link_bytes,
                     {factor_of("cards.link.energy", board.cards->link.energy)},
                     EnergyUse::card_links});
  }
}

void price_regulators(std::vector<EnergyTerm>& terms, const BoardPower& power) {
  if (!power.regulators) return;
  const std::size_t loads = terms.size();
  for (std::size_t i = 0; i < loads; ++i) {
    const EnergyTerm load = terms[i];
    if (load.is_static) continue;
    EnergyTerm loss = load;
    loss.component = "regulators";
    loss.cause = load.component + ": " + load.cause;
    loss.factors.push_back(factor_of("power.regulators", *power.regulators));
    loss.lost = true;
    terms.push_back(std::move(loss));
  }
}

}  // namespace tritsim
