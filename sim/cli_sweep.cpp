// SPDX-License-Identifier: Apache-2.0
#include "sim/cli_sweep.hpp"

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <thread>

#include <fmt/format.h>
#include <unistd.h>

#include "arch/reader.hpp"
#include "arch/writer.hpp"
#include "sim/cli.hpp"
#include "sim/cli_sweep_point.hpp"
#include "sim/sweep_plan.hpp"
#include "sim/worker_pool.hpp"

namespace tritsim {
namespace {

using Clock = std::chrono::steady_clock;

struct SweepOptions {
  std::string file;
  std::string output;
  std::string shard = "1/1";
  unsigned jobs = 0;
  double timeout_s = 600;
  bool resume = false;
  bool dry_run = false;
  ResumePolicy policy;
};

Shard shard_of(const std::string& text) {
  const auto slash = text.find('/');
  Shard shard;
  if (slash == std::string::npos || parse_scalar(text.substr(0, slash), shard.part) ||
      parse_scalar(text.substr(slash + 1), shard.parts) || shard.part < 1 ||
      shard.part > shard.parts) {
    throw ConfigError(fmt::format("--shard {}: write it as i/n, e.g. 1/4", text));
  }
  return shard;
}

/// Points done, rate and time left: on a terminal in place ten times a second, else a line every
/// ten seconds.
class SweepProgress {
 public:
  explicit SweepProgress(std::size_t total) : total_(total) {}

  void count(bool ok) {
    ++done_;
    if (!ok) ++bad_;
  }

  void show() {
    const auto now = Clock::now();
    if (now - last_ < (terminal_ ? std::chrono::milliseconds(100) : std::chrono::seconds(10))) {
      return;
    }
    last_ = now;
    const double rate = static_cast<double>(done_) / seconds();
    const double left = static_cast<double>(total_ - done_) / rate;
    const std::string text =
        fmt::format("{} of {} points, {} without a result, {:.1f} a second, {} left", done_, total_,
                    bad_, rate, done_ == 0 ? "?" : fmt::format("{:.0f} s", left));
    fmt::print(stderr, "{}{:<76}{}", terminal_ ? "\r  " : "", text, terminal_ ? "" : "\n");
    std::fflush(stderr);
  }

  void finish() const {
    if (terminal_) fmt::print(stderr, "\r{:80}\r", "");
  }

  [[nodiscard]] double seconds() const {
    return std::chrono::duration<double>(Clock::now() - begin_).count();
  }

  [[nodiscard]] std::size_t bad() const { return bad_; }

 private:
  std::size_t total_;
  std::size_t done_ = 0;
  std::size_t bad_ = 0;
  bool terminal_ = isatty(STDERR_FILENO) != 0;
  Clock::time_point begin_ = Clock::now();
  Clock::time_point last_ = begin_;
};

std::vector<Cell> axes_of(const SweepGrid& grid, std::uint64_t point) {
  const auto index = grid.at(point);
  std::vector<Cell> cells;
  for (std::size_t i = 0; i < index.size(); ++i) {
    cells.push_back(axis_cell(grid.columns[i].values[index[i]]));
  }
  return cells;
}

SweepRow row_of(const PlannedPoint& planned, const SweepGrid& grid, const WorkOutcome& outcome) {
  SweepRow row;
  row.point = planned.point;
  row.digest = planned.digest;
  row.axes = axes_of(grid, planned.point);
  row.wall_s = outcome.wall_s;
  if (outcome.end == WorkOutcome::End::done) {
    read_answer(outcome.text, row);
  } else {
    row.status = outcome.end == WorkOutcome::End::crashed ? "crashed" : "timeout";
    row.reason = outcome.text;
  }
  return row;
}

void run_points(const SweepOptions& options, const std::vector<PlannedPoint>& points,
                SweepBinder& binder, SweepStore& store) {
  WorkerPoolOptions pool;
  pool.workers =
      options.jobs != 0 ? options.jobs : std::max(1U, std::thread::hardware_concurrency());
  pool.timeout_s = options.timeout_s;
  pool.in_a_row = 32;  // neighbours have the most in common
  RunCache cache;      // each worker goes on with a copy of its own
  SweepProgress progress(points.size());
  run_in_workers(
      points.size(), pool,
      [&](std::size_t i) { return run_point(binder.bind(points[i].point), cache); },
      [&](const WorkOutcome& outcome) {
        const SweepRow row = row_of(points[outcome.item], binder.grid(), outcome);
        store.put(row);
        progress.count(row.status == "ok");
      },
      [&] { progress.show(); });
  progress.finish();
  fmt::print("{} points run in {:.1f} s ({:.1f} a second), {} without a result: {}\n",
             points.size(), progress.seconds(),
             static_cast<double>(points.size()) / progress.seconds(), progress.bad(),
             options.output);
}

SweepStore open_store(const SweepOptions& options, const SweepSpec& sweep, const SweepGrid& grid) {
  const std::string description = to_json(Writer::write(sweep));
  if (!std::filesystem::exists(options.output)) {
    return SweepStore::create(options.output, description, grid);
  }
  if (!options.resume) {
    throw ConfigError(
        fmt::format("{}: is there already; add --resume to run what it lacks, or name another",
                    options.output));
  }
  return SweepStore::open(options.output, Database::Mode::write);
}

void run(SweepOptions options) {
  if (options.file.empty()) throw ConfigError("name the file of a sweep, e.g. sweep.yaml");
  if (options.output.empty()) {
    options.output = std::filesystem::path(options.file).stem().string() + ".sqlite";
  }
  const Shard shard = shard_of(options.shard);
  const SweepSpec sweep = load_sweep(options.file);
  SweepBinder binder(sweep);
  const auto begin = Clock::now();
  const auto plan = plan_sweep(sweep, binder, shard, options.file);
  const std::chrono::duration<double> taken = Clock::now() - begin;
  fmt::print(stderr, "{} of {} points of the grid, read in {:.1f} s\n", plan.size(),
             binder.grid().size(), taken.count());
  if (options.dry_run) return;
  SweepStore store = open_store(options, sweep, binder.grid());
  const auto missing =
      missing_points(store, plan, binder.grid(), shard, options.policy, options.output);
  store.describe(to_json(Writer::write(sweep)));
  run_points(options, missing, binder, store);
}

}  // namespace

void add_sweep_command(CLI::App& app) {
  auto options = std::make_shared<SweepOptions>();
  CLI::App* c = app.add_subcommand("sweep", "Run many boards that differ in a few values");
  c->add_option("file", options->file, "sweep description")->type_name("FILE");
  c->add_option("-o,--output", options->output, "database of the results [NAME.sqlite]")
      ->type_name("DB");
  c->add_option("-j,--jobs", options->jobs, "processes at work; 0: one for each core")
      ->capture_default_str()
      ->check(CLI::Range(0, 4096));
  c->add_option("--timeout", options->timeout_s, "seconds that a point may take")
      ->capture_default_str()
      ->check(CLI::Range(0.001, 1e9));
  c->add_flag("--resume", options->resume, "run only what the database lacks");
  c->add_flag("--replace-changed", options->policy.changed,
              "with --resume: run those again whose inputs have changed since");
  c->add_flag("--retry", options->policy.broken,
              "with --resume: run those again that crashed or took too long");
  c->add_option("--shard", options->shard, "run the i-th of n parts, e.g. 1/4")
      ->capture_default_str()
      ->type_name("I/N");
  c->add_flag("--dry-run", options->dry_run, "check every point and run none");
  c->footer(
      "Examples:\n"
      "  tritsim sweep configs/sweeps/u250_370m.yaml -o u250.sqlite -j 2\n"
      "  tritsim sweep configs/sweeps/u250_370m.yaml -o u250.sqlite --resume\n"
      "  tritsim sweep show u250.sqlite --sort energy_per_token_j --where 'power_w < 75'");
  add_sweep_show_command(*c);
  add_sweep_merge_command(*c);
  c->callback([c, options] {
    if (c->get_subcommands().empty()) run(*options);
  });
}

}  // namespace tritsim
