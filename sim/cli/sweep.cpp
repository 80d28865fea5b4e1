// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/sweep.hpp"

#include <memory>

#include "sim/cli/cli.hpp"
#include "sim/cli/number.hpp"
#include "sim/cli/sweep_run.hpp"

namespace tritsim {

void add_sweep_command(CLI::App& app, const MakeTeam& make_team) {
  auto options = std::make_shared<SweepOptions>();
  CLI::App* c = app.add_subcommand("sweep", "Run many boards that differ in a few values");
  c->add_option("file", options->file, "sweep description")->type_name("FILE");
  c->add_option("-o,--output", options->output, "database of the results (default: NAME.sqlite)")
      ->type_name("DB");
  c->add_option("--overlay", options->overlays,
                "file of coefficients that replace those of every point, as 'calibrate' writes it")
      ->type_name("FILE");
  c->add_option("-j,--jobs", options->jobs, "worker processes; 0: one per CPU core")
      ->capture_default_str()
      ->check(number_in(0, 4096));
  c->add_option("--timeout", options->timeout_s, "seconds a point may take")
      ->capture_default_str()
      ->check(number_in(0.001, 1e9));
  c->add_flag("--resume", options->resume, "run only the points that the database lacks");
  c->add_flag("--replace-changed", options->policy.changed,
              "with --resume: also run points whose inputs have changed");
  c->add_flag("--retry", options->policy.broken,
              "with --resume: also run points that crashed or timed out");
  c->add_option("--shard", options->shard, "run part I of N, e.g. 1/4")
      ->capture_default_str()
      ->type_name("I/N");
  c->add_flag("--dry-run", options->dry_run, "check every point without running it");
  c->footer(
      "Examples:\n"
      "  tritsim sweep configs/sweeps/u250_370m.yaml -o u250.sqlite -j 2\n"
      "  tritsim sweep configs/sweeps/u250_370m.yaml -o u250.sqlite --resume\n"
      "  tritsim sweep show u250.sqlite --sort energy_per_token_j --where 'power_w < 75'");
  add_sweep_show_command(*c);
  add_sweep_merge_command(*c);
  c->callback([c, options, make_team] {
    if (c->get_subcommands().empty()) run_sweep(*options, make_team);
  });
}

}  // namespace tritsim
