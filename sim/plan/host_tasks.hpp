// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "models/host/host_law.hpp"
#include "sim/plan/system_plan.hpp"

namespace tritsim {

/// What the host's tasks for the ops of a trace cost, for all `sequences` at work. A task that the
/// host has no cost for is a problem.
class HostTasks {
 public:
  HostTasks(const Trace& trace, const BoardSpec& board, std::uint32_t sequences,
            Problems& problems);

  /// A run of consecutive ops on the host that one task does: `count` ops from the one asked for;
  /// no task: the op is not the first of such a run.
  struct Fused {
    const std::pair<const std::string, HostTaskSpec>* task = nullptr;
    std::uint32_t count = 1;
  };

  /// The longest run that begins with op `first`.
  [[nodiscard]] Fused fused_from(std::uint32_t first) const;

  /// The task of such a run.
  [[nodiscard]] HostTask fused(std::uint32_t first, const Fused& run) const;

  /// The task of an op on the host.
  [[nodiscard]] HostTask own(std::uint32_t op);

  /// Norm, if the op has one, and quantisation of the input of a product; `part`: of an offload.
  void normalise(std::uint32_t op, OffloadPart part, std::vector<HostTask>& tasks);

  /// Packing of it, for an op on the core.
  [[nodiscard]] HostTask pack(std::uint32_t op);

  /// Packing of `inputs` of them, for a tile of the product.
  [[nodiscard]] HostTask pack_tile(std::uint32_t op, std::uint32_t inputs);

  /// Reading of the `outputs` sums of a tile, and their addition to those of the tiles before.
  void take_sums(std::uint32_t op, std::uint32_t outputs, std::vector<HostTask>& tasks);

  /// Reading of a product's results from the core. Of a product with a coarse copy also the choice
  /// of the best ones, and their sums with the weights themselves.
  void read_back(std::uint32_t op, std::vector<HostTask>& tasks);

  /// The name of an op without its layer.
  [[nodiscard]] std::string short_name(std::uint32_t op) const;

 private:
  [[nodiscard]] Target target(const Op& op) const { return board_.mapping.placement_of(op).target; }

  [[nodiscard]] HostTask read(std::uint32_t op, std::uint64_t sums);

  [[nodiscard]] HostTask task(std::uint32_t op, std::string_view name, std::uint64_t work,
                              Bytes moved);

  [[nodiscard]] std::uint64_t elements(const std::vector<ValueId>& values) const;

  /// Results of a product: of all kernels that share it.
  [[nodiscard]] std::uint64_t results(const Op& op) const;

  /// Bytes that cross the link for `n` elements of each sequence, once.
  [[nodiscard]] std::uint64_t copied(std::uint64_t n, double each) const;

  /// Bytes of activations in the host's memory, all sequences.
  [[nodiscard]] Bytes activations(std::uint64_t n) const;

  void rescore(std::uint32_t op, const CoarseSpec& coarse, std::vector<HostTask>& tasks);

  const Trace& trace_;
  const BoardSpec& board_;
  const HostSpec& host_;
  std::uint32_t sequences_;
  Problems& problems_;
  std::vector<bool> made_on_core_;  ///< values, except those that a product's tasks copy
  std::vector<bool> read_on_core_;
};

}  // namespace tritsim
