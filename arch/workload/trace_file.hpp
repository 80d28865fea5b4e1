// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "arch/workload/trace.hpp"
#include "arch/workload/trace_statistics.hpp"

// The text format of traces, docs/traces.md: JSON lines, a header and then one op a line.
namespace tritsim {

/// One line: an op, the vectors it makes and the matrix it holds. The vectors of a file are
/// numbered from 0 in the order in which they are made.
struct TraceLine {
  Op op;
  std::vector<Value> values;
  ElementType type = ElementType::fp16;
  std::optional<Matrix> matrix;
  std::optional<ActivationStatistics> activations{};
  std::optional<OpRole> role{};  ///< as the file states it; none: that of the op is implied_role()

  bool operator==(const TraceLine&) const = default;

  template <class Io>
  void fields(Io& io) {
    op.fields(io);
    io.required("values", values, "the vectors that `outputs` numbers");
    io.optional("type", type, "type of an element of these vectors");
    io.optional("matrix", matrix, "the weights of a bit_linear or a linear");
    io.optional("activations", activations, "what ran through these vectors");
    io.optional(
        "role", role,
        "what the op is to the model; left out: embedding of an embedding, lm_head of an op "
        "of that name, inner of others");
  }
};

/// The first line.
struct TraceHeader {
  static constexpr std::string_view format_name = "tritsim-trace";
  static constexpr std::uint32_t newest = 2;

  std::string format{format_name};
  std::uint32_t version = newest;
  ModelSummary model;
  std::string source;
  std::string digest;

  bool operator==(const TraceHeader&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("format", format, "tritsim-trace");
    io.required("version", version, "version of the format");
    io.required("model", model, "the model it was made from");
    io.required("source", source, "what made the trace, and from what");
    io.optional("digest", digest, "FNV-1a of the lines behind the header; empty: not checked");
  }

  void check(Checker& c) const;
};

/// A trace with what the file says beyond the ops.
struct TraceFile {
  TraceHeader header;
  std::vector<TraceLine> lines;

  bool operator==(const TraceFile&) const = default;

  /// The ops alone, as the rest of the tool takes them.
  [[nodiscard]] Trace trace() const;

  /// Share of the ternary weights that are 0; nothing unless every ternary matrix has statistics.
  [[nodiscard]] std::optional<double> zero_weights() const;

  /// Share of zeros in what the ternary matrices are multiplied by, as int8 codes, weighted by
  /// their weights; nothing unless the input of every one of them was recorded.
  [[nodiscard]] std::optional<double> zero_activations() const;
};

/// Elements of all of them.
[[nodiscard]] std::uint64_t elements_of(const std::vector<Value>& values);

[[nodiscard]] TraceFile read_trace(const std::string& path);

/// The same for a text; messages name `name`.
[[nodiscard]] TraceFile read_trace_text(const std::string& text, const std::string& name);

/// The trace of a model's token at position `context - 1`, without statistics.
[[nodiscard]] TraceFile record(const ModelSpec& model, std::string source,
                               std::uint32_t context = 1);

/// Writes line by line, through a temporary name. The digest is computed.
void write_trace(const std::string& path, const TraceFile& file);
void write_trace(std::ostream& out, const TraceFile& file);

/// JSON Schema of one line of a trace.
[[nodiscard]] std::string trace_line_schema();

}  // namespace tritsim
