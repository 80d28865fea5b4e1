// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <memory>

#include <fmt/format.h>
#include <unistd.h>

#include "arch/reader.hpp"
#include "reports/validation_report.hpp"
#include "sim/cli.hpp"
#include "sim/validate.hpp"

namespace tritsim {
namespace {

struct ValidateOptions {
  std::vector<std::string> files;
  bool json = false;
  bool markdown = false;
  bool summary = false;
};

void validate(const ValidateOptions& options) {
  std::vector<MeasurementFile> files;
  for (const std::string& file : options.files) files.push_back(load<MeasurementFile>(file));
  std::vector<Verdict> verdicts;
  for (const MeasurementFile& file : files) {
    for (const MeasurementSpec& m : file.cases) verdicts.push_back(judge(m, file.source));
  }
  if (options.json) {
    fmt::print("{}", to_json(validation_metrics(verdicts)));
  } else {
    std::vector<Table> tables{error_table(verdicts)};
    if (!options.summary) tables.insert(tables.begin(), verdict_table(verdicts));
    for (const Table& table : tables) {
      fmt::print("{}\n", options.markdown ? to_markdown(table)
                                          : to_terminal(table, isatty(STDOUT_FILENO) != 0, 160));
    }
  }
  const auto outside =
      std::count_if(verdicts.begin(), verdicts.end(), [](const Verdict& v) { return !v.ok(); });
  if (outside > 0)
    throw OutOfTolerance(
        fmt::format("{} of {} cases outside their tolerance", outside, verdicts.size()));
}

}  // namespace

void add_validate_command(CLI::App& app) {
  auto options = std::make_shared<ValidateOptions>();
  CLI::App* command = app.add_subcommand(
      "validate", "Run published measurements and set the simulated figures beside them");
  command->add_option("files", options->files, "files of measurements")
      ->required()
      ->type_name("FILE");
  command->add_flag("--json", options->json, "print JSON, nothing else");
  command->add_flag("--markdown", options->markdown, "print Markdown tables");
  command->add_flag("--summary", options->summary, "leave out the single cases");
  command->footer(
      "Example:\n"
      "  tritsim validate configs/measurements/*.yaml\n"
      "Exit code 3 if a case lies outside its tolerance.");
  command->callback([options] { validate(*options); });
}

}  // namespace tritsim
