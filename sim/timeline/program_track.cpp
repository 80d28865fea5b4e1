// SPDX-License-Identifier: Apache-2.0
#include "sim/timeline/program_track.hpp"

#include <fmt/format.h>

#include "arch/workload/trace.hpp"

namespace tritsim {

void ProgramTrack::add(TimelineOutput& out, const ProgramSlice& slice) {
  if (begun_ && token_ != slice.token) close_token(out);
  if (begun_ && layer_ != slice.op.layer) close_layer(out);
  if (begun_ && op_ != slice.index) close_op(out);
  begun_ = true;
  token_ = slice.token;
  layer_ = slice.op.layer;
  op_ = slice.index;
  bytes_ += slice.bytes;
  macs_ += slice.macs;
  if (slice.cycles == 0) return;
  frontier_ = slice.to;
  open(out, slice);
  if (!out.events) return;
  out.events->span(track_, "slice", slice.name, {slice.from, slice.to},
                   fmt::format(R"("cycles":{})", slice.cycles));
}

void ProgramTrack::open(TimelineOutput& out, const ProgramSlice& slice) {
  const bool in_layer = layer_ != Op::no_layer;
  if (!token_open_) {
    out.change(first_signal_ + 2, slice.from, token_);
    if (out.events) {
      out.events->begin(track_, "token", fmt::format("token step {}", token_), slice.from);
    }
    token_open_ = true;
  }
  if (!layer_open_) {
    out.change(first_signal_ + 1, slice.from,
               in_layer ? static_cast<std::uint32_t>(layer_) : TimelineOutput::unknown);
    if (out.events && in_layer) {
      out.events->begin(track_, "layer", fmt::format("layer {}", layer_), slice.from);
    }
    layer_open_ = in_layer;
  }
  if (!op_open_) {
    out.change(first_signal_, slice.from, op_);
    if (out.events) out.events->begin(track_, "op", slice.op.name, slice.from);
    op_open_ = true;
  }
}

void ProgramTrack::close_op(TimelineOutput& out) {
  if (op_open_ && out.events) {
    out.events->end(track_, frontier_,
                    fmt::format(R"("index":{},"bytes":{},"macs":{})", op_, bytes_, macs_));
  }
  op_open_ = false;
  bytes_ = macs_ = 0;
}

void ProgramTrack::close_layer(TimelineOutput& out) {
  close_op(out);
  if (layer_open_ && out.events) out.events->end(track_, frontier_, "");
  layer_open_ = false;
}

void ProgramTrack::close_token(TimelineOutput& out) {
  close_layer(out);
  if (token_open_ && out.events) out.events->end(track_, frontier_, "");
  token_open_ = false;
}

}  // namespace tritsim
