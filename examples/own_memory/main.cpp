// SPDX-License-Identifier: Apache-2.0
// A shipped board and a shipped model, once with the board's DDR4 and once with a memory of ours in
// its place.
#include <iostream>

#include "arch/base/reader.hpp"
#include "arch/study/kinds.hpp"
#include "lt_memory.hpp"
#include "reports/run/report.hpp"
#include "sim/result/energy.hpp"
#include "sim/run/run.hpp"
#include "sim/system/system_builder.hpp"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: own_memory PREFIX/share/tritsim/configs\n";
    return 2;
  }
  const std::string configs = argv[1];
  const auto board = tritsim::load<tritsim::BoardSpec>(configs + "/boards/u250_mmfree_24.yaml");
  const auto model = tritsim::load<tritsim::ModelSpec>(configs + "/models/mmfreelm_370m.yaml");
  const tritsim::Workload one_token{0, 1, 0};

  const tritsim::Result built_in = tritsim::run_model(board, model, one_token);

  // Four kernels on a channel each do the same: one is simulated, with channel 0.
  tritsim::SystemBuilder builder(board, model, one_token);
  LtMemory memory("lt_memory", std::size_t{1} << 30, sc_core::sc_time(80, sc_core::SC_NS), 12.8e9);
  builder.replace_memory("memory_ddr_0", memory.socket);
  const tritsim::Result own = tritsim::Simulation(builder).run();

  std::cout << "DDR4-2400 of the board: " << built_in.tokens_per_second().si() << " tokens/s\n"
            << "memory of ours, 12.8 GB/s after 80 ns: " << own.tokens_per_second().si()
            << " tokens/s\n";
  const tritsim::RunReport report = tritsim::make_run_report(own, tritsim::price(own));
  for (const std::string& note : report.page.notes) std::cout << "- " << note << "\n";
  return own.tokens_per_second() < built_in.tokens_per_second() ? 0 : 1;
}
