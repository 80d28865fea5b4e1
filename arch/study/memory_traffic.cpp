// SPDX-License-Identifier: Apache-2.0
#include "arch/study/memory_traffic.hpp"

#include <fmt/format.h>

#include "arch/base/number_setter.hpp"

namespace tritsim {

void MemoryTrafficSpec::check(Checker& c) const {
  if (port_width.has_value() != port_clock.has_value()) {
    c.fail(port_width ? "port_width" : "port_clock", "says half of a port",
           "give port_width and port_clock together, or neither");
  }
  const auto for_each_stream = [&](const char* key, std::size_t entries) {
    if (entries == 0 || entries == all_streams()) return;
    c.fail(key, fmt::format("has {} entries for {} streams", entries, all_streams()),
           "give one for each stream, or leave it out");
  };
  for_each_stream("base", base.size());
  for_each_stream("ports", ports.size());
  check_uncertain(*this, c);
}

void check_traffic(const MemoryTrafficSpec& traffic, const MemorySpec& memory, Checker& c) {
  const double request = traffic.request ? traffic.request->si() : 0;
  if (request > memory.capacity.si() * traffic.channels) {
    c.fail("traffic.request", "is more than the memory holds", "ask for less");
    return;
  }
  for (std::size_t s = 0; s < traffic.base.size(); ++s) {
    if (traffic.base[s].si() + request < memory.capacity.si()) continue;
    c.fail(fmt::format("traffic.base.{}", s),
           fmt::format("{} is beyond the {} of the memory", format(traffic.base[s]),
                       format(memory.capacity)),
           "give less");
  }
  const std::uint32_t ports = user_ports(memory);
  for (std::size_t s = 0; s < traffic.ports.size(); ++s) {
    if (traffic.ports[s] < ports) continue;
    c.fail(fmt::format("traffic.ports.{}", s),
           ports == 0 ? "names a port, the memory has none to choose from"
                      : "is a port that the memory does not have",
           ports == 0 ? "leave it out, or give controller.port a count and no stripe"
                      : fmt::format("give ports from 0 to {}", ports - 1));
  }
}

}  // namespace tritsim
