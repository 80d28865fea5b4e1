// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/result/result.hpp"

namespace tritsim {

/// The trace of a run that was made with --trace. A small one is here as a whole; of a large one it
/// holds the name, and a digest to recognise the file.
struct TraceInput {
  static constexpr std::size_t most_bytes = std::size_t{4} << 20;  ///< of a text that is kept

  std::string file;
  std::string digest;
  std::string text;  ///< empty: too large

  template <class Io>
  void fields(Io& io) {
    io.required("file", file, "the file, as it was named");
    io.required("digest", digest, "digest of its bytes");
    io.optional("text", text, "the file, if it is small");
  }
};

/// Of the file `file` that holds `text`.
[[nodiscard]] TraceInput trace_input(const std::string& file, const std::string& text);

/// The text again, from `input` or else from its file; `from` is what holds the input. Throws
/// ConfigError if the file is gone or has changed.
[[nodiscard]] std::string trace_text(const TraceInput& input, const std::string& from);

/// Inputs of a result, so that it can be made again; part of every HTML report of a run.
struct RunInputs {
  std::string tool;
  BoardSpec board;                       ///< resolved
  std::vector<GivenOverride> overrides;  ///< that are in it
  std::optional<ModelSpec> model;
  std::string program;
  Workload workload;
  Time elapsed;  ///< that of the result, so that running it again gives the same result
  std::optional<TraceInput> trace{};  ///< instead of the model's own

  template <class Io>
  void fields(Io& io) {
    io.required("tool", tool, "name and version of the tool");
    io.required("board", board, "the resolved board");
    io.optional("overrides", overrides, "what of the board was given beside its files");
    io.optional("model", model, "the model");
    io.optional("program", program, "assembly text");
    io.required("workload", workload, "the workload");
    io.required("elapsed", elapsed, "simulated time of the run");
    io.optional("trace", trace, "the trace, of a run with --trace");
  }
};

[[nodiscard]] RunInputs inputs_of(const Result& result,
                                  const std::optional<TraceInput>& trace = {});

/// JSON for the page.
[[nodiscard]] std::string inputs_text(const Result& result,
                                      const std::optional<TraceInput>& trace = {});

/// From a report.html; throws ConfigError if it is not one of a run.
[[nodiscard]] RunInputs inputs_in_page(const std::string& html, const std::string& file);

}  // namespace tritsim
