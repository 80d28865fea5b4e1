// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>

#include "arch/board/gpu_kernels.hpp"

namespace tritsim {

/// How the kernels of a GPU are started.
enum class LaunchMode {
  graph,  ///< recorded once and replayed by the device
  eager,  ///< one by one by the host
};

template <>
struct EnumNames<LaunchMode> {
  static constexpr std::array<std::pair<LaunchMode, std::string_view>, 2> names{{
      {LaunchMode::graph, "graph"},
      {LaunchMode::eager, "eager"},
  }};
};

/// How matrices of ternary weights are computed.
enum class TernaryMethod {
  packed,   ///< weights at two bit; element-wise ops between two matrices are one kernel
  unfused,  ///< weights held as fp16, a library kernel for every step
};

template <>
struct EnumNames<TernaryMethod> {
  static constexpr std::array<std::pair<TernaryMethod, std::string_view>, 2> names{{
      {TernaryMethod::packed, "packed"},
      {TernaryMethod::unfused, "unfused"},
  }};
};

/// Which of them a run takes.
enum class TernaryChoice {
  faster,   ///< in each phase, prompt and generation, the kernels that take less time
  packed,   ///< always these
  unfused,  ///< always these
};

template <>
struct EnumNames<TernaryChoice> {
  static constexpr std::array<std::pair<TernaryChoice, std::string_view>, 3> names{{
      {TernaryChoice::faster, "faster"},
      {TernaryChoice::packed, "packed"},
      {TernaryChoice::unfused, "unfused"},
  }};
};

/// Small kernels by class.
struct SmallKernels {
  SmallKernelSpec vector, function, strided, reduction, norm;

  bool operator==(const SmallKernels&) const = default;

  [[nodiscard]] const SmallKernelSpec& of(SmallKernel k) const {
    switch (k) {
      case SmallKernel::function:
        return function;
      case SmallKernel::strided:
        return strided;
      case SmallKernel::reduction:
        return reduction;
      case SmallKernel::norm:
        return norm;
      case SmallKernel::vector:
        break;
    }
    return vector;
  }

  template <class Io>
  void fields(Io& io) {
    io.required("vector", vector, "element-wise, its operands contiguous");
    io.required("function", function, "the same with an exponential");
    io.required("strided", strided, "element-wise with a broadcast operand, or a copy");
    io.required("reduction", reduction, "of each row to a number");
    io.required("norm", norm, "of each row");
  }
};

/// How many kernels of each class.
using KernelCounts = std::map<std::string, std::uint32_t>;

/// A GPU or CPU with its software: the kernels of a step, and what bounds each.
struct ProcessorSpec {
  static constexpr std::string_view kind = "processor";

  std::string name;
  std::string source;
  TernaryChoice ternary = TernaryChoice::faster;
  LaunchMode decode = LaunchMode::graph;
  LaunchMode prefill = LaunchMode::eager;
  std::map<std::string, KernelCounts> launches;  ///< small kernels of an op kind
  KernelCounts step_launches;                    ///< small kernels of a step that belong to no op
  std::uint32_t cards = 1;  ///< a tensor-parallel group; what else is here is said of one card
  std::optional<InterconnectSpec> interconnect;
  std::uint32_t multiprocessors = 1;
  Bytes memory_capacity;
  Bandwidth memory_bandwidth;
  Bytes cache_capacity;
  Bandwidth cache_bandwidth;
  Frequency flops;  ///< peak of fp16, floating-point operations
  ProductKernelSpec product;
  AttentionKernelSpec attention;
  PackedKernelSpec packed;
  FusedKernelSpec fused;
  SmallKernels small;
  Coefficient<double> step_time;    ///< of a step, over the sum of its kernels
  Coefficient<double> kernel_time;  ///< of a kernel by itself, over its law's
  Coefficient<Time> host_launch_time;
  Coefficient<Power> idle;
  Power limit;
  Coefficient<EnergyPerByte> byte_energy;
  Coefficient<EnergyPerByte> cache_byte_energy;
  Coefficient<Energy> flop_energy;
  Coefficient<Energy> ternary_energy;

  bool operator==(const ProcessorSpec&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("name", name, "name of the processor");
    io.required("source", source, "where the description comes from");
    io.optional("ternary", ternary,
                "how matrices of ternary weights are computed; left out: whatever is faster in "
                "each phase, prompt and generation");
    io.required("decode", decode, "how the kernels of a generated token are started");
    io.required("prefill", prefill, "how the kernels of the prompt are started");
    io.optional("launches", launches,
                "small kernels of an op by class, by op kind, beside its product or attention; "
                "kinds left out: one",
                between(0, 1000));
    io.optional("step_launches", step_launches, "small kernels of a step that belong to no op",
                between(0, 1000));
    io.optional("cards", cards,
                "cards of a tensor-parallel group, each with its part of every matrix; all other "
                "keys are of one card",
                between(1, 64));
    io.optional("interconnect", interconnect, "what connects the cards of a group");
    io.required("multiprocessors", multiprocessors, "units that work on a thread block each",
                any_count);
    io.required("memory_capacity", memory_capacity, "capacity of its memory", any_capacity);
    io.required("memory_bandwidth", memory_bandwidth, "bandwidth of large transfers", any_rate);
    io.required("cache_capacity", cache_capacity,
                "bytes that a kernel leaves to the next one in the cache", any_capacity);
    io.required("cache_bandwidth", cache_bandwidth, "bandwidth of the cache", any_rate);
    io.required("flops", flops, "peak fp16 floating-point operations per second", any_rate);
    io.required("product", product, "library products");
    io.required("attention", attention, "library attention");
    io.required("packed", packed, "products of packed ternary weights");
    io.required("fused", fused, "fused element-wise kernels");
    io.required("small", small, "small library kernels, by class");
    io.required("step_time", step_time, "time of a step over the sum of its kernels",
                between(0.01, 100));
    io.required("kernel_time", kernel_time,
                "time of a kernel by itself over its law's; in a step such errors even out",
                between(0.01, 100));
    io.required("host_launch_time", host_launch_time, "host time of an eager launch");
    io.required("idle", idle, "power with a process on it and no kernel");
    io.required("limit", limit, "power limit", positive_up_to(1e6));
    io.required("byte_energy", byte_energy, "energy per byte from or to memory");
    io.required("cache_byte_energy", cache_byte_energy, "energy per byte from or to the cache");
    io.required("flop_energy", flop_energy, "energy per fp16 operation, padding included");
    io.required("ternary_energy", ternary_energy, "energy per packed ternary weight used");
  }

  void check(Checker& c) const;
};

}  // namespace tritsim
