// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tlm>

#include "models/memory/stream_law.hpp"

namespace tritsim {

/// Payload extension of a coarse memory transaction: the stream's description and, when b_transport
/// returns, its outcome. The payload's own address, length and command repeat the stream's for
/// routing; no data travel.
struct Transfer : tlm::tlm_extension<Transfer> {
  /// What b_transport does. Only `whole` and `complete` take time, and not even they if `alone`.
  enum class Step {
    whole,     ///< the stream from its start to its end
    submit,    ///< begins it and gives it an `id`
    hold,      ///< begins a read that its unit takes later, behind stream `after`; gives it an `id`
    release,   ///< its unit takes it from request.start on
    complete,  ///< waits for its end
  };

  StreamRequest request;
  StreamResult result;
  Step step = Step::whole;
  StreamScheduler::Id id = 0;
  StreamScheduler::Id after = 0;
  /// The sender runs ahead of simulated time: no request can arrive any more that would be served
  /// before the end of the stream, which is in the result.
  bool alone = false;

  [[nodiscard]] tlm_extension_base* clone() const override { return new Transfer(*this); }

  void copy_from(const tlm_extension_base& other) override {
    *this = static_cast<const Transfer&>(other);
  }

  void free() override {}  // lives in the module that sends it, not on the heap
};

/// Address space: every memory channel has a window of its own.
inline constexpr std::uint64_t channel_window_bits = 40;

[[nodiscard]] constexpr std::uint64_t channel_base(std::size_t channel) {
  return std::uint64_t{channel} << channel_window_bits;
}

}  // namespace tritsim
