// SPDX-License-Identifier: Apache-2.0
#include "arch/workload/trace_file.hpp"

#include <map>
#include <numeric>
#include <sstream>

#include <fmt/format.h>

#include "arch/base/describer.hpp"
#include "arch/base/json.hpp"
#include "arch/base/output_file.hpp"
#include "arch/base/writer.hpp"
#include "arch/workload/trace_digest.hpp"
#include "arch/workload/trace_reader.hpp"

namespace tritsim {
namespace {

std::string line_of(const auto& value) {
  return to_json_line(Writer::write(value));
}

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

/// Mean over the ternary weights of what `share` says of their matrix; none if it is missing for
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

TraceFile read_all(TraceReader& reader) {
  TraceFile file;
  file.header = reader.header();
  while (auto line = reader.next()) file.lines.push_back(std::move(*line));
  return file;
}

}  // namespace

std::uint64_t elements_of(const std::vector<Value>& values) {
  std::uint64_t sum = 0;
  for (const Value& v : values) sum += v.elements;
  return sum;
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
  file.header.model = summary_of(model);
  file.header.source = std::move(source);
  std::map<ValueId, ValueId> number;  // values are numbered as they are made
  for (const Op& op : trace.ops) {
    TraceLine line;
    line.op = op;
    if (op.role != implied_role(op.kind, op.name)) line.role = op.role;
    for (ValueId& v : line.op.inputs) v = number.at(v);
    for (ValueId& v : line.op.outputs) {
      line.values.push_back(trace.values[v]);
      v = number.try_emplace(v, static_cast<ValueId>(number.size())).first->second;
    }
    if (const std::uint64_t weights = trace.weights(op); weights != 0) {
      Matrix m;
      m.rows = elements_of(line.values);
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
  std::uint64_t digest = TraceDigest::start;
  for (const TraceLine& line : file.lines) digest = TraceDigest::add(digest, line_of(line));
  TraceHeader header = file.header;
  header.digest = TraceDigest::text(digest);
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
