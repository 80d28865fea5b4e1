// SPDX-License-Identifier: Apache-2.0
#include <ctime>
#include <string>

#include <benchmark/benchmark.h>

#include "arch/base/reader.hpp"
#include "arch/workload/trace.hpp"
#include "models/tlm/core.hpp"
#include "models/tlm/interconnect.hpp"
#include "models/tlm/memory.hpp"
#include "models/tlm/simulation_context.hpp"
#include "sim/plan/lower.hpp"
#include "sim/run/run.hpp"

namespace tritsim {
namespace {

std::string config(const std::string& file) {
  return std::string(TRITSIM_SOURCE_DIR "/configs/") + file;
}

const std::string board_file = "boards/u250_mmfree_48.yaml";

/// Starts a core once, at time zero.
class Starter : public sc_core::sc_module {
 public:
  tlm_utils::simple_initiator_socket<Starter> socket{"socket"};

  SC_HAS_PROCESS(Starter);

  explicit Starter(const sc_core::sc_module_name& name) : sc_module(name) { SC_THREAD(run); }

 private:
  void run() {
    tlm::tlm_generic_payload payload;
    payload.set_command(tlm::TLM_WRITE_COMMAND);
    sc_core::sc_time delay;
    socket->b_transport(payload, delay);
  }
};

/// One memory instruction through core, interconnect and channel: LDV (0) or GO (1). One item is
/// one instruction.
void memory_instruction(benchmark::State& state) {
  constexpr std::uint32_t repeat = 1000;
  const auto core_spec = load<CoreSpec>(config("cores/ternip_1024.yaml"));
  const auto memory_spec = load<MemorySpec>(config("memories/ddr4_2400_u250.yaml"));
  Program program;
  program.symbols = {{"data", Symbol::Kind::matrix, 0}};
  Instruction i{state.range(0) == 0 ? Opcode::ldv : Opcode::go};
  if (i.op == Opcode::ldv) i.dst = 0;
  program.instructions = {i};
  for (auto _ : state) {
    SimulationContext simulation;
    Memory memory("memory", DramLaw(*memory_spec.dram));
    Interconnect crossbar("crossbar");
    Core core("core", core_spec, {14, 0, 0});
    Starter starter("starter");
    starter.socket.bind(core.control);
    core.vectors.bind(crossbar.units);
    core.weights.bind(crossbar.units);
    crossbar.channels.bind(memory.port);
    core.load(program, repeat);
    simulation.run();
    if (!core.ready()) state.SkipWithError("the program did not end");
  }
  state.SetItemsProcessed(state.iterations() * repeat);
}

void load_board(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(load<BoardSpec>(config(board_file)));
}

void expand_and_lower(benchmark::State& state) {
  const auto board = load<BoardSpec>(config(board_file));
  const auto model = load<ModelSpec>(config("models/mmfreelm_1.3b.yaml"));
  for (auto _ : state) {
    const Trace trace = expand(model);
    benchmark::DoNotOptimize(lower(trace, board.mapping, board.cores[0].core, 14));
  }
}

/// Processor time of a run.
double run_seconds(const BoardSpec& board, const ModelSpec& model, std::uint32_t tokens) {
  const std::clock_t begin = std::clock();
  const Result result = run_model(board, model, {0, tokens, 0}, {{}, Stepping::every_step});
  benchmark::DoNotOptimize(result.elapsed);
  return static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
}

/// Decode of eight tokens on every lane, each of them simulated. `ms_per_token` has expansion and
/// lowering in it, once per run; `ms_next_token` is what each further token costs.
void decode_token(benchmark::State& state, const std::string& model_file) {
  constexpr std::uint32_t tokens = 8;
  const auto board = load<BoardSpec>(config(board_file));
  const auto model = load<ModelSpec>(config(model_file));
  double all = 0;
  double one = 0;
  for (auto _ : state) {
    all += run_seconds(board, model, tokens);
    state.PauseTiming();
    one += run_seconds(board, model, 1);
    state.ResumeTiming();
  }
  const double runs = static_cast<double>(state.iterations());
  state.counters["ms_per_token"] = all / runs / tokens * 1e3;
  state.counters["ms_next_token"] = (all - one) / runs / (tokens - 1) * 1e3;
}

/// One token on every lane with everything that belongs to it, expansion and lowering too, of which
/// `layers` blocks are simulated; 0: all.
void one_token(benchmark::State& state) {
  const auto board = load<BoardSpec>(config(board_file));
  const auto model = load<ModelSpec>(config("models/mmfreelm_1.3b.yaml"));
  std::optional<std::uint32_t> layers;
  if (state.range(0) > 0) layers = static_cast<std::uint32_t>(state.range(0));
  for (auto _ : state) {
    benchmark::DoNotOptimize(run_model(board, model, {0, 1, 0, layers}).elapsed);
  }
}

BENCHMARK(memory_instruction)->ArgName("go")->Arg(0)->Arg(1)->Unit(benchmark::kMicrosecond);
BENCHMARK(one_token)->ArgName("layers")->Arg(0)->Arg(2)->Arg(3)->Unit(benchmark::kMillisecond);
BENCHMARK(load_board)->Unit(benchmark::kMillisecond);
BENCHMARK(expand_and_lower)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(decode_token, mmfreelm_1300m, "models/mmfreelm_1.3b.yaml")
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(decode_token, mmfreelm_370m, "models/mmfreelm_370m.yaml")
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace tritsim
