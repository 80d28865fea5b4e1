// SPDX-License-Identifier: Apache-2.0
#include "sim/study/validate.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <memory>

#include <fmt/format.h>

#include "arch/study/board_request.hpp"
#include "reports/study/leave_one_out_report.hpp"
#include "reports/study/part_report.hpp"
#include "reports/study/validation_report.hpp"
#include "sim/cli/cli.hpp"
#include "sim/cli/output.hpp"
#include "sim/cli/terminal.hpp"
#include "sim/study/leave_one_out.hpp"
#include "sim/study/measurement_set.hpp"
#include "tritsim_version.hpp"

namespace tritsim {
namespace {

struct ValidateOptions {
  std::vector<std::string> which;
  std::vector<std::string> set;
  std::vector<std::string> overlays;
  std::string leave_one_out;
  std::string output;
  bool json = false;
  bool markdown = false;
  bool summary = false;
  bool ranges = false;
};

/// The cases with the same overrides in the board of each.
void override_boards(std::vector<MeasurementCase>& cases, const std::vector<Override>& overrides) {
  if (overrides.empty()) return;
  bool any = false;
  for (MeasurementCase& c : cases) {
    MeasurementSpec& m = c.measurement;
    if (!m.board) continue;
    any = true;
    m.board = prepare(*m.board, {m.host, m.mapping, overrides, 0, 0});
    m.host.reset();
    m.mapping.reset();
  }
  if (!any) throw ConfigError("--set, --overlay: none of the cases has a board");
}

/// What is judged: cases, and synthesised parts.
struct Chosen {
  std::vector<MeasurementCase> cases;
  std::vector<PartVerdict> parts;
};

/// The cases that match the patterns among the arguments, from the files among them or, without
/// files, from all shipped ones. Parts are judged if their file is named, or nothing is.
Chosen chosen(const std::vector<std::string>& which) {
  std::vector<std::string> files;
  std::vector<std::string> patterns;
  for (const std::string& w : which) {
    const std::filesystem::path path(w);
    const std::array endings{".yaml", ".yml", ".json"};
    const bool file = std::filesystem::is_regular_file(path) ||
                      std::find(endings.begin(), endings.end(), path.extension()) != endings.end();
    (file ? files : patterns).push_back(w);
  }
  Chosen out{matching(load_measurements(files), patterns), {}};
  if (!which.empty() && files.empty()) return out;
  for (const SynthesisFile& file : load_syntheses(files)) {
    const std::vector<PartVerdict> some = judge(file);
    out.parts.insert(out.parts.end(), some.begin(), some.end());
  }
  return out;
}

void print(const std::vector<Table>& tables, bool markdown) {
  for (const Table& table : tables) {
    fmt::print("{}\n", markdown ? to_markdown(table) : to_terminal(table, output_style()));
  }
}

/// The boards, processors and memories of the cases that match.
void leave_out(const ValidateOptions& options, const std::vector<MeasurementCase>& cases) {
  const std::vector<MeasurementCase> wanted = matching_subject(cases, options.leave_one_out);
  std::vector<std::vector<MeasurementCase>> sets = by_subject(cases);
  std::erase_if(sets, [&](const auto& set) {
    return std::none_of(wanted.begin(), wanted.end(),
                        [&](const MeasurementCase& c) { return c.subject == set.front().subject; });
  });
  if (sets.empty()) {
    throw ConfigError(fmt::format("--leave-one-out {}: nothing was fitted to any figure of it",
                                  options.leave_one_out));
  }
  Node all;
  all.kind = Node::Kind::sequence;
  ProgressLine progress("fit");
  for (const std::vector<MeasurementCase>& set : sets) {
    progress.show(static_cast<std::uint64_t>(&set - sets.data()), sets.size(), set.front().subject);
    const LeaveOneOut result = leave_one_out(set);
    progress.clear();
    if (options.json) {
      all.items.push_back(leave_one_out_metrics(result));
    } else {
      print(leave_one_out_tables(result), options.markdown);
    }
  }
  if (options.json) fmt::print("{}", to_json(all));
}

std::vector<Table> tables_of(const std::vector<Verdict>& verdicts,
                             const std::vector<PartVerdict>& parts,
                             const ValidateOptions& options) {
  std::vector<Table> tables;
  const auto add = [&](Table t) {
    if (!t.rows.empty()) tables.push_back(std::move(t));
  };
  if (!verdicts.empty()) {
    if (!options.summary) {
      tables.push_back(verdict_table(verdicts));
      add(kernel_table(verdicts));
    }
    tables.push_back(bias_table(by_hardware(verdicts)));
    if (options.ranges) tables.push_back(coverage_table(verdicts));
    tables.push_back(error_table(verdicts));
    if (!options.summary) add(projected_table(verdicts));
  }
  add(part_table(parts));
  add(vendor_part_table(parts));
  return tables;
}

void validate(const ValidateOptions& options) {
  static constexpr std::array<std::string_view, 4> names{"validation.json", "validation.csv",
                                                         "validation.md", "validation.html"};
  OutputDirectory output(options.output, names);
  auto [cases, parts] = chosen(options.which);
  override_boards(cases, parse_overrides(options.set, options.overlays));
  if (!options.leave_one_out.empty()) {
    leave_out(options, cases);
    return;
  }
  std::vector<Verdict> verdicts;
  CaseRuns runs;
  ProgressLine progress("case");
  for (const MeasurementCase& c : cases) {
    progress.show(verdicts.size(), cases.size(), c.measurement.name);
    verdicts.push_back(options.ranges ? judge_with_range(c.measurement, c.source, &runs)
                                      : judge(c.measurement, c.source, &runs));
  }
  progress.clear();
  Node metrics = validation_metrics(verdicts);
  metrics.set("parts", part_metrics(parts));
  if (output.is_wanted()) {
    const Page page = validation_page(verdicts, parts, fmt::format("tritsim {}", version));
    output.add("validation.json", to_json(metrics));
    output.add("validation.csv", validation_csv(verdicts));
    output.add("validation.md", to_markdown(page));
    output.add("validation.html", to_html(page));
    output.finish();
  }
  if (options.json) {
    fmt::print("{}", to_json(metrics));
  } else {
    print(tables_of(verdicts, parts, options), options.markdown);
  }
  const auto outside =
      std::count_if(verdicts.begin(), verdicts.end(), [](const Verdict& v) { return !v.ok(); });
  if (outside > 0) {
    const auto all = std::count_if(verdicts.begin(), verdicts.end(),
                                   [](const Verdict& v) { return v.judged(); });
    throw OutOfTolerance(fmt::format("{} of {} cases outside their tolerance", outside, all));
  }
}

}  // namespace

void add_validate_command(CLI::App& app) {
  auto options = std::make_shared<ValidateOptions>();
  CLI::App* command =
      app.add_subcommand("validate", "Simulate published measurements and print the errors");
  command
      ->add_option("which", options->which,
                   "measurement files (default: all shipped ones), and patterns that choose cases: "
                   "a glob, or a word of the name of a case, file, board, processor or memory")
      ->type_name("FILE|PATTERN");
  command
      ->add_option("--set", options->set,
                   "replace a value of every board, e.g. mapping.lm_head=excluded; repeat it")
      ->type_name("PATH=VALUE")
      ->allow_extra_args(false);
  command
      ->add_option(
          "--overlay", options->overlays,
          "file of coefficients that replace those of every board, as 'calibrate' writes it; "
          "repeat it")
      ->type_name("FILE");
  CLI::Option* output = command
                            ->add_option("-o,--output", options->output,
                                         "directory for validation.{json,csv,md,html}")
                            ->type_name("DIR");
  command->add_flag("--json", options->json, "print JSON, nothing else");
  command->add_flag("--markdown", options->markdown, "print Markdown tables");
  command->add_flag("--summary", options->summary, "print the summaries only");
  command->add_flag("--ranges", options->ranges,
                    "run each case again with each latency and rate at the ends of its range, and "
                    "print how many measured figures the ranges cover (takes minutes)");
  command
      ->add_option(
          "--leave-one-out", options->leave_one_out,
          "refit the calibrated parameters of this board, processor or memory (a name or a "
          "glob), each time without one of their figures, and print the error on it")
      ->type_name("BOARD")
      ->excludes(output);
  command->footer(
      "Examples:\n"
      "  tritsim validate\n"
      "  tritsim validate 'U250*' k26_silicon\n"
      "  tritsim validate --ranges 'K26*'\n"
      "  tritsim validate --leave-one-out h200\n"
      "  tritsim validate u250_silicon --overlay u250.yaml\n"
      "Exit code 3 if a case lies outside its tolerance.");
  command->callback([options] { validate(*options); });
}

}  // namespace tritsim
