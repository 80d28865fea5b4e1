// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include "models/tlm/memory_bridge.hpp"
#include "models/tlm/simulation_context.hpp"
#include "sim/result/result.hpp"
#include "sim/run/own_parts.hpp"

namespace tritsim {

/// A board and what runs on it, some of whose parts are SystemC modules of the program itself:
///
///   tritsim::SystemBuilder builder(board, model, {0, 4, 1});
///   MyMemory memory("my_memory");
///   builder.replace_memory("memory_ddr_0", memory.socket);
///   const tritsim::Result result = tritsim::Simulation(builder).run();
///
/// It opens a simulation context of its own, so that a process can run several systems one after
/// the other: create it before the modules, and let it outlive them. The simulation ends with the
/// host, whatever clocks the modules have.
class SystemBuilder {
 public:
  /// A model. The board is checked when it is read.
  SystemBuilder(BoardSpec board, ModelSpec model, const Workload& workload);

  /// An assembly program, run once on the first kernel. `name` stands in its messages.
  SystemBuilder(BoardSpec board, std::string program, std::string name);

  /// Puts a target in the place of a memory channel, by the channel's name: "memory_GROUP_N" for
  /// channel N of a memory group of the board. A channel that stands for several equal ones stays
  /// their likeness. With `report` it tells what it did up to a time, and is priced as the board's
  /// memory; without, its energy is not modelled. Throws std::logic_error if the channel was
  /// replaced already.
  template <unsigned int BusWidth, class Types, int N, sc_core::sc_port_policy Policy>
  void replace_memory(const std::string& name,
                      tlm::tlm_target_socket<BusWidth, Types, N, Policy>& socket,
                      const BridgeSettings& settings = {},
                      std::function<MemoryActivity(Time end)> report = {}) {
    OwnMemory own;
    own.reports = static_cast<bool>(report);
    own.bridge = [settings, report](const char* bridge_name, Frequency requester) {
      auto bridge = std::make_unique<MemoryBridgeOf<BusWidth>>(bridge_name, requester, settings);
      bridge->report = report;
      return bridge;
    };
    own.bind = {binding_to(socket)};
    add_memory(name, std::move(own));
  }

  /// Another port of a memory that was put in the place of a channel, where kernels have ports
  /// (controller.port, `by_user`): the socket of port 0 is the first, others follow in order. One
  /// socket that takes several initiators may be all of them. Kernels share ports if there are
  /// fewer. Throws std::logic_error without that memory.
  template <unsigned int BusWidth, class Types, int N, sc_core::sc_port_policy Policy>
  void add_memory_port(const std::string& name,
                       tlm::tlm_target_socket<BusWidth, Types, N, Policy>& socket) {
    add_port(name, binding_to(socket));
  }

  /// Puts a core in the place of a kernel, by its name: "kernel_NAME" for kernel NAME of the
  /// result. Programs are lowered for the board's core. `reports`: its activity holds what it did,
  /// and is priced as that of the board's core; else its energy is not modelled. Throws
  /// std::logic_error if the kernel was replaced already.
  void replace_core(const std::string& name, CoreInterface& core, bool reports = false);

 private:
  friend class Simulation;

  template <unsigned int BusWidth, class Types, int N, sc_core::sc_port_policy Policy>
  static std::function<void(MemoryBridge&)> binding_to(
      tlm::tlm_target_socket<BusWidth, Types, N, Policy>& socket) {
    return [&socket](MemoryBridge& bridge) {
      auto* of_width = dynamic_cast<MemoryBridgeOf<BusWidth>*>(&bridge);
      if (of_width == nullptr) throw std::logic_error("ports of a memory have one bus width");
      of_width->memory.bind(socket);
    };
  }

  void add_memory(const std::string& name, OwnMemory own);
  void add_port(const std::string& name, std::function<void(MemoryBridge&)> bind);

  SimulationContext context_;
  BoardSpec board_;
  std::optional<ModelSpec> model_;
  Workload workload_;
  std::string program_;
  std::string program_name_;
  OwnParts parts_{context_};
};

/// One run of a system.
class Simulation {
 public:
  /// Refers to the builder.
  explicit Simulation(const SystemBuilder& builder) : builder_(builder) {}

  /// Builds the other modules, binds them, runs and collects. Throws ConfigError as run_model() and
  /// run_program() do, and with every name that is no part of this run; std::runtime_error if a
  /// part refuses an access; std::logic_error the second time.
  [[nodiscard]] Result run();

 private:
  const SystemBuilder& builder_;
  bool ran_ = false;
};

}  // namespace tritsim
