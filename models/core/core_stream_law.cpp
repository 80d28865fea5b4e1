// SPDX-License-Identifier: Apache-2.0
#include "models/core/core_stream_law.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace tritsim {
namespace {

std::uint64_t whole(Bytes b) {
  return static_cast<std::uint64_t>(std::ceil(b.si()));
}

/// What follows from how the data are fetched; `s` has its bytes.
void fetch(StreamRequest& s, const CoreSpec& core, const FetchSpec& f, std::uint32_t streams) {
  s.beat = cycles_to_time(1, core.clock);
  s.beat_bytes = f.port.si() > 0 ? f.port.si() : core.memory_port.si();
  s.request_bytes = std::min(s.bytes, whole(f.request));
  s.outstanding = f.outstanding * (f.joins_lanes ? 1 : streams);
  s.turnaround = cycles_to_time(f.turnaround, core.clock);
  s.setup = cycles_to_time(f.setup, core.clock);
  s.posted = s.write && f.posted;
}

const FetchSpec& vector_fetch(const CoreSpec& core, bool write) {
  return write && core.store ? *core.store : core.load_store;
}

/// Cycles in which a converter collects the words of the port that a chunk of all lanes lies in;
/// none where they convert evenly.
std::uint64_t converter_cycles(Bytes chunk, Bytes word) {
  const bool even = std::fmod(chunk.si(), word.si()) == 0 || std::fmod(word.si(), chunk.si()) == 0;
  return even ? 0 : static_cast<std::uint64_t>(std::ceil(chunk / word));
}

/// A vector stream behind DMA engines, `chunk` bytes of all lanes a cycle of the core.
void attach_vectors(StreamRequest& s, const CoreSpec& core, Bytes chunk) {
  const AttachmentSpec& a = *core.attachment;
  if (s.write) {
    s.setup += cycles_to_time(a.stages + a.store_latency, core.clock);
    s.held_bytes = std::min(s.bytes, whole(chunk * (2.0 * a.stages + a.held_chunks)));
  } else {
    const std::uint64_t converter = converter_cycles(chunk, Bytes{s.beat_bytes});
    s.setup +=
        cycles_to_time(static_cast<double>(2 * a.stages + a.load_latency + converter), core.clock);
    s.last_beat = s.beat;
  }
}

/// A weight stream behind DMA engines. A buffer for less than two requests takes them word by word.
/// The memory is asked for parts of an eighth of it at most. Between two parts the room that is
/// free grows by a part, so one more is asked for: on average what waits is as much as with words.
void attach_weights(StreamRequest& s, const CoreSpec& core) {
  const AttachmentSpec& a = *core.attachment;
  s.setup += cycles_to_time(2 * a.stages + a.weights_latency, core.clock);
  if (!a.buffer) return;
  s.fifo_bytes = whole(a.buffer->value);
  if (s.fifo_bytes >= 2 * s.request_bytes) return;
  std::uint64_t part = whole(Bytes{s.beat_bytes});
  while (16 * part <= s.fifo_bytes) part *= 2;
  if (part >= s.request_bytes) return;
  s.outstanding = static_cast<std::uint32_t>(s.outstanding * s.request_bytes / part);
  s.request_bytes = part;
  s.fifo_bytes = (s.fifo_bytes / part + 1) * part;
}

StreamRequest vector_stream(const CoreSpec& core, const Instruction& i, std::uint32_t lanes) {
  StreamRequest s;
  s.write = writes_memory(i.op);
  const Bytes element = core.memory_element(s.write);
  const Bytes chunk = element * static_cast<double>(core.elements_per_cycle);
  s.bytes = whole(element * static_cast<double>(core.or_whole(i.elements))) * lanes;
  fetch(s, core, vector_fetch(core, s.write), lanes);
  s.unit_per_byte = s.beat / (chunk.si() * lanes * core.speed.vector);
  if (core.attachment) attach_vectors(s, core, chunk * static_cast<double>(lanes));
  return s;
}

/// Rows of a tree that stalls at each of them. A faster unit, as asked for by what-ifs, and one
/// behind slower decoders take the rows at an even pace.
RowPaceSpec row_pace(const CoreSpec& core, const TernarySpec& t, std::uint64_t n, std::uint64_t m) {
  const bool decoders_keep_up =
      !t.decoder || std::uint64_t{t.decoder->count} * t.decoder->trits >= t.ternaries_per_cycle;
  if (!t.tree || t.tree->result_stall == 0 || core.speed.matrix != 1 || !decoders_keep_up)
    return {};
  const TreeRows rows = tree_rows(t, n, m);
  const double row_bytes = core.matrix_bytes({NumberFormat::ternary}, static_cast<double>(n),
                                             static_cast<double>(rows.trees))
                               .si();
  const auto depth = static_cast<std::uint32_t>(levels(t.tree->width(t.ternaries_per_cycle)));
  return {row_bytes / static_cast<double>(rows.beats), rows.beats, t.tree->result_stall,
          depth + t.tree->result_delay, t.tree->first_input};
}

StreamRequest weight_stream(const CoreSpec& core, const Instruction& i, std::uint32_t lanes,
                            const MatrixOperand& operand) {
  const NumberFormat format = operand.weights.format;
  const MatrixUnitSpec* unit = core.unit_for(format);
  if (unit == nullptr) throw std::logic_error("the core has no unit for this format");
  const std::uint64_t n = core.or_whole(i.elements);
  const std::uint64_t m = core.or_whole(i.outputs);
  const Bytes weight = core.stored_weight(operand.weights);
  const auto count = static_cast<double>(n) * static_cast<double>(m);
  const Bytes all =
      core.matrix_bytes(operand.weights, static_cast<double>(n), static_cast<double>(m));
  StreamRequest s;
  s.bytes = whole(all);
  fetch(s, core, unit->fetch, 1);
  s.fifo_bytes = whole(unit->fifo);
  s.prefetch_bytes = whole(unit->prefetch);
  s.unit_per_byte = s.beat / (weight.si() * full_rate(core, format) * core.speed.matrix) *
                    matrix_work(core, operand, n, m, lanes).stretch * (weight * count / all);
  if (core.ternary && format == NumberFormat::ternary) {
    if (core.ternary->paged)
      s.unit_per_byte = {};  // all come before the unit begins
    else
      s.rows = row_pace(core, *core.ternary, n, m);
  }
  if (core.attachment) attach_weights(s, core);
  return s;
}

StreamRequest cache_stream(const CoreSpec& core, const Instruction& i, std::uint32_t lanes) {
  const AttentionSize& a = i.attention;
  StreamRequest s;
  s.write = writes_memory(i.op);
  s.bytes = i.cache_row_bytes() * (s.write ? 1 : a.positions) * lanes;
  fetch(s, core, s.write ? vector_fetch(core, true) : core.attention->fetch, lanes);
  const double element = bits_of(a.cache) / 8;
  const double per_cycle =
      s.write ? core.elements_per_cycle * core.speed.vector
              : core.attention->products_per_cycle * core.speed.attention / a.shared;
  s.unit_per_byte = s.beat / (element * per_cycle * lanes);
  if (!s.write) s.fifo_bytes = whole(core.attention->fifo) * lanes;
  return s;
}

}  // namespace

StreamRequest stream_of(const CoreSpec& core, const Instruction& instruction, std::uint32_t lanes,
                        const MatrixOperand& operand) {
  const std::optional<Symbol::Kind> data = row_of(instruction.op).data;
  if (!data) throw std::logic_error("this instruction has no memory stream");
  switch (*data) {
    case Symbol::Kind::vector:
      return vector_stream(core, instruction, lanes);
    case Symbol::Kind::matrix:
      return weight_stream(core, instruction, lanes, operand);
    case Symbol::Kind::cache:
      break;
  }
  return cache_stream(core, instruction, lanes);
}

}  // namespace tritsim
