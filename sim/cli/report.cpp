// SPDX-License-Identifier: Apache-2.0
#include "reports/run/report.hpp"

#include <filesystem>
#include <memory>

#include <fmt/format.h>

#include "arch/base/reader.hpp"
#include "reports/page/index_page.hpp"
#include "reports/run/processor_report.hpp"
#include "sim/cli/cli.hpp"
#include "sim/cli/number.hpp"
#include "sim/cli/run_files.hpp"
#include "sim/cli/sweep_page.hpp"
#include "sim/cli/terminal.hpp"
#include "tritsim_version.hpp"

namespace tritsim {
namespace {

struct ReportOptions {
  std::string result;
  std::string output;
  std::size_t power_bins = 1000;
  bool json = false;
  bool markdown = false;
};

void report_sweep(const ReportOptions& options) {
  if (options.json || options.output.empty()) {
    throw ConfigError(options.result +
                      ": holds a sweep; give -o DIR for its page, and 'sweep show' prints it");
  }
  SweepStore store = SweepStore::open(options.result, Database::Mode::read);
  const auto sweep = load_text<SweepSpec>(store.description(), options.result);
  make_results(store.database(), sweep);
  const auto page = (std::filesystem::path(options.output) / "sweep.html").string();
  write_sweep_page(store, sweep, {options.result, page});
  fmt::print("written: {}\n", page);
}

void report(const ProcessorResult& result, const ReportOptions& options, OutputDirectory& output) {
  if (output.is_wanted()) write_processor_files(output, result);
  if (options.json) {
    fmt::print("{}", to_json(processor_metrics(result)));
  } else if (options.markdown) {
    for (const Table& table : processor_tables(result)) fmt::print("{}\n", to_markdown(table));
  } else {
    print_processor_tables(result);
  }
}

void report(const ReportOptions& options) {
  OutputDirectory output(options.output, run_files);
  if (is_database(options.result)) {
    report_sweep(options);
    return;
  }
  const auto run = read_any_run(options.result);
  if (const auto* processor = std::get_if<ProcessorResult>(&run)) {
    report(*processor, options, output);
    return;
  }
  const StoredRun& stored = std::get<StoredRun>(run);
  const EnergyAccount account = price(stored.result);
  RunReport made = make_run_report(stored.result, account);
  if (output.is_wanted()) {
    made.page.inputs = inputs_text(stored.result, stored.trace);
    write_run_files(output, options.power_bins, stored.trace, account, made);
  }
  if (options.json) {
    fmt::print("{}", to_json(metrics(made)));
  } else if (options.markdown) {
    fmt::print("{}", to_markdown(made));
  } else {
    fmt::print("{}", to_terminal(made, output_style()));
  }
}

struct IndexOptions {
  std::vector<std::string> reports;
  std::string output;
};

void index(const IndexOptions& options) {
  const std::filesystem::path file(options.output);
  std::vector<Report> reports;
  for (const std::string& path : options.reports) {
    const std::string html = read_file(path);
    const auto from_index = std::filesystem::relative(
        path, file.parent_path().empty() ? std::filesystem::path(".") : file.parent_path());
    reports.push_back(read_report(html, from_index.generic_string()));
  }
  write_file(options.output, to_html(index_page(reports, fmt::format("tritsim {}", version))));
}

}  // namespace

void add_report_command(CLI::App& app) {
  auto options = std::make_shared<ReportOptions>();
  CLI::App* command = app.add_subcommand("report", "Render a stored result or a sweep again");
  command->add_option("result", options->result, "result.json of 'run -o', or a sweep's database")
      ->required()
      ->type_name("FILE");
  command
      ->add_option("-o,--output", options->output,
                   "directory for the files of 'run -o', or for sweep.html")
      ->type_name("DIR");
  command
      ->add_option("--power-bins", options->power_bins, "time bins in power.csv and bandwidth.csv")
      ->capture_default_str()
      ->check(number_in(1, 1'000'000));
  command->add_flag("--json", options->json, "print the headline figures as JSON, nothing else");
  command->add_flag("--markdown", options->markdown, "print Markdown");
  command->footer(
      "Examples:\n"
      "  tritsim report out/result.json -o again/\n"
      "  tritsim report u250.sqlite -o u250/");
  command->callback([options] { report(*options); });

  auto listed = std::make_shared<IndexOptions>();
  command = app.add_subcommand("index", "Write an HTML page that links reports");
  command->add_option("reports", listed->reports, "HTML reports, in the order to show them")
      ->required()
      ->type_name("FILE");
  command->add_option("-o,--output", listed->output, "the page to write; its links are relative")
      ->required()
      ->type_name("FILE");
  command->footer(
      "Example:\n  tritsim index out/run/report.html out/comparison.html -o out/index.html");
  command->callback([listed] { index(*listed); });
}

}  // namespace tritsim
