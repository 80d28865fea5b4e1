// SPDX-License-Identifier: Apache-2.0
// Simulates a shipped model on a shipped board with nothing but the installed package.
#include <iostream>

#include "arch/base/reader.hpp"
#include "reports/run/report.hpp"
#include "sim/result/energy.hpp"
#include "sim/run/run.hpp"
#include "tritsim_version.hpp"

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const std::string configs = argv[1];
  const auto board = tritsim::load<tritsim::BoardSpec>(configs + "/boards/u250_mmfree_24.yaml");
  const auto model = tritsim::load<tritsim::ModelSpec>(configs + "/models/mmfreelm_370m.yaml");
  const tritsim::Result result = tritsim::run_model(board, model, {0, 1, 0});
  const tritsim::RunReport report = tritsim::make_run_report(result, tritsim::price(result));
  std::cout << "tritsim " << tritsim::version << ": " << result.tokens_per_second().si()
            << " tokens/s, page of " << tritsim::to_html(report).size() << " bytes\n";
  return result.tokens_per_second().si() > 1500 ? 0 : 1;
}
