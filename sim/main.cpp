// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "arch/reader.hpp"
#include "arch/writer.hpp"
#include "sim/result/energy.hpp"
#include "sim/run.hpp"

int main(int argc, char** argv) {
  using namespace tritsim;
  try {
    std::vector<Override> o;
    for (int i = 4; i + 1 < argc; i += 2) o.push_back({argv[i], argv[i + 1]});
    auto board = load<BoardSpec>(argv[1], o);
    if (std::string(argv[2]) == "p") {
      std::vector<std::string> w;
      auto r = run_program(board, read_file(argv[3]), argv[3], w);
      fmt::print("cycles {} reads {}\n", r.kernels[0].activity.cycles,
                 r.memories[0].activity.reads);
      return 0;
    }
    auto model = load<ModelSpec>(argv[3]);
    auto r = run_model(board, model, {0, 16, 0});
    fmt::print("tok/s {} \n", r.tokens_per_second().si());
    for (auto& k : r.kernels) {
      double f = 1.0 / double(k.activity.cycles);
      fmt::print(
          "{} x{} lanes {} cycles/step/layer {:.0f}: ternary {:.3f} weights {:.3f} tv {:.3f} ls "
          "{:.3f} row {:.3f} rms {:.3f} issue {:.4f}\n",
          k.name, k.replicas, k.lanes, double(k.activity.cycles) / 16 / 24, k.shares.ternary * f,
          k.shares.weights * f, k.shares.ternary_vectors * f, k.shares.load_store * f,
          k.shares.row_wise * f, k.shares.rms * f, k.shares.issue * f);
      fmt::print(
          "  ls instr/layer {:.1f} busy cycles per layer: ls {:.0f} row {:.0f} rms {:.0f} tern "
          "{:.0f}\n",
          double(k.activity.load_store.instructions) / 16 / 24,
          double(k.activity.load_store.busy_cycles) / 16 / 24,
          double(k.activity.row_wise.busy_cycles) / 16 / 24,
          double(k.activity.rms.busy_cycles) / 16 / 24,
          double(k.activity.ternary.busy_cycles) / 16 / 24);
    }
    auto e = price(r);
    for (auto& c : e.components()) {
      auto x = e.component(c);
      fmt::print("{:20} {:.3f} W [{:.3f} {:.3f}]\n", c, x.value / r.elapsed / Power{1},
                 x.low / r.elapsed / Power{1}, x.high / r.elapsed / Power{1});
    }
    fmt::print("total {:.2f} W\n", e.total().value / r.elapsed / Power{1});
  } catch (const std::exception& e) {
    fmt::print(stderr, "{}\n", e.what());
    return 2;
  }
}
