// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include <fmt/format.h>

#include "arch/study/kinds.hpp"
#include "arch/study/metric_key.hpp"
#include "arch/workload/trace_file.hpp"
#include "sim/cli/cli.hpp"

namespace tritsim {
namespace {

struct SchemaOptions {
  std::string kind;
  bool markdown = false;
  bool metrics = false;
};

void schema(const SchemaOptions& options) {
  if (options.metrics) {
    fmt::print("{}", metric_reference());
    return;
  }
  if (options.markdown) {
    fmt::print("{}", configuration_reference());
    return;
  }
  const std::string text =
      options.kind == "trace-line" ? trace_line_schema() : schema_text(options.kind);
  if (text.empty()) {
    throw ConfigError(options.kind.empty()
                          ? fmt::format("name a kind of file, one of: {}", kind_list())
                          : fmt::format("'{}' is not a kind of file; it must be one of: {}",
                                        options.kind, kind_list()));
  }
  fmt::print("{}", text);
}

}  // namespace

void add_schema_command(CLI::App& app) {
  auto options = std::make_shared<SchemaOptions>();
  CLI::App* command = app.add_subcommand("schema", "Print the JSON Schema of a kind of file");
  command
      ->add_option("kind", options->kind,
                   "one of: " + kind_list() + "; trace-line: a line of a trace file")
      ->type_name("KIND");
  command->add_flag("--markdown", options->markdown, "print a reference of all kinds instead");
  command->add_flag("--metrics", options->metrics,
                    "print the keys of all figures instead, a Markdown table");
  command->footer(
      "Example, for an editor with a YAML language server:\n"
      "  tritsim schema board > board.schema.json\n"
      "  # first line of the board: # yaml-language-server: $schema=board.schema.json");
  command->callback([options] { schema(*options); });
}

}  // namespace tritsim
