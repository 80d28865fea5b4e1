// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "arch/core/core.hpp"
#include "arch/hardware/device.hpp"
#include "arch/hardware/host.hpp"
#include "arch/hardware/link.hpp"
#include "arch/hardware/memory.hpp"
#include "arch/workload/mapping.hpp"

namespace tritsim {

/// Equal memory channels of a board.
struct MemoryGroup {
  std::string name;
  std::uint32_t channels = 1;
  MemorySpec memory;

  bool operator==(const MemoryGroup&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("name", name, "name that cores use for it");
    io.required("channels", channels, "number of channels", any_count);
    io.required("memory", memory, "one channel");
  }
};

/// The largest design of a kind that its authors report as working. Routing and timing are not
/// modelled, so this shows what can be built; the cells of the device are only a bound.
struct BuiltSpec {
  std::uint32_t lanes = 1;
  std::string source;

  bool operator==(const BuiltSpec&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("lanes", lanes, "lanes of the whole board", any_count);
    io.required("source", source, "source of the figure");
  }
};

/// Equal kernels: each has `lanes` copies of the core that share one weight stream and one memory
/// channel, every lane with a sequence of its own.
struct CoreGroup {
  std::string name;
  std::uint32_t lanes = 1;
  std::string memory;                   ///< name of a MemoryGroup
  std::vector<std::uint32_t> channels;  ///< one kernel per entry, on that channel
  std::vector<std::uint32_t> ports;     ///< of its memories, by kernel; empty: they have none
  CoreSpec core;

  bool operator==(const CoreGroup&) const = default;

  [[nodiscard]] std::uint32_t kernels() const {
    return static_cast<std::uint32_t>(channels.size());
  }

  template <class Io>
  void fields(Io& io) {
    io.required("name", name, "name of the group");
    io.required("lanes", lanes, "cores that share one weight stream", between(1, 4096));
    io.required("memory", memory, "memory group that holds the weights");
    io.required("channels", channels, "memory channel of each kernel: one kernel per entry",
                between(0, 1 << 20));
    io.optional("ports", ports,
                "port of each kernel, where a memory that it uses has several without a stripe "
                "(controller.port)",
                between(0, 63));
    io.required("core", core, "one core");
    io.optional("attachment", core.attachment,
                "what stands between the cores and their memory; left out: nothing");
  }
};

/// Power that a card draws with its clocks running and no work, outside DRAM; the device's static
/// power is part of it.
struct BoardPower {
  Coefficient<Power> idle;
  std::string boundary;                           ///< what is inside: device rail, card, wall
  std::string contains;                           ///< what draws `idle`; empty: not stated
  double junction = 60;                           ///< of the device, degrees Celsius
  double idle_junction = 60;                      ///< ... when `idle` was taken
  std::optional<Coefficient<double>> regulators;  ///< loss per watt that work draws

  bool operator==(const BoardPower&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("idle", idle, "power without work, DRAM standby not included");
    io.required("boundary", boundary, "what is inside the figure: rail, card, wall");
    io.optional("contains", contains,
                "what draws the power without work, e.g. configured logic and its clocks, fans, "
                "regulators; left out: not known");
    io.optional("junction", junction, "junction temperature of the device, degrees Celsius",
                between(-55, 150));
    io.optional("idle_junction", idle_junction, "junction temperature at which `idle` was taken",
                between(-55, 150));
    io.optional("regulators", regulators,
                "watts lost in the regulators for each watt that work draws, if the boundary is "
                "before the regulators",
                between(0, 10));
  }
};

/// Memory blocks that a part of a board is built of.
struct BlockUse {
  std::string what;
  RamBlock block = RamBlock::bram36;
  std::uint64_t count = 0;

  bool operator==(const BlockUse&) const = default;
};

/// A card (device, kernels, memories, link, host, power), and how many of them there are.
struct BoardSpec {
  static constexpr std::string_view kind = "board";

  std::string name;
  std::string source;
  DeviceSpec device;
  std::vector<MemoryGroup> memories;
  std::vector<CoreGroup> cores;
  LinkSpec link;
  HostSpec host;
  BoardPower power;
  MappingSpec mapping;
  std::optional<ExchangeSpec> exchange;
  std::optional<CardsSpec> cards;  ///< absent: one card
  std::optional<BuiltSpec> built;  ///< absent: none has been published

  bool operator==(const BoardSpec&) const = default;

  [[nodiscard]] const MemoryGroup* memory(std::string_view wanted) const;

  /// Names of the memories that kernels of a group use.
  [[nodiscard]] std::vector<std::string> memories_of(const CoreGroup& group) const;

  [[nodiscard]] std::uint32_t card_count() const { return cards ? cards->count : 1; }

  /// Sequences that run at once, of all cards: a tensor-parallel group of kernels counts
  /// once, and a full pipeline has sequences of their own in every stage.
  [[nodiscard]] std::uint32_t lanes() const;

  template <class Io>
  void fields(Io& io) {
    io.required("name", name, "name of the board and its design");
    io.required("source", source, "where the description comes from");
    io.required("device", device, "the FPGA");
    io.required("memories", memories, "memory channels");
    io.required("cores", cores, "kernels");
    io.required("link", link, "link to the host");
    io.required("host", host, "host processor");
    io.required("power", power, "power of the card without work");
    io.required("mapping", mapping, "what runs where, unless a run says otherwise");
    io.optional("exchange", exchange, "exchange between the kernels of a card that share a model");
    io.optional("cards", cards, "how many such cards there are, and the link between them");
    io.optional("built", built, "the largest working design of this kind that its authors report");
  }

  void check(Checker& c) const;
};

/// Checks of a mapping against a board, in one document that has them under `mapping` and `board`.
void check_mapping(const BoardSpec& board, const MappingSpec& mapping, Checker& c);

/// Memory blocks of a board's vector registers, weight FIFOs and on-chip memories. A register file
/// with a shared port is one memory of all registers, else each register is one; both have a read
/// and a write port, a chunk wide. A weight FIFO is as wide as the kernel's memory port; so is the
/// cache FIFO of an attention unit, whose score buffer is a chunk of scores wide.
[[nodiscard]] std::vector<BlockUse> on_chip_blocks(const BoardSpec& board);

}  // namespace tritsim
