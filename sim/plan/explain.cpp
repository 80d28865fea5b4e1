// SPDX-License-Identifier: Apache-2.0
#include "sim/plan/explain.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <deque>

#include <fmt/format.h>

#include "arch/workload/trace.hpp"
#include "models/core/core_law.hpp"
#include "models/memory/memory_law.hpp"
#include "sim/plan/capacity.hpp"
#include "sim/plan/context.hpp"
#include "sim/plan/plan_system.hpp"
#include "sim/plan/vector_code.hpp"

namespace tritsim {
namespace {

std::string reason(const Placement& p) {
  if (p.key.empty()) return "nothing else is said";
  if (p.entry.empty()) return fmt::format("mapping.{}", p.key);
  return fmt::format("mapping.{}: {}", p.key, p.entry);
}

/// Cycles of the instructions of one kernel, each with its memory at rest.
class Costs {
 public:
  Costs(const KernelPlan& kernel, const SystemPlan& plan)
      : core_(*kernel.core),
        program_(*kernel.program),
        lanes_(kernel.lanes),
        weights_(plan.channels[kernel.weights].group->memory),
        vectors_(plan.channels[kernel.vectors].group->memory),
        cache_(plan.channels[kernel.cache].group->memory) {}

  struct Cost {
    OpcodeCost law;
    std::uint64_t stream = 0;  ///< cycles of the memory stream
  };

  const Cost& of(const Instruction& i) {
    Instruction sizes = i;
    sizes.dst = sizes.src1 = sizes.src2 = Instruction::no_register;
    sizes.trace_op = sizes.symbol = 0;
    MatrixOperand operand;
    if (shape_of(i.op).address) operand.weights = program_.symbols[i.symbol].weights;
    const auto known = std::find_if(known_.begin(), known_.end(), [&](const Known& k) {
      return k.sizes == sizes && k.operand == operand;
    });
    if (known != known_.end()) return known->cost;
    Cost cost{opcode_cost(core_, i, lanes_, operand), 0};
    if (uses_memory(i.op)) {
      StreamScheduler alone(make_memory_law(memory_of(i), core_.clock));
      const Time end = alone.predict(alone.submit(cost.law.stream));
      cost.stream = static_cast<std::uint64_t>(std::ceil(end * core_.clock - 1e-3));
    }
    return known_.emplace_back(Known{sizes, operand, cost}).cost;
  }

 private:
  struct Known {
    Instruction sizes;  ///< without registers and places
    MatrixOperand operand;
    Cost cost;
  };

  [[nodiscard]] const MemorySpec& memory_of(const Instruction& i) const {
    return channel_of(i.op, vectors_, weights_, cache_);
  }

  const CoreSpec& core_;
  const Program& program_;
  std::uint32_t lanes_;
  const MemorySpec& weights_;
  const MemorySpec& vectors_;
  const MemorySpec& cache_;
  std::deque<Known> known_;
};

/// Sums over the instructions of an op.
class Sum {
 public:
  Sum(OpPlacement& out, const CoreSpec& core) : out_(out), core_(core) {}

  void add(const Instruction& i, const Costs::Cost& cost, bool spilled) {
    ++out_.instructions;
    const std::uint64_t cycles = cost.law.cycles + cost.stream;
    out_.cycles += cycles;
    if (i.op == Opcode::ldv) {
      ++out_.loads;
      if (spilled) ++out_.reloads;
    } else if (i.op == Opcode::sv) {
      ++out_.stores;
      if (spilled) ++out_.spills;
    } else {
      for (const std::uint8_t r : {i.src1, i.src2}) operands_ += r != Instruction::no_register;
    }
    if (cost.law.unit == CoreUnit::load_store) out_.vector_bytes += cost.law.stream.bytes;
    if (is_product(i.op)) {
      add_tile(i, cost);
    } else {
      at(cause_of(i.op)) += cycles;
    }
  }

  /// `weights`: of the op.
  void finish(std::uint64_t weights) {
    out_.kept = operands_ - std::min(operands_, out_.loads);
    if (products_ > 0) {
      out_.padding = 1 - static_cast<double>(weights) / static_cast<double>(products_);
    }
    const auto most = std::max_element(cycles_.begin(), cycles_.end());
    if (*most == 0) return;
    out_.bound = cycle_causes[static_cast<std::size_t>(most - cycles_.begin())].bound;
    out_.bound_cycles = *most;
  }

 private:
  [[nodiscard]] std::uint64_t& at(CycleCause cause) {
    return cycles_[static_cast<std::size_t>(cause)];
  }

  void add_tile(const Instruction& i, const Costs::Cost& cost) {
    ++out_.tiles;
    const std::uint32_t whole = core_.vector_length;
    out_.tile_inputs = std::max(out_.tile_inputs, i.elements > 0 ? i.elements : whole);
    out_.tile_outputs = std::max(out_.tile_outputs, i.outputs > 0 ? i.outputs : whole);
    out_.weight_bytes += cost.law.weight_bytes;
    products_ += products(i);
    // A stream that the unit keeps up with ends a little after its work, with the first request's
    // latency; one that it waits for takes longer.
    const double work =
        cost.law.stream.unit_per_byte * static_cast<double>(cost.law.stream.bytes) * core_.clock;
    const bool waits = static_cast<double>(cost.stream) > 1.1 * work;
    const CoreUnitRow& unit = row_of(cost.law.unit);
    at(waits ? unit.waits : unit.works) += cost.stream + cost.law.cycles;
  }

  [[nodiscard]] std::uint64_t products(const Instruction& i) const {
    const std::uint64_t whole = core_.vector_length;
    return (i.elements > 0 ? i.elements : whole) * (i.outputs > 0 ? i.outputs : whole);
  }

  OpPlacement& out_;
  const CoreSpec& core_;
  std::uint64_t operands_ = 0;
  std::uint64_t products_ = 0;
  std::array<std::uint64_t, cycle_causes.size()> cycles_{};
};

KernelPlacement explain(const KernelPlan& kernel, const SystemPlan& plan, const Trace& trace,
                        const MappingSpec& mapping) {
  KernelPlacement out{kernel.name, kernel.lanes, {}};
  std::vector<Sum> sums;
  out.ops.reserve(trace.ops.size());
  for (const Op& op : trace.ops) {
    const Placement p = mapping.placement_of(op);
    OpPlacement& o = out.ops.emplace_back();
    o.name = op.name;
    o.kind = name_of(op.kind);
    o.layer = op.layer;
    o.place = name_of(p.target);
    o.why = reason(p);
    if (p.target == Target::host) o.bound = "host";
    if (const auto* product = mapping.product_of(op);
        product != nullptr && p.target == Target::core && trace.weights(op) > 0) {
      o.cut =
          fmt::format("{}, mapping.products: {}", name_of(product->second.order), product->first);
    }
    sums.emplace_back(o, *kernel.core);
  }
  Costs costs(kernel, plan);
  for (const Instruction& i : kernel.program->instructions) {
    const bool spilled = uses_memory(i.op) && kernel.program->symbols[i.symbol].spilled;
    sums[i.trace_op].add(i, costs.of(i), spilled);
  }
  for (std::size_t i = 0; i < sums.size(); ++i) sums[i].finish(trace.weights(trace.ops[i]));
  return out;
}

}  // namespace

ModelPlacement explain_mapping(const BoardSpec& board, const ModelSpec& model,
                               const Workload& workload) {
  const Trace trace = expand(model, workload.context + 1);
  check_context(model.name, trace, workload.context);
  const std::uint32_t lanes = board.lanes();
  const std::uint32_t batch = workload.batch == 0 ? lanes : workload.batch;
  const std::uint32_t rounds = (batch + lanes - 1) / lanes;
  const SystemPlan plan = plan_system(board, trace, {(batch + rounds - 1) / rounds});
  ModelPlacement out{board.name, {}, model.name, workload.context, {}, device_fit(board)};
  for (ResourceUse& use : capacity_of(plan, {rounds, workload.context})) {
    out.fit.resources.push_back(std::move(use));
  }
  for (const KernelPlan& kernel : plan.kernels) {
    KernelPlacement next = explain(kernel, plan, plan.trace, board.mapping);
    const auto& known = out.kernels;
    const bool like_another = std::any_of(
        known.begin(), known.end(),
        [&](const KernelPlacement& k) { return k.lanes == next.lanes && k.ops == next.ops; });
    if (!like_another) out.kernels.push_back(std::move(next));
  }
  return out;
}

}  // namespace tritsim
