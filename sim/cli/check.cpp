// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include <boost/algorithm/string/predicate.hpp>
#include <fmt/format.h>

#include "arch/base/input_file.hpp"
#include "arch/base/reader.hpp"
#include "arch/board/device_fit.hpp"
#include "arch/core/program.hpp"
#include "arch/study/kinds.hpp"
#include "sim/cli/by_name.hpp"
#include "sim/cli/cli.hpp"
#include "sim/study/sweep_plan.hpp"

namespace tritsim {
namespace {

struct CheckOptions {
  std::vector<std::string> files;
  std::string board;
};

std::string check_assembly(const std::string& file, const std::string& board) {
  if (board.empty()) {
    throw ConfigError(
        fmt::format("{}: assembly is checked against a core; name its board with --board", file));
  }
  const auto spec = load<BoardSpec>(board);
  const Assembly assembly =
      parse_assembly(read_input(file, largest_file::program), file, spec.cores.front().core);
  for (const std::string& w : assembly.warnings) fmt::print(stderr, "{}\n", w);
  return "program";
}

/// ", but it does not fit (...)" for a board that exceeds its device; empty if it fits.
std::string misfit(const std::string& file) {
  const FitVerdict fit = device_fit(load<BoardSpec>(file));
  return fit.fits() ? "" : ", but it " + fit.text();
}

void check(const CheckOptions& options) {
  std::vector<Problem> problems;
  for (const std::string& file : options.files) {
    try {
      const std::string kind = boost::algorithm::ends_with(file, ".tmi")
                                   ? check_assembly(file, options.board)
                                   : check_file(file);
      if (kind == SweepSpec::kind) check_sweep(file);
      fmt::print("{}: ok ({}){}\n", file, kind, kind == BoardSpec::kind ? misfit(file) : "");
    } catch (const ConfigError& e) {
      problems.insert(problems.end(), e.problems().begin(), e.problems().end());
    }
  }
  if (!problems.empty()) throw ConfigError(problems);
}

}  // namespace

void add_check_command(CLI::App& app) {
  auto options = std::make_shared<CheckOptions>();
  CLI::App* command =
      app.add_subcommand("check", "Read configuration files and report every problem in them");
  command->add_option("files", options->files, "YAML files or assembly programs (.tmi)")
      ->required()
      ->type_name("FILE");
  command->add_option("--board", options->board, "board whose core the assembly is for")
      ->type_name("FILE")
      ->transform(by_name({BoardSpec::kind}));
  command->footer(
      "Examples:\n"
      "  tritsim check configs/boards/*.yaml\n"
      "  tritsim check --board configs/boards/d5005_mmfree.yaml configs/programs/token_mixer.tmi");
  command->callback([options] { check(*options); });
}

}  // namespace tritsim
