// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "arch/base/units.hpp"

namespace tritsim {

/// What passed a socket of a system: a stream of a core's unit, a transfer or an access on the
/// link. Of memories, addresses are those of the channel.
struct Transaction {
  std::string initiator;
  std::string target;
  bool write = false;
  std::uint64_t address = 0;
  std::uint64_t bytes = 0;
  Time start;
  Time end;
};

}  // namespace tritsim
