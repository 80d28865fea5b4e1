// SPDX-License-Identifier: Apache-2.0
#include "models/processor/processor_law.hpp"

#include <numeric>

#include <gtest/gtest.h>

#include "arch/base/reader.hpp"
#include "tests/models/support/specs.hpp"
#include "tests/support/files.hpp"
#include "tests/support/models.hpp"

namespace tritsim::test {
namespace {

/// 1 TB/s, 1 TFLOP/s of which half is reached, 2 us a library kernel, 1 us a fused one.
ProcessorSpec round_numbers() {
  ProcessorSpec p;
  p.name = "processor";
  p.launches = {{"bit_linear", 11}, {"rotary", 5}, {"attention", 4}};
  p.matrix_rows = 8;
  p.attention_rows = 1;
  p.memory_capacity = Bytes{1e12};
  p.memory_bandwidth = Bandwidth{1e12};
  p.flops = Frequency{1e12};
  p.half_bandwidth_size = exactly(Bytes{1e6});
  p.kernel_time = exactly(2.0_us);
  p.packed_kernel_time = exactly(1.0_us);
  p.host_launch_time = exactly(10.0_us);
  p.efficiency = {0.5, 0.5, 0.5, "test", Confidence::cited};
  p.ternary_rate = exactly(Frequency{1e12});
  p.idle = exactly(100.0_W);
  p.limit = 1000.0_W;
  p.byte_energy = exactly(EnergyPerByte{100e-12});
  p.flop_energy = exactly(1.0_pJ);
  p.ternary_energy = exactly(50.0_pJ);
  return p;
}

ModelSpec shipped(const std::string& name) {
  return load<ModelSpec>(source_dir() + "configs/models/" + name + ".yaml");
}

using Shape = GpuKernel::Shape;

double launches(const std::vector<GpuKernel>& calls) {
  return std::accumulate(calls.begin(), calls.end(), 0.0,
                         [](double n, const GpuKernel& c) { return n + c.count; });
}

struct OneKernel {
  const char* name;
  GpuKernel call;
  double us;
};

class GpuKernelTimeOf : public testing::TestWithParam<OneKernel> {};

TEST_P(GpuKernelTimeOf, IsItsStartAndTheSlowerOfBytesAndOperations) {
  EXPECT_NEAR(gpu_kernel_time(round_numbers(), GetParam().call).total().si() * 1e6, GetParam().us,
              1e-9);
}

INSTANTIATE_TEST_SUITE_P(
    ProcessorLaw, GpuKernelTimeOf,
    testing::Values(
        OneKernel{"empty", {OpKind::add, Shape::library, 1, {}, 0, 0}, 2},
        OneKernel{"small", {OpKind::add, Shape::library, 1, Bytes{1e6}, 0, 0}, 3},
        // 1 MB at half the bandwidth
        OneKernel{"half", {OpKind::linear, Shape::streaming, 1, Bytes{1e6}, 0, 0}, 4},
        OneKernel{"large", {OpKind::linear, Shape::streaming, 1, Bytes{99e6}, 0, 0}, 102},
        // 10 MFLOP at 0.5 TFLOP/s: 20 us
        OneKernel{"compute", {OpKind::linear, Shape::streaming, 1, Bytes{1e6}, 1e7, 0}, 22},
        OneKernel{"fused", {OpKind::rms_norm, Shape::fused, 1, Bytes{1e6}, 0, 0}, 2},
        OneKernel{"packed", {OpKind::bit_linear, Shape::packed, 1, Bytes{1e6}, 0, 8e6}, 9}),
    [](const auto& test_case) { return std::string(test_case.param.name); });

TEST(ProcessorLaw, BandwidthRisesWithTheTransferToItsPeak) {
  double before = 0;
  for (double n = 1e3; n < 1e12; n *= 10) {
    const GpuKernel call{OpKind::linear, Shape::streaming, 1, Bytes{n}, 0, 0};
    const double rate = n / gpu_kernel_time(round_numbers(), call).memory.si();
    EXPECT_GT(rate, before);
    EXPECT_LT(rate, 1e12);
    before = rate;
  }
  EXPECT_GT(before, 0.99e12);
}

TEST(ProcessorLaw, KernelsOfADenseStepAreThoseOfTheProfile) {
  // Profiled at 1.3B: per layer 2 norms, 4 products, 10 of the rotation, 2 writes to the cache,
  // attention and its reduction, SiLU, product, 2 additions; once embedding, norm and projection.
  const auto calls =
      gpu_kernels_of(expand(shipped("transformer_1.3b"), 1024), round_numbers(), {1, 1});
  EXPECT_EQ(launches(calls), 24 * (2 + 4 + 10 + 2 + 2 + 1 + 1 + 2) + 3);
}

TEST(ProcessorLaw, PackedTernaryDecodingIsEightKernelsALayer) {
  // Measured with 197 kernels a step: 8 a layer, embedding, norm, projection, and 2 that belong to
  // no op.
  ProcessorSpec p = round_numbers();
  p.step_launches = 2;
  for (const char* name : {"mmfreelm_370m", "mmfreelm_1.3b"}) {
    const auto calls = gpu_kernels_of(expand(shipped(name)), p, {1, 1});
    EXPECT_EQ(launches(calls), 197) << name;
    double ternaries = 0;
    for (const GpuKernel& c : calls) ternaries += c.ternaries * c.count;
    EXPECT_EQ(ternaries, static_cast<double>(size_of(shipped(name)).weights)) << name;
  }
}

TEST(ProcessorLaw, UnfusedTernaryWeightsAreHeldAsFp16) {
  const ProcessorSpec p = round_numbers();
  Bytes products;
  for (const GpuKernel& c :
       gpu_kernels_of(expand(shipped("mmfreelm_1.3b")), p, {1, 1, TernaryMethod::unfused})) {
    EXPECT_TRUE(c.shape == Shape::library || c.shape == Shape::streaming);
    if (c.shape == Shape::streaming) products += c.bytes * c.count;
  }
  EXPECT_NEAR(products.si(), 2.0 * 1'298'661'376, 2.0 * 1'298'661'376 * 1e-3);
}

TEST(ProcessorLaw, BytesOfADecodeStepAreWeightsAndCache) {
  const Trace trace = expand(shipped("transformer_1.3b"), 1024);
  Bytes bytes;
  for (const GpuKernel& c : gpu_kernels_of(trace, round_numbers(), {8, 1})) {
    if (c.shape == Shape::streaming) bytes += c.bytes;
  }
  // As the run held them: 2,597,322,752 bytes of weights, 1,610,612,736 of keys and values.
  EXPECT_NEAR(bytes.si(), 2'597'322'752.0 + 1'610'612'736.0, 2e7);
}

TEST(ProcessorLaw, APromptReadsTheWeightsOnceAndComputesForEveryToken) {
  const ModelSpec model = shipped("transformer_370m");
  const std::uint32_t n = 512;
  double flops = 0;
  for (const GpuKernel& c : gpu_kernels_of(expand(model, n), round_numbers(), {1, n}))
    flops += c.flops;
  const auto d = static_cast<double>(model.size("hidden"));
  const auto layers = static_cast<double>(model.size("layers"));
  const double blocks = 2.0 * n * layers * static_cast<double>(test::block_weights(model));
  const double attention = layers * 4 * d * n * (n + 1) / 2.0;  // the pairs that are visible
  EXPECT_NEAR(flops, blocks + attention + 2 * d * static_cast<double>(model.size("vocabulary")) * 8,
              1e-9 * flops);
}

TEST(ProcessorLaw, AStepIsTheSumOfItsKernelsAndEagerlyNoFasterThanTheHost) {
  ProcessorSpec p = round_numbers();
  p.host_launch_time = exactly(100.0_us);
  const auto calls = gpu_kernels_of(expand(shipped("transformer_370m"), 64), p, {1, 1});
  Time sum;
  for (const GpuKernel& c : calls) sum += gpu_kernel_time(p, c).total() * c.count;
  const ProcessorActivity graph = step_activity(p, calls, LaunchMode::graph);
  EXPECT_NEAR(graph.elapsed.si(), sum.si(), 1e-12);
  const ProcessorActivity eager = step_activity(p, calls, LaunchMode::eager);
  EXPECT_NEAR(eager.elapsed.si(), launches(calls) * 100e-6, 1e-12);
  EXPECT_NEAR((eager.elapsed - eager.host).si(), graph.elapsed.si(), 1e-12);
}

TEST(ProcessorLaw, PowerIsIdlePlusWorkAndStaysBelowTheLimit) {
  ProcessorSpec p = round_numbers();
  // 1 GB in 1 ms + 3 us: 0.1 J of bytes.
  const std::vector<GpuKernel> calls{{OpKind::linear, Shape::streaming, 1, Bytes{1e9}, 0, 0}};
  const auto power = [&](const ProcessorActivity& a) {
    Energy e;
    for (const EnergyTerm& t : price_processor(p, a)) e += t.energy().value;
    return (e / a.elapsed).si();
  };
  const ProcessorActivity free = step_activity(p, calls, LaunchMode::graph);
  EXPECT_NEAR(power(free), 100 + 0.1 / 1.003e-3, 1e-6);
  EXPECT_EQ(free.throttled, Time{});
  p.limit = 150.0_W;
  const ProcessorActivity slow = step_activity(p, calls, LaunchMode::graph);
  EXPECT_NEAR(power(slow), 150, 1e-6);
  EXPECT_NEAR(slow.elapsed.si(), 2e-3, 1e-9);
}

TEST(ProcessorLaw, MoreSequencesAreNeverFasterAndLongerContextNeither) {
  const ProcessorSpec p = load<ProcessorSpec>(source_dir() + "configs/processors/h200.yaml");
  const ModelSpec model = shipped("transformer_2.7b");
  Time before;
  for (const std::uint32_t batch : {1U, 2U, 8U, 32U, 64U}) {
    for (const std::uint32_t context : {128U, 1024U, 4096U}) {
      const Time t =
          step_activity(p, gpu_kernels_of(expand(model, context), p, {batch, 1}), LaunchMode::graph)
              .elapsed;
      if (context > 128) {
        EXPECT_GT(t, before) << batch;
      }
      before = t;
    }
  }
}

TEST(ProcessorLaw, SmallerWeightsAreFaster) {
  const ProcessorSpec p = load<ProcessorSpec>(source_dir() + "configs/processors/h200.yaml");
  const auto time = [&](const char* name) {
    return step_activity(p, gpu_kernels_of(expand(shipped(name), 512), p, {1, 1}),
                         LaunchMode::graph)
        .elapsed;
  };
  EXPECT_LT(time("llama2_7b_int4"), time("llama2_7b_int8"));
  EXPECT_LT(time("llama2_7b_int8"), time("llama2_7b"));
}

TEST(GpuKernels, TheFinalProjectionIsKnownByItsRole) {
  Trace trace = expand(shipped("transformer_370m"), 8);
  const ProcessorSpec p = round_numbers();
  const auto last_flops = [&] { return gpu_kernels_of(trace, p, {1, 64}).back().flops; };
  const double of_one_token = last_flops();
  trace.ops.back().name = "unembedding";
  EXPECT_EQ(last_flops(), of_one_token);
  trace.ops.back().role = OpRole::inner;
  EXPECT_GT(last_flops(), of_one_token);
}

TEST(GpuKernels, AKindWithoutARuleIsRefusedByName) {
  Trace trace = expand(shipped("transformer_370m"), 8);
  trace.ops[1].kind = OpKind::all_gather;
  try {
    static_cast<void>(gpu_kernels_of(trace, round_numbers(), {1, 1}));
    FAIL() << "accepted";
  } catch (const ConfigError& e) {
    EXPECT_EQ(std::string(e.what()),
              trace.ops[1].name +
                  ": is of kind 'all_gather', which no kernel of a processor does; take the op out "
                  "of the trace");
  }
}

}  // namespace
}  // namespace tritsim::test
