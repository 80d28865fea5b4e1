// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "arch/core/program.hpp"
#include "sim/plan/capacity.hpp"
#include "sim/plan/kernel_placement.hpp"
#include "sim/run/run.hpp"
#include "sim/run/simulate.hpp"
#include "tritsim_version.hpp"

namespace tritsim {

Result run_program(const BoardSpec& board, const std::string& text, const std::string& file,
                   std::vector<std::string>& warnings, Timeline* timeline) {
  Result result;
  result.tool = fmt::format("tritsim {}", version);
  result.board = board;
  result.board.mapping.parallel.reset();  // one kernel runs it
  result.program = text;
  result.workload = {0, 1, 1};
  result.steps = 1;

  SystemPlan plan;
  Problems problems;
  place_kernels(result.board, {}, plan, problems);
  KernelPlan& kernel = plan.kernels.front();
  Assembly assembly = parse_assembly(text, file, *kernel.core);
  warnings = assembly.warnings;
  const auto program = std::make_shared<const Program>(std::move(assembly.program));
  kernel.program = program;
  for (std::size_t i = 0; i < program->instructions.size(); ++i) {
    const Instruction& instruction = program->instructions[i];
    plan.ops.push_back({fmt::format("{}: {}", i, to_assembly(*program, instruction)),
                        std::string(name_of(instruction.op))});
  }
  problems.raise();
  plan.schedule = HostSchedule::one_launch(plan.kernels.size(), 1);
  result.capacity = checked_capacity(plan, result.board);
  simulate(plan, result.board, 1, {{}, Stepping::as_needed, timeline}, result);
  return result;
}

}  // namespace tritsim
