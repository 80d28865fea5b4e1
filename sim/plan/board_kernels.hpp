// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sim/plan/system_plan.hpp"

namespace tritsim {

/// A memory's name and the number of a channel of it.
using BoardChannel = std::pair<std::string, std::uint32_t>;

/// A kernel of the board and the channels it uses.
struct BoardKernel {
  const CoreGroup* group = nullptr;
  std::string name;
  std::uint32_t card = 0;
  std::uint32_t number = 0;  ///< on its card
  std::uint32_t port = 0;    ///< of its memories, where kernels have one
  ChannelPlan weights;
  ChannelPlan vectors;
  ChannelPlan cache;

  [[nodiscard]] std::set<BoardChannel> channels() const {
    return {{weights.group->name, weights.channel},
            {vectors.group->name, vectors.channel},
            {cache.group->name, cache.channel}};
  }
};

/// All kernels of a board, group by group and card by card: the order in which they are put to
/// work.
[[nodiscard]] std::vector<BoardKernel> board_kernels(const BoardSpec& board);

}  // namespace tritsim
