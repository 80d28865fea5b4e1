// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "arch/base/schema.hpp"
#include "models/base/accumulator.hpp"

// What components did: counts and busy times, nothing else. Simulation fills these; sim/result
// prices them afterwards. Cores: models/core/core_activity.hpp.
namespace tritsim {

struct MemoryActivity {
  std::uint64_t reads = 0;       ///< read requests
  std::uint64_t writes = 0;      ///< write requests
  std::uint64_t bytes_read = 0;  ///< asked for
  std::uint64_t bytes_written = 0;
  std::uint64_t bursts_read = 0;  ///< moved, in whole DRAM bursts
  std::uint64_t bursts_written = 0;
  std::uint64_t activates = 0;
  std::uint64_t page_hits = 0;
  std::uint64_t page_misses = 0;
  std::uint64_t page_conflicts = 0;
  std::uint64_t refreshes = 0;       ///< of all banks at once
  std::uint64_t bank_refreshes = 0;  ///< of a single bank
  Time busy;                         ///< data bus occupied
  Time conflict_wait;                ///< data bus idle before bursts that had to close a row
  Time active;                       ///< at least one row open
  Time down_open;                    ///< powered down with a row open (part of `active`)
  Time down_closed;                  ///< powered down with all rows closed

  bool operator==(const MemoryActivity&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("reads", reads, "read requests");
    io.required("writes", writes, "write requests");
    io.required("bytes_read", bytes_read, "bytes asked for");
    io.required("bytes_written", bytes_written, "bytes written");
    io.required("bursts_read", bursts_read, "DRAM bursts read");
    io.required("bursts_written", bursts_written, "DRAM bursts written");
    io.required("activates", activates, "row activations");
    io.required("page_hits", page_hits, "bursts that found their row open");
    io.required("page_misses", page_misses, "bursts that found their bank closed");
    io.required("page_conflicts", page_conflicts, "bursts that found another row open");
    io.required("refreshes", refreshes, "refreshes of all banks at once");
    io.required("bank_refreshes", bank_refreshes, "refreshes of a single bank");
    io.required("busy", busy, "data bus occupied");
    io.optional("conflict_wait", conflict_wait,
                "data bus idle, with bursts waiting, before those that had to close a row");
    io.required("active", active, "at least one row open");
    io.optional("down_open", down_open, "powered down with a row open, part of active");
    io.optional("down_closed", down_closed, "powered down with all rows closed");
  }
};

struct LinkActivity {
  std::uint64_t transfers = 0;
  std::uint64_t bytes_to_card = 0;
  std::uint64_t bytes_to_host = 0;
  std::uint64_t register_writes = 0;
  std::uint64_t register_reads = 0;
  std::uint64_t interrupts = 0;
  Time busy;

  bool operator==(const LinkActivity&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("transfers", transfers, "DMA transfers");
    io.required("bytes_to_card", bytes_to_card, "bytes host to card");
    io.required("bytes_to_host", bytes_to_host, "bytes card to host");
    io.required("register_writes", register_writes, "MMIO writes");
    io.required("register_reads", register_reads, "MMIO reads, polls included");
    io.required("interrupts", interrupts, "interrupts");
    io.required("busy", busy, "time occupied");
  }
};

/// Time of the ops that the host offloads to a core, by part of the call.
struct OffloadActivity {
  std::uint64_t calls = 0;
  Time pack;       ///< quantising and packing of inputs
  Time load;       ///< LDV, with the driver and the wait for its end
  Time compute;    ///< products, likewise
  Time store;      ///< SV, likewise
  Time read_back;  ///< reading of the results

  bool operator==(const OffloadActivity&) const = default;

  [[nodiscard]] Time total() const { return pack + load + compute + store + read_back; }

  template <class Io>
  void fields(Io& io) {
    io.required("calls", calls, "ops offloaded");
    io.required("pack", pack, "quantising and packing of inputs");
    io.required("load", load, "loads, with the driver and the wait for their end");
    io.required("compute", compute, "products, with the driver and the wait for their end");
    io.required("store", store, "stores, with the driver and the wait for their end");
    io.required("read_back", read_back, "reading of the results");
  }
};

struct HostActivity {
  std::uint64_t launches = 0;
  std::uint64_t tasks = 0;
  Time working;  ///< running ops mapped to the host
  Time waiting;  ///< for the card
  std::optional<OffloadActivity> offload;
  /// Of the working and waiting time, by what it was spent on: "op/task" without the layer of the
  /// op, "op/launch" from the start of a launch that begins with it until its end is known, and
  /// "command", the driver's time.
  std::map<std::string, Time> parts{};

  bool operator==(const HostActivity&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("launches", launches, "programs started on the card");
    io.required("tasks", tasks, "ops run on the host");
    io.required("working", working, "time running ops");
    io.required("waiting", waiting, "time waiting for the card");
    io.optional("offload", offload, "ops whose inputs the host prepares for a core");
    io.optional("parts", parts,
                "time by op and task, all layers: op/task, op/launch for a launch that begins with "
                "the op, and command");
  }
};

}  // namespace tritsim
