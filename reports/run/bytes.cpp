// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "reports/run/sections.hpp"
#include "reports/text/number.hpp"

namespace tritsim {
namespace {

Table level_table(const RunFigures& f) {
  const char* per = f.of_model ? "per token" : "per run";
  Table t;
  t.title = fmt::format("Bytes moved {}", per);
  t.columns = {{"level"},
               number_column("requested, read"),
               number_column("requested, written"),
               number_column("moved"),
               number_column("moved / requested"),
               number_column("rate")};
  for (const LevelFigures& l : f.levels) {
    const auto bytes = [&](double b) { return si(ratio(b, f.tokens), "B"); };
    t.rows.push_back({l.name, bytes(l.read), bytes(l.written), bytes(l.moved),
                      significant(ratio(l.moved, l.read + l.written)),
                      si(ratio(l.moved, f.elapsed.si()), "B/s")});
  }
  t.note =
      "Memory moves whole bursts, so more may be moved than requested. The lanes of a kernel share "
      "its weight stream: a weight is read once for all of them. The FIFO is written and read once "
      "per weight. Link: read is accelerator to host.";
  return t;
}

/// "ddr 0 (of 3)" for a channel that stands for three equal ones.
std::string channel_label(const MemoryResult& m) {
  if (m.replicas == 1) return fmt::format("{} {}", m.group, m.channel);
  return fmt::format("{} {} (of {})", m.group, m.channel, m.replicas);
}

Table channel_table(const Result& r, const RunFigures& f) {
  const double round = f.elapsed.si() / f.rounds;
  Table t;
  t.title = f.rounds > 1 ? "Memory channels, one round" : "Memory channels, whole run";
  t.columns = {{"channel"},
               number_column("reads"),
               number_column("writes"),
               number_column("bus busy"),
               number_column("open"),
               number_column("hits"),
               number_column("misses"),
               number_column("conflicts"),
               number_column("hit rate"),
               number_column("lost"),
               number_column("refreshes")};
  for (const MemoryResult& m : r.memories) {
    const MemoryActivity& a = m.activity;
    const auto number = [](std::uint64_t n) { return count(static_cast<double>(n)); };
    const double accesses = static_cast<double>(a.page_hits + a.page_misses + a.page_conflicts);
    t.rows.push_back(
        {channel_label(m), number(a.reads), number(a.writes), percent(ratio(a.busy.si(), round)),
         percent(ratio(a.active.si(), round)), number(a.page_hits), number(a.page_misses),
         number(a.page_conflicts), percent(ratio(static_cast<double>(a.page_hits), accesses)),
         percent(ratio(a.conflict_wait.si(), round)), number(a.refreshes + a.bank_refreshes)});
  }
  t.note =
      "(of n): one of n identical channels. A burst is a page hit (its row is open), a page miss "
      "(no row is) or a page conflict (another row is). Lost: share of the time in which bursts "
      "wait, the data bus is idle, and the next burst on it had to have another row closed. "
      "Refreshes of one bank and of all banks count alike.";
  return t;
}

Table block_table(const Result& r) {
  Table t;
  t.title = "Memory blocks on the device";
  t.columns = {{"part"}, {"block"}, number_column("blocks"), number_column("of the device")};
  for (const BlockUse& u : on_chip_blocks(r.board)) {
    double have = 0;
    for (const RamBudget& b : r.board.device.ram) {
      if (b.block == u.block) have = static_cast<double>(b.count - b.shell);
    }
    const auto blocks = static_cast<double>(u.count);
    t.rows.push_back({u.what, std::string(name_of(u.block)), count(blocks),
                      have > 0 ? percent(ratio(blocks, have)) : "not given"});
  }
  t.note =
      "From widths, depths and ports, in the block mode that needs the fewest; buffers inside "
      "units "
      "are not counted. The device's total excludes the shell.";
  return t;
}

}  // namespace

Section bytes_section(const Result& r, const RunFigures& f) {
  Section s{"bytes", "Bytes moved", "", {}};
  s.blocks = {{level_table(f)}, {channel_table(r, f)}, {block_table(r)}};
  if (r.token_bytes) s.blocks.insert(s.blocks.begin(), {token_bytes_table(*r.token_bytes)});
  return s;
}

}  // namespace tritsim
