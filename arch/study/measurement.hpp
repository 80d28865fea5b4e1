// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "arch/board/board.hpp"
#include "arch/board/processor.hpp"
#include "arch/study/memory_traffic.hpp"
#include "arch/study/time_part.hpp"
#include "arch/workload/model.hpp"

namespace tritsim {

/// How a published figure came about.
enum class Obtained {
  silicon,         ///< measured on hardware
  rtl_simulation,  ///< cycles of the published RTL in a simulator
  vendor_tool,     ///< estimated by synthesis or a power tool
  open_synthesis,  ///< counted in the netlist of an open tool; never mixed with a vendor's
  projected,       ///< computed by its authors for hardware that was not built: never judged
};

template <>
struct EnumNames<Obtained> {
  static constexpr std::array<std::pair<Obtained, std::string_view>, 5> names{{
      {Obtained::silicon, "silicon"},
      {Obtained::rtl_simulation, "rtl_simulation"},
      {Obtained::vendor_tool, "vendor_tool"},
      {Obtained::open_synthesis, "open_synthesis"},
      {Obtained::projected, "projected"},
  }};
};

/// One published figure and the run that predicts it. Exactly one of board, processor and memory,
/// of model and program (for a memory neither), and of the quantities.
struct MeasurementSpec {
  std::string name;
  std::optional<BoardSpec> board;
  std::optional<ProcessorSpec> processor;
  std::optional<MemorySpec> memory;    ///< on its own
  std::optional<HostSpec> host;        ///< instead of the board's
  std::optional<MappingSpec> mapping;  ///< instead of the board's
  std::optional<ModelSpec> model;
  std::optional<KernelCase> kernel;  ///< of a processor, instead of a model
  Workload workload{0, 16, 0};
  std::optional<TernaryChoice> ternary;      ///< instead of the processor's own
  std::string program;                       ///< assembly text
  std::uint32_t dim = 0;                     ///< vector length of every core; 0: the board's
  std::uint32_t memory_latency_cycles = 0;   ///< fixed memory latency; 0: the board's memory
  std::optional<MemoryTrafficSpec> traffic;  ///< of a memory on its own
  std::optional<std::uint64_t> cycles;       ///< start to ready
  std::optional<Time> time;                  ///< start to ready
  std::optional<double> tokens_per_second;   ///< over all sequences
  std::optional<Power> power;                ///< average, of the board's boundary
  std::optional<Energy> energy_per_token;
  std::optional<Time> call_time;  ///< mean over the ops that the host offloads to a core
  std::optional<CallShare> call_share;
  std::optional<StepPart> step_part;            ///< mean over the steps, of all sequences
  std::optional<Power> idle_power;              ///< without work, of the board's boundary
  std::optional<std::uint64_t> logic_cells;     ///< that the cores take
  std::optional<std::uint64_t> registers;       ///< flip-flops that the cores take
  std::optional<std::uint64_t> ram_blocks;      ///< that the cores take
  std::optional<Bandwidth> bandwidth;           ///< of a memory, all its channels and streams
  std::optional<IdleLatencySpec> idle_latency;  ///< of a memory
  double tolerance = 0;
  Obtained obtained = Obtained::silicon;
  bool calibrated = false;  ///< a parameter was fitted to this figure
  std::string note;         ///< boundary, doubts

  bool operator==(const MeasurementSpec&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("name", name, "name of the case: the hardware, ': ', and what was measured");
    io.optional("board", board, "the board");
    io.optional("host", host, "the host, instead of the board's");
    io.optional("mapping", mapping, "the mapping, instead of the board's");
    io.optional("processor", processor, "the processor, instead of a board");
    io.optional("memory", memory, "a memory on its own, instead of a board");
    io.optional("model", model, "the model");
    io.optional("kernel", kernel, "one kernel of a processor, instead of a model");
    io.optional("workload", workload, "the workload");
    io.optional("ternary", ternary, "ternary kernels, instead of the processor's own");
    io.optional("program", program, "assembly text, instead of a model");
    io.optional("dim", dim, "vector length of every core; 0: the board's own", between(0, 65536));
    io.optional("memory_latency_cycles", memory_latency_cycles,
                "fixed latency of every memory; 0: the board's own memories",
                between(0, 1'000'000));
    io.optional("traffic", traffic, "traffic of a memory on its own");
    io.optional("cycles", cycles, "measured: core cycles from start to ready", between(1, 1e18));
    io.optional("time", time, "measured: time from start to ready", positive_up_to(1e9));
    io.optional("tokens_per_second", tokens_per_second, "measured: tokens/s of all sequences",
                positive_up_to(1e12));
    io.optional("power", power, "measured: average power", positive_up_to(1e6));
    io.optional("energy_per_token", energy_per_token, "measured: energy of a token",
                positive_up_to(1e12));
    io.optional(
        "call_time", call_time,
        "measured: mean time of an op that the host offloads to a core, packing to reading back",
        positive_up_to(3600));
    io.optional("call_share", call_share, "measured: a part of that time");
    io.optional("step_part", step_part,
                "measured: time that a token step spends on tasks and launches of the host");
    io.optional("idle_power", idle_power, "measured: power without work", positive_up_to(1e6));
    io.optional("logic_cells", logic_cells, "synthesised: LUTs or half ALMs of the cores",
                between(1, 1e9));
    io.optional("registers", registers, "synthesised: flip-flops of the cores", between(1, 1e9));
    io.optional("ram_blocks", ram_blocks, "synthesised: memory blocks of the cores",
                between(1, 1e9));
    io.optional("bandwidth", bandwidth, "measured: bandwidth of a memory under the traffic",
                positive_up_to(1e18));
    io.optional("idle_latency", idle_latency,
                "measured: latency of a burst that finds a DRAM idle");
    io.required("tolerance", tolerance, "allowed relative error", between(0, 1));
    io.required("obtained", obtained, "how the figure was obtained");
    io.required("calibrated", calibrated, "whether a parameter was fitted to it");
    io.optional("note", note, "boundary of the figure, doubts about it");
  }

  /// Whether the figure is of the board itself, so that nothing has to run.
  [[nodiscard]] bool at_rest() const {
    return idle_power || logic_cells || registers || ram_blocks;
  }

  /// Whether the figure is of a memory on its own.
  [[nodiscard]] bool of_memory() const { return bandwidth || idle_latency; }

  void check(Checker& c) const {
    check_subject(c);
    check_workload(c);
    check_quantity(c);
  }

 private:
  /// What is measured: a board, a processor or a memory.
  void check_subject(Checker& c) const {
    if (board.has_value() + processor.has_value() + memory.has_value() != 1) {
      c.fail("", "needs exactly one of board, processor, memory", "give one of them");
    } else if (processor &&
               (!program.empty() || cycles || dim > 0 || memory_latency_cycles > 0 || host ||
                mapping || call_time || call_share || step_part || at_rest())) {
      c.fail("processor", "has no programs, no cycles, no host and no cores to build otherwise",
             "measure a model's time, rate, power or energy, or name a board");
    } else if (kernel && !(processor && !model && (time || power))) {
      c.fail("kernel", "is of a processor without a model, with its time or power",
             "name a processor and give 'time' or 'power'");
    } else if (board && ternary) {
      c.fail("board", "has no ternary kernels", "remove 'ternary'");
    } else if (memory) {
      check_memory(c);
    }
    if (!memory && (of_memory() || traffic)) {
      c.fail("", "has no memory on its own", "name a memory instead of a board or a processor");
    }
  }

  /// What runs on it.
  void check_workload(Checker& c) const {
    if (workload.context > 0 && !model) {
      c.fail("workload.context", "needs a model",
             "leave it out, a program says what it attends to");
    }
    if (board && mapping) check_mapping(*board, *mapping, c);
    if (at_rest()) {
      if (model || !program.empty()) {
        c.fail("", "is a figure of the board itself: nothing runs", "remove model and program");
      }
    } else if (!memory && !kernel && model.has_value() == !program.empty()) {
      c.fail("", "needs either a model or a program", "give one of them");
    }
    if (model && workload.prompt + workload.generate == 0) {
      c.fail("workload", "has no tokens: nothing runs",
             "give prompt or generate a number above zero");
    }
  }

  /// The one figure of it.
  void check_quantity(Checker& c) const {
    if (cycles.has_value() + time.has_value() + tokens_per_second.has_value() + power.has_value() +
            energy_per_token.has_value() + call_time.has_value() + call_share.has_value() +
            step_part.has_value() + idle_power.has_value() + logic_cells.has_value() +
            registers.has_value() + ram_blocks.has_value() + bandwidth.has_value() +
            idle_latency.has_value() !=
        1) {
      c.fail("", "needs exactly one measured quantity",
             "give one of cycles, time, tokens_per_second, power, energy_per_token, call_time, "
             "call_share, step_part, idle_power, logic_cells, registers, ram_blocks, bandwidth, "
             "idle_latency");
    }
    if (!program.empty() &&
        (tokens_per_second || energy_per_token || call_time || call_share || step_part)) {
      c.fail("program", "has no tokens", "measure its cycles, time or power");
    }
  }

  void check_memory(Checker& c) const {
    if (model || !program.empty() || host || mapping || dim > 0 || memory_latency_cycles > 0 ||
        !of_memory()) {
      c.fail("memory", "runs no model and no program: nothing but memory traffic",
             "measure its bandwidth or idle_latency");
    } else if (idle_latency && !memory->dram) {
      c.fail("idle_latency", "is of a DRAM", "name a memory with 'dram'");
    } else if (bandwidth.has_value() != traffic.has_value()) {
      c.fail("", "needs bandwidth and traffic together", "give both, or idle_latency alone");
    } else if (traffic) {
      check_traffic(*traffic, *memory, c);
    }
  }
};

/// A file of measurements from one source.
struct MeasurementFile {
  static constexpr std::string_view kind = "measurements";

  std::string source;
  std::vector<MeasurementSpec> cases;

  bool operator==(const MeasurementFile&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("source", source, "where the figures come from");
    io.required("cases", cases, "the figures");
  }
};

}  // namespace tritsim
