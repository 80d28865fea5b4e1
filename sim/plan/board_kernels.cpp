// SPDX-License-Identifier: Apache-2.0
#include "sim/plan/board_kernels.hpp"

#include "sim/result/kernel_name.hpp"

namespace tritsim {

std::vector<BoardKernel> board_kernels(const BoardSpec& board) {
  std::vector<BoardKernel> all;
  std::uint32_t before = 0;  // kernels of a card in the groups before
  for (const CoreGroup& group : board.cores) {
    const MemoryGroup* memory = board.memory(group.memory);
    for (std::uint32_t n = 0; n < group.kernels() * board.card_count(); ++n) {
      const std::uint32_t card = n / group.kernels();
      const std::uint32_t k = n % group.kernels();
      const ChannelPlan weights{memory, card * memory->channels + group.channels[k], 1};
      const auto in = [&](const std::string& name) {
        const MemoryGroup* shared = name.empty() ? nullptr : board.memory(name);
        if (shared == nullptr) return weights;
        return ChannelPlan{shared, card * shared->channels + (before + k) % shared->channels, 1};
      };
      const std::uint32_t port = group.ports.empty() ? 0 : group.ports[k];
      all.push_back({&group, kernel_name(group, n), card, before + k, port, weights,
                     in(board.mapping.vectors_in), in(board.mapping.kv_in)});
    }
    before += group.kernels();
  }
  return all;
}

}  // namespace tritsim
