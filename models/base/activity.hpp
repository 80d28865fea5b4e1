// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "arch/base/problems.hpp"
#include "arch/base/schema.hpp"

// What components did: counts and busy times, nothing else. Simulation fills these; sim/result
// prices them afterwards.
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
    io.required("active", active, "at least one row open");
    io.optional("down_open", down_open, "powered down with a row open, part of active");
    io.optional("down_closed", down_closed, "powered down with all rows closed");
  }
};

struct UnitActivity {
  std::uint64_t instructions = 0;
  std::uint64_t busy_cycles = 0;
  std::uint64_t issue_stall_cycles = 0;  ///< cycles the issue stage waited for this unit

  bool operator==(const UnitActivity&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("instructions", instructions, "instructions run");
    io.required("busy_cycles", busy_cycles, "cycles busy");
    io.required("issue_stall_cycles", issue_stall_cycles, "cycles issue waited for this unit");
  }
};

/// Products with the cache, of one lane but for `starved`.
struct AttentionActivity {
  UnitActivity unit;
  std::uint64_t products = 0;       ///< multiply-adds with keys and values
  std::uint64_t softmax = 0;        ///< elements through softmax, passes counted
  std::uint64_t score_bytes = 0;    ///< in and out of the score buffer
  std::uint64_t bytes_read = 0;     ///< of the cache
  std::uint64_t bytes_written = 0;  ///< appended to the cache
  Time working;                     ///< products with the cache, at the unit's own pace
  Time starved;                     ///< the unit waited for the cache

  bool operator==(const AttentionActivity&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("unit", unit, "attention unit");
    io.required("products", products, "multiply-adds with keys and values, one lane");
    io.required("softmax", softmax, "elements through softmax, passes counted, one lane");
    io.required("score_bytes", score_bytes, "bytes in and out of the score buffer, one lane");
    io.required("bytes_read", bytes_read, "bytes of the cache read, one lane");
    io.required("bytes_written", bytes_written, "bytes appended to the cache, one lane");
    io.required("working", working, "time of products with the cache at the unit's own pace");
    io.required("starved", starved, "time the attention unit waited for the cache");
  }
};

/// What a kernel exchanges with the others of its tensor-parallel group, of one lane but for
/// `waited`.
struct ExchangeActivity {
  UnitActivity unit;
  std::uint64_t gathers = 0;     ///< vectors brought together
  std::uint64_t bytes_sent = 0;  ///< by this kernel
  Time waited;                   ///< from the last send to the whole vector

  bool operator==(const ExchangeActivity&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("unit", unit, "exchange unit");
    io.required("gathers", gathers, "vectors brought together");
    io.required("bytes_sent", bytes_sent, "bytes that a kernel sent, one lane");
    io.required("waited", waited, "time from the last send to the whole vector");
  }
};

/// What a matrix unit does that is not one addition a weight. Of one lane, padding included.
struct MatrixActivity {
  std::uint64_t skipped = 0;        ///< of the ternaries: not added, a factor was zero
  std::uint64_t assumed_zeros = 0;  ///< of the ternaries: their zeros are the core's default share
  std::uint64_t lookups = 0;        ///< sums read from tables, and added
  std::uint64_t table_entries = 0;  ///< written; each but the zero is an addition
  std::uint64_t decoded = 0;        ///< bytes of packed trits decoded, of the kernel
  std::map<std::string, std::uint64_t> products{};  ///< of the MAC array, by format
  std::uint64_t scalings = 0;                       ///< of a group's sum by the group's scale

  bool operator==(const MatrixActivity&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("skipped", skipped, "ternary additions skipped, a factor was zero");
    io.required("assumed_zeros", assumed_zeros, "ternaries whose zeros are the core's default");
    io.required("lookups", lookups, "sums read from tables and added");
    io.required("table_entries", table_entries, "table entries written");
    io.required("decoded", decoded, "bytes of packed trits decoded");
    io.required("products", products, "products of the MAC array by format of the weights");
    io.required("scalings", scalings, "group sums multiplied by their scale");
  }
};

struct CoreActivity {
  UnitActivity load_store, row_wise, rms, ternary;
  std::uint64_t cycles = 0;              ///< from start to ready, all launches
  std::uint64_t ternaries = 0;           ///< ternary additions of one lane, padding included
  std::uint64_t row_wise_elements = 0;   ///< elements through row-wise and RMS units, one lane
  std::uint64_t register_bytes = 0;      ///< vector register file, read and written, one lane
  std::uint64_t weight_bytes = 0;        ///< through the weight FIFO
  Time working;                          ///< products with weights, at the unit's own pace
  Time starved;                          ///< ternary unit waited for weights
  std::optional<MatrixActivity> matrix;  ///< units other than plain adder lanes
  std::optional<AttentionActivity> attention;  ///< of a core that has the unit
  std::optional<ExchangeActivity> exchange;    ///< of a tensor-parallel group

  bool operator==(const CoreActivity&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("load_store", load_store, "load/store unit");
    io.required("row_wise", row_wise, "row-wise unit");
    io.required("rms", rms, "RMS unit");
    io.required("ternary", ternary, "ternary matrix unit");
    io.required("cycles", cycles, "cycles from start to ready");
    io.required("ternaries", ternaries, "ternary additions of one lane, padding included");
    io.required("row_wise_elements", row_wise_elements, "elements through row-wise and RMS units");
    io.required("register_bytes", register_bytes, "bytes through the vector register file");
    io.required("weight_bytes", weight_bytes, "bytes through the weight FIFO");
    io.required("working", working, "time of products with weights at the unit's own pace");
    io.required("starved", starved, "time the ternary unit waited for weights");
    io.optional("matrix", matrix, "what units other than plain adder lanes did");
    io.optional("attention", attention, "attention unit");
    io.optional("exchange", exchange, "exchange with the others of a tensor-parallel group");
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

  bool operator==(const HostActivity&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("launches", launches, "programs started on the card");
    io.required("tasks", tasks, "ops run on the host");
    io.required("working", working, "time running ops");
    io.required("waiting", waiting, "time waiting for the card");
    io.optional("offload", offload, "ops whose inputs the host prepares for a core");
  }
};

/// A product of counts; a ConfigError if it does not fit 64 bits: nothing wraps.
[[nodiscard]] inline std::uint64_t checked_product(std::uint64_t a, std::uint64_t b) {
  std::uint64_t product = 0;
  if (__builtin_mul_overflow(a, b, &product)) {
    throw ConfigError(
        "a count of the run exceeds 2^64; give a smaller --prompt, --generate or --batch");
  }
  return product;
}

/// A whole number of events from a calculation; a ConfigError if it does not fit 64 bits.
[[nodiscard]] inline std::uint64_t checked_count(double count) {
  if (!(count < 0x1p64)) static_cast<void>(checked_product(~std::uint64_t{0}, 2));
  return static_cast<std::uint64_t>(count);
}

/// Adds counts and times of one activity to those of another, field by field as `fields` lists
/// them, so that no figure can be left out of a sum. What only one side has (optionals, entries of
/// maps) counts as zero on the other; of lists both need the same number of items. Names and
/// indices are left alone. A count that does not fit 64 bits is a ConfigError: nothing wraps.
class Accumulator {
 public:
  explicit Accumulator(std::uint64_t times) : times_(times) {}

  void add(std::uint64_t& sum, std::uint64_t part) const {
    const std::uint64_t product = checked_product(part, times_);
    if (__builtin_add_overflow(sum, product, &sum)) {
      static_cast<void>(checked_product(~std::uint64_t{0}, 2));
    }
  }

  template <class Q>
  requires QuantityLike<Q> || std::same_as<Q, double>

  void add(Q& sum, const Q& part) const { sum += part * static_cast<double>(times_); }

  void add(std::string& /*name*/, const std::string& /*same*/) const {}

  void add(std::int32_t& /*index*/, const std::int32_t& /*same*/) const {}

  template <class E>
  requires NamedEnum<E>

  void add(E& /*kind*/, const E& /*same*/) const {}

  template <class T>
  void add(std::optional<T>& sum, const std::optional<T>& part) const {
    if (part) add(sum ? *sum : sum.emplace(), *part);
  }

  template <class T>
  void add(std::map<std::string, T>& sum, const std::map<std::string, T>& part) const {
    for (const auto& [name, value] : part) add(sum[name], value);
  }

  template <class T>
  void add(std::vector<T>& sum, const std::vector<T>& part) const {
    if (sum.size() != part.size()) throw std::logic_error("activities of different lists");
    for (std::size_t i = 0; i < sum.size(); ++i) add(sum[i], part[i]);
  }

  template <class T>
  void add(T& sum, const T& part) const {
    Addresses of;
    const_cast<T&>(part).fields(of);  // the visitor is shared with Reader, which writes
    Pairs pairs{*this, of.at.data()};
    sum.fields(pairs);
  }

 private:
  /// Where the fields of an activity are, in their order.
  struct Addresses {
    std::array<const void*, 32> at{};
    std::size_t n = 0;

    template <class T, class... Rest>
    void required(std::string_view /*key*/, T& field, const Rest&... /*rest*/) {
      at.at(n++) = &field;
    }

    template <class T, class... Rest>
    void optional(std::string_view /*key*/, T& field, const Rest&... /*rest*/) {
      at.at(n++) = &field;
    }
  };

  /// Visits the fields of the sum beside those of the part, which are of the same types.
  struct Pairs {
    const Accumulator& adder;
    const void* const* next;

    template <class T, class... Rest>
    void required(std::string_view /*key*/, T& field, const Rest&... /*rest*/) {
      adder.add(field, *static_cast<const T*>(*next++));
    }

    template <class T, class... Rest>
    void optional(std::string_view /*key*/, T& field, const Rest&... /*rest*/) {
      adder.add(field, *static_cast<const T*>(*next++));
    }
  };

  std::uint64_t times_;
};

/// sum += times x part.
template <class Activity>
void accumulate(Activity& sum, const Activity& part, std::uint64_t times = 1) {
  Accumulator(times).add(sum, part);
}

/// activity x times.
template <class Activity>
void scale(Activity& activity, std::uint64_t times) {
  if (times > 0) {
    Accumulator(times - 1).add(activity, Activity(activity));
  } else {
    activity = {};
  }
}

}  // namespace tritsim
