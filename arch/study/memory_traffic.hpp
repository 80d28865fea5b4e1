// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "arch/hardware/memory.hpp"

namespace tritsim {

/// Traffic of a memory on its own.
enum class MemoryPattern { sequential, strided, random, copy, triad };

template <>
struct EnumNames<MemoryPattern> {
  static constexpr std::array<std::pair<MemoryPattern, std::string_view>, 5> names{{
      {MemoryPattern::sequential, "sequential"},  // reads from end to end
      {MemoryPattern::strided, "strided"},        // reads a stride apart
      {MemoryPattern::random, "random"},          // reads anywhere
      {MemoryPattern::copy, "copy"},              // a read and a write stream
      {MemoryPattern::triad, "triad"},            // two read streams and a write stream
  }};
};

/// The traffic under which a bandwidth was measured.
struct MemoryTrafficSpec {
  MemoryPattern pattern = MemoryPattern::sequential;
  Bytes bytes{128.0 * 1024 * 1024};  ///< over all streams
  std::optional<Bytes> request;      ///< none: a burst for random and strided, else 64 KiB
  std::optional<Bytes> stride;       ///< none: a row
  std::uint32_t streams = 1;         ///< sets of streams, for copy and triad
  std::uint32_t outstanding = 16;    ///< requests in flight of a stream
  std::uint32_t channels = 1;        ///< memories like this one, stream j on j mod channels
  std::vector<Bytes> base;           ///< first address of each stream; none: equal parts of all
  std::vector<std::uint32_t> ports;  ///< of the memory, by stream; none: in turn
  std::optional<Bytes> port_width;   ///< of a stream's own port
  std::optional<Frequency> port_clock;
  UncertainNumbers uncertain{};

  bool operator==(const MemoryTrafficSpec&) const = default;

  /// Streams of a set: copy and triad have several.
  [[nodiscard]] std::uint32_t reads_of_a_set() const {
    return pattern == MemoryPattern::triad ? 2 : 1;
  }

  [[nodiscard]] std::uint32_t writes_of_a_set() const {
    return pattern == MemoryPattern::copy || pattern == MemoryPattern::triad ? 1 : 0;
  }

  [[nodiscard]] std::uint32_t all_streams() const {
    return streams * (reads_of_a_set() + writes_of_a_set());
  }

  template <class Io>
  void fields(Io& io) {
    io.required("pattern", pattern, "access pattern");
    io.optional("bytes", bytes, "bytes over all streams", any_size);
    io.optional("request", request,
                "bytes of a request; left out: a burst for random and strided, else 64 KiB",
                any_size);
    io.optional("stride", stride, "stride of a strided pattern; left out: a row of all bank groups",
                any_size);
    io.optional("streams", streams, "streams; for copy and triad sets of two and of three",
                between(1, 1024));
    io.optional("outstanding", outstanding, "requests in flight of a stream", between(1, 65536));
    io.optional("channels", channels,
                "memories like this one side by side; stream j uses memory j mod N",
                between(1, 64));
    io.optional("base", base, "first address of each stream; left out: equal parts of the memory",
                between(0, 1099511627776.0));
    io.optional("ports", ports,
                "port of each stream, where the memory has several without a stripe "
                "(controller.port); left out: in turn",
                between(0, 63));
    io.optional("port_width", port_width, "bytes a clock of each stream's own port", any_size);
    io.optional("port_clock", port_clock, "clock of the ports", any_clock);
    io.optional("uncertain", uncertain, uncertain_doc);
  }

  void check(Checker& c) const;
};

/// Requests, addresses and ports that the memory does not have.
void check_traffic(const MemoryTrafficSpec& traffic, const MemorySpec& memory, Checker& c);

/// How a burst finds its bank.
enum class PageState { hit, miss, conflict };

template <>
struct EnumNames<PageState> {
  static constexpr std::array<std::pair<PageState, std::string_view>, 3> names{{
      {PageState::hit, "hit"},            // its row is open
      {PageState::miss, "miss"},          // no row is open
      {PageState::conflict, "conflict"},  // another row is open
  }};
};

/// Latency of a burst that finds the memory idle.
struct IdleLatencySpec {
  PageState page = PageState::hit;
  Time time;

  bool operator==(const IdleLatencySpec&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("page", page, "how the burst finds its bank");
    io.required("time", time, "time from the issue of a burst to its last data", positive_up_to(1));
  }
};

}  // namespace tritsim
