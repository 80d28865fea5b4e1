// SPDX-License-Identifier: Apache-2.0
#include "reports/run/processor_phases.hpp"

#include <string>

#include <gtest/gtest.h>

#include "arch/base/reader.hpp"
#include "arch/workload/partition.hpp"
#include "models/processor/gpu_kernel_law.hpp"
#include "tests/sim/shipped.hpp"

namespace tritsim {
namespace {

ProcessorSpec slowly_connected_cards() {
  auto p = load<ProcessorSpec>(test::config("processors/h200.yaml"));
  p.cards = 4;
  p.interconnect->latency.value = 100.0_us;
  return p;
}

/// A generated token of each of `sequences`.
ProcessorResult step_of(const ProcessorSpec& p, std::uint32_t sequences) {
  Problems problems;
  Trace trace = shard_with_sums(expand(test::model("transformer_1.3b")), p.cards, problems);
  problems.raise();
  set_context(trace, 1);
  ProcessorResult r;
  r.processor = p;
  r.decode_steps = 1;
  r.decode = step_activity(p, gpu_kernels_of(trace, p, {sequences, 1}), LaunchMode::graph);
  return r;
}

Time time_of(const ProcessorSpec& p) {
  return step_of(p, 1).elapsed();
}

/// A step that is bound by exchanges between cards gains most from faster ones.
TEST(HeadlineProcessor, AStepBoundByExchangesGainsMostFromTheInterconnect) {
  const ProcessorSpec base = slowly_connected_cards();
  const ProcessorResult r = step_of(base, 1);
  ASSERT_EQ(std::string(bound_of(r.decode).key), "exchange");

  ProcessorSpec connected = base;
  connected.interconnect->latency.value = base.interconnect->latency.value / 2;
  connected.interconnect->bandwidth.value = base.interconnect->bandwidth.value * 2;
  ProcessorSpec memory = base;
  memory.memory_bandwidth = base.memory_bandwidth * 2;
  memory.cache_bandwidth = base.cache_bandwidth * 2;
  memory.product.bandwidth.value = base.product.bandwidth.value * 2;
  ProcessorSpec starts = base;
  starts.product.start.value = base.product.start.value / 2;
  starts.attention.start.value = base.attention.start.value / 2;
  for (SmallKernelSpec* k : {&starts.small.vector, &starts.small.function, &starts.small.strided,
                             &starts.small.reduction, &starts.small.norm}) {
    k->start.value = k->start.value / 2;
  }
  EXPECT_LT(time_of(connected), time_of(memory));
  EXPECT_LT(time_of(connected), time_of(starts));
  EXPECT_LT(time_of(memory), r.elapsed());
}

/// What the cards send costs energy on each of them.
TEST(ProcessorPhases, ExchangesCostTheEnergyOfTheirBytes) {
  const ProcessorSpec p = slowly_connected_cards();
  const ProcessorResult r = step_of(p, 8);
  Energy between;
  for (const EnergyTerm& t : r.energy().terms) {
    if (t.use == EnergyUse::card_links) between += t.energy().value;
  }
  const Energy expected = p.interconnect->byte_energy.value * r.decode.exchanged * 4.0;
  EXPECT_GT(between, Energy{});
  EXPECT_NEAR(between / expected, 1, 1e-9);
}

}  // namespace
}  // namespace tritsim
