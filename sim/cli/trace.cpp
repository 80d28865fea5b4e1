// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <filesystem>
#include <memory>

#include <fmt/format.h>
#include <unistd.h>

#include "arch/base/reader.hpp"
#include "arch/import/checkpoint_formats.hpp"
#include "arch/import/checkpoint_import.hpp"
#include "arch/import/quantization.hpp"
#include "arch/workload/trace_reader.hpp"
#include "reports/run/trace_report.hpp"
#include "reports/run/trace_structure.hpp"
#include "sim/cli/by_name.hpp"
#include "sim/cli/cli.hpp"
#include "sim/cli/number.hpp"
#include "sim/cli/terminal.hpp"

namespace tritsim {
namespace {

struct TraceOptions {
  std::string file;
  std::string other;
  std::string model;
  std::string output;
  std::string weights;
  std::string type;
  std::uint32_t context = 0;
  bool matrices = false;
  bool activations = false;
  bool structure = false;
  bool csv = false;
};

void print(const Table& table, bool csv) {
  fmt::print("{}", csv ? to_csv(table) : to_terminal(table, output_style()));
}

void show(const TraceOptions& o) {
  if (o.activations) {
    print(activation_table(read_trace(o.file)), o.csv);
    return;
  }
  if (o.matrices) {
    print(statistics_table(read_trace(o.file)), o.csv);
    return;
  }
  TraceReader reader(o.file);
  const auto blocks = figures_of(reader);
  print(trace_table(reader.header(), blocks), o.csv);
}

void diff(const TraceOptions& o) {
  Table table = o.structure ? structure_table(read_trace(o.file), read_trace(o.other))
                            : difference_table(read_trace(o.file), read_trace(o.other));
  if (table.rows.empty()) {
    fmt::print("the traces {}\n", o.structure ? "have the same structure" : "are equal");
    return;
  }
  table.columns[1].title = o.file;
  table.columns[2].title = o.other;
  print(table, o.csv);
  throw OutOfTolerance(fmt::format("{} differences", table.rows.size()));
}

void compare_profile(const TraceOptions& o) {
  if (o.other.empty() == o.model.empty()) throw ConfigError("give either a trace or --model");
  const Trace trace = o.model.empty() ? read_trace(o.other).trace()
                                      : expand(load<ModelSpec>(o.model), o.context + 1);
  const Table table = profile_table(read_profile(o.file), trace);
  print(table, o.csv);
  if (const std::size_t n = differences(table); n > 0) {
    throw OutOfTolerance(fmt::format("{} differences", n));
  }
}

void check(const TraceOptions& o) {
  TraceReader reader(o.file);
  std::uint64_t ops = 0;
  while (reader.next()) ++ops;
  fmt::print("{}: ok (trace of {}, {} ops)\n", o.file, reader.header().model.name, ops);
}

void write(const TraceFile& file, const std::string& output) {
  write_trace(output, file);
  fmt::print("written: {} ({} ops)\n", output, file.lines.size());
}

void export_trace(const TraceOptions& o) {
  const auto model = load<ModelSpec>(o.model);
  write(record(model, fmt::format("expanded from {}", o.model), o.context + 1), o.output);
}

void import(const TraceOptions& o) {
  const bool terminal = isatty(STDERR_FILENO) != 0;
  ImportOptions options;
  if (!o.weights.empty()) options.weights = parse_weights(o.weights, "--weights");
  if (terminal) {
    options.progress = [](const std::string& tensor) { fmt::print(stderr, "\r  {:<60}", tensor); };
  }
  options.type = o.type;
  Imported imported = import_checkpoint(o.file, options);
  for (TraceLine& line : imported.trace.lines) {
    if (line.op.attention) line.op.attention->context = o.context + 1;
  }
  if (terminal) fmt::print(stderr, "\r{:64}\r", "");
  for (const std::string& w : imported.warnings) fmt::print(stderr, "warning: {}\n", w);
  write(imported.trace, o.output);
  fmt::print("{}\n", text_of_formats(imported.trace));
}

CLI::App* add(CLI::App& parent, const char* name, const char* text, TraceOptions& options) {
  CLI::App* command = parent.add_subcommand(name, text);
  command->add_option("file", options.file, "trace")->required()->type_name("FILE");
  return command;
}

void add_context(CLI::App& command, TraceOptions& options) {
  command.add_option("--context", options.context, "tokens in the cache before the traced one")
      ->type_name("N")
      ->check(number_in(0, 10'000'000));
}

void add_show_command(CLI::App& trace, const std::shared_ptr<TraceOptions>& options) {
  CLI::App* showing = add(trace, "show", "Print a trace as a table, one row per block", *options);
  showing->add_flag("--matrices", options->matrices, "print the statistics of each matrix instead");
  showing->add_flag("--activations", options->activations,
                    "print the statistics of the vectors instead");
  showing->add_flag("--csv", options->csv, "print comma-separated values");
  showing->footer("Example:\n  tritsim trace show 370m.trace --matrices");
  showing->callback([options] { show(*options); });
}

void add_diff_command(CLI::App& trace, const std::shared_ptr<TraceOptions>& options) {
  CLI::App* comparing = add(trace, "diff", "Print where two traces differ", *options);
  comparing->add_option("other", options->other, "another trace")->required()->type_name("FILE");
  comparing->add_flag("--csv", options->csv, "print comma-separated values");
  comparing->footer("Example:\n  tritsim trace diff imported.trace captured.trace --structure");
  comparing->callback([options] { diff(*options); });

  comparing->add_flag("--structure", options->structure,
                      "compare what the ops do and read, regardless of names");
}

void add_profile_command(CLI::App& trace, const std::shared_ptr<TraceOptions>& options) {
  CLI::App* profiling =
      trace.add_subcommand("profile", "Compare a profiler's table of operators with a trace");
  profiling->add_option("file", options->file, "table of PyTorch's profiler, JSON")
      ->required()
      ->type_name("TABLE");
  profiling->add_option("trace", options->other, "trace of the same model")->type_name("FILE");
  profiling->add_option("--model", options->model, "model description, instead of a trace")
      ->type_name("FILE")
      ->transform(by_name({ModelSpec::kind}));
  add_context(*profiling, *options);
  profiling->add_flag("--csv", options->csv, "print comma-separated values");
  profiling->footer(
      "Example:\n  tritsim trace profile operators.json --model configs/models/mmfreelm_370m.yaml");
  profiling->callback([options] { compare_profile(*options); });
}

void add_export_command(CLI::App& trace, const std::shared_ptr<TraceOptions>& options) {
  CLI::App* exporting = trace.add_subcommand("export", "Write the trace of a model description");
  exporting->add_option("--model", options->model, "model description")
      ->required()
      ->type_name("FILE")
      ->transform(by_name({ModelSpec::kind}));
  exporting->add_option("-o,--output", options->output, "file to write")
      ->required()
      ->type_name("FILE");
  add_context(*exporting, *options);
  exporting->footer(
      "Example:\n"
      "  tritsim trace export --model configs/models/mmfreelm_370m.yaml -o 370m.trace");
  exporting->callback([options] { export_trace(*options); });
}

void add_import_command(CLI::App& trace, const std::shared_ptr<TraceOptions>& options) {
  CLI::App* importing = trace.add_subcommand(
      "import", "Write the trace of a checkpoint, with statistics of its weights");
  importing
      ->add_option("checkpoint", options->file,
                   "directory of Hugging Face (config.json, model.safetensors) or its config.json, "
                   "or GGUF file")
      ->required()
      ->type_name("PATH");
  importing
      ->add_option("--weights", options->weights,
                   "how the blocks' matrices are stored, instead of what the checkpoint says: "
                   "fp16, int8, int4 or ternary; weights that share a scale, 0: all of a matrix")
      ->type_name("FORMAT[,group=N]");
  importing->add_option("--as", options->type, "model_type to read a config.json as")
      ->type_name("TYPE");
  importing->add_option("-o,--output", options->output, "file to write")
      ->required()
      ->type_name("FILE");
  add_context(*importing, *options);
  importing->footer(
      "Examples:\n"
      "  tritsim trace import MMfreeLM-370M/ -o 370m.trace\n"
      "  tritsim trace import model.gguf -o model.trace");
  importing->callback([options] { import(*options); });
}

}  // namespace

void add_trace_command(CLI::App& app) {
  auto options = std::make_shared<TraceOptions>();
  CLI::App* trace = app.add_subcommand("trace", "Show, check, compare and write traces");
  trace->require_subcommand(1);
  add_show_command(*trace, options);
  add_diff_command(*trace, options);
  add_profile_command(*trace, options);

  CLI::App* checking = add(*trace, "check", "Check a trace and report its problems", *options);
  checking->footer("Example:\n  tritsim trace check 370m.trace");
  checking->callback([options] { check(*options); });

  add_export_command(*trace, options);
  add_import_command(*trace, options);
  trace->footer(
      "Examples:\n"
      "  tritsim trace export --model configs/models/mmfreelm_370m.yaml -o 370m.trace\n"
      "  tritsim trace import MMfreeLM-370M/ -o 370m.trace\n"
      "  tritsim trace import model.gguf -o model.trace\n"
      "  tritsim trace import Llama-2-7B/ --weights int4,group=128 -o int4.trace\n"
      "  tritsim trace show 370m.trace\n"
      "  tritsim run --board configs/boards/u250_mmfree_48.yaml --trace 370m.trace");
}

}  // namespace tritsim
