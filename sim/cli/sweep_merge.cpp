// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <memory>

#include <fmt/format.h>

#include "arch/base/reader.hpp"
#include "sim/cli/sweep.hpp"
#include "sim/study/sweep_store.hpp"

namespace tritsim {
namespace {

struct MergeOptions {
  std::string output;
  std::vector<std::string> files;
};

void merge(const MergeOptions& options) {
  if (std::filesystem::exists(options.output)) {
    throw ConfigError(options.output + ": already exists; name another");
  }
  SweepStore first = SweepStore::open(options.files.front(), Database::Mode::read);
  const auto sweep = load_text<SweepSpec>(first.description(), options.files.front());
  SweepStore store =
      SweepStore::create(options.output, first.description(), first.base_files(), make_grid(sweep));
  try {
    for (const std::string& file : options.files) store.merge(file);
  } catch (...) {
    std::filesystem::remove(options.output);
    throw;
  }
  fmt::print("{} points: {}\n", store.known().size(), options.output);
}

}  // namespace

void add_sweep_merge_command(CLI::App& sweep) {
  auto o = std::make_shared<MergeOptions>();
  CLI::App* c = sweep.add_subcommand("merge", "Merge the databases of shards");
  c->add_option("-o,--output", o->output, "the new database")->required()->type_name("DB");
  c->add_option("files", o->files, "databases of one sweep")->required()->type_name("DB");
  c->footer("Example:\n  tritsim sweep merge -o all.sqlite part1.sqlite part2.sqlite");
  c->callback([o] { merge(*o); });
}

}  // namespace tritsim
