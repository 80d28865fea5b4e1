// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "arch/study/board_request.hpp"
#include "arch/workload/model.hpp"
#include "sim/study/point_team.hpp"

namespace tritsim {

/// Exit codes of the program.
enum ExitCode : int {
  exit_ok = 0,
  exit_failure = 1,    ///< an error of the program or the machine
  exit_bad_input = 2,  ///< command line or files; every problem is on standard error
  /// validate: a case outside its tolerance; trace diff: a difference; sweep: no point that meets
  /// what is required
  exit_outside = 3,
};

/// Thrown by `validate` when a case lies outside its tolerance, by `trace diff` when traces differ,
/// by `sweep` when no point meets its requirements.
class OutOfTolerance : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// To be called first: occupies those of descriptors 0 to 2 that the program was started without,
/// so that no file that it opens becomes one of them.
void reserve_standard_streams();

/// Parses and runs the command line; problems go to standard error and set the exit code. Standard
/// output that could not be written is exit_bad_input too.
[[nodiscard]] int run_command_line(CLI::App& app, int argc, char** argv);

/// --mapping, --set, --overlay, --dim and --memory-latency-cycles of a command that takes a board.
void add_board_options(CLI::App& command, BoardRequest& request);

/// --prompt, --generate, --batch and --context of a command that runs models.
void add_workload_options(CLI::App& command, Workload& workload);

/// Creates the directory of reports before anything is simulated, so that no long run ends without
/// a place for its result. Throws ConfigError.
void make_output_directory(const std::string& directory);

/// The kind that a file says it is; empty: none.
[[nodiscard]] std::string kind_of(const std::string& file);

/// Whether a file says that it is a processor; its reader reports everything else that is wrong
/// with it.
[[nodiscard]] bool describes_processor(const std::string& file);

// Each adds its command; the command's callback does the work and throws ConfigError for bad input.
void add_run_command(CLI::App& app);
void add_check_command(CLI::App& app);
void add_schema_command(CLI::App& app);
void add_list_command(CLI::App& app);
void add_show_command(CLI::App& app);
void add_compare_command(CLI::App& app);
void add_calibrate_command(CLI::App& app);
void add_validate_command(CLI::App& app);
void add_map_command(CLI::App& app);
void add_fit_command(CLI::App& app);
void add_speculate_command(CLI::App& app);
void add_memory_command(CLI::App& app);
void add_trace_command(CLI::App& app);
void add_model_command(CLI::App& app);
/// Without `make_team` processes on this machine run the points.
void add_sweep_command(CLI::App& app, const MakeTeam& make_team = {});
void add_report_command(CLI::App& app);

}  // namespace tritsim
