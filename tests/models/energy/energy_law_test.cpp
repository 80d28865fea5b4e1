// SPDX-License-Identifier: Apache-2.0
#include "models/energy/energy_law.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "models/core/core_law.hpp"
#include "models/energy/core_energy_law.hpp"
#include "models/energy/memory_energy_law.hpp"
#include "models/energy/toggle_law.hpp"
#include "tests/models/support/specs.hpp"

namespace tritsim::test {
namespace {

std::vector<EnergyTerm> price(const DramSpec& dram, const MemoryActivity& a, Time elapsed,
                              double channels = 1) {
  MemorySpec m;
  m.dram = dram;
  std::vector<EnergyTerm> terms;
  price_memory(terms, "ddr", {m, a, elapsed, channels});
  return terms;
}

Energy of(const std::vector<EnergyTerm>& terms, const std::string& cause) {
  const auto it = std::find_if(terms.begin(), terms.end(), [&](const EnergyTerm& t) {
    return t.cause == cause || t.cause == cause + ", VDD";
  });
  if (it == terms.end()) {
    ADD_FAILURE() << "no term '" << cause << "'";
    return {};
  }
  return it->energy().value;
}

constexpr double pico = 1e12;
constexpr double burst_bits = 64 * 8;

// ---- DDR4-2400, 8 Gb x8, eight devices: the figures that follow from its currents
// ----------------

TEST(EnergyLaw, StreamingReadPerBit) {
  MemoryActivity a;
  a.bursts_read = 1000;
  const double per_bit = of(price(ddr4_2400(), a, Time{}), "read bursts").si() / 1000 / burst_bits;
  EXPECT_NEAR(per_bit * pico, 5.73, 0.02 * 5.73);
}

TEST(EnergyLaw, StreamingWritePerBit) {
  MemoryActivity a;
  a.bursts_written = 1000;
  const double per_bit = of(price(ddr4_2400(), a, Time{}), "write bursts").si() / 1000 / burst_bits;
  EXPECT_NEAR(per_bit * pico, 4.98, 0.02 * 4.98);
}

TEST(EnergyLaw, ActivateAndPrechargePerDevice) {
  MemoryActivity a;
  a.activates = 1;
  const double per_device = of(price(ddr4_2400(), a, Time{}), "row activations").si() / 8;
  EXPECT_NEAR(per_device * pico, 432, 1.5);
}

TEST(EnergyLaw, BackgroundPerBitAtFullBandwidth) {
  const DramSpec dram = ddr4_2400();
  const Time elapsed{1e-3};
  MemoryActivity a;
  a.active = elapsed;
  const double bits = dram.peak().si() * elapsed.si() * 8;
  const double per_bit = of(price(dram, a, elapsed), "standby, rows open").si() / bits;
  EXPECT_NEAR(per_bit * pico, 2.68, 0.02 * 2.68);
  EXPECT_EQ(of(price(dram, a, elapsed), "standby, rows closed"), Energy{});
}

TEST(EnergyLaw, RefreshPerBitAtFullBandwidth) {
  const DramSpec dram = ddr4_2400();
  MemoryActivity a;
  a.refreshes = 1;
  const double bits = dram.peak().si() * 9360 / 1200e6 * 8;
  const double per_bit = of(price(dram, a, Time{}), "refreshes").si() / bits;
  EXPECT_NEAR(per_bit * pico, 0.58, 0.02 * 0.58);
}

TEST(EnergyLaw, DevicesCountAll) {
  MemoryActivity a;
  a.bursts_read = 10;
  a.activates = 3;
  DramSpec ecc = ddr4_2400();
  ecc.devices = 9;
  for (const char* cause : {"read bursts", "row activations"}) {
    EXPECT_NEAR(of(price(ecc, a, Time{}), cause) / of(price(ddr4_2400(), a, Time{}), cause),
                9.0 / 8, 1e-12);
  }
  // Per byte moved, not per device.
  EXPECT_EQ(of(price(ecc, a, Time{}), "bytes over the pins"), Energy{10 * 64 * 40e-12});
}

TEST(EnergyLaw, StandbyIsSplitByOpenRows) {
  const Time elapsed{2e-3};
  for (const double share : {0.0, 0.25, 1.0, 1.5}) {
    MemoryActivity a;
    a.active = elapsed * share;
    const auto terms = price(ddr4_2400(), a, elapsed);
    const double open = std::min(share, 1.0);
    EXPECT_NEAR(of(terms, "standby, rows open").si(), 8 * 1.2 * 43e-3 * 2e-3 * open, 1e-12);
    EXPECT_NEAR(of(terms, "standby, rows closed").si(), 8 * 1.2 * 34e-3 * 2e-3 * (1 - open), 1e-12);
  }
}

// ---- what holds for every term -----------------------------------------------------------------

std::vector<EnergyTerm> all_terms(const MemoryActivity& memory, const CoreActivity& core,
                                  const LinkActivity& link, Time elapsed, double channels = 1,
                                  double lanes = 1, double kernels = 1) {
  std::vector<EnergyTerm> terms = price(ddr4_2400(), memory, elapsed, channels);
  MemorySpec sram;
  sram.sram = SramSpec{};
  sram.sram->access_energy = {EnergyPerByte{2e-12}, EnergyPerByte{1e-12}, EnergyPerByte{4e-12},
                              "test", Confidence::assumed};
  price_memory(terms, "sram", {sram, memory, elapsed, channels});
  DeviceSpec device;
  device.family.logic_cell = {Energy{2e-15}, Energy{1e-15}, Energy{5e-15}, "cell",
                              Confidence::scaled};
  device.family.ram_access = {EnergyPerByte{1e-12}, EnergyPerByte{0.5e-12}, EnergyPerByte{3e-12},
                              "ram", Confidence::cited};
  price_core(terms, shipped_core("ternip_1024.yaml"), device, core, {lanes, kernels});
  price_link(terms, test_link(), link);
  BoardPower power;
  power.idle = {30.0_W, 20.0_W, 40.0_W, "test", Confidence::assumed};
  price_board(terms, power, device, elapsed);
  return terms;
}

MemoryActivity busy_memory() {
  MemoryActivity a;
  a.reads = 10;
  a.writes = 5;
  a.bytes_read = 6400;
  a.bytes_written = 320;
  a.bursts_read = 100;
  a.bursts_written = 5;
  a.activates = 8;
  a.refreshes = 2;
  a.active = 10.0_us;
  return a;
}

CoreActivity busy_core() {
  CoreActivity a;
  a.ternaries = 1'000'000;
  a.vector_elements = 5000;
  a.register_bytes = 60'000;
  a.weight_bytes = 250'000;
  return a;
}

LinkActivity busy_link() {
  LinkActivity a;
  a.bytes_to_card = 1000;
  a.bytes_to_host = 500;
  return a;
}

TEST(EnergyLaw, PowerDownTakesItsTimeFromStandby) {
  DramSpec d = ddr4_2400();
  d.controller.power_down = PowerDown{64, 8};
  MemoryActivity a;
  a.active = Time{0.4};
  a.down_open = Time{0.1};
  a.down_closed = Time{0.5};
  const auto terms = price(d, a, Time{1});
  const double volt = 1.2 * 8;  // of eight devices
  EXPECT_NEAR(of(terms, "standby, rows open").si(), 0.3 * 43e-3 * volt, 1e-9);
  EXPECT_NEAR(of(terms, "power-down, rows open").si(), 0.1 * 37e-3 * volt, 1e-9);
  EXPECT_NEAR(of(terms, "standby, rows closed").si(), 0.1 * 34e-3 * volt, 1e-9);
  EXPECT_NEAR(of(terms, "power-down, rows closed").si(), 0.5 * 25e-3 * volt, 1e-9);
  // An unused channel powers down between its refreshes.
  MemorySpec m;
  m.dram = d;
  EXPECT_NEAR(idle_activity(m, Time{1}).down_closed.si(), (9360 - 420 - 64 - 8) / 9360.0, 1e-9);
}

TEST(EnergyLaw, NoActivityCostsNothingDynamic) {
  const auto terms = all_terms({}, {}, {}, 1.0_ms);
  double standing = 0;
  for (const EnergyTerm& t : terms) {
    if (!t.is_static) {
      EXPECT_EQ(t.energy().high, Energy{}) << t.component << ": " << t.cause;
    }
    if (t.is_static) standing += t.energy().value.si();
  }
  EXPECT_NEAR(standing, 30e-3 + 8 * 1.2 * 34e-3 * 1e-3, 1e-12);
}

TEST(EnergyLaw, NoTimeCostsNothingStatic) {
  for (const EnergyTerm& t : all_terms(busy_memory(), busy_core(), busy_link(), Time{})) {
    if (t.is_static) {
      EXPECT_EQ(t.energy().high, Energy{}) << t.component << ": " << t.cause;
    } else {
      EXPECT_GT(t.energy().low, Energy{}) << t.component << ": " << t.cause;
    }
  }
}

TEST(EnergyLaw, EveryTermHasItsRangeInOrderAndItsSource) {
  for (const EnergyTerm& t : all_terms(busy_memory(), busy_core(), busy_link(), 20.0_us)) {
    EXPECT_LT(t.energy().low, t.energy().value) << t.component << ": " << t.cause;
    EXPECT_LT(t.energy().value, t.energy().high) << t.component << ": " << t.cause;
    EXPECT_FALSE(t.source().empty());
    EXPECT_FALSE(t.coefficient().empty());
    EXPECT_GT(t.count, 0);
  }
}

TEST(EnergyLaw, ChannelsLanesAndKernelsMultiply) {
  const auto one = all_terms(busy_memory(), busy_core(), busy_link(), 20.0_us);
  const auto many = all_terms(busy_memory(), busy_core(), busy_link(), 20.0_us, 3, 14, 2);
  ASSERT_EQ(one.size(), many.size());
  for (std::size_t i = 0; i < one.size(); ++i) {
    double factor = 1;
    if (one[i].component == "ddr" || one[i].component == "sram") factor = 3;
    if (one[i].component == "ternary adders" || one[i].component == "vector units" ||
        one[i].component == "vector registers") {
      factor = 28;
    }
    if (one[i].component == "weight FIFO") factor = 2;  // the lanes share it
    EXPECT_NEAR(many[i].energy().value / one[i].energy().value, factor, 1e-9) << one[i].component;
  }
}

TEST(EnergyLaw, CoreTermsFollowFromTheirCounts) {
  const auto terms = all_terms({}, busy_core(), {}, Time{});
  // 3.64 cells a bit, 16 bit, 2 fJ a cell.
  EXPECT_NEAR(of(terms, "ternary additions").si(), 1e6 * 3.64 * 16 * 2e-15, 1e-18);
  EXPECT_NEAR(of(terms, "elements").si(), 5000 * 8.0 * 16 * 2e-15, 1e-18);
  EXPECT_NEAR(of(terms, "bytes written and read").si(), 2 * 250'000 * 1e-12, 1e-18);
}

TEST(EnergyLaw, AProductIsAsSureAsItsWeakestFactor) {
  for (const EnergyTerm& t : all_terms({}, busy_core(), {}, Time{})) {
    if (t.component == "ternary adders") {
      EXPECT_EQ(t.confidence(), Confidence::scaled);
    }
    if (t.component == "vector units") {
      EXPECT_EQ(t.confidence(), Confidence::assumed);
    }
  }
}

DeviceSpec leaking_device() {
  DeviceSpec d;
  d.leakage.emplace();
  d.leakage->power = {4.0_W, 2.0_W, 8.0_W, "leak", Confidence::scaled};
  d.leakage->junction = 25;
  d.leakage->doubling = {40, 25, 60, "leak", Confidence::assumed};
  return d;
}

std::vector<EnergyTerm> board_terms(double junction) {
  BoardPower power;
  power.idle = {30.0_W, 20.0_W, 40.0_W, "test", Confidence::assumed};
  power.junction = junction;
  power.idle_junction = 65;
  std::vector<EnergyTerm> terms;
  price_board(terms, power, leaking_device(), 1.0_s);
  return terms;
}

double sum_of(const std::vector<EnergyTerm>& terms) {
  double sum = 0;
  for (const EnergyTerm& t : terms) sum += t.energy().value.si();
  return sum;
}

TEST(EnergyLaw, StaticPowerDoublesWithTheTemperature) {
  // 25 to 65 C is one doubling: 8 W of the 30 W; another makes 16 W.
  EXPECT_NEAR(of(board_terms(65), "time").si(), 30, 1e-9);
  EXPECT_NEAR(sum_of(board_terms(65)), 30, 1e-9);
  EXPECT_NEAR(sum_of(board_terms(105)), 30 - 8 + 16, 1e-9);
  EXPECT_NEAR(sum_of(board_terms(25)), 30 - 8 + 4, 1e-9);
}

TEST(EnergyLaw, RegulatorsLoseOnWhatIsDynamic) {
  std::vector<EnergyTerm> terms = all_terms(busy_memory(), busy_core(), busy_link(), 20.0_us);
  double dynamic = 0;
  for (const EnergyTerm& t : terms) dynamic += t.is_static ? 0 : t.energy().value.si();
  BoardPower power;
  const double before = sum_of(terms);
  price_regulators(terms, power);
  EXPECT_EQ(sum_of(terms), before) << "none given";
  power.regulators = Coefficient<double>{0.1, 0.05, 0.2, "test", Confidence::assumed};
  price_regulators(terms, power);
  EXPECT_NEAR(sum_of(terms) - before, 0.1 * dynamic, 1e-12 * dynamic);
}

TEST(EnergyLaw, AddersTakeWhatTheirRegistersChange) {
  DeviceSpec device;
  device.family.logic_cell = {Energy{2e-15}, Energy{1e-15}, Energy{5e-15}, "cell",
                              Confidence::scaled};
  device.family.activity = CellActivity{{0.25, 0.125, 0.5, "test", Confidence::assumed},
                                        {0.4, 0.2, 0.6, "test", Confidence::assumed}};
  const CoreSpec core = shipped_core("ternip_1024.yaml");
  const auto adders = [&](std::optional<double> zeros) {
    std::vector<EnergyTerm> terms;
    price_core(terms, core, device, busy_core(), {1, 1, zeros});
    std::erase_if(terms, [](const EnergyTerm& t) { return t.use != EnergyUse::adders; });
    return terms;
  };
  ASSERT_EQ(adders({}).size(), 1U) << "no statistics: the table's own activity";
  const double usual = adders({}).front().energy().value.si();
  const std::vector<EnergyTerm> terms = adders(0.4);
  ASSERT_EQ(terms.size(), 2U);
  EXPECT_NEAR(terms[0].energy().value.si(), 0.4 * usual, 1e-12 * usual) << "clock";
  const TernaryTree tree{core.ternary->tree->width(core.ternary->ternaries_per_cycle),
                         core.activation_bits(),
                         static_cast<std::uint32_t>(core.ternary->accumulator.si() * 8)};
  const double rate = toggle_rate(tree, 0.4);
  EXPECT_NEAR(terms[1].energy().value.si(), 0.6 * rate / 0.25 * usual, 1e-12 * usual) << "data";
  const EnergyFactor& toggles = terms[1].factors.back();
  EXPECT_EQ(toggles.coefficient, "device.family.activity.toggle_rate");
  EXPECT_NEAR(toggles.ends.at_low, rate / 0.125, 1e-12)
      << "the livelier the data that the table stands for, the less these take";
  EXPECT_LT(sum_of(adders(0.8)), sum_of(terms)) << "more zeros take less";
  device.family.activity.reset();
  EXPECT_EQ(sum_of(adders(0.4)), usual) << "a table that says nothing of activity";
}

TEST(EnergyLaw, AMemoryOfFixedLatencyHasNoEnergy) {
  MemorySpec m;
  m.fixed = FixedLatencySpec{5};
  std::vector<EnergyTerm> terms;
  price_memory(terms, "fixed", {m, busy_memory(), 1.0_ms});
  EXPECT_TRUE(terms.empty());
}

TEST(EnergyLaw, ActivationNeverGivesEnergyBack) {
  DramSpec odd = ddr4_2400();
  DramRail& rail = odd.supply.rails.front();
  rail.idd2n = rail.idd3n;
  rail.idd0 = 40.0_mA;
  MemoryActivity a;
  a.activates = 100;
  a.refreshes = a.bursts_read = 1;
  for (const EnergyTerm& t : price(odd, a, 1.0_ms)) EXPECT_GE(t.energy().low, Energy{}) << t.cause;
}

// ---- other standards, with the figures of their sources
// ------------------------------------------

double picojoules_per_bit(const DramSpec& dram, const MemoryActivity& a, const std::string& cause) {
  const auto bursts = static_cast<double>(a.bursts_read + a.bursts_written);
  return of(price(dram, a, Time{}), cause).si() * pico / (bursts * dram.burst().si() * 8);
}

TEST(EnergyLaw, Lpddr4ReadsAndWritesByRail) {
  const DramSpec dram = lpddr4_3200();
  MemoryActivity read;
  read.bursts_read = 100;
  EXPECT_NEAR(picojoules_per_bit(dram, read, "read bursts, VDD2"), 5.26, 0.02 * 5.26);
  EXPECT_NEAR(picojoules_per_bit(dram, read, "read bursts, VDDQ"), 3.21, 0.02 * 3.21);
  MemoryActivity write;
  write.bursts_written = 100;
  EXPECT_NEAR(picojoules_per_bit(dram, write, "write bursts, VDD2"), 3.87, 0.02 * 3.87);
  EXPECT_NEAR(picojoules_per_bit(dram, write, "write bursts, VDDQ"), 1.17, 0.02 * 1.17);
}

TEST(EnergyLaw, Lpddr4ActivatesOnBothCoreRails) {
  MemoryActivity a;
  a.activates = 1;
  const auto terms = price(lpddr4_3200(), a, Time{});
  const double both =
      (of(terms, "row activations, VDD1") + of(terms, "row activations, VDD2")).si() * pico;
  // Derived from the same currents with tRCab (102 clocks) it is 1275 pJ; a bank cycles in tRCpb
  // (97).
  EXPECT_NEAR(both, 1205, 0.01 * 1205);
  EXPECT_NEAR(both, 1275, 0.06 * 1275);
}

TEST(EnergyLaw, Lpddr4RefreshesOfABank) {
  MemoryActivity a;
  a.bank_refreshes = 1;
  // VDD1 alone draws more than in active standby: 0.25 mA for 224 clocks at 1.8 V.
  EXPECT_NEAR(of(price(lpddr4_3200(true), a, Time{}), "refreshes of a bank, VDD1").si() * pico, 63,
              0.1);
}

// The read increment over standby: 4.97 pJ/bit random, 2.97 zeros (CMU-SAFARI/HBM-Power, from the
// stack rails of 36 stacks). The law has the currents of static data and the slopes of the toggle
// model, neither of which was fitted to these two figures.
TEST(EnergyLaw, Hbm2ReadsOfRandomAndOfZeroData) {
  MemoryActivity a;
  a.bursts_read = 1000;
  DramSpec dram = hbm2();
  const double fixed = picojoules_per_bit(dram, a, "read bursts");
  EXPECT_NEAR(fixed + picojoules_per_bit(dram, a, "data toggling, read"), 4.97, 0.05 * 4.97);
  dram.supply.toggle->share = 0;
  EXPECT_NEAR(fixed + picojoules_per_bit(dram, a, "data toggling, read"), 2.97, 0.05 * 2.97);
}

TEST(EnergyLaw, Hbm2ActivateAgreesWithThePublishedModel) {
  MemoryActivity a;
  a.activates = 1;
  // 909 pJ for a row of 1 KB (O'Connor, MICRO 2017).
  EXPECT_NEAR(of(price(hbm2(), a, Time{}), "row activations").si() * pico, 909, 0.1 * 909);
}

TEST(EnergyLaw, AnEventKeepsItsChargeWhenTheClockChanges) {
  MemoryActivity a;
  a.bursts_read = a.activates = a.refreshes = 1;
  DramSpec slow = hbm2();
  slow.clock = Frequency{500e6};
  for (const char* cause : {"read bursts", "row activations", "refreshes"}) {
    EXPECT_EQ(of(price(slow, a, Time{}), cause), of(price(hbm2(), a, Time{}), cause));
  }
}

TEST(EnergyLaw, InterleavedChannelsStandBySideBySide) {
  DramSpec two = ddr4_2400();
  two.channels = 2;
  MemoryActivity a;
  a.active = 1.5_ms;  // summed over both
  const auto terms = price(two, a, 1.0_ms);
  EXPECT_NEAR(of(terms, "standby, rows open").si(), 8 * 1.2 * 43e-3 * 1.5e-3, 1e-12);
  EXPECT_NEAR(of(terms, "standby, rows closed").si(), 8 * 1.2 * 34e-3 * 0.5e-3, 1e-12);
}

// ---- matrix units ------------------------------------------------------------------------------

DeviceSpec shipped_device(const std::string& file) {
  return load<DeviceSpec>(std::string(TRITSIM_SOURCE_DIR) + "/configs/devices/" + file);
}

Energy energy_of(const std::vector<EnergyTerm>& terms, const std::string& component) {
  Energy sum;
  for (const EnergyTerm& t : terms) {
    if (t.component == component) sum += t.energy().value;
  }
  return sum;
}

/// Energy of a million weights on a shipped core.
std::vector<EnergyTerm> million(const std::string& core_file, const DeviceSpec& device,
                                const MatrixOperand& operand = {}) {
  const CoreSpec core = shipped_core(core_file);
  CoreActivity a;
  count_instruction(a, opcode_cost(core, sized(Opcode::tmatmul, 1000, 1000), 1, operand));
  std::vector<EnergyTerm> terms;
  price_core(terms, core, device, a, {});
  return terms;
}

TEST(EnergyLaw, AnAdditionInFabricCostsAboutAsMuchAsAMultiplicationInADspBlock) {
  // 3.64 cells a bit x 16 bit x 0.0721 pJ against half a block of 4.3 pJ: the gain of ternary
  // weights is in the bytes.
  const DeviceSpec s10 = shipped_device("stratix10_sx2800.yaml");
  const double add = shipped_core("kria_engine.yaml").activity.cells_per_ternary_bit.value().value *
                     16 * s10.family.logic_cell.value.si();
  EXPECT_NEAR(add * pico, 4.2, 0.1);
  EXPECT_NEAR(s10.family.dsp_mac.value.si() * pico, 2.15, 0.01);
  // On one board: 8-bit fabric additions and pairs of int8 products are within a factor of two.
  const DeviceSpec k26 = shipped_device("xck26.yaml");
  const Energy adders = energy_of(million("bit_serial_4096.yaml", k26), "ternary adders");
  const auto mac = million("mac_vector_256.yaml", k26);
  const Energy multipliers = energy_of(mac, "DSP blocks") + energy_of(mac, "MAC array logic");
  EXPECT_GT(multipliers / adders, 0.5);
  EXPECT_LT(multipliers / adders, 2);
}

TEST(EnergyLaw, ProductsArePricedByTheModeOfTheirFormat) {
  const DeviceSpec k26 = shipped_device("xck26.yaml");
  const auto dsp = [&](NumberFormat format) {
    return energy_of(million("mac_vector_256.yaml", k26, {{format}, {}}), "DSP blocks").si();
  };
  const double block = k26.family.dsp_mac.value.si();
  EXPECT_NEAR(dsp(NumberFormat::fp16), 1e6 * block, 1e-12);
  EXPECT_NEAR(dsp(NumberFormat::int8), 1e6 * block / 2, 1e-12);
  EXPECT_NEAR(dsp(NumberFormat::int4), 1e6 * block / 4, 1e-12);
  // Group scales are products too: 8 groups a row.
  const auto grouped = million("mac_vector_256.yaml", k26, {{NumberFormat::int4, 125, 32}, {}});
  EXPECT_NEAR(energy_of(grouped, "DSP blocks").si(), (1e6 / 4 + 8000) * block, 1e-12);
}

// An access through w of a block's lines costs f + (1 - f) w / 20 of one through 20; wider words
// are blocks side by side.
TEST(EnergyLaw, MemoryBlocksArePricedByTheWidthOfTheirPorts) {
  DeviceSpec device = shipped_device("stratix10_sx2800.yaml");
  device.family.ram_fixed_share = Coefficient<double>{0.6, 0.6, 0.6, "test", Confidence::assumed};
  CoreSpec core = shipped_core("ternip_1024.yaml");
  CoreActivity a;
  a.register_bytes = 1000;
  const double each = device.family.ram_access.value.si();
  const auto registers = [&](std::uint32_t elements, double bits, RamBlock block) {
    core.element = Bytes{bits / 8};
    core.elements_per_cycle = elements;
    device.core_block = block;
    std::vector<EnergyTerm> terms;
    price_core(terms, core, device, a, {});
    return energy_of(terms, "vector registers").si() / (1000 * each);
  };
  EXPECT_NEAR(registers(5, 4, RamBlock::m20k), 1, 1e-12);  // 20 bit
  EXPECT_NEAR(registers(1, 5, RamBlock::m20k), (0.6 + 0.4 / 4) * 4, 1e-12);
  EXPECT_NEAR(registers(1, 40, RamBlock::m20k), (0.6 + 0.4 * 2) / 2, 1e-12);
  EXPECT_NEAR(registers(2, 40, RamBlock::m20k), (0.6 + 0.4 * 2) / 2, 1e-12);  // two blocks
  EXPECT_NEAR(registers(1, 60, RamBlock::m20k), (0.6 + 0.4 * 1.5) / 1.5, 1e-12);
  EXPECT_NEAR(registers(1, 60, RamBlock::bram36), (0.6 + 0.4 * 3) / 3, 1e-12);  // one
  device.family.ram_fixed_share.reset();
  EXPECT_NEAR(registers(1, 5, RamBlock::m20k), 1, 1e-12);
}

TEST(EnergyLaw, TablesPayForFillingAndLookingUp) {
  const DeviceSpec k26 = shipped_device("xck26.yaml");
  const CoreSpec core = shipped_core("table_lookup_288.yaml");
  const auto terms = million("table_lookup_288.yaml", k26);
  const double f = k26.family.ram_fixed_share->value;  // an entry is half of 20 bit
  // 334 groups of three, 14 entries each, of which one is zero; 10 bit an entry.
  const double lookups = 334 * 1000;
  const double cell =
      k26.family.logic_cell.value.si() * core.activity.cells_per_ternary_bit.value().value * 10;
  EXPECT_NEAR(energy_of(terms, "ternary adders").si(), (lookups + 334 * 13) * cell, 1e-12);
  EXPECT_NEAR(
      energy_of(terms, "look-up tables").si(),
      (lookups + 334 * 14) * 10 / 8 * k26.family.ram_access.value.si() * (f + (1 - f) / 2) * 2,
      1e-12);
}

TEST(EnergyLaw, SkippedAdditionsCostNothingAndDecodersDo) {
  const DeviceSpec k26 = shipped_device("xck26.yaml");
  const double all = energy_of(million("kria_engine.yaml", k26), "ternary adders").si();
  const MatrixOperand half{{NumberFormat::ternary}, ZeroShares{0.5, 0.5, 1, 1000}};
  EXPECT_NEAR(energy_of(million("kria_engine_skipping.yaml", k26, half), "ternary adders").si(),
              all / 2, 1e-12);
  const auto packed = million("kria_engine_packed.yaml", k26);
  EXPECT_NEAR(energy_of(packed, "ternary adders").si(), all, 1e-15);
  EXPECT_NEAR(energy_of(packed, "weight decoders").si(),
              2e5 * 36 * k26.family.logic_cell.value.si(), 1e-12);
  EXPECT_NEAR(energy_of(packed, "weight FIFO").si(),
              0.8 * energy_of(million("kria_engine.yaml", k26), "weight FIFO").si(), 1e-12);
}

}  // namespace
}  // namespace tritsim::test
