// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include <fmt/format.h>

#include "arch/base/writer.hpp"
#include "reports/run/map_report.hpp"
#include "reports/text/table.hpp"
#include "sim/cli/by_name.hpp"
#include "sim/cli/cli.hpp"
#include "sim/cli/number.hpp"
#include "sim/cli/terminal.hpp"
#include "sim/plan/explain.hpp"

namespace tritsim {
namespace {

struct MapOptions {
  BoardRequest board;
  std::string model;
  Workload workload{0, 1, 0};
  bool explain = false;
  bool csv = false;
  bool json = false;
};

void map(const MapOptions& o) {
  ModelPlacement placement =
      explain_mapping(prepare(hardware_of(o.board)), prepare_model(o.model, o.board), o.workload);
  placement.overrides = o.board.given();
  if (o.json) {
    Node node = Writer::write(placement);
    node.set("fit", Node::of_text(placement.fit.text()));
    fmt::print("{}", to_json(node));
    return;
  }
  const auto& kernels = placement.kernels;
  if (o.csv) {
    fmt::print("{}", o.explain ? placement_csv(kernels) : placement_summary_csv(kernels));
    return;
  }
  const std::string headline =
      fmt::format("{} on {}{}: {}", placement.model, placement.board,
                  override_suffix(placement.overrides, placement.context), placement.fit.text());
  fmt::print("{}\n", wrap(headline, output_style().text_width()));
  for (const KernelPlacement& k : kernels) {
    const Table t = o.explain ? placement_table(k) : placement_summary(k);
    fmt::print("{}{}", to_terminal(t, output_style()), &k == &kernels.back() ? "" : "\n");
  }
}

}  // namespace

void add_map_command(CLI::App& app) {
  auto options = std::make_shared<MapOptions>();
  CLI::App* command =
      app.add_subcommand("map", "Show where the ops of a model run on a board, and why");
  command->add_option("board", options->board.board, "board")
      ->required()
      ->type_name("BOARD")
      ->transform(by_name({BoardSpec::kind}));
  command->add_option("model", options->model, "model description")
      ->required()
      ->type_name("MODEL")
      ->transform(by_name({ModelSpec::kind}));
  add_board_options(*command, options->board);
  command->add_option("--batch", options->workload.batch, "sequences; 0: one per lane")
      ->check(number_in(0, 1'000'000));
  command->add_option("--context", options->workload.context, "positions already in the cache")
      ->check(number_in(0, 10'000'000));
  command->add_flag("--explain", options->explain,
                    "one row per op, with tiles, registers and bound");
  command->add_flag("--csv", options->csv,
                    "print comma-separated values: plain numbers, under the keys of the JSON");
  command->add_flag("--json", options->json, "print every op as JSON");
  command->footer(
      "Examples:\n"
      "  tritsim map configs/boards/u250_mmfree_48.yaml configs/models/mmfreelm_370m.yaml\n"
      "  tritsim map configs/boards/k26_mmfree.yaml configs/models/mmfreelm_370m.yaml --explain");
  command->callback([options] { map(*options); });
}

}  // namespace tritsim
