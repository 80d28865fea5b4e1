// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>

#include "arch/base/coefficient.hpp"

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

/// A GPU or CPU with its software, as a roofline per kernel.
struct ProcessorSpec {
  static constexpr std::string_view kind = "processor";

  std::string name;
  std::string source;
  TernaryChoice ternary = TernaryChoice::faster;
  LaunchMode decode = LaunchMode::graph;
  LaunchMode prefill = LaunchMode::eager;
  std::map<std::string, std::uint32_t> launches;  ///< library kernels of an op kind; 1 if not here
  std::uint32_t step_launches = 0;                ///< kernels of a step that belong to no op
  std::uint32_t matrix_rows = 1;                  ///< least rows of a library matrix kernel
  std::uint32_t attention_rows = 1;               ///< least queries of an attention kernel
  Bytes memory_capacity;
  Bandwidth memory_bandwidth;
  Frequency flops;  ///< peak of fp16, floating-point operations
  Coefficient<Bytes> half_bandwidth_size;
  Coefficient<Time> kernel_time;
  Coefficient<Time> packed_kernel_time;
  Coefficient<Time> host_launch_time;
  Coefficient<double> efficiency;
  Coefficient<Frequency> ternary_rate;
  Coefficient<Power> idle;
  Power limit;
  Coefficient<EnergyPerByte> byte_energy;
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
    io.optional("launches", launches, "library kernels of an op, by op kind; kinds left out: one",
                between(1, 1000));
    io.optional("step_launches", step_launches, "kernels of a step that belong to no op",
                between(0, 1 << 20));
    io.optional("matrix_rows", matrix_rows, "rows that a library matrix kernel pads to", any_count);
    io.optional("attention_rows", attention_rows, "queries that an attention kernel pads to",
                any_count);
    io.required("memory_capacity", memory_capacity, "capacity of its memory", any_capacity);
    io.required("memory_bandwidth", memory_bandwidth, "bandwidth of large transfers", any_rate);
    io.required("flops", flops, "peak fp16 floating-point operations per second", any_rate);
    io.required("half_bandwidth_size", half_bandwidth_size,
                "transfer of a library matrix or attention kernel that reaches half the bandwidth");
    io.required("kernel_time", kernel_time, "device time of a library kernel without work");
    io.required("packed_kernel_time", packed_kernel_time,
                "device time of a fused kernel without work");
    io.required("host_launch_time", host_launch_time, "host time of an eager launch");
    io.required("efficiency", efficiency, "attained share of the peak operations",
                between(1e-3, 1));
    io.required("ternary_rate", ternary_rate, "packed ternary weights used per second", any_rate);
    io.required("idle", idle, "power with a process on it and no kernel");
    io.required("limit", limit, "power limit", positive_up_to(1e6));
    io.required("byte_energy", byte_energy, "energy per byte from or to memory");
    io.required("flop_energy", flop_energy, "energy per fp16 operation, padding included");
    io.required("ternary_energy", ternary_energy, "energy per packed ternary weight used");
  }

  void check(Checker& c) const;
};

}  // namespace tritsim
