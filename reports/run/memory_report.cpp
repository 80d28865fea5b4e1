// SPDX-License-Identifier: Apache-2.0
#include "reports/run/memory_report.hpp"

#include <cmath>

#include <fmt/format.h>

#include "reports/text/metric.hpp"
#include "reports/text/number.hpp"

namespace tritsim {
namespace {

double bits(const MemoryRun& r) {
  return 8 * static_cast<double>(r.activity.bytes_read + r.activity.bytes_written);
}

std::string integer(std::uint64_t n) {
  return count(static_cast<double>(n));
}

Table speed_table(const MemoryRun& r) {
  Table t;
  t.title = r.memory.name + (r.channels > 1 ? fmt::format(", {} channels", r.channels) : "");
  t.columns = {{"figure"}, number_column("value")};
  const auto row = [&](const char* name, std::string value) {
    t.rows.push_back({name, std::move(value)});
  };
  if (r.memory.sram && r.memory.sram->block) {
    t.rows.push_back({fmt::format("{} blocks", name_of(*r.memory.sram->block)),
                      integer(r.memory.sram->blocks(r.memory.capacity) * r.channels)});
  }
  row("requests", integer(r.requests));
  row("time", si(r.elapsed.si(), "s", 4));
  row("bandwidth", si(r.bandwidth.si(), "B/s", 4));
  if (r.peak > Bandwidth{}) row("of the peak", percent(r.bandwidth / r.peak));
  if (r.memory.dram) {
    const double channels = double{1} * r.channels * r.memory.dram->channels;
    row("data bus idle for page conflicts",
        percent(ratio(r.activity.conflict_wait.si(), r.elapsed.si() * channels)));
  }
  row("latency, lowest", si(r.latency.min.si(), "s"));
  row("latency, mean", si(r.latency.mean.si(), "s"));
  row("latency, median", si(r.latency.p50.si(), "s"));
  row("latency, 95th percentile", si(r.latency.p95.si(), "s"));
  row("latency, 99th percentile", si(r.latency.p99.si(), "s"));
  row("latency, highest", si(r.latency.max.si(), "s"));
  t.note =
      "Latency: from a request's issue to the last of its data, queueing included. Percentiles are "
      "exact to 0.6 %. Idle for page conflicts: bursts wait, and the next one on the bus had to "
      "have another row closed.";
  return t;
}

/// Streams that got different rates, or from different places.
Table stream_table(const MemoryRun& r) {
  Table t;
  t.title = "Streams";
  t.columns = {number_column("stream"),   {"direction"},          {"port"},
               {"first address"},         number_column("bytes"), number_column("end"),
               number_column("bandwidth")};
  for (std::size_t n = 0; n < r.streams.size(); ++n) {
    const StreamRun& s = r.streams[n];
    t.rows.push_back({integer(n), s.write ? "write" : "read", s.port ? integer(*s.port) : "",
                      fmt::format("{:#x}", s.base), integer(s.bytes), si(s.end.si(), "s", 4),
                      si(s.bandwidth().si(), "B/s", 4)});
  }
  t.note = "End: of a stream's last data. Bandwidth: its bytes over that time.";
  return t;
}

Table command_table(const MemoryRun& r) {
  const MemoryActivity& a = r.activity;
  Table t;
  t.title = "Bursts and commands";
  t.columns = {{"event"}, number_column("count"), number_column("share of bursts")};
  const double bursts = static_cast<double>(a.bursts_read + a.bursts_written);
  const auto row = [&](const char* name, std::uint64_t n, bool share) {
    t.rows.push_back(
        {name, integer(n), share ? percent(ratio(static_cast<double>(n), bursts)) : ""});
  };
  row("page hits", a.page_hits, true);
  row("page misses", a.page_misses, true);
  row("page conflicts", a.page_conflicts, true);
  row("ACT", a.activates, false);
  row("RD", a.bursts_read, false);
  row("WR", a.bursts_written, false);
  row("REF", a.refreshes, false);
  row("REF of one bank", a.bank_refreshes, false);
  t.note =
      "Page hit: the burst's row is open. Page miss: no row is. Page conflict: another one is.";
  return t;
}

Table energy_table(const MemoryRun& r) {
  Table t;
  t.title = "Energy";
  t.columns = {{"term"},
               number_column("energy"),
               number_column("pJ/bit"),
               number_column("low"),
               number_column("high"),
               {"obtained"}};
  const auto per_bit = [&](Energy e) { return significant(ratio(e.si() * 1e12, bits(r))); };
  for (const EnergyTerm& term : r.energy.terms) {
    const Range<Energy> e = term.energy();
    if (e.value == Energy{}) continue;
    t.rows.push_back({term.cause, si(e.value.si(), "J"), per_bit(e.value), per_bit(e.low),
                      per_bit(e.high), std::string(name_of(term.confidence()))});
  }
  const Range<Energy> sum = r.energy.total();
  t.rows.push_back({"total", si(sum.value.si(), "J"), per_bit(sum.value), per_bit(sum.low),
                    per_bit(sum.high), ""});
  t.last_is_total = true;
  t.note =
      "Terms of one coefficient reach the ends of its range together; the ranges of different ones "
      "add in quadrature.";
  return t;
}

}  // namespace

std::vector<Table> memory_tables(const MemoryRun& r) {
  std::vector<Table> tables{speed_table(r)};
  if (r.streams.size() > 1) tables.push_back(stream_table(r));
  if (r.memory.dram) tables.push_back(command_table(r));
  if (!r.energy.terms.empty()) tables.push_back(energy_table(r));
  return tables;
}

Table idle_table(const MemorySpec& memory, const IdleLatencies& idle) {
  Table t;
  t.title = memory.name + ", latency of a burst when idle";
  t.columns = {{"page"}, number_column("latency")};
  t.rows = {{"page hit", si(idle.hit.si(), "s", 4)},
            {"page miss", si(idle.miss.si(), "s", 4)},
            {"page conflict", si(idle.conflict.si(), "s", 4)}};
  t.note = "Page hit: the row is open. Page miss: no row is. Page conflict: another one is.";
  return t;
}

Node memory_metrics(const MemoryRun& r) {
  const MemoryActivity& a = r.activity;
  Node n;
  n.set("memory", Node::of_text(r.memory.name));
  n.set("channels", number_node(r.channels));
  if (r.memory.sram && r.memory.sram->block) {
    n.set("blocks",
          number_node(static_cast<double>(r.memory.sram->blocks(r.memory.capacity) * r.channels)));
  }
  n.set("requests", number_node(static_cast<double>(r.requests)));
  n.set("read_bytes", number_node(static_cast<double>(a.bytes_read)));
  n.set("written_bytes", number_node(static_cast<double>(a.bytes_written)));
  n.set("elapsed_s", number_node(r.elapsed.si()));
  n.set("attained_memory_bytes_per_s", number_node(r.bandwidth.si()));
  if (r.peak > Bandwidth{}) n.set("efficiency", number_node(r.bandwidth / r.peak));
  Node latency;
  latency.set("min_s", number_node(r.latency.min.si()));
  latency.set("mean_s", number_node(r.latency.mean.si()));
  latency.set("p50_s", number_node(r.latency.p50.si()));
  latency.set("p95_s", number_node(r.latency.p95.si()));
  latency.set("p99_s", number_node(r.latency.p99.si()));
  latency.set("max_s", number_node(r.latency.max.si()));
  n.set("latency", latency);
  Node streams;
  streams.kind = Node::Kind::sequence;
  for (const StreamRun& s : r.streams) {
    Node stream;
    if (s.port) stream.set("port", number_node(*s.port));
    stream.set("first_address", number_node(static_cast<double>(s.base)));
    stream.set("bytes", number_node(static_cast<double>(s.bytes)));
    stream.set("end_s", number_node(s.end.si()));
    stream.set("bytes_per_s", number_node(s.bandwidth().si()));
    streams.items.push_back(stream);
  }
  if (!r.streams.empty()) n.set("streams", streams);
  Node counts;
  const auto add = [&](const char* key, std::uint64_t value) {
    counts.set(key, number_node(static_cast<double>(value)));
  };
  add("page_hits", a.page_hits);
  add("page_misses", a.page_misses);
  add("page_conflicts", a.page_conflicts);
  add("activates", a.activates);
  add("reads", a.bursts_read);
  add("writes", a.bursts_written);
  add("refreshes", a.refreshes);
  add("bank_refreshes", a.bank_refreshes);
  n.set("commands", counts);
  if (r.memory.dram) n.set("conflict_wait_s", number_node(a.conflict_wait.si()));
  Node energy;
  energy.kind = Node::Kind::sequence;
  for (const EnergyTerm& term : r.energy.terms) {
    const Range<Energy> e = term.energy();
    Node t;
    t.set("term", Node::of_text(term.cause));
    t.set("energy_j", range_node(scaled(e, 1)));
    t.set("energy_per_bit_j", number_node(ratio(e.value.si(), bits(r))));
    t.set("source", Node::of_text(term.source()));
    energy.items.push_back(t);
  }
  n.set("energy", energy);
  const Range<Energy> sum = r.energy.total();
  n.set("energy_j", range_node(scaled(sum, 1)));
  n.set("energy_per_bit_j", number_node(ratio(sum.value.si(), bits(r))));
  return n;
}

Node idle_metrics(const IdleLatencies& idle) {
  Node n;
  n.set("hit_s", number_node(idle.hit.si()));
  n.set("miss_s", number_node(idle.miss.si()));
  n.set("conflict_s", number_node(idle.conflict.si()));
  return n;
}

}  // namespace tritsim
