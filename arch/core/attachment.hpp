// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "arch/base/coefficient.hpp"

namespace tritsim {

/// What stands between the lanes of a kernel and its memory: DMA engines, register stages before
/// them, converters between the lanes' chunks side by side and words of the memory port, and the
/// fetch of instructions. Laws: models/core/core_stream_law.cpp.
struct AttachmentSpec {
  static constexpr std::string_view kind = "attachment";

  std::string name;
  std::string source;
  std::uint32_t stages = 0;           ///< register stages of a stream, each way
  std::uint32_t weights_latency = 0;  ///< besides the stages: cycles before a product's first word
  std::uint32_t load_latency = 0;     ///< ... of an LDV
  std::uint32_t store_latency = 0;    ///< ... until the engine takes the first word of an SV
  std::uint32_t held_chunks = 0;      ///< chunks that the stages of an SV hold when it ends
  std::uint32_t instruction_cycles = 0;  ///< of fetching an instruction; 0: always there
  /// Room for weights that are asked of the memory and not yet taken; absent: the core's FIFO.
  std::optional<Coefficient<Bytes>> buffer;

  bool operator==(const AttachmentSpec&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("name", name, "name of the attachment");
    io.required("source", source, "where the description comes from");
    io.optional("stages", stages,
                "register stages of every stream between core and DMA engine, each way",
                between(0, 1024));
    io.optional("weights_latency", weights_latency,
                "cycles, besides those of the stages both ways, by which the weights of a product "
                "come later",
                any_cycles);
    io.optional("load_latency", load_latency, "the same of an ldv", any_cycles);
    io.optional("store_latency", store_latency,
                "cycles, besides the stages one way, by which the DMA engine takes the first word "
                "of an sv later",
                any_cycles);
    io.optional("held_chunks", held_chunks,
                "chunks of the core that are still in the stages when an sv ends, two in each of "
                "them and these",
                between(0, 1 << 20));
    io.optional("instruction_cycles", instruction_cycles,
                "cycles in which an instruction is fetched, ahead of need; 0: all are there",
                any_cycles);
    io.optional("buffer", buffer,
                "room for weights that are asked of the memory and not yet taken by the adders, in "
                "place of ternary.fifo; behind it the memory is kept waiting word by word",
                any_size);
  }
};

}  // namespace tritsim
