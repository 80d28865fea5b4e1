// SPDX-License-Identifier: Apache-2.0
#include "models/processor/processor_law.hpp"

#include <cmath>
#include <numeric>

#include <gtest/gtest.h>

#include "arch/base/reader.hpp"
#include "tests/models/support/specs.hpp"
#include "tests/support/files.hpp"
#include "tests/support/models.hpp"

namespace tritsim::test {
namespace {

/// 1 TB/s, the cache 10 TB/s, 1 TFLOP/s of which half is reached on ten multiprocessors.
ProcessorSpec round_numbers() {
  ProcessorSpec p;
  p.name = "processor";
  p.launches = {{"bit_linear", {{"norm", 1}, {"vector", 6}, {"reduction", 1}, {"strided", 2}}},
                {"rotary", {{"strided", 4}, {"vector", 1}}},
                {"attention", {{"strided", 2}}}};
  p.multiprocessors = 10;
  p.memory_capacity = Bytes{1e12};
  p.memory_bandwidth = Bandwidth{1e12};
  p.cache_capacity = Bytes{2e6};
  p.cache_bandwidth = Bandwidth{1e13};
  p.flops = Frequency{1e12};
  p.product = {exactly(2.0_us),
               exactly(3.0_ns),
               exactly(1.0_us),
               exactly(Bandwidth{1e12}),
               exactly(Frequency{5e11}),
               64,
               8};
  p.attention = {exactly(2.0_us), exactly(1.0_ns),          exactly(1.0_us),
                 exactly(Time{}), exactly(Frequency{1e12}), 64};
  p.packed = {exactly(1.0_us), exactly(2.0_ns), exactly(1.0_ns), exactly(1.0_ps), 100, true};
  p.fused = {exactly(1.0_us), exactly(1.0_ns)};
  for (SmallKernelSpec* k :
       {&p.small.vector, &p.small.function, &p.small.strided, &p.small.reduction, &p.small.norm}) {
    k->start = exactly(2.0_us);
  }
  p.small.norm.element = 1.0_ns;
  p.small.strided = {exactly(2.0_us), {}, 1.0_us, {}, {}, 0.5};
  p.small.reduction = {exactly(2.0_us), 1.0_ns, 1.0_us, 2.0_ns, 3.0_ns, 1};
  p.step_time = {1, 1, 1, "test", Confidence::cited};
  p.kernel_time = p.step_time;
  p.host_launch_time = exactly(10.0_us);
  p.idle = exactly(100.0_W);
  p.limit = 1000.0_W;
  p.byte_energy = exactly(EnergyPerByte{100e-12});
  p.cache_byte_energy = exactly(EnergyPerByte{10e-12});
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

GpuKernel small(SmallKernel k, double rows, double length) {
  GpuKernel c;
  c.small = k;
  c.rows = rows;
  c.length = length;
  return c;
}

/// A product of fp16 weights.
GpuKernel product(double outputs, double inputs, double vectors) {
  GpuKernel c;
  c.shape = Shape::product;
  c.outputs = outputs;
  c.length = inputs;
  c.rows = vectors;
  c.bytes = Bytes{2 * outputs * inputs};
  return c;
}

GpuKernel attention(double heads, double width, double context) {
  GpuKernel c;
  c.shape = Shape::attention;
  c.heads = heads;
  c.width = width;
  c.length = context;
  c.bytes = Bytes{4 * heads * width * context};
  return c;
}

GpuKernel packed(double outputs, double inputs, double vectors) {
  GpuKernel c = product(outputs, inputs, vectors);
  c.shape = Shape::packed;
  c.bytes = Bytes{outputs * inputs / 4};
  return c;
}

GpuKernel fused(double length, Bytes cached) {
  GpuKernel c;
  c.shape = Shape::fused;
  c.length = length;
  c.cached = cached;
  return c;
}

struct OneKernel {
  const char* name;
  GpuKernel call;
  double us;
};

class GpuKernelTimeOf : public testing::TestWithParam<OneKernel> {};

TEST_P(GpuKernelTimeOf, IsItsClosedForm) {
  EXPECT_NEAR(gpu_kernel_time(round_numbers(), GetParam().call).total().si() * 1e6, GetParam().us,
              1e-9);
}

double cubes(double a, double b) {
  return std::cbrt(a * a * a + b * b * b);
}

INSTANTIATE_TEST_SUITE_P(
    ProcessorLaw, GpuKernelTimeOf,
    testing::Values(
        OneKernel{"vector", small(SmallKernel::vector, 1, 1000), 2},
        OneKernel{"norm", small(SmallKernel::norm, 8, 1000), 2 + 1},
        OneKernel{"strided_row", small(SmallKernel::strided, 1, 1000), 2},
        OneKernel{"strided_rows", small(SmallKernel::strided, 2, 1000), 2 + 1},
        OneKernel{"reduction_row", small(SmallKernel::reduction, 1, 1000), 2 + 1},
        OneKernel{"reduction_rows", small(SmallKernel::reduction, 4, 1000), 2 + 1 + 1 + 2 + 9},
        // One thread block of ten: 3 us along 1000 inputs, 0.128 us of bytes; the operations of
        // ten.
        OneKernel{"product", product(64, 1000, 1),
                  2 + cubes(std::hypot(1.5, 0.128) + 1, 10 * 2 * 64 * 8 * 1000 / 5e5)},
        OneKernel{"wide_product", product(64'000, 100, 1),
                  2 + cubes(std::hypot(0.3, 12.8), 1000 * 2 * 64 * 8 * 100 / 5e5)},
        OneKernel{"many_vectors", product(640, 100, 128),
                  2 + cubes(std::hypot(0.3, 0.128), 20 * 2 * 64 * 64 * 100 / 5e5)},
        // 4.1 us along 64 x 64; 128 positions are split in two.
        OneKernel{"attention", attention(1, 64, 64), 2 + std::hypot(4.096, 0.016384)},
        OneKernel{"split_attention", attention(1, 64, 128), 2 + std::hypot(4.096, 0.032768) + 1},
        OneKernel{"packed", packed(100, 1024, 3), 1 + 300 * (2e-3 + 1024e-6)},
        OneKernel{"packed_padded", packed(100, 1000, 3), 1 + 300 * (2e-3 + 1024e-6)},
        OneKernel{"packed_wide", packed(200, 1024, 1), 1 + 200 * (1e-3 + 1024e-6)},
        OneKernel{"fused", fused(1000, Bytes{1e6}), 1 + 1 + 0.1}),
    [](const auto& test_case) { return std::string(test_case.param.name); });

TEST(ProcessorLaw, MoreOfAnythingIsNeverFaster) {
  const ProcessorSpec p = load<ProcessorSpec>(source_dir() + "configs/processors/h200.yaml");
  const auto time = [&](const GpuKernel& c) { return gpu_kernel_time(p, c).total(); };
  const std::array<double, 9> sizes{64, 100, 512, 1000, 1024, 2816, 4096, 11008, 32000};
  for (std::size_t i = 1; i < sizes.size(); ++i) {
    for (const double other : sizes) {
      EXPECT_LE(time(product(sizes[i - 1], other, 1)), time(product(sizes[i], other, 1)));
      EXPECT_LE(time(product(other, sizes[i - 1], 1)), time(product(other, sizes[i], 1)));
      EXPECT_LE(time(product(other, 1024, sizes[i - 1])), time(product(other, 1024, sizes[i])));
      EXPECT_LE(time(attention(8, 64, sizes[i - 1])), time(attention(8, 64, sizes[i])));
      EXPECT_LE(time(packed(1024, sizes[i - 1], 1)), time(packed(1024, sizes[i], 1)));
    }
  }
}

TEST(ProcessorLaw, BandwidthRisesWithTheProductToItsPeak) {
  double before = 0;
  for (double outputs = 64; outputs < 1e9; outputs *= 10) {
    const GpuKernel call = product(outputs, 256, 1);
    const double rate = call.bytes.si() / gpu_kernel_time(round_numbers(), call).total().si();
    EXPECT_GT(rate, before);
    before = rate;
  }
  EXPECT_LT(before, 1e12);
}

TEST(ProcessorLaw, KernelsOfADenseStepAreThoseOfTheProfile) {
  // Profiled at 1.3B: per layer 2 norms, 4 products, 10 of the rotation, 2 writes to the cache,
  // attention, SiLU, product, 2 additions; once embedding, norm and projection. What a product or
  // an attention splits is part of it.
  const auto calls =
      gpu_kernels_of(expand(shipped("transformer_1.3b"), 1024), round_numbers(), {1, 1});
  EXPECT_EQ(launches(calls), 24 * (2 + 4 + 10 + 2 + 1 + 1 + 1 + 2) + 3);
}

TEST(ProcessorLaw, PackedTernaryDecodingIsEightKernelsALayer) {
  // Measured with 197 kernels a step: 8 a layer, embedding, norm, projection, and 2 that belong to
  // no op.
  ProcessorSpec p = round_numbers();
  p.step_launches = {{"vector", 1}, {"reduction", 1}};
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
    EXPECT_TRUE(c.shape == Shape::small || c.shape == Shape::product);
    if (c.shape == Shape::product) products += c.bytes * c.count;
  }
  EXPECT_NEAR(products.si(), 2.0 * 1'298'661'376, 2.0 * 1'298'661'376 * 1e-3);
}

TEST(ProcessorLaw, BytesOfADecodeStepAreWeightsAndCache) {
  const Trace trace = expand(shipped("transformer_1.3b"), 1024);
  Bytes bytes;
  for (const GpuKernel& c : gpu_kernels_of(trace, round_numbers(), {8, 1})) {
    bytes += c.bytes;
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
  // 1 GB in 1 ms + 1 us: 0.1 J of bytes.
  GpuKernel call = fused(0, {});
  call.bytes = Bytes{1e9};
  const std::vector<GpuKernel> calls{call};
  const auto power = [&](const ProcessorActivity& a) {
    Energy e;
    for (const EnergyTerm& t : price_processor(p, a)) e += t.energy().value;
    return (e / a.elapsed).si();
  };
  const ProcessorActivity free = step_activity(p, calls, LaunchMode::graph);
  EXPECT_NEAR(power(free), 100 + 0.1 / 1.001e-3, 1e-6);
  EXPECT_EQ(free.throttled, Time{});
  p.limit = 150.0_W;
  const ProcessorActivity slow = step_activity(p, calls, LaunchMode::graph);
  // 0.1 J where the limit leaves 0.05 J: twice the power of work, so cbrt(2) of the time.
  EXPECT_NEAR(power(slow), 150, 1e-6);
  EXPECT_NEAR(slow.elapsed.si(), 1.001e-3 * std::cbrt(0.1 / (50 * 1.001e-3)), 1e-9);
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
