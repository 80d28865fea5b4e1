// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <exception>

#include <fmt/format.h>

#include "arch/base/problems.hpp"
#include "sim/cli/cli.hpp"
#include "sim/cli/help.hpp"
#include "sim/cli/mpi.hpp"
#include "tritsim_version.hpp"

namespace {

int run(int argc, char** argv) {
  using namespace tritsim;
  reserve_standard_streams();
  CLI::App app{
      "Simulates language models, ternary (MatMul-free) and dense, on FPGA boards described in\n"
      "YAML: throughput, latency and energy, each traceable to a law, a count and a coefficient."};
  app.name("tritsim");
  app.set_version_flag("--version", fmt::format("tritsim {}", version));
  app.require_subcommand(1);
  app.footer(
      "Exit codes: 0 success, 1 internal error, 2 bad command line or input file,\n"
      "3 a validation case outside its tolerance, traces that differ, a sweep without a point\n"
      "that meets its requirements.\n"
      "On a terminal, output follows its width (COLUMNS overrides it) and NO_COLOR.\n"
      "Examples:\n"
      "  tritsim run --help\n"
      "  tritsim list boards\n"
      "  tritsim run --board u250_mmfree_48 --model mmfreelm_370m --prompt 0 --generate 16");
  add_run_command(app);
  add_compare_command(app);
  add_check_command(app);
  add_validate_command(app);
  add_calibrate_command(app);
  add_map_command(app);
  add_fit_command(app);
  add_speculate_command(app);
  add_memory_command(app);
  add_trace_command(app);
  add_model_command(app);
  add_sweep_command(app);
  add_report_command(app);
  add_list_command(app);
  add_show_command(app);
  add_schema_command(app);
  style_help(app);
  try {
    become_mpi_rank(argc, argv);
  } catch (const ConfigError& e) {
    fmt::print(stderr, "{}\n", e.what());
    return exit_bad_input;
  }
  return run_command_line(app, argc, argv);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "tritsim: internal error: %s\n", e.what());
  } catch (...) {
    std::fputs("tritsim: internal error\n", stderr);
  }
  return tritsim::exit_failure;
}
