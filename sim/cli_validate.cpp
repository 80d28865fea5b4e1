// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>
#include <memory>

#include <fmt/format.h>
#include <unistd.h>

#include "arch/reader.hpp"
#include "arch/writer.hpp"
#include "reports/validation_report.hpp"
#include "sim/cli.hpp"
#include "sim/validate.hpp"
#include "tritsim_version.hpp"

namespace tritsim {
namespace {

struct ValidateOptions {
  std::vector<std::string> files;
  std::vector<std::string> overlays;
  std::string output;
  bool json = false;
  bool markdown = false;
  bool summary = false;
};

/// The measurement of a board whose coefficients overlays replace.
MeasurementSpec overlaid(MeasurementSpec m, const std::vector<Override>& overrides) {
  if (!m.board || overrides.empty()) return m;
  ReadContext context;
  context.overrides = overrides;
  m.board = read_document<BoardSpec>(Writer::write(*m.board), context);
  return m;
}

void validate(const ValidateOptions& options) {
  if (!options.output.empty()) make_output_directory(options.output);
  const std::vector<Override> overrides = parse_overrides({}, options.overlays);
  std::vector<MeasurementFile> files;
  for (const std::string& file : options.files) files.push_back(load<MeasurementFile>(file));
  std::vector<Verdict> verdicts;
  for (const MeasurementFile& file : files) {
    for (const MeasurementSpec& m : file.cases) {
      verdicts.push_back(judge(overlaid(m, overrides), file.source));
    }
  }
  if (!options.output.empty()) {
    const Page page = validation_page(verdicts, fmt::format("tritsim {}", version));
    const std::filesystem::path directory(options.output);
    write_file((directory / "validation.json").string(), to_json(validation_metrics(verdicts)));
    write_file((directory / "validation.csv").string(), validation_csv(verdicts));
    write_file((directory / "validation.md").string(), to_markdown(page));
    write_file((directory / "validation.html").string(), to_html(page));
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
  command
      ->add_option("--overlay", options->overlays,
                   "coefficients that replace those of every board, as 'calibrate' writes them; "
                   "repeat it")
      ->type_name("FILE");
  command->add_option("-o,--output", options->output, "directory for validation.{json,csv,md,html}")
      ->type_name("DIR");
  command->add_flag("--json", options->json, "print JSON, nothing else");
  command->add_flag("--markdown", options->markdown, "print Markdown tables");
  command->add_flag("--summary", options->summary, "leave out the single cases");
  command->footer(
      "Example:\n"
      "  tritsim validate configs/measurements/*.yaml\n"
      "  tritsim validate configs/measurements/u250_silicon.yaml --overlay u250.yaml\n"
      "Exit code 3 if a case lies outside its tolerance.");
  command->callback([options] { validate(*options); });
}

}  // namespace tritsim
