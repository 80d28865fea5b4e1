// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fstream>
#include <iosfwd>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "arch/workload/model.hpp"
#include "arch/workload/trace.hpp"

// The text format of traces, docs/traces.md: JSON lines, a header and then one op a line.
namespace tritsim {

/// How the elements of a matrix or a vector are stored.
enum class ElementType : std::uint8_t { ternary, int4, int8, fp16, bf16, fp32 };

template <>
struct EnumNames<ElementType> {
  static constexpr std::array<std::pair<ElementType, std::string_view>, 6> names{{
      {ElementType::ternary, "ternary"},
      {ElementType::int4, "int4"},
      {ElementType::int8, "int8"},
      {ElementType::fp16, "fp16"},
      {ElementType::bf16, "bf16"},
      {ElementType::fp32, "fp32"},
  }};
};

/// The type of elements of a format.
[[nodiscard]] ElementType element_type(NumberFormat format);

/// Bytes of `elements`, packed; a ternary element takes two bits.
[[nodiscard]] std::uint64_t stored_bytes(ElementType type, std::uint64_t elements);

/// Bytes of a matrix whose weights are stored so, scales of groups included.
[[nodiscard]] std::uint64_t stored_bytes(const WeightSpec& stored, std::uint64_t weights);

/// Least, mean and most of a share over the parts of a matrix.
struct Spread {
  double min = 0;
  double mean = 0;
  double max = 0;

  bool operator==(const Spread&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("min", min, "least", between(0, 1));
    io.required("mean", mean, "mean", between(0, 1));
    io.required("max", max, "most", between(0, 1));
  }

  void check(Checker& c) const;
};

/// What ternary hardware sees of a matrix after absmean quantisation (arXiv 2402.17764). Of a
/// matrix that is not ternary it says what this quantisation would make of it.
struct MatrixStatistics {
  double minus = 0;
  double zero = 0;
  double plus = 0;
  double scale = 0;
  double entropy = 0;
  Spread row_zeros;
  std::uint32_t block = 64;
  Spread block_zeros;

  bool operator==(const MatrixStatistics&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("minus", minus, "share of weights that are -1", between(0, 1));
    io.required("zero", zero, "share of weights that are 0", between(0, 1));
    io.required("plus", plus, "share of weights that are +1", between(0, 1));
    io.required("scale", scale, "mean |w| before quantisation", between(0, 1e30));
    io.required("entropy", entropy, "bit per weight, weights taken as independent",
                between(0, 1.585));
    io.required("row_zeros", row_zeros, "share of zeros over the rows");
    io.required("block", block, "columns of a block", between(1, 1 << 26));
    io.required("block_zeros", block_zeros, "share of zeros over the column blocks");
  }

  /// Shares sum to one, means agree, the entropy is that of the shares.
  void check(Checker& c) const;
};

/// The weights of a matrix op. A row makes one output element, a column takes one input element.
struct Matrix {
  std::uint64_t rows = 0;
  std::uint64_t columns = 0;
  ElementType type = ElementType::ternary;
  std::uint64_t bytes = 0;
  std::optional<MatrixStatistics> statistics;

  bool operator==(const Matrix&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("rows", rows, "elements of all outputs", between(1, 1 << 30));
    io.required("columns", columns, "elements of the input", between(1, 1 << 26));
    io.required("type", type, "type of a weight");
    io.required("bytes", bytes, "bytes of the packed weights", between(1, 9007199254740992.0));
    io.optional("statistics", statistics, "what the weights are");
  }
};

/// What ran through the vectors that an op made, one number a token. Codes: the int8 quantisation
/// of a token's vector by its absolute maximum, round(127 x / absmax).
struct ActivationStatistics {
  std::vector<double> zeros;    ///< share of codes that are 0
  std::vector<double> absmax;   ///< largest magnitude before quantisation
  std::vector<double> toggles;  ///< share of a code's eight bits that differ from the code before

  bool operator==(const ActivationStatistics&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("zeros", zeros, "share of int8 codes that are 0, by token", between(0, 1));
    io.required("absmax", absmax, "largest magnitude, by token", between(0, 1e30));
    io.required("toggles", toggles,
                "share of the bits of an int8 code that differ from those of the channel before, "
                "by token",
                between(0, 1));
  }

  /// As many tokens in each list, and at least one.
  void check(Checker& c) const;
};

/// One line: an op, the vectors it makes and the matrix it holds. The vectors of a file are
/// numbered from 0 in the order of their making.
struct TraceLine {
  Op op;
  std::vector<Value> values;
  ElementType type = ElementType::fp16;
  std::optional<Matrix> matrix;
  std::optional<ActivationStatistics> activations{};

  bool operator==(const TraceLine&) const = default;

  template <class Io>
  void fields(Io& io) {
    op.fields(io);
    io.required("values", values, "the vectors that `outputs` numbers");
    io.optional("type", type, "type of an element of these vectors");
    io.optional("matrix", matrix, "the weights of a bit_linear or a linear");
    io.optional("activations", activations, "what ran through these vectors");
  }
};

/// The first line.
struct TraceHeader {
  static constexpr std::string_view format_name = "tritsim-trace";
  static constexpr std::uint32_t newest = 1;

  std::string format{format_name};
  std::uint32_t version = newest;
  ModelSpec model;
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

/// Reads a trace line by line. Memory grows with the names and vectors of the file, not with its
/// text. A line longer than `longest_line` bytes is refused before it is held.
class TraceReader {
 public:
  static constexpr std::size_t longest_line = 1 << 20;
  static constexpr std::size_t most_ops = 1'000'000;
  static constexpr std::size_t most_operands = 16;
  static constexpr std::uint64_t most_weights = std::uint64_t{1} << 53;  ///< exact in a double

  /// Opens a file and reads its header; throws ConfigError.
  explicit TraceReader(const std::string& path);

  /// The same from a stream, which must outlive the reader; `name` stands in messages.
  TraceReader(std::istream& in, std::string name);

  [[nodiscard]] const TraceHeader& header() const { return header_; }

  /// The next op, nothing at the end. Throws ConfigError with every problem of the line, and at the
  /// end if there was no op or the digest is not that of the lines.
  [[nodiscard]] std::optional<TraceLine> next();

 private:
  void read_header();
  bool read_text();

  [[nodiscard]] Mark mark() const { return {name_, line_, 1}; }

  void check(const TraceLine& line, Checker& c);
  void check_attention(const TraceLine& line, Checker& c) const;
  void check_matrix(const TraceLine& line, Checker& c) const;
  void finish() const;

  std::ifstream file_;
  std::istream& in_;
  std::string name_;
  TraceHeader header_;
  int line_ = 0;
  std::string text_;  ///< of the current line
  std::uint64_t digest_;
  std::vector<std::uint32_t> elements_;  ///< of the vectors made so far
  std::set<std::string, std::less<>> values_;
  std::set<std::string, std::less<>> ops_;
  std::uint64_t weights_ = 0;
};

[[nodiscard]] TraceFile read_trace(const std::string& path);

/// The same of a text; `name` stands in messages.
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
