// SPDX-License-Identifier: Apache-2.0
#include "sim/system/system_builder.hpp"

#include <stdexcept>
#include <utility>

#include "sim/run/run.hpp"

namespace tritsim {

SystemBuilder::SystemBuilder(BoardSpec board, ModelSpec model, const Workload& workload)
    : board_(std::move(board)), model_(std::move(model)), workload_(workload) {}

SystemBuilder::SystemBuilder(BoardSpec board, std::string program, std::string name)
    : board_(std::move(board)), program_(std::move(program)), program_name_(std::move(name)) {}

void SystemBuilder::add_memory(const std::string& name, OwnMemory own) {
  if (!parts_.memories.emplace(name, std::move(own)).second) {
    throw std::logic_error(name + " is replaced already");
  }
}

void SystemBuilder::add_port(const std::string& name, std::function<void(MemoryBridge&)> bind) {
  const auto memory = parts_.memories.find(name);
  if (memory == parts_.memories.end()) throw std::logic_error(name + " is not replaced");
  memory->second.bind.push_back(std::move(bind));
}

void SystemBuilder::replace_core(const std::string& name, CoreInterface& core, bool reports) {
  if (!parts_.cores.emplace(name, OwnCore{&core, reports}).second) {
    throw std::logic_error(name + " is replaced already");
  }
}

Result Simulation::run() {
  if (ran_) throw std::logic_error("a simulation runs once");
  ran_ = true;
  const SystemBuilder& b = builder_;
  RunControl control;
  control.own_parts = &b.parts_;
  if (b.model_) return run_model(b.board_, *b.model_, b.workload_, control);
  std::vector<std::string> warnings;
  return run_program(b.board_, b.program_, b.program_name_, warnings, control);
}

}  // namespace tritsim
