// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>

#include <systemc>

#include "arch/base/units.hpp"

namespace tritsim {

/// What a kernel asks of the exchange between those of its tensor-parallel group.
class ExchangeInterface : public virtual sc_core::sc_interface {
 public:
  /// The kernel's shard, of `bytes`, is ready at `start`; returns when all shards are with it.
  /// Blocks until the last kernel of the group has asked.
  virtual Time gather(Time start, std::uint64_t bytes) = 0;
};

/// Where the simulated kernels of a tensor-parallel group meet. A gather begins when the last of
/// them is ready and takes the time that the law says; equal kernels that are not simulated are
/// ready at the same time.
class Exchange : public sc_core::sc_module, public ExchangeInterface {
 public:
  using Law = std::function<Time(std::uint64_t bytes)>;

  Exchange(const sc_core::sc_module_name& name, Law law, std::uint32_t kernels);

  Time gather(Time start, std::uint64_t bytes) override;

 private:
  Law law_;
  std::uint32_t kernels_;
  std::uint32_t arrived_ = 0;
  std::uint64_t round_ = 0;
  Time last_;  ///< start of the latest so far
  Time end_;   ///< of the round before
  sc_core::sc_event complete_;
};

}  // namespace tritsim
