// SPDX-License-Identifier: Apache-2.0
#include "arch/workload/trace_reader.hpp"

#include <fmt/format.h>

#include "arch/base/input_file.hpp"
#include "arch/base/json.hpp"
#include "arch/base/reader.hpp"
#include "arch/workload/trace_digest.hpp"

namespace tritsim {
namespace {

/// The path of a file that may be read as a stream.
const std::string& regular_file(const std::string& path) {
  const InputFile file(path, largest_file::any);
  return path;
}

}  // namespace

TraceReader::TraceReader(const std::string& path)
    : file_(regular_file(path), std::ios::binary),
      in_(file_),
      name_(path),
      digest_(TraceDigest::start) {
  read_header();
}

TraceReader::TraceReader(std::istream& in, std::string name)
    : in_(in), name_(std::move(name)), digest_(TraceDigest::start) {
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
  // The keys of a newer version are unknown, so the message gives its number.
  if (const Node* version = node.find("version")) {
    TraceHeader probe;
    if (!parse_scalar(version->text, probe.version) && probe.version > TraceHeader::newest) {
      Problems problems;
      problems.add(version->mark, "version", fmt::format("version {} is not known", probe.version),
                   fmt::format("this program reads version {}", TraceHeader::newest));
      problems.raise();
    }
  }
  // A trace is self-contained: the model may not be the name of a file.
  if (const Node* model = node.find("model"); model != nullptr && model->kind != Node::Kind::map) {
    context.problems.add(model->mark, "model", "expected a map of keys",
                         "write " + keys_of<ModelSummary>());
    context.problems.raise();
  }
  Reader::read(context, node, "", header_, any_value);
  context.problems.raise();
}

std::optional<TraceLine> TraceReader::next() {
  if (!read_text()) {
    finish();
    return {};
  }
  ReadContext context;
  if (checker_.ops() == most_ops) {
    context.problems.add(mark(), "", fmt::format("more than {} ops", most_ops),
                         "a trace holds the ops of one token");
    context.problems.raise();
  }
  digest_ = TraceDigest::add(digest_, text_);
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
  line.op.role = line.role.value_or(implied_role(line.op.kind, line.op.name));
  checker_.check(line, at);
  context.problems.raise();
  checker_.accept(line);
  return line;
}

void TraceReader::finish() const {
  Problems problems;
  if (checker_.ops() == 0) {
    problems.add(mark(), "", "the trace has no op", "write one op a line behind the header");
  }
  if (!header_.digest.empty() && header_.digest != TraceDigest::text(digest_)) {
    problems.add(Mark{name_, 1, 1}, "digest",
                 fmt::format("'{}' is not that of the lines, {}", header_.digest,
                             TraceDigest::text(digest_)),
                 "the file was cut or edited: export it again, or empty the digest if it is meant");
  }
  problems.raise();
}

}  // namespace tritsim
