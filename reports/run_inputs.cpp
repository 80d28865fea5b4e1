// SPDX-License-Identifier: Apache-2.0
#include "reports/run_inputs.hpp"

#include "arch/reader.hpp"
#include "arch/writer.hpp"
#include "reports/script_text.hpp"

namespace tritsim {

RunInputs inputs_of(const Result& r) {
  return {r.tool, r.board, r.model, r.program, r.workload, r.context, r.elapsed};
}

std::string inputs_text(const Result& result) {
  return to_json(Writer::write(inputs_of(result)));
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
