// SPDX-License-Identifier: Apache-2.0
#include "arch/workload/trace_file.hpp"

#include <cmath>
#include <map>
#include <numeric>
#include <sstream>

#include <fmt/format.h>

#include "arch/base/describer.hpp"
#include "arch/base/input_file.hpp"
#include "arch/base/json.hpp"
#include "arch/base/output_file.hpp"
#include "arch/base/reader.hpp"
#include "arch/base/writer.hpp"

namespace tritsim {
namespace {

constexpr double tolerance = 1e-6;  ///< between figures of a file that depend on each other

/// FNV-1a, 64 bit: finds a file that was cut or edited, not one that was forged.
class Digest {
 public:
  static constexpr std::uint64_t start = 14695981039346656037ULL;

  static std::uint64_t add(std::uint64_t digest, std::string_view line) {
    for (const char c : line) digest = step(digest, c);
    return step(digest, '\n');
  }

  static std::string text(std::uint64_t digest) { return fmt::format("fnv1a64:{:016x}", digest); }

 private:
  static std::uint64_t step(std::uint64_t digest, char c) {
    return (digest ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  }
};

std::string line_of(const auto& value) {
  return to_json_line(Writer::write(value));
}

bool differ(double a, double b) {
  return std::fabs(a - b) > tolerance;
}

/// Inputs and outputs of an op whose vectors all have one length.
struct Arity {
  std::size_t inputs = 0;
  std::size_t outputs = 0;
};

std::optional<Arity> elementwise(OpKind kind) {
  switch (kind) {
    case OpKind::rms_norm:
    case OpKind::sigmoid:
    case OpKind::silu:
    case OpKind::complement:
    case OpKind::lower_bound:
    case OpKind::rotary:
    case OpKind::layer_norm:
    case OpKind::gelu:
    case OpKind::squared_relu:
      return Arity{1, 1};
    case OpKind::multiply:
    case OpKind::add:
    case OpKind::recurrence:
      return Arity{2, 1};
    case OpKind::embedding:
      return Arity{0, 1};
    case OpKind::bit_linear:
    case OpKind::linear:
    case OpKind::attention:
    case OpKind::all_gather:
      break;
  }
  return {};
}

std::uint64_t sum_of(const std::vector<Value>& values) {
  std::uint64_t sum = 0;
  for (const Value& v : values) sum += v.elements;
  return sum;
}

/// What belongs to a kind of op, and to no other.
void check_parts(const Op& op, Checker& c) {
  if ((op.kind == OpKind::linear) != op.weights.has_value()) {
    c.fail("weights",
           fmt::format("'{}' is of kind '{}' and has {} format of weights", op.name,
                       name_of(op.kind), op.weights ? "a" : "no"),
           op.weights ? "remove it" : "give '\"weights\": {\"format\": ...}'");
  }
  if ((op.kind == OpKind::attention) != op.attention.has_value()) {
    c.fail("attention",
           fmt::format("'{}' is of kind '{}' and has {} heads and context", op.name,
                       name_of(op.kind), op.attention ? "its own" : "no"),
           op.attention ? "remove them"
                        : "give '\"attention\": {\"heads\": ..., \"kv_heads\": ..., "
                          "\"context\": ...}'");
  }
}

}  // namespace

ElementType element_type(NumberFormat format) {
  switch (format) {
    case NumberFormat::fp16:
      return ElementType::fp16;
    case NumberFormat::int8:
      return ElementType::int8;
    case NumberFormat::int4:
      return ElementType::int4;
    case NumberFormat::ternary:
      break;
  }
  return ElementType::ternary;
}

std::uint64_t stored_bytes(const WeightSpec& stored, std::uint64_t weights) {
  return static_cast<std::uint64_t>(std::ceil(static_cast<double>(weights) * stored.bits() / 8));
}

std::uint64_t stored_bytes(ElementType type, std::uint64_t elements) {
  switch (type) {
    case ElementType::ternary:
      return (elements + 3) / 4;
    case ElementType::int4:
      return (elements + 1) / 2;
    case ElementType::int8:
      return elements;
    case ElementType::fp16:
    case ElementType::bf16:
      return 2 * elements;
    case ElementType::fp32:
      break;
  }
  return 4 * elements;
}

void Spread::check(Checker& c) const {
  if (min > mean + tolerance || mean > max + tolerance) {
    c.fail("mean", fmt::format("{} is not between {} and {}", mean, min, max),
           "give min, mean and max in that order of size");
  }
}

void ActivationStatistics::check(Checker& c) const {
  if (zeros.empty()) c.fail("zeros", "no token", "give a number for each token, or leave them out");
  for (const auto& [key, list] : {std::pair{"absmax", &absmax}, std::pair{"toggles", &toggles}}) {
    if (list->size() == zeros.size()) continue;
    c.fail(key, fmt::format("{} tokens, zeros has {}", list->size(), zeros.size()),
           "give a number for each token in each list");
  }
}

void MatrixStatistics::check(Checker& c) const {
  if (differ(minus + zero + plus, 1)) {
    c.fail("zero", fmt::format("minus, zero and plus sum to {}", minus + zero + plus),
           "the three shares sum to 1");
    return;
  }
  double bits = 0;
  for (const double share : {minus, zero, plus}) {
    if (share > 0) bits -= share * std::log2(share);
  }
  if (std::fabs(entropy - bits) > 1e-4) {
    c.fail("entropy", fmt::format("{} is not the entropy of the shares", entropy),
           fmt::format("it is {:.6f}", bits));
  }
  if (differ(row_zeros.mean, zero)) {
    c.fail("row_zeros.mean", fmt::format("{} is not the share of zeros, {}", row_zeros.mean, zero),
           "rows are of one length, so both are the same");
  }
}

void TraceHeader::check(Checker& c) const {
  if (format != format_name) {
    c.fail("format", fmt::format("'{}' is not '{}'", format, format_name),
           "take a file that `tritsim trace export` wrote, or write one as docs/traces.md says");
  }
  if (version == 0 || version > newest) {
    c.fail("version", fmt::format("version {} is not known", version),
           fmt::format("this program reads version {}; export the trace again", newest));
  }
}

namespace {

/// Share of zeros in the vectors of a file, mean over tokens, where it was recorded.
std::map<ValueId, double> zeros_of_values(const std::vector<TraceLine>& lines) {
  std::map<ValueId, double> zeros;
  for (const TraceLine& line : lines) {
    if (!line.activations || line.activations->zeros.empty()) continue;
    const std::vector<double>& z = line.activations->zeros;
    const double mean = std::accumulate(z.begin(), z.end(), 0.0) / static_cast<double>(z.size());
    for (const ValueId v : line.op.outputs) zeros[v] = mean;
  }
  return zeros;
}

/// Mean over the ternary weights of what `share` says of their matrix; none if it says nothing of
/// one of them.
template <class Share>
std::optional<double> mean_over_ternary(const std::vector<TraceLine>& lines, Share&& share) {
  double sum = 0;
  double all = 0;
  for (const TraceLine& line : lines) {
    if (!line.matrix || line.matrix->type != ElementType::ternary) continue;
    const std::optional<double> one = share(line);
    if (!one) return {};
    const double n =
        static_cast<double>(line.matrix->rows) * static_cast<double>(line.matrix->columns);
    sum += n * *one;
    all += n;
  }
  if (!(all > 0)) return {};
  return sum / all;
}

std::optional<double> zeros_of_input(const std::map<ValueId, double>& zeros, const Op& op) {
  if (op.inputs.empty()) return {};
  const auto it = zeros.find(op.inputs[0]);
  return it == zeros.end() ? std::nullopt : std::optional(it->second);
}

/// The path of a file that may be read as a stream.
const std::string& regular_file(const std::string& path) {
  const InputFile file(path, largest_file::any);
  return path;
}

}  // namespace

Trace TraceFile::trace() const {
  Trace trace;
  trace.model = header.model.name;
  const std::map<ValueId, double> zeros = zeros_of_values(lines);
  for (const TraceLine& line : lines) {
    trace.ops.push_back(line.op);
    if (line.matrix && line.matrix->type == ElementType::ternary && line.matrix->statistics) {
      const MatrixStatistics& s = *line.matrix->statistics;
      trace.ops.back().zeros = ZeroShares{s.zero, s.row_zeros.min, line.matrix->rows,
                                          line.matrix->columns, zeros_of_input(zeros, line.op)};
    }
    trace.values.insert(trace.values.end(), line.values.begin(), line.values.end());
  }
  return trace;
}

std::optional<double> TraceFile::zero_weights() const {
  return mean_over_ternary(lines, [](const TraceLine& line) -> std::optional<double> {
    if (!line.matrix->statistics) return {};
    return line.matrix->statistics->zero;
  });
}

std::optional<double> TraceFile::zero_activations() const {
  const std::map<ValueId, double> zeros = zeros_of_values(lines);
  return mean_over_ternary(lines,
                           [&](const TraceLine& line) { return zeros_of_input(zeros, line.op); });
}

TraceReader::TraceReader(const std::string& path)
    : file_(regular_file(path), std::ios::binary), in_(file_), name_(path), digest_(Digest::start) {
  read_header();
}

TraceReader::TraceReader(std::istream& in, std::string name)
    : in_(in), name_(std::move(name)), digest_(Digest::start) {
  read_header();
}

bool TraceReader::read_text() {
  text_.clear();
  ++line_;
  std::streambuf& buffer = *in_.rdbuf();
  constexpr int end = std::char_traits<char>::eof();
  int c = buffer.sbumpc();
  if (c == end) return false;
  for (; c != end && c != '\n'; c = buffer.sbumpc()) {
    if (text_.size() == longest_line) {
      Problems problems;
      problems.add(mark(), "", fmt::format("the line is longer than {} bytes", longest_line),
                   "write one op a line");
      problems.raise();
    }
    text_ += static_cast<char>(c);
  }
  return true;
}

void TraceReader::read_header() {
  ReadContext context;
  if (!read_text()) {
    context.problems.add(mark(), "", "the file is empty", "start with a header line");
    context.problems.raise();
  }
  const Node node = parse_json(text_, mark(), context.problems);
  context.problems.raise();
  if (node.kind != Node::Kind::map) {
    context.problems.add(node.mark, "", "expected the header, a map of keys",
                         "start with '{\"format\":\"tritsim-trace\", ...'");
    context.problems.raise();
  }
  // The keys of a newer version are unknown: its number is what must be said.
  if (const Node* version = node.find("version")) {
    TraceHeader probe;
    if (!parse_scalar(version->text, probe.version) && probe.version > TraceHeader::newest) {
      Problems problems;
      problems.add(version->mark, "version", fmt::format("version {} is not known", probe.version),
                   fmt::format("this program reads version {}", TraceHeader::newest));
      problems.raise();
    }
  }
  // A trace stands alone: the name of a file is no model here.
  if (const Node* model = node.find("model"); model != nullptr && model->kind != Node::Kind::map) {
    context.problems.add(model->mark, "model", "expected a map of keys",
                         "write " + keys_of<ModelSpec>());
    context.problems.raise();
  }
  Reader::read(context, node, "", header_, any_value);
  context.problems.raise();
}

void TraceReader::check(const TraceLine& line, Checker& c) {
  const Op& op = line.op;
  if (ops_.contains(op.name)) {
    c.fail("name", fmt::format("two ops are named '{}'", op.name), "rename one");
  }
  if (op.layer < Op::no_layer || op.layer >= 10000) {
    c.fail("layer", fmt::format("{} is no block", op.layer), "give -1, or a block from 0 to 9999");
  }
  if (op.inputs.size() > most_operands || op.outputs.size() > most_operands) {
    c.fail(op.inputs.size() > most_operands ? "inputs" : "outputs",
           fmt::format("more than {} vectors", most_operands), "split the op");
    return;
  }
  if (op.outputs.empty()) {
    c.fail("outputs", fmt::format("'{}' makes nothing", op.name), "give the index of its result");
  }
  check_parts(op, c);
  bool readable = true;
  for (const ValueId v : op.inputs) {
    if (v < elements_.size()) continue;
    readable = false;
    c.fail("inputs", fmt::format("'{}' reads value {}, which no op before it makes", op.name, v),
           "give the index of an earlier output");
  }
  for (std::size_t i = 0; i < op.outputs.size(); ++i) {
    if (op.outputs[i] == elements_.size() + i) continue;
    c.fail("outputs", fmt::format("'{}' makes value {}", op.name, op.outputs[i]),
           fmt::format("values are numbered as they are made: it is {}", elements_.size() + i));
    return;
  }
  if (line.values.size() != op.outputs.size()) {
    c.fail("values",
           fmt::format("{} vectors for {} outputs", line.values.size(), op.outputs.size()),
           "give one for each output");
    return;
  }
  for (std::size_t i = 0; i < line.values.size(); ++i) {
    const Value& v = line.values[i];
    bool twice = values_.contains(v.name);
    for (std::size_t k = 0; k < i; ++k) twice |= line.values[k].name == v.name;
    if (twice) {
      c.fail(fmt::format("values.{}.name", i), fmt::format("two values are named '{}'", v.name),
             "rename one");
    }
  }
  if (!readable) return;
  if (const auto arity = elementwise(op.kind)) {
    if (op.inputs.size() != arity->inputs || op.outputs.size() != arity->outputs) {
      c.fail(op.inputs.size() != arity->inputs ? "inputs" : "outputs",
             fmt::format("'{}' has {} inputs and {} outputs", op.name, op.inputs.size(),
                         op.outputs.size()),
             fmt::format("{} has {} and {}", name_of(op.kind), arity->inputs, arity->outputs));
    }
    for (const ValueId v : op.inputs) {
      if (op.outputs.size() != 1 || elements_[v] == line.values[0].elements) continue;
      c.fail("values.0.elements",
             fmt::format("'{}' takes {} elements and makes {}", op.name, elements_[v],
                         line.values[0].elements),
             fmt::format("{} keeps the length", name_of(op.kind)));
    }
  }
  if (op.kind == OpKind::attention && op.attention) check_attention(line, c);
  const bool product = op.kind == OpKind::bit_linear || op.kind == OpKind::linear;
  if (product && op.inputs.size() != 1) {
    c.fail("inputs", fmt::format("'{}' reads {} values", op.name, op.inputs.size()),
           fmt::format("a {} has one input", name_of(op.kind)));
    return;
  }
  if (product && !line.matrix) {
    c.fail("", fmt::format("'{}' has no matrix", op.name),
           "add 'matrix' with rows, columns, type and bytes");
  }
  if (line.matrix) check_matrix(line, c);
}

void TraceReader::check_attention(const TraceLine& line, Checker& c) const {
  const Op& op = line.op;
  const AttentionShape& a = *op.attention;
  if (op.inputs.size() != 3 || op.outputs.size() != 1) {
    c.fail("inputs",
           fmt::format("'{}' has {} inputs and {} outputs", op.name, op.inputs.size(),
                       op.outputs.size()),
           "an attention reads query, key and value and makes one vector");
    return;
  }
  if (a.heads % a.kv_heads != 0) {
    c.fail("attention.kv_heads",
           fmt::format("{} query heads cannot share {} key and value heads evenly", a.heads,
                       a.kv_heads),
           "give a divisor of heads");
    return;
  }
  const std::uint64_t query = elements_[op.inputs[0]];
  if (query % a.heads != 0) {
    c.fail("attention.heads", fmt::format("{} heads do not divide {} elements", a.heads, query),
           "give a divisor of the query's length");
    return;
  }
  const std::uint64_t shared = query / a.heads * a.kv_heads;
  if (elements_[op.inputs[1]] != shared || elements_[op.inputs[2]] != shared) {
    c.fail("attention.kv_heads",
           fmt::format("key and value have {} and {} elements", elements_[op.inputs[1]],
                       elements_[op.inputs[2]]),
           fmt::format("{} heads of {} channels have {}", a.kv_heads, query / a.heads, shared));
  }
  if (line.values[0].elements != query) {
    c.fail("values.0.elements",
           fmt::format("'{}' takes a query of {} elements and makes {}", op.name, query,
                       line.values[0].elements),
           "attention keeps the query's length");
  }
}

void TraceReader::check_matrix(const TraceLine& line, Checker& c) const {
  const Op& op = line.op;
  const Matrix& m = *line.matrix;
  if (op.inputs.size() == 1 && m.columns != elements_[op.inputs[0]]) {
    c.fail("matrix.columns",
           fmt::format("{} columns for {} input elements", m.columns, elements_[op.inputs[0]]),
           "a column takes one input element");
  }
  if (m.rows != sum_of(line.values)) {
    c.fail("matrix.rows",
           fmt::format("{} rows for {} output elements", m.rows, sum_of(line.values)),
           "a row makes one output element");
  }
  if (op.weights && m.type != element_type(op.weights->format)) {
    c.fail("matrix.type", fmt::format("is {}", name_of(m.type)),
           fmt::format("the format of its weights is {}", name_of(op.weights->format)));
    return;
  }
  const std::uint64_t weights = m.rows * m.columns;
  const std::uint64_t bytes =
      op.weights ? stored_bytes(*op.weights, weights) : stored_bytes(m.type, weights);
  if (m.bytes != bytes) {
    c.fail("matrix.bytes", fmt::format("{} bytes of {}", m.bytes, name_of(m.type)),
           fmt::format("{} x {} weights take {}", m.rows, m.columns, bytes));
  }
  if (weights > most_weights - weights_) {
    c.fail("matrix.rows", fmt::format("the trace has more than {} weights", most_weights),
           "check the shapes");
  }
}

std::optional<TraceLine> TraceReader::next() {
  if (!read_text()) {
    finish();
    return {};
  }
  ReadContext context;
  if (ops_.size() == most_ops) {
    context.problems.add(mark(), "", fmt::format("more than {} ops", most_ops),
                         "a trace holds the ops of one token");
    context.problems.raise();
  }
  digest_ = Digest::add(digest_, text_);
  if (text_.find_first_not_of(" \t\r") == std::string::npos) {
    context.problems.add(mark(), "", "the line is empty", "remove it: one op a line");
    context.problems.raise();
  }
  const Node node = parse_json(text_, mark(), context.problems);
  context.problems.raise();
  if (node.kind != Node::Kind::map) {
    context.problems.add(node.mark, "", "expected an op, a map of keys", "write one op a line");
    context.problems.raise();
  }
  TraceLine line;
  Reader::read(context, node, "", line, any_value);
  context.problems.raise();
  Reader at(context, node, "");
  check(line, at);
  context.problems.raise();

  ops_.insert(line.op.name);
  for (const Value& v : line.values) {
    values_.insert(v.name);
    elements_.push_back(v.elements);
  }
  if (line.matrix) weights_ += line.matrix->rows * line.matrix->columns;
  return line;
}

void TraceReader::finish() const {
  Problems problems;
  if (ops_.empty()) {
    problems.add(mark(), "", "the trace has no op", "write one op a line behind the header");
  }
  if (!header_.digest.empty() && header_.digest != Digest::text(digest_)) {
    problems.add(
        Mark{name_, 1, 1}, "digest",
        fmt::format("'{}' is not that of the lines, {}", header_.digest, Digest::text(digest_)),
        "the file was cut or edited: export it again, or empty the digest if it is meant");
  }
  problems.raise();
}

namespace {

TraceFile read_all(TraceReader& reader) {
  TraceFile file;
  file.header = reader.header();
  while (auto line = reader.next()) file.lines.push_back(std::move(*line));
  return file;
}

}  // namespace

TraceFile read_trace(const std::string& path) {
  TraceReader reader(path);
  return read_all(reader);
}

TraceFile read_trace_text(const std::string& text, const std::string& name) {
  std::istringstream in(text);
  TraceReader reader(in, name);
  return read_all(reader);
}

TraceFile record(const ModelSpec& model, std::string source, std::uint32_t context) {
  const Trace trace = expand(model, context);
  TraceFile file;
  file.header.model = model;
  file.header.source = std::move(source);
  std::map<ValueId, ValueId> number;  // values are numbered as they are made
  for (const Op& op : trace.ops) {
    TraceLine line;
    line.op = op;
    for (ValueId& v : line.op.inputs) v = number.at(v);
    for (ValueId& v : line.op.outputs) {
      line.values.push_back(trace.values[v]);
      v = number.try_emplace(v, static_cast<ValueId>(number.size())).first->second;
    }
    if (const std::uint64_t weights = trace.weights(op); weights != 0) {
      Matrix m;
      m.rows = sum_of(line.values);
      m.columns = weights / m.rows;
      if (op.weights) m.type = element_type(op.weights->format);
      m.bytes = op.weights ? stored_bytes(*op.weights, weights) : stored_bytes(m.type, weights);
      line.matrix = m;
    }
    file.lines.push_back(std::move(line));
  }
  return file;
}

void write_trace(std::ostream& out, const TraceFile& file) {
  std::uint64_t digest = Digest::start;
  for (const TraceLine& line : file.lines) digest = Digest::add(digest, line_of(line));
  TraceHeader header = file.header;
  header.digest = Digest::text(digest);
  out << line_of(header) << '\n';
  for (const TraceLine& line : file.lines) out << line_of(line) << '\n';
}

void write_trace(const std::string& path, const TraceFile& file) {
  std::ostringstream text;
  write_trace(text, file);
  write_output(path, text.view());
}

std::string trace_line_schema() {
  Node either;
  either.kind = Node::Kind::sequence;
  either.items.push_back(Describer::schema<TraceHeader>());
  either.items.push_back(Describer::schema<TraceLine>());
  Node out;
  out.set("title", Node::of_text("tritsim trace, one line: the header, or an op"));
  out.set("anyOf", std::move(either));
  return to_json(out);
}

}  // namespace tritsim
