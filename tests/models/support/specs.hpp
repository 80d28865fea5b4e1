// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "arch/base/reader.hpp"
#include "arch/board/board.hpp"

namespace tritsim::test {

template <class Q>
Coefficient<Q> exactly(Q value) {
  return {value, value, value, "test", Confidence::assumed};
}

/// DDR4-2400, 8 Gb x8 devices, x64 channel (DRAMsim3 DDR4_8Gb_x8_2400).
inline DramSpec ddr4_2400(bool interleave = true) {
  DramSpec d;
  d.clock = Frequency{1200e6};
  d.bus_width = 64_bit;
  d.page = 8_KiB;
  d.devices = 8;
  d.address = interleave ? "row bank column group" : "row bank group column";
  d.controller.front_end = exactly(Time{50e-9});
  d.timing = {.clock = {},
              .cl = 17,
              .cwl = 12,
              .trcd = 17,
              .trcd_write = {},
              .trp = 17,
              .trp_all = {},
              .tras = 39,
              .trc = 56,
              .trrd_s = 4,
              .trrd_l = 6,
              .tfaw = 26,
              .tccd_s = 4,
              .tccd_l = 6,
              .twr = 18,
              .twtr_s = 3,
              .twtr_l = 9,
              .trtp = 9,
              .trefi = 9360,
              .trfc = 420,
              .per_bank = {}};
  d.supply.rails = {{"VDD", 1.2_V, 48.0_mA, 34.0_mA, 43.0_mA, 135.0_mA, 123.0_mA, 250.0_mA,
                     Current{}, 25.0_mA, 37.0_mA}};
  d.supply.low = 0.8;
  d.supply.high = 1.5;
  d.supply.source = "test";
  d.io_energy = {EnergyPerByte{40e-12}, EnergyPerByte{10e-12}, EnergyPerByte{90e-12}, "test",
                 Confidence::assumed};
  return d;
}

/// LPDDR4-3200, one x16 channel of 8 Gb (DRAMSys JEDEC_8Gb_LPDDR4-3200_16bit).
inline DramSpec lpddr4_3200(bool per_bank = false) {
  DramSpec d = ddr4_2400();
  d.clock = Frequency{1600e6};
  d.bus_width = 16_bit;
  d.burst_length = 16;
  d.bank_groups = 1;
  d.banks_per_group = 8;
  d.page = 2_KiB;
  d.devices = 1;
  d.address = "row bank column";
  d.timing = {.clock = {},
              .cl = 28,
              .cwl = 14,
              .trcd = 29,
              .trcd_write = {},
              .trp = 29,
              .trp_all = 34,
              .tras = 68,
              .trc = 97,
              .trrd_s = 16,
              .trrd_l = 16,
              .tfaw = 64,
              .tccd_s = 8,
              .tccd_l = 8,
              .twr = 29,
              .twtr_s = 16,
              .twtr_l = 16,
              .trtp = 12,
              .trefi = 6246,
              .trfc = 448,
              .per_bank = {}};
  if (per_bank) d.timing.per_bank = PerBankRefresh{780, 224};
  d.supply.rails = {
      {"VDD1", 1.8_V, 3.5_mA, 2.0_mA, 2.25_mA, 2.25_mA, 2.25_mA, 10.0_mA, 2.5_mA, 1.2_mA, 1.2_mA},
      {"VDD2", 1.1_V, 45.0_mA, 27.0_mA, 30.0_mA, 275.0_mA, 210.0_mA, 90.0_mA, 30.0_mA, 3.0_mA,
       9.0_mA},
      {"VDDQ", 1.1_V, 0.75_mA, 0.75_mA, 0.75_mA, 150.0_mA, 55.0_mA, 0.75_mA, 0.75_mA, 0.75_mA,
       0.75_mA}};
  return d;
}

/// An HBM2 pseudo channel at 1800 MT/s, currents as measured at 1200 MT/s (CMU-SAFARI/HBM-Power).
inline DramSpec hbm2() {
  DramSpec d = ddr4_2400();
  d.clock = Frequency{898.4375e6};
  d.bus_width = 64_bit;
  d.burst_length = 4;
  d.rows = 16384;
  d.page = 1_KiB;
  d.devices = 1;
  d.timing = {.clock = {},
              .cl = 13,
              .cwl = 5,
              .trcd = 13,
              .trcd_write = 11,
              .trp = 13,
              .trp_all = {},
              .tras = 31,
              .trc = 44,
              .trrd_s = 4,
              .trrd_l = 4,
              .tfaw = 14,
              .tccd_s = 2,
              .tccd_l = 4,
              .twr = 15,
              .twtr_s = 6,
              .twtr_l = 8,
              .trtp = 5,
              .trefi = 3504,
              .trfc = 234,
              .per_bank = {}};
  d.supply.rails = {{"VDD",
                     1.2_V,
                     28.544_mA,
                     11.756_mA,
                     14.281_mA,
                     202.769_mA,
                     137.406_mA,
                     66.331_mA,
                     Current{},
                     {},
                     {}}};
  d.supply.measured_at = DramConditions{Frequency{600e6}, 20, 29, 210, 0};
  const double per_bit = 8e-12;
  d.supply.toggle = DataToggle{0.5, exactly(EnergyPerByte{3.9375 * per_bit}),
                               exactly(EnergyPerByte{2.84 * per_bit})};
  d.io_energy = exactly(EnergyPerByte{});
  return d;
}

inline LinkSpec test_link() {
  LinkSpec l;
  l.name = "link";
  l.source = "test";
  l.to_card = 10.0_GBps;
  l.to_host = 5.0_GBps;
  l.dma_setup = exactly(2.0_us);
  l.mmio_write = exactly(0.3_us);
  l.mmio_read = exactly(1.0_us);
  l.interrupt = exactly(4.0_us);
  l.energy = {EnergyPerByte{1e-12}, EnergyPerByte{0.5e-12}, EnergyPerByte{3e-12}, "test",
              Confidence::assumed};
  return l;
}

inline HostSpec test_host(Completion completion) {
  HostSpec h;
  h.name = "host";
  h.source = "test";
  h.cores = 4;
  h.memory_bandwidth = 20.0_GBps;
  h.completion = completion;
  return h;
}

/// An instruction on so many elements; of a product, inputs and outputs.
inline Instruction sized(Opcode op, std::uint32_t elements, std::uint32_t outputs = 0) {
  Instruction i{op};
  i.elements = elements;
  i.outputs = outputs;
  return i;
}

/// A core that the project ships.
inline CoreSpec shipped_core(const std::string& file) {
  return load<CoreSpec>(std::string(TRITSIM_SOURCE_DIR) + "/configs/cores/" + file);
}

}  // namespace tritsim::test
