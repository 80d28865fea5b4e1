// SPDX-License-Identifier: Apache-2.0
#include "sim/result/floors.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "models/host/link_law.hpp"
#include "sim/result/traffic_series.hpp"

namespace tritsim {
namespace {

/// The largest floor of each resource so far.
class Floors {
 public:
  explicit Floors(double steps) : steps_(steps) {}

  void add(Resource resource, const std::string& where, Time whole) {
    if (!(whole > Time{})) return;
    const Time each = whole / steps_;
    const auto it = std::find_if(floors_.begin(), floors_.end(),
                                 [&](const Floor& f) { return f.resource == resource; });
    if (it == floors_.end()) {
      floors_.push_back({resource, where, each});
    } else if (each > it->time) {
      *it = {resource, where, each};
    }
  }

  std::vector<Floor> take() {
    std::sort(floors_.begin(), floors_.end(),
              [](const Floor& a, const Floor& b) { return a.resource < b.resource; });
    return std::move(floors_);
  }

 private:
  double steps_;
  std::vector<Floor> floors_;
};

/// Bytes that a kernel moves between its units and memory, all lanes.
struct PortBytes {
  double weights = 0;
  double cache = 0;    ///< read
  double vectors = 0;  ///< and what is appended to the cache
};

PortBytes port_bytes(const KernelResult& k) {
  PortBytes bytes;
  double all = 0;
  for (const OpCycles& op : k.ops) all += static_cast<double>(op.memory_bytes);
  bytes.weights = static_cast<double>(k.activity.weight_bytes);
  if (k.activity.attention) {
    bytes.cache = static_cast<double>(k.activity.attention->bytes_read) * k.lanes;
  }
  bytes.vectors = std::max(all - bytes.weights - bytes.cache, 0.0);
  return bytes;
}

/// A unit's fetches go through a port of its own, if it has one, else through the kernel's.
void add_ports(const KernelResult& k, Floors& floors) {
  const PortBytes bytes = port_bytes(k);
  double shared = 0;
  const auto through = [&](const FetchSpec& fetch, double moved) {
    if (fetch.port.si() == 0) {
      shared += moved;
    } else {
      floors.add(Resource::port, k.name, cycles_to_time(moved / fetch.port.si(), k.core.clock));
    }
  };
  const bool one_unit = k.core.ternary.has_value() != k.core.mac.has_value();
  if (one_unit) {
    through(k.core.ternary ? k.core.ternary->fetch : k.core.mac->fetch, bytes.weights);
  } else if (k.core.ternary->fetch.port.si() == 0 && k.core.mac->fetch.port.si() == 0) {
    shared += bytes.weights;
  }
  if (k.core.attention) through(k.core.attention->fetch, bytes.cache);
  if (!k.core.store || k.core.store->port == k.core.load_store.port) {
    through(k.core.load_store, bytes.vectors);
  }
  floors.add(Resource::port, k.name,
             cycles_to_time(shared / k.core.memory_port.si(), k.core.clock));
}

void add_kernel(const KernelResult& k, Floors& floors) {
  const CoreActivity& a = k.activity;
  const auto busy = [&](const UnitActivity& unit) {
    return cycles_to_time(static_cast<double>(unit.busy_cycles), k.core.clock);
  };
  floors.add(Resource::matrix_unit, k.name, a.working);
  if (a.attention) floors.add(Resource::attention_unit, k.name, a.attention->working);
  for (const CoreUnit unit : {CoreUnit::element_wise, CoreUnit::norm}) {
    floors.add(Resource::vector_units, fmt::format("{}, {} unit", k.name, row_of(unit).name),
               busy(a.units[unit]));
  }
  if (a.exchange) floors.add(Resource::exchange, k.name, a.exchange->waited);
  add_ports(k, floors);
}

void add_memory(const MemoryResult& m, const BoardSpec& board, Floors& floors) {
  const MemoryGroup* group = board.memory(m.group);
  if (group == nullptr) return;
  const std::string where = m.group + " " + std::to_string(m.channel);
  const Bandwidth peak = peak_bandwidth(group->memory);
  if (peak > Bandwidth{}) {
    floors.add(Resource::memory, where, Bytes{moved_bytes(group->memory, m.activity)} / peak);
  }
  if (!group->memory.dram || !group->memory.dram->controller.port) return;
  const ControllerPort& port = *group->memory.dram->controller.port;
  const double each = port.width.si() * port.count * port.clock.si();
  const double most =
      static_cast<double>(std::max(m.activity.bytes_read, m.activity.bytes_written));
  floors.add(Resource::port, where, Time{most / each});
}

}  // namespace

std::vector<Floor> floors_of(const Result& r) {
  if (r.steps == 0 || r.kernels.empty()) return {};
  Floors floors(r.steps);
  for (const KernelResult& k : r.kernels) add_kernel(k, floors);
  for (const MemoryResult& m : r.memories) add_memory(m, r.board, floors);
  const auto across = [&](std::uint64_t bytes, bool to_card) {
    return Bytes{static_cast<double>(bytes)} / payload_rate(r.board.link, to_card);
  };
  floors.add(Resource::link, "",
             across(r.link.bytes_to_card, true) + across(r.link.bytes_to_host, false));
  floors.add(Resource::host, "", r.host.working);
  return floors.take();
}

}  // namespace tritsim
