// SPDX-License-Identifier: Apache-2.0
#include "sim/run/transaction_feed.hpp"

#include <string>
#include <utility>
#include <vector>

namespace tritsim {

void tell_transactions(Modules& modules, std::function<void(const Transaction&)> sink) {
  std::vector<std::string> units;  // in the order of binding
  for (CoreInterface* core : modules.cores) {
    for (const auto* socket : core->memory_sockets()) units.emplace_back(socket->name());
  }
  std::vector<std::string> channels;
  for (const auto& memory : modules.memories) channels.emplace_back(memory->name());
  modules.interconnect.on_passed = [sink, units, channels](const Interconnect::Passed& p) {
    sink({units[static_cast<std::size_t>(p.unit)], channels[p.channel], p.write, p.address, p.bytes,
          p.start, p.end});
  };
  modules.link.on_span = [sink = std::move(sink),
                          before = modules.link.on_span](const LinkSpan& s) {
    using enum LinkSpan::Kind;
    if (before) before(s);
    constexpr std::uint64_t register_bytes = 4;
    const bool write = s.kind == dma ? s.to_card : s.kind == register_write;
    const std::uint64_t bytes = s.kind == dma ? s.bytes : register_bytes * s.count;
    sink({"host", "link", write, 0, bytes, s.from, s.to});
  };
}

}  // namespace tritsim
