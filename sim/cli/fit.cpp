// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>
#include <memory>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "arch/base/reader.hpp"
#include "arch/base/writer.hpp"
#include "arch/board/board.hpp"
#include "arch/study/library.hpp"
#include "reports/text/table.hpp"
#include "sim/cli/cli.hpp"
#include "sim/cli/terminal.hpp"
#include "sim/study/fit_matrix.hpp"

namespace tritsim {
namespace {

struct FitOptions {
  std::vector<std::string> boards;
  std::vector<std::string> models;
  Workload workload{0, 16, 0};
  bool csv = false;
  bool json = false;
};

/// The files of a kind: those that are named, and those in the directories that are.
std::vector<std::string> files_of(const std::vector<std::string>& named, std::string_view kind) {
  namespace fs = std::filesystem;
  std::vector<std::string> files;
  for (const std::string& name : named) {
    std::error_code error;
    if (!fs::is_directory(name, error)) {
      files.push_back(name);
      continue;
    }
    std::vector<std::string> inside = yaml_files_in(name, error);
    std::erase_if(inside, [&](const std::string& file) { return kind_of(file) != kind; });
    if (error) throw ConfigError(fmt::format("{}: {}", name, error.message()));
    if (inside.empty()) {
      throw ConfigError(fmt::format("{}: has no file of kind '{}' (*.yaml)", name, kind));
    }
    files.insert(files.end(), inside.begin(), inside.end());
  }
  return files;
}

std::string stem(const std::string& file) {
  return std::filesystem::path(file).stem().string();
}

/// As words of a command line; those with spaces in quotes.
std::string set_text(const std::vector<std::string>& set) {
  std::vector<std::string> words;
  for (const std::string& s : set) {
    words.push_back("--set " + (s.find(' ') == std::string::npos ? s : "'" + s + "'"));
  }
  return fmt::format("{}", fmt::join(words, " "));
}

Table table_of(const std::vector<FitPair>& pairs) {
  Table table{
      "Models on boards", {{"board"}, {"model"}, {"verdict"}, {"why"}, {"fits with"}}, {}, ""};
  for (const FitPair& p : pairs) {
    const bool mended = p.outcome == FitOutcome::fits_with;
    const std::string with = mended ? fmt::format("{}: {}", set_text(p.set), p.then) : p.then;
    table.rows.push_back(
        {stem(p.board), stem(p.model), std::string(name_of(p.outcome)), p.why, with});
  }
  return table;
}

void print_csv(const std::vector<FitPair>& pairs) {
  Table table{"", {{"board"}, {"model"}, {"outcome"}, {"why"}, {"set"}, {"then"}}, {}, ""};
  for (const FitPair& p : pairs) {
    table.rows.push_back({p.board, p.model, std::string(name_of(p.outcome)), p.why,
                          fmt::format("{}", fmt::join(p.set, " ")), p.then});
  }
  fmt::print("{}", to_csv(table));
}

void print_json(const std::vector<FitPair>& pairs) {
  Node list;
  list.kind = Node::Kind::sequence;
  for (const FitPair& p : pairs) list.items.push_back(Writer::write(p));
  Node all;
  all.set("pairs", std::move(list));
  fmt::print("{}", to_json(all));
}

void fit(const FitOptions& o) {
  const auto or_shipped = [](const std::vector<std::string>& named, const char* folder) {
    return named.empty() ? std::vector{shipped_configs() + "/" + folder} : named;
  };
  ProgressLine line("pair");
  const std::vector<FitPair> pairs =
      fit_matrix(files_of(or_shipped(o.boards, "boards"), BoardSpec::kind),
                 files_of(or_shipped(o.models, "models"), ModelSpec::kind), o.workload,
                 [&](std::size_t done, std::size_t all) { line.show(done, all); });
  if (o.json) return print_json(pairs);
  if (o.csv) return print_csv(pairs);
  const auto of = [&](FitOutcome outcome) {
    return std::count_if(pairs.begin(), pairs.end(),
                         [&](const FitPair& p) { return p.outcome == outcome; });
  };
  fmt::print("{} of {} pairs fit, {} more with other settings\n", of(FitOutcome::fits),
             pairs.size(), of(FitOutcome::fits_with));
  fmt::print("{}", to_terminal(table_of(pairs), output_style()));
}

}  // namespace

void add_fit_command(CLI::App& app) {
  auto options = std::make_shared<FitOptions>();
  CLI::App* command = app.add_subcommand(
      "fit", "Tell which models run on which boards, and what would make the others run");
  command
      ->add_option("--boards", options->boards,
                   "board descriptions, or directories of them; left out: the shipped ones")
      ->type_name("PATH...");
  command
      ->add_option("--models", options->models,
                   "model descriptions, or directories of them; left out: the shipped ones")
      ->type_name("PATH...");
  add_workload_options(*command, options->workload);
  CLI::Option* csv = command->add_flag("--csv", options->csv, "print comma-separated values");
  command->add_flag("--json", options->json, "print JSON, nothing else")->excludes(csv);
  command->footer(
      "Nothing is simulated. A pair fits if the core or the host can do every op, the device "
      "holds\n"
      "the design, and the memories hold weights, states and the caches of the whole workload.\n"
      "Else it says why, and with which settings it would; --context is for the models that keep\n"
      "a cache.\n"
      "Examples:\n"
      "  tritsim fit --boards configs/boards --models configs/models\n"
      "  tritsim fit --boards configs/boards/kv260_llama.yaml --models configs/models \\\n"
      "    --context 4096 --batch 1\n"
      "  tritsim fit --boards my_boards --models my_model.yaml --csv > fit.csv");
  command->callback([options] { fit(*options); });
}

}  // namespace tritsim
