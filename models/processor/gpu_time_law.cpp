// SPDX-License-Identifier: Apache-2.0
#include "models/processor/gpu_time_law.hpp"

#include <algorithm>
#include <cmath>

namespace tritsim {
namespace {

Time bytes_time(const ProcessorSpec& p, const GpuKernel& call) {
  return call.bytes / p.memory_bandwidth + call.cached / p.cache_bandwidth;
}

Time root_of_squares(Time a, Time b) {
  return Time{std::hypot(a.si(), b.si())};
}

/// Adds two bounds of the same work to a time, which is booked on the greater one.
void add_bounds(GpuKernelTime& t, Time memory, Time compute) {
  const double a = memory.si();
  const double b = compute.si();
  const Time both{std::cbrt(a * a * a + b * b * b)};
  (compute > memory ? t.compute : t.memory) += both;
}

GpuKernelTime small_time(const ProcessorSpec& p, const GpuKernel& call) {
  const SmallKernelSpec& k = p.small.of(call.small);
  GpuKernelTime t;
  t.start = k.start.value + k.element * call.length;
  if (call.rows > 1) {
    t.start += k.rows + k.rows_element * call.length;
    t.memory += k.row_element * (call.length * (call.rows - 1));
  }
  t.memory += bytes_time(p, call) / k.share;
  return t;
}

GpuKernelTime product_time(const ProcessorSpec& p, const GpuKernel& call) {
  const ProductKernelSpec& k = p.product;
  const Time weights = call.bytes / k.bandwidth.value;
  const Time chain = k.input.value * call.length;
  const Time stream = std::min(root_of_squares(chain, weights),
                               root_of_squares(chain / 2, weights) + k.split.value);
  const double least = k.least_vectors;
  const double vectors = std::min<double>(k.tile, std::ceil(call.rows / least) * least);
  const double blocks = std::ceil(call.outputs / k.tile) * std::ceil(call.rows / vectors);
  const double operations = std::max<double>(blocks, p.multiprocessors) * 2 *
                            static_cast<double>(k.tile) * vectors * call.length;
  GpuKernelTime t;
  t.start = k.start.value;
  add_bounds(t, stream, operations / k.rate.value);
  return t;
}

GpuKernelTime attention_time(const ProcessorSpec& p, const GpuKernel& call) {
  const AttentionKernelSpec& k = p.attention;
  const Time bytes = bytes_time(p, call);
  const Time chain = k.element.value * (call.length * call.width);
  const auto in_parts = [&](double parts) {
    return root_of_squares(chain / parts, bytes) + (parts > 1 ? k.split.value : Time{}) +
           k.block.value * (call.heads * parts / p.multiprocessors);
  };
  // Parts need not be whole: with steps at whole ones a longer context could be faster.
  Time stream = in_parts(1);
  for (double s = call.length / k.positions; s > 1; s /= 2) stream = std::min(stream, in_parts(s));
  GpuKernelTime t;
  t.start = k.start.value;
  // A prompt's queries share what a thread block reads; a token's are padded, at no cost.
  const bool prompt = call.rows > call.sequences;
  add_bounds(t, prompt ? bytes : stream, prompt ? call.flops / k.rate.value : Time{});
  return t;
}

GpuKernelTime packed_time(const ProcessorSpec& p, const GpuKernel& call) {
  const PackedKernelSpec& k = p.packed;
  const Time row = call.outputs > k.narrow ? k.wide_row.value : k.row.value;
  const double inputs = k.pads ? std::exp2(std::ceil(std::log2(call.length))) : call.length;
  const Time unpacking = (row + k.element.value * inputs) * (call.rows * call.outputs);
  const Time bytes = bytes_time(p, call);
  GpuKernelTime t;
  t.start = k.start.value;
  (unpacking > bytes ? t.compute : t.memory) += std::max(unpacking, bytes);
  return t;
}

}  // namespace

GpuKernelTime gpu_kernel_time(const ProcessorSpec& p, const GpuKernel& call) {
  switch (call.shape) {
    case GpuKernel::Shape::product:
      return product_time(p, call);
    case GpuKernel::Shape::attention:
      return attention_time(p, call);
    case GpuKernel::Shape::packed:
      return packed_time(p, call);
    case GpuKernel::Shape::fused:
      return {p.fused.start.value + p.fused.element.value * call.length, bytes_time(p, call), {}};
    case GpuKernel::Shape::exchange:
      return {{},
              {},
              {},
              p.interconnect->latency.value + call.exchanged / p.interconnect->bandwidth.value};
    case GpuKernel::Shape::small:
      break;
  }
  return small_time(p, call);
}

}  // namespace tritsim
