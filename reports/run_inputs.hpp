// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/result/result.hpp"

namespace tritsim {

/// What a result was made from, to make it again; in every HTML report of a run.
struct RunInputs {
  std::string tool;
  BoardSpec board;  ///< resolved
  std::optional<ModelSpec> model;
  std::string program;
  Workload workload;
  std::uint32_t context = 0;
  Time elapsed;  ///< that of the result: running it again gives the same

  template <class Io>
  void fields(Io& io) {
    io.required("tool", tool, "name and version of the tool");
    io.required("board", board, "the resolved board");
    io.optional("model", model, "the model");
    io.optional("program", program, "assembly text");
    io.required("workload", workload, "the workload");
    io.optional("context", context, "positions in the cache before the first step");
    io.required("elapsed", elapsed, "simulated time of the run");
  }
};

[[nodiscard]] RunInputs inputs_of(const Result& result);

/// JSON for the page.
[[nodiscard]] std::string inputs_text(const Result& result);

/// From a report.html; throws ConfigError if it is not one of a run.
[[nodiscard]] RunInputs inputs_in_page(const std::string& html, const std::string& file);

}  // namespace tritsim
