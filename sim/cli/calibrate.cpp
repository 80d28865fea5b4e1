// SPDX-License-Identifier: Apache-2.0
#include "sim/study/calibrate.hpp"

#include <algorithm>
#include <memory>

#include <boost/algorithm/string.hpp>
#include <fmt/format.h>

#include "arch/base/writer.hpp"
#include "reports/study/calibration_report.hpp"
#include "sim/cli/cli.hpp"
#include "sim/cli/terminal.hpp"

namespace tritsim {
namespace {

struct CalibrateOptions {
  std::vector<std::string> files;
  std::string fit;
  std::string only;
  std::string output;
};

void run(const CalibrateOptions& options) {
  std::vector<CalibrationCase> cases;
  for (const std::string& file : options.files) {
    const auto measurements = load<MeasurementFile>(file);
    for (const MeasurementSpec& m : measurements.cases) {
      if (m.obtained == Obtained::projected) continue;
      if (m.name.find(options.only) == std::string::npos) continue;
      cases.push_back({m, measurements.source});
    }
  }
  if (cases.empty()) {
    throw ConfigError(fmt::format("--only {}: no name of a case contains this", options.only));
  }
  std::vector<std::string> paths;
  boost::split(paths, options.fit, boost::is_any_of(","));
  for (std::string& p : paths) boost::trim(p);
  const Calibration calibration = calibrate(cases, paths);
  for (const Table& table : calibration_tables(calibration)) {
    fmt::print("{}\n", to_terminal(table, output_style()));
  }
  const std::string overlay = to_yaml(Writer::write(calibration.overlay));
  if (options.output.empty()) {
    fmt::print("{}", overlay);
  } else {
    write_file(options.output, overlay);
    fmt::print("written: {}\n", options.output);
  }
}

}  // namespace

void add_calibrate_command(CLI::App& app) {
  auto options = std::make_shared<CalibrateOptions>();
  CLI::App* command =
      app.add_subcommand("calibrate", "Fit coefficients, within their ranges, to measurements");
  command->add_option("files", options->files, "measurement files")->required()->type_name("FILE");
  command
      ->add_option("--fit", options->fit,
                   "coefficients to fit, as paths from the board or processor")
      ->required()
      ->type_name("PATH,...");
  command->add_option("--only", options->only, "only cases whose name contains this text")
      ->type_name("TEXT");
  command
      ->add_option("-o,--output", options->output,
                   "write the overlay for 'run --overlay' to this file instead of printing it")
      ->type_name("FILE");
  command->footer(
      "Prints the fitted values, how well the cases determine them, and the error of each case, "
      "fitted\nand left out. Refuses parameters that the cases do not determine.\n"
      "Example:\n"
      "  tritsim calibrate configs/measurements/u250_silicon.yaml --only power \\\n"
      "    --fit device.family.logic_cell,power.idle -o u250.yaml\n"
      "  tritsim run --board configs/boards/u250_mmfree_48.yaml --overlay u250.yaml \\\n"
      "    --model configs/models/mmfreelm_1.3b.yaml");
  command->callback([options] { run(*options); });
}

}  // namespace tritsim
