// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "sim/result/result.hpp"
#include "sim/timeline/timeline_output.hpp"

namespace tritsim {

/// An instruction on the track of its kernel's program; times in ps. The slice is the time by which
/// it moved the end of the program: `from` is `to` if it ran under others.
struct ProgramSlice {
  std::uint32_t token = 0;
  std::uint32_t index = 0;  ///< of the op
  const OpCycles& op;
  std::string_view name;     ///< of the instruction
  std::uint64_t cycles = 0;  ///< of the slice
  std::uint64_t from = 0;
  std::uint64_t to = 0;
  std::uint64_t bytes = 0;  ///< that it moves
  std::uint64_t macs = 0;
};

/// The track of a kernel's program. Tokens, layers and ops are spans over the slices: these follow
/// each other without overlap and sum to the program's time. What ran under others has no slice,
/// but counts with its op.
class ProgramTrack {
 public:
  static constexpr std::uint32_t row = 1;

  ProgramTrack() = default;

  /// `first_signal`: those of op, layer and token.
  ProgramTrack(std::uint32_t group, std::uint32_t first_signal)
      : track_{group, row}, first_signal_(first_signal) {}

  void add(TimelineOutput& out, const ProgramSlice& slice);

  /// Ends the spans that are open.
  void close(TimelineOutput& out) { close_token(out); }

 private:
  void open(TimelineOutput& out, const ProgramSlice& slice);
  void close_op(TimelineOutput& out);
  void close_layer(TimelineOutput& out);
  void close_token(TimelineOutput& out);

  TraceEventFile::Track track_{};
  std::uint32_t first_signal_ = 0;
  std::uint32_t token_ = 0;  ///< of the latest instruction
  std::uint32_t op_ = 0;
  std::int32_t layer_ = 0;
  bool begun_ = false;
  bool token_open_ = false;
  bool layer_open_ = false;
  bool op_open_ = false;
  std::uint64_t frontier_ = 0;  ///< end of the latest slice, ps
  std::uint64_t bytes_ = 0;     ///< of the op
  std::uint64_t macs_ = 0;
};

}  // namespace tritsim
