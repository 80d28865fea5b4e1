// SPDX-License-Identifier: Apache-2.0
#include <random>
#include <vector>

#include <benchmark/benchmark.h>

#include "arch/base/reader.hpp"
#include "models/memory/stream_law.hpp"

namespace tritsim {
namespace {

DramSpec u250_dram() {
  return *load<MemorySpec>(TRITSIM_SOURCE_DIR "/configs/memories/ddr4_2400_u250.yaml").dram;
}

/// Consecutive requests of `state.range(0)` bytes, all issued at once.
void dram_sequential(benchmark::State& state) {
  const auto bytes = static_cast<std::uint64_t>(state.range(0));
  DramLaw law(u250_dram());
  std::uint64_t address = 0;
  Time end;
  for (auto _ : state) {
    end = law.serve(Time{}, address, bytes, false).last;
    address = (address + bytes) & ((1U << 30) - 1);
  }
  benchmark::DoNotOptimize(end);
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(state.iterations() * state.range(0));
  state.counters["simulated_per_wall"] = benchmark::Counter(end.si(), benchmark::Counter::kIsRate);
}

/// 1 GiB read from end to end, in requests of `state.range(0)` bytes.
void dram_gigabyte(benchmark::State& state) {
  const auto bytes = static_cast<std::uint64_t>(state.range(0));
  const DramSpec spec = u250_dram();
  Time end;
  for (auto _ : state) {
    DramLaw law(spec);
    for (std::uint64_t a = 0; a < std::uint64_t{1} << 30; a += bytes) {
      end = law.serve(Time{}, a, bytes, false).last;
    }
  }
  benchmark::DoNotOptimize(end);
  state.SetBytesProcessed(state.iterations() * (std::int64_t{1} << 30));
  state.counters["simulated_per_wall"] =
      benchmark::Counter(end.si(), benchmark::Counter::kIsIterationInvariantRate);
}

void dram_random(benchmark::State& state) {
  DramLaw law(u250_dram());
  std::mt19937_64 random(1);
  std::vector<std::uint64_t> addresses(4096);
  for (auto& a : addresses) a = random() % (1U << 30) & ~std::uint64_t{63};
  std::size_t n = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(law.serve(Time{}, addresses[n++ & 4095], 64, false));
  }
  state.SetItemsProcessed(state.iterations());
}

/// Bursts that an FR-FCFS controller with a queue of `state.range(0)` chooses from: of random
/// addresses, or in turn of `state.range(1)` sequential streams. One item is one burst.
void fr_fcfs(benchmark::State& state) {
  DramSpec spec = u250_dram();
  spec.controller.scheduling = DramScheduling::fr_fcfs;
  spec.controller.queue = static_cast<std::uint32_t>(state.range(0));
  const auto streams = static_cast<std::uint64_t>(state.range(1));
  DramLaw law(spec);
  std::mt19937_64 random(1);
  std::vector<std::uint64_t> addresses(4096);
  for (auto& a : addresses) a = random() % (1U << 30) & ~std::uint64_t{63};
  std::uint64_t n = 0;
  const auto enqueue = [&] {
    const std::uint64_t address =
        streams == 0 ? addresses[n & 4095] : (n % streams << 28) + n / streams * 64 % (1U << 28);
    law.enqueue({Time{}, address, 64, false, n++});
  };
  for (int ahead = 0; ahead < 2 * state.range(0); ++ahead) enqueue();
  for (auto _ : state) {
    benchmark::DoNotOptimize(law.answer(Time{1e9}));
    enqueue();
  }
  state.SetItemsProcessed(state.iterations());
}

/// The weight stream of one 1024 x 1024 tile, 4 KiB at a time through two slots.
StreamRequest weights(double ternaries_per_cycle) {
  StreamRequest r;
  r.bytes = 256 * 1024;
  r.request_bytes = 4096;
  r.outstanding = 2;
  r.beat = r.turnaround = cycles_to_time(1, 300.0_MHz);
  r.beat_bytes = 64;
  r.fifo_bytes = 8192;
  r.unit_per_byte = r.beat / (ternaries_per_cycle / 4);
  return r;
}

/// A vector of each of 14 lanes.
StreamRequest vectors() {
  StreamRequest r = weights(1);
  r.address = 1U << 28;
  r.bytes = 14 * 2048;
  r.request_bytes = 2048;
  r.outstanding = 14;
  r.fifo_bytes = 0;
  r.unit_per_byte = r.beat / (8.0 * 14);
  return r;
}

/// As a memory channel does it: submit, predict, advance to the end. One item is one stream.
void run_streams(benchmark::State& state, StreamRequest request) {
  StreamScheduler scheduler{DramLaw(u250_dram())};
  Time start;
  for (auto _ : state) {
    request.start = start;
    const auto id = scheduler.submit(request);
    scheduler.advance(scheduler.predict(id));
    start = scheduler.take(id).finish;
    request.address = (request.address + request.bytes) & ((1U << 30) - 1);
  }
  state.SetItemsProcessed(state.iterations());
}

/// 128 ternaries a cycle are slower than the channel, 512 wait for it.
void weight_stream(benchmark::State& state) {
  run_streams(state, weights(static_cast<double>(state.range(0))));
}

void vector_stream(benchmark::State& state) {
  run_streams(state, vectors());
}

/// A weight stream with ten vectors beside it. One item is all eleven.
void contended_streams(benchmark::State& state) {
  StreamScheduler scheduler{DramLaw(u250_dram())};
  StreamRequest w = weights(128);
  StreamRequest v = vectors();
  Time start;
  for (auto _ : state) {
    w.start = start;
    const auto id = scheduler.submit(w);
    (void)scheduler.predict(id);
    v.start = start;
    for (int n = 0; n < 10; ++n) {
      scheduler.advance(v.start);
      const auto beside = scheduler.submit(v);
      scheduler.advance(scheduler.predict(beside));
      v.start = scheduler.take(beside).finish;
    }
    scheduler.advance(scheduler.predict(id));
    start = std::max(v.start, scheduler.take(id).finish);
    w.address = (w.address + w.bytes) & ((1U << 28) - 1);
  }
  state.SetItemsProcessed(state.iterations());
}

BENCHMARK(dram_sequential)->Arg(64)->Arg(4096)->Arg(65536);
BENCHMARK(dram_gigabyte)->Arg(65536)->Arg(1 << 30)->Unit(benchmark::kMillisecond);
BENCHMARK(dram_random);
BENCHMARK(fr_fcfs)
    ->ArgNames({"queue", "streams"})
    ->Args({16, 0})
    ->Args({64, 0})
    ->Args({16, 2})
    ->Args({64, 4});
BENCHMARK(weight_stream)->Arg(128)->Arg(512);
BENCHMARK(vector_stream);
BENCHMARK(contended_streams);

}  // namespace
}  // namespace tritsim
