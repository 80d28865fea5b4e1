// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "arch/board/processor.hpp"
#include "sim/cli/by_name.hpp"
#include "sim/cli/cli.hpp"
#include "sim/cli/number.hpp"
#include "sim/cli/run_options.hpp"

namespace tritsim {
namespace {

void add_what_to_run(CLI::App& command, RunOptions& o) {
  command.add_option("--board", o.board.board, "board or processor description")
      ->type_name("FILE")
      ->transform(by_name({BoardSpec::kind, ProcessorSpec::kind}));
  command.add_option("--from", o.from, "repeat the run of a board's report.html or result.json")
      ->type_name("FILE");
  command
      .add_option("--point", o.point,
                  "point to run, with --from naming the database or page of a sweep")
      ->check(number_in<std::uint64_t>(0, 1'000'000'000));
  command.add_option("--model", o.model, "model description")
      ->type_name("FILE")
      ->transform(by_name({ModelSpec::kind}));
  command.add_option("--trace", o.trace, "trace to run instead of a model")->type_name("FILE");
  command.add_option("--program", o.program, "assembly program to run instead of a model")
      ->type_name("FILE");
  add_board_options(command, o.board);
  add_workload_options(command, o.workload);
  command
      .add_option("--simulate-layers", o.workload.simulate_layers,
                  "simulate only N blocks, which stand for the others: faster and nearly the same; "
                  "by default every block")
      ->check(number_in(2, 10'000));
}

void add_outputs(CLI::App& command, RunOptions& o) {
  command
      .add_option("-o,--output", o.output,
                  "directory for result.json, reports, power.csv and bandwidth.csv")
      ->type_name("DIR");
  command.add_option("--power-bins", o.power_bins, "time bins in power.csv and bandwidth.csv")
      ->capture_default_str()
      ->check(number_in(1, 1'000'000));
}

void add_timeline(CLI::App& command, RunOptions& o) {
  command
      .add_option("--timeline", o.timeline,
                  "write a timeline of the run as trace events, for ui.perfetto.dev")
      ->type_name("FILE");
  command.add_option("--vcd", o.vcd, "write the timeline as signals in a VCD, for GTKWave")
      ->type_name("FILE");
  command
      .add_option(
          "--window", o.window,
          "part of the run in --timeline and --vcd: token steps 0..2, times 0us..500us, or all")
      ->type_name("FROM..TO")
      ->capture_default_str();
  command
      .add_option("--timeline-events", o.timeline_events, "end --timeline and --vcd after N events")
      ->type_name("N")
      ->capture_default_str()
      ->check(number_in(std::uint64_t{1}, std::uint64_t{1'000'000'000}));
  command
      .add_option("--transactions", o.transactions,
                  "write what passes the memories' and the link's sockets as CSV, for 'tritsim "
                  "memory --replay'; every step is simulated")
      ->type_name("FILE");
}

void add_report_options(CLI::App& command, RunOptions& o) {
  command.add_flag("--no-what-if", o.no_what_if,
                   "do not run again with each resource twice as fast: quicker, and the report "
                   "says which resource is busiest, not what bounds the run");
  command.add_flag("--no-time-ranges", o.no_time_ranges,
                   "do not run again with each latency and rate at the ends of its range: quicker, "
                   "and the report gives times without ranges");
  command.add_flag("--json", o.json, "print the headline figures as JSON, nothing else");
  CLI::Option* samples =
      command
          .add_option("--monte-carlo", o.monte_carlo,
                      "price the run N times with random coefficients and print percentiles")
          ->type_name("N")
          ->check(number_in(1, 10'000'000));
  command.add_option("--seed", o.seed, "seed of the random coefficients")
      ->capture_default_str()
      ->check(number_in<std::uint64_t>(0, std::uint64_t{1} << 63))
      ->needs(samples);
}

constexpr const char* examples =
    "Examples:\n"
    "  tritsim run --board configs/boards/u250_mmfree_48.yaml \\\n"
    "    --model configs/models/mmfreelm_370m.yaml --prompt 0 --generate 16 -o out/\n"
    "  tritsim run --board configs/boards/d5005_mmfree.yaml \\\n"
    "    --program configs/programs/token_mixer.tmi --dim 512\n"
    "  tritsim run --board configs/processors/h200.yaml \\\n"
    "    --model configs/models/transformer_1.3b.yaml --prompt 512 --generate 128\n"
    "  tritsim run --board configs/boards/u250_mmfree_48.yaml \\\n"
    "    --model configs/models/mmfreelm_1.3b.yaml --generate 1 --simulate-layers 3\n"
    "  tritsim run --from out/report.html -o again/\n"
    "  tritsim run --from u250.sqlite --point 123\n"
    "  tritsim run --board configs/boards/u250_mmfree_48.yaml \\\n"
    "    --model configs/models/mmfreelm_370m.yaml --timeline run.json --window 0us..500us\n"
    "  tritsim run --board configs/boards/d5005_mmfree.yaml --program block.tmi --dim 64 \\\n"
    "    --memory-latency-cycles 13 --json";

}  // namespace

void add_run_command(CLI::App& app) {
  auto options = std::make_shared<RunOptions>();
  CLI::App* command = app.add_subcommand("run", "Simulate a model, or a program, on a board");
  options->command = command;
  add_what_to_run(*command, *options);
  add_outputs(*command, *options);
  add_timeline(*command, *options);
  add_report_options(*command, *options);
  command->footer(examples);
  command->callback([options, command] {
    const std::string& board = options->board.board;
    refuse_idle_options(*command, !board.empty() && describes_processor(board));
    run_as_told(*options);
  });
}

}  // namespace tritsim
