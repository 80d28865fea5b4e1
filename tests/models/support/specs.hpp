// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "arch/board.hpp"
#include "arch/reader.hpp"

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
  d.bank_group_interleave = interleave;
  d.front_end = exactly(Time{50e-9});
  d.timing = {.cl = 17,
              .cwl = 12,
              .trcd = 17,
              .trp = 17,
              .tras = 39,
              .trrd = 4,
              .tccd_s = 4,
              .tccd_l = 6,
              .twr = 18,
              .twtr = 9,
              .trtp = 9,
              .trefi = 9360,
              .trfc = 420};
  d.supply.vdd = 1.2_V;
  d.supply.idd0 = 48.0_mA;
  d.supply.idd2n = 34.0_mA;
  d.supply.idd3n = 43.0_mA;
  d.supply.idd4r = 135.0_mA;
  d.supply.idd4w = 123.0_mA;
  d.supply.idd5b = 250.0_mA;
  d.supply.low = 0.8;
  d.supply.high = 1.5;
  d.supply.source = "test";
  d.io_energy = {EnergyPerByte{40e-12}, EnergyPerByte{10e-12}, EnergyPerByte{90e-12}, "test",
                 Confidence::assumed};
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

/// A core that the project ships.
inline CoreSpec shipped_core(const std::string& file) {
  return load<CoreSpec>(std::string(TRITSIM_SOURCE_DIR) + "/configs/cores/" + file);
}

}  // namespace tritsim::test
