// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "arch/board/device_fit.hpp"
#include "arch/study/given_override.hpp"
#include "arch/workload/trace.hpp"

namespace tritsim {

/// Where an op of a token step runs on one kernel, how it is cut, and what it asks for. Cycles are
/// those of each unit on its own, with the memory at rest.
struct OpPlacement {
  std::string name;
  std::string kind;
  std::int32_t layer = Op::no_layer;
  std::string place;
  std::string why;
  std::uint64_t tiles = 0;
  std::uint32_t tile_inputs = 0;  ///< of the largest tile
  std::uint32_t tile_outputs = 0;
  std::string cut;     ///< key of the mapping that decides their size and order
  double padding = 0;  ///< share of the tiles that holds no weight of the op
  std::uint64_t instructions = 0;
  std::uint64_t kept = 0;     ///< operands found in a register
  std::uint64_t loads = 0;    ///< LDV: parameters, states, inputs, spilled vectors
  std::uint64_t reloads = 0;  ///< of them spilled before
  std::uint64_t stores = 0;   ///< SV
  std::uint64_t spills = 0;   ///< of them, those made because no register was free
  std::uint64_t weight_bytes = 0;
  std::uint64_t vector_bytes = 0;  ///< of all lanes, loaded and stored
  std::string bound =
      "-";  ///< what takes the most time if nothing is in its way (arch/core/core_unit.hpp)
  std::uint64_t bound_cycles = 0;
  std::uint64_t cycles = 0;  ///< of all units, one after the other

  bool operator==(const OpPlacement&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("name", name, "name of the op");
    io.required("kind", kind, "kind of the op");
    io.optional("layer", layer, "block index, -1 outside the blocks");
    io.required("place", place, "core, host or excluded");
    io.required("why", why, "what says so");
    io.required("tiles", tiles, "weight tiles");
    io.required("tile_inputs", tile_inputs, "inputs of the largest tile");
    io.required("tile_outputs", tile_outputs, "outputs of the largest tile");
    io.optional("cut", cut, "key of the mapping that decides their size and order");
    io.required("padding", padding, "share of the tiles without a weight of the op");
    io.required("instructions", instructions, "instructions");
    io.required("kept", kept, "operands found in a register");
    io.required("loads", loads, "vectors loaded");
    io.required("reloads", reloads, "of them spilled before");
    io.required("stores", stores, "vectors stored");
    io.required("spills", spills, "of them, those made because no register was free");
    io.required("weight_bytes", weight_bytes, "weights streamed");
    io.required("vector_bytes", vector_bytes, "vectors of all lanes, loaded and stored");
    io.required("bound", bound, "what takes the most time");
    io.required("bound_cycles", bound_cycles, "cycles of that");
    io.required("cycles", cycles, "cycles of all units, one after the other");
  }
};

/// The ops of a token step on one kernel.
struct KernelPlacement {
  std::string name;
  std::uint32_t lanes = 1;
  std::vector<OpPlacement> ops;

  bool operator==(const KernelPlacement&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("name", name, "name of the kernel");
    io.required("lanes", lanes, "lanes at work");
    io.required("ops", ops, "ops, in order");
  }
};

/// Placement of a model on a board.
struct ModelPlacement {
  std::string board;
  std::vector<GivenOverride> overrides;  ///< of the board, beside its files
  std::string model;
  std::uint32_t context = 0;             ///< positions in the cache before the step
  std::vector<KernelPlacement> kernels;  ///< each that differs from those before it
  FitVerdict fit;                        ///< of the device and the memories

  template <class Io>
  void fields(Io& io) {
    io.required("board", board, "name of the board");
    io.required("overrides", overrides, "overrides of the board");
    io.required("model", model, "name of the model");
    io.required("context", context, "positions in the cache before the step");
    io.required("kernels", kernels, "kernels that differ");
    io.required("resources", fit.resources, "of the device and the memories");
  }
};

}  // namespace tritsim
