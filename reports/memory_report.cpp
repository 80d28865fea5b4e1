// SPDX-License-Identifier: Apache-2.0
#include "reports/memory_report.hpp"

#include <cmath>

#include <fmt/format.h>

#include "reports/number.hpp"

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
  t.title = r.memory.name + (r.channels > 1 ? fmt::format(", {} of them", r.channels) : "");
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
  row("latency, least", si(r.latency.min.si(), "s"));
  row("latency, mean", si(r.latency.mean.si(), "s"));
  row("latency, 50 %", si(r.latency.p50.si(), "s"));
  row("latency, 95 %", si(r.latency.p95.si(), "s"));
  row("latency, 99 %", si(r.latency.p99.si(), "s"));
  row("latency, most", si(r.latency.max.si(), "s"));
  t.note =
      "Latency: from a request's issue to the last of its data, waiting for the requests before it "
      "included. Percentiles to 0.6 %.";
  return t;
}

Table command_table(const MemoryRun& r) {
  const MemoryActivity& a = r.activity;
  Table t;
  t.title = "Bursts and commands";
  t.columns = {{"what"}, number_column("number"), number_column("share")};
  const double bursts = static_cast<double>(a.bursts_read + a.bursts_written);
  const auto row = [&](const char* name, std::uint64_t n, bool share) {
    t.rows.push_back(
        {name, integer(n), share ? percent(ratio(static_cast<double>(n), bursts)) : ""});
  };
  row("row hits", a.row_hits, true);
  row("row closed", a.row_closed, true);
  row("row misses", a.row_misses, true);
  row("ACT", a.activates, false);
  row("RD", a.bursts_read, false);
  row("WR", a.bursts_written, false);
  row("REF", a.refreshes, false);
  row("REF of a bank", a.bank_refreshes, false);
  t.note = "Hits, closed, misses: bursts that found their row open, no row, another row.";
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
      "Terms of one coefficient go to the ends of its range together; the ranges of others add in "
      "quadrature.";
  return t;
}

Node number(double value) {
  return std::isfinite(value) ? Node::of_number(format_number(value)) : Node{};
}

}  // namespace

std::vector<Table> memory_tables(const MemoryRun& r) {
  std::vector<Table> tables{speed_table(r)};
  if (r.memory.dram) tables.push_back(command_table(r));
  if (!r.energy.terms.empty()) tables.push_back(energy_table(r));
  return tables;
}

Table idle_table(const MemorySpec& memory, const IdleLatencies& idle) {
  Table t;
  t.title = memory.name + ", idle latencies of a burst";
  t.columns = {{"row"}, number_column("latency")};
  t.rows = {{"hit", si(idle.hit.si(), "s", 4)},
            {"closed", si(idle.closed.si(), "s", 4)},
            {"miss", si(idle.miss.si(), "s", 4)}};
  t.note = "hit: the row is open; closed: its bank has no open row; miss: it has another one.";
  return t;
}

Node memory_metrics(const MemoryRun& r) {
  const MemoryActivity& a = r.activity;
  Node n;
  n.set("memory", Node::of_text(r.memory.name));
  n.set("channels", number(r.channels));
  if (r.memory.sram && r.memory.sram->block) {
    n.set("blocks",
          number(static_cast<double>(r.memory.sram->blocks(r.memory.capacity) * r.channels)));
  }
  n.set("requests", number(static_cast<double>(r.requests)));
  n.set("bytes_read", number(static_cast<double>(a.bytes_read)));
  n.set("bytes_written", number(static_cast<double>(a.bytes_written)));
  n.set("time_s", number(r.elapsed.si()));
  n.set("bandwidth_bytes_per_s", number(r.bandwidth.si()));
  if (r.peak > Bandwidth{}) n.set("efficiency", number(r.bandwidth / r.peak));
  Node latency;
  latency.set("min_s", number(r.latency.min.si()));
  latency.set("mean_s", number(r.latency.mean.si()));
  latency.set("p50_s", number(r.latency.p50.si()));
  latency.set("p95_s", number(r.latency.p95.si()));
  latency.set("p99_s", number(r.latency.p99.si()));
  latency.set("max_s", number(r.latency.max.si()));
  n.set("latency", latency);
  Node counts;
  const auto add = [&](const char* key, std::uint64_t value) {
    counts.set(key, number(static_cast<double>(value)));
  };
  add("row_hits", a.row_hits);
  add("row_closed", a.row_closed);
  add("row_misses", a.row_misses);
  add("activates", a.activates);
  add("reads", a.bursts_read);
  add("writes", a.bursts_written);
  add("refreshes", a.refreshes);
  add("bank_refreshes", a.bank_refreshes);
  n.set("commands", counts);
  Node energy;
  energy.kind = Node::Kind::sequence;
  for (const EnergyTerm& term : r.energy.terms) {
    const Range<Energy> e = term.energy();
    Node t;
    t.set("term", Node::of_text(term.cause));
    t.set("energy_j", number(e.value.si()));
    t.set("low_j", number(e.low.si()));
    t.set("high_j", number(e.high.si()));
    t.set("pj_per_bit", number(ratio(e.value.si() * 1e12, bits(r))));
    t.set("source", Node::of_text(term.source()));
    energy.items.push_back(t);
  }
  n.set("energy", energy);
  const Range<Energy> sum = r.energy.total();
  n.set("energy_j", number(sum.value.si()));
  n.set("energy_low_j", number(sum.low.si()));
  n.set("energy_high_j", number(sum.high.si()));
  n.set("pj_per_bit", number(ratio(sum.value.si() * 1e12, bits(r))));
  return n;
}

Node idle_metrics(const IdleLatencies& idle) {
  Node n;
  n.set("hit_s", number(idle.hit.si()));
  n.set("closed_s", number(idle.closed.si()));
  n.set("miss_s", number(idle.miss.si()));
  return n;
}

}  // namespace tritsim
