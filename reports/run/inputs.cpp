// SPDX-License-Identifier: Apache-2.0
#include "reports/run/inputs.hpp"

#include <filesystem>

#include <fmt/format.h>

#include "arch/base/digest.hpp"
#include "arch/base/reader.hpp"
#include "arch/base/writer.hpp"
#include "reports/text/script_text.hpp"

namespace tritsim {

namespace {

std::string digest_of(const std::string& text) {
  Digest digest;
  digest.add(text);
  return fmt::format("{:016x}", digest.value());
}

}  // namespace

TraceInput trace_input(const std::string& file, const std::string& text) {
  return {file, digest_of(text), text.size() < TraceInput::most_bytes ? text : ""};
}

std::string trace_text(const TraceInput& input, const std::string& from) {
  std::string text = input.text;
  if (text.empty()) {
    if (!std::filesystem::is_regular_file(input.file)) {
      throw ConfigError(
          fmt::format("{}: was made from the trace '{}', which is too large to be stored and is "
                      "not a file here; "
                      "put the trace there, with the digest {}",
                      from, input.file, input.digest));
    }
    text = read_file(input.file);
  }
  if (const std::string now = digest_of(text); now != input.digest) {
    throw ConfigError(fmt::format(
        "{}: was made from a trace '{}' with the digest {}, the one {} has {}; run it "
        "with --board and --trace, or put back the file as it was",
        from, input.file, input.digest, input.text.empty() ? "there" : "held here", now));
  }
  return text;
}

RunInputs inputs_of(const Result& r, const std::optional<TraceInput>& trace) {
  return {r.tool, r.board, r.overrides, r.model, r.program, r.workload, r.elapsed, trace};
}

std::string inputs_text(const Result& result, const std::optional<TraceInput>& trace) {
  return to_json(Writer::write(inputs_of(result, trace)));
}

RunInputs inputs_in_page(const std::string& html, const std::string& file) {
  const std::string text = script_element(html, "inputs");
  if (text.empty()) {
    throw ConfigError(file +
                      ": holds no inputs of a run; give the report.html or result.json of "
                      "'tritsim run -o DIR'");
  }
  ReadContext context;
  const Node node = parse_document(text, file, context.problems);
  context.problems.raise();
  return read_document<RunInputs>(node, context);
}

}  // namespace tritsim
