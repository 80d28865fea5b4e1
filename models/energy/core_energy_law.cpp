// SPDX-License-Identifier: Apache-2.0
#include "models/energy/core_energy_law.hpp"

#include <string>

#include "models/energy/toggle_law.hpp"

namespace tritsim {
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

  /// `count` times logic cells clocked: those of `cells`.
  void logic(const Spent& on, double count, EnergyFactor cells) {
    add(on, count, {std::move(cells), logic_cell_});
  }

  /// The same for cells whose outputs change in a share `rate` of the clocks: what the clock takes,
  /// and what the data take. Without a rate they are as the family's table has them.
  void toggling(const Spent& on, double count, const EnergyFactor& cells,
                std::optional<double> rate) {
    if (!rate || !family_.activity) {
      logic(on, count, cells);
      return;
    }
    const CellActivity& table = *family_.activity;
    const EnergyFactor clocked =
        factor_of("device.family.activity.clocked_share", table.clocked_share);
    EnergyFactor data = clocked;
    data.ends = {1 - clocked.ends.at_low, 1 - clocked.ends.value, 1 - clocked.ends.at_high};
    EnergyFactor toggles = factor_of("device.family.activity.toggle_rate", table.toggle_rate);
    toggles.ends = {*rate / toggles.ends.at_low, *rate / toggles.ends.value,
                    *rate / toggles.ends.at_high};
    add({on.use, on.component, on.cause + ", clock"}, count, {cells, logic_cell_, clocked});
    add({on.use, on.component, on.cause + ", data"}, count,
        {cells, logic_cell_, std::move(data), std::move(toggles)});
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

/// The adders of a core as the law of toggles takes them.
TernaryTree tree_of(const CoreSpec& core) {
  const TernarySpec& t = *core.ternary;
  const std::uint32_t rate = t.ternaries_per_cycle;
  TernaryTree tree;
  tree.inputs = t.tree ? t.tree->width(rate) : rate;
  tree.bits = t.bit_serial ? t.bit_serial->bits_per_cycle : core.activation_bits();
  tree.sum_bits = static_cast<std::uint32_t>(t.accumulator.si() * 8);
  return tree;
}

/// What a ternary unit did: adders, or tables of sums, and decoders of its weights.
void price_ternary(CoreTerms& terms, const CoreSpec& core, const CoreActivity& a,
                   const CoreScale& scale) {
  const MatrixActivity matrix = a.matrix.value_or(MatrixActivity{});
  const double cores = scale.lanes * scale.kernels;
  const auto adder_cells = [&](double width) {
    return factor_of("core.activity.cells_per_ternary_bit",
                     core.activity.cells_per_ternary_bit.value(), width);
  };
  if (const auto& table = core.ternary->table) {
    const double entry = table->entry_bits(core.activation_bits());
    const auto filled = static_cast<double>(matrix.table_entries);
    const double sums = filled - filled / static_cast<double>(table->entries());  // not the zeros
    const auto looked_up = static_cast<double>(matrix.lookups);
    terms.logic({EnergyUse::adders, "ternary adders", "sums looked up and put into tables"},
                (looked_up + sums) * cores, adder_cells(entry));
    terms.ram({EnergyUse::tables, "look-up tables", "bytes written and read"},
              (looked_up + filled) * entry / 8 * cores, entry);
  } else {
    // Skipped zeros take no energy.
    const std::optional<double> zeros =
        matrix.skipped == 0 ? scale.zero_additions : std::optional<double>{};
    terms.toggling({EnergyUse::adders, "ternary adders", "ternary additions"},
                   static_cast<double>(a.ternaries - matrix.skipped) * cores,
                   adder_cells(core.element.si() * 8),
                   zeros ? std::optional{toggle_rate(tree_of(core), *zeros)} : std::nullopt);
  }
  if (const auto& decoder = core.ternary->decoder) {
    terms.logic({EnergyUse::decoders, "weight decoders", "bytes decoded"},
                static_cast<double>(matrix.decoded) * scale.kernels,
                factor_of("core.ternary.decoder.cells", decoder->cells));
  }
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
              factor_of("core.activity.cells_per_element_bit", core.activity.cells_per_element_bit,
                        unit.score.si() * 8));
  terms.ram({EnergyUse::attention, "attention buffers", "bytes written and read"},
            (static_cast<double>(a.score_bytes) + 2.0 * static_cast<double>(a.bytes_read)) * cores,
            unit.score.si() * 8 * core.elements_per_cycle);
}

}  // namespace

void price_core(std::vector<EnergyTerm>& out, const CoreSpec& core, const DeviceSpec& device,
                const CoreActivity& a, const CoreScale& scale) {
  const double bits = core.element.si() * 8;
  const double cores = scale.lanes * scale.kernels;
  const CoefficientTable& family = device.family;
  CoreTerms terms(out, device);
  if (core.ternary) price_ternary(terms, core, a, scale);
  if (core.mac) price_mac(terms, *core.mac, a.matrix.value_or(MatrixActivity{}), cores);
  if (a.attention) price_attention(terms, core, family, *a.attention, cores);
  terms.logic(
      {EnergyUse::vector_units, "vector units", "elements"},
      static_cast<double>(a.vector_elements) * cores,
      factor_of("core.activity.cells_per_element_bit", core.activity.cells_per_element_bit, bits));
  terms.ram({EnergyUse::registers, "vector registers", "bytes read and written"},
            static_cast<double>(a.register_bytes) * cores, bits * core.elements_per_cycle);
  terms.ram({EnergyUse::weight_fifo, "weight FIFO", "bytes written and read"},
            2.0 * static_cast<double>(a.weight_bytes) * scale.kernels, core.memory_port.si() * 8);
}

}  // namespace tritsim
