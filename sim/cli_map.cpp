// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include <fmt/format.h>

#include "arch/writer.hpp"
#include "reports/map_report.hpp"
#include "sim/cli.hpp"
#include "sim/cli_number.hpp"
#include "sim/cli_terminal.hpp"
#include "sim/explain.hpp"

namespace tritsim {
namespace {

struct MapOptions {
  std::string board;
  std::string model;
  std::string mapping;
  std::vector<std::string> set;
  std::uint32_t batch = 0;
  bool explain = false;
  bool csv = false;
  bool json = false;
};

void map(const MapOptions& o) {
  auto board = load<BoardSpec>(o.board, parse_overrides(o.set));
  if (!o.mapping.empty()) adopt_mapping(board, load<MappingSpec>(o.mapping));
  const auto kernels = explain_mapping(board, load<ModelSpec>(o.model), o.batch);
  if (o.json) {
    fmt::print("{}", to_json(Writer::write(kernels)));
    return;
  }
  if (o.csv) {
    fmt::print("{}", o.explain ? placement_csv(kernels) : placement_summary_csv(kernels));
    return;
  }
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
  command->add_option("board", options->board, "board")->required()->type_name("BOARD");
  command->add_option("model", options->model, "model description")->required()->type_name("MODEL");
  command->add_option("--mapping", options->mapping, "mapping to use instead of the board's own")
      ->type_name("FILE");
  command->add_option("--set", options->set, "replace a value of the board; repeat it")
      ->type_name("PATH=VALUE");
  command->add_option("--batch", options->batch, "sequences; 0: one per lane")
      ->check(number_in(0, 1'000'000));
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
