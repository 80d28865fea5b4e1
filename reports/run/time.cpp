// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "reports/run/sections.hpp"
#include "reports/text/number.hpp"
#include "sim/result/go_overlap.hpp"

namespace tritsim {
namespace {

/// Indices of the causes that a kernel of the run can have.
std::vector<std::size_t> shown_causes(const Result& r) {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < cycle_causes.size(); ++i) {
    if (is_shown(cycle_causes[i], r)) out.push_back(i);
  }
  return out;
}

BarChart cause_chart(const Result& r, const RunFigures& f) {
  BarChart chart;
  chart.text = {
      fmt::format("Time of a {} by cause", step_word(f)), "s",
      "Simulated: time that each cause added to the kernel's run, beyond what overlapped with it. "
      "Kernel idle: waiting for the slowest kernel and for the host. Percentages are of the bar.",
      time_boundary(r), "Issue"};
  const std::vector<std::size_t> shown = shown_causes(r);
  for (const std::size_t i : shown) {
    chart.series.push_back({cycle_causes[i].name, cycle_causes[i].colour});
  }
  chart.series.push_back({"kernel idle", 8});
  chart.part_labels = true;
  for (const KernelFigures& k : f.kernels) {
    Bar bar{kernel_label(k), {}, si(f.step.si(), "s"), {}};
    for (const std::size_t i : shown) bar.parts.push_back(k.shares[i] * k.step.si());
    bar.parts.push_back(std::max(0.0, (f.step - k.step).si()));
    chart.bars.push_back(std::move(bar));
  }
  return chart;
}

/// Columns for the kernels of the given indices.
Table cause_table(const Result& r, const RunFigures& f, const std::vector<std::size_t>& kernels) {
  Table t;
  t.title = fmt::format("Cycles of a {} by cause", step_word(f));
  t.columns = {{"cause"}};
  const std::vector<std::size_t> shown = shown_causes(r);
  t.rows.resize(shown.size() + 1);
  for (std::size_t i = 0; i < shown.size(); ++i) t.rows[i] = {cycle_causes[shown[i]].name};
  t.rows.back() = {"total"};
  t.last_is_total = true;
  for (const std::size_t k : kernels) {
    t.columns.push_back(number_column(f.kernels[k].name + " cycles"));
    t.columns.push_back(number_column("share"));
    double sum = 0;
    for (std::size_t i = 0; i < shown.size(); ++i) {
      const double cycles = static_cast<double>(r.kernels[k].shares[cycle_causes[shown[i]].id]);
      t.rows[i].push_back(count(ratio(cycles, f.steps)));
      t.rows[i].push_back(percent(f.kernels[k].shares[shown[i]]));
      sum += f.kernels[k].shares[shown[i]];
    }
    t.rows.back().push_back(count(f.kernels[k].cycles));
    t.rows.back().push_back(percent(sum));
  }
  t.note =
      "Cycles that instructions added to the total: their duration less what overlapped with "
      "others.";
  return t;
}

/// All kernels, or as many as fit into a terminal: the slowest and the fastest.
std::vector<std::size_t> shown_kernels(const RunFigures& f, bool all) {
  std::vector<std::size_t> out(f.kernels.size());
  std::iota(out.begin(), out.end(), 0);
  if (all || out.size() <= 2) return out;
  const auto fastest = std::min_element(
      f.kernels.begin(), f.kernels.end(),
      [](const KernelFigures& a, const KernelFigures& b) { return a.step < b.step; });
  return {f.slowest, static_cast<std::size_t>(fastest - f.kernels.begin())};
}

Table unit_table(const Result& r, const RunFigures& f) {
  Table t;
  t.title = fmt::format("Units, per {} and core", step_word(f));
  t.columns = {{"kernel"},
               {"unit"},
               number_column("instructions"),
               number_column("busy cycles"),
               number_column("busy"),
               number_column("issue stalls"),
               number_column("share")};
  for (const KernelResult& k : r.kernels) {
    const double cycles = static_cast<double>(k.activity.cycles);
    for (const CoreUnitRow& row : core_units) {
      const UnitActivity* u = k.activity.units.find(row.id);
      if (u == nullptr) continue;
      const auto busy = static_cast<double>(u->busy_cycles);
      const auto stall = static_cast<double>(u->issue_stall_cycles);
      t.rows.push_back({k.name, row.name,
                        count(ratio(static_cast<double>(u->instructions), f.steps)),
                        count(ratio(busy, f.steps)), percent(ratio(busy, cycles)),
                        count(ratio(stall, f.steps)), percent(ratio(stall, cycles))});
    }
  }
  t.note =
      "Units overlap, so shares do not sum to 100 %. An issue stall counts for the unit that the "
      "instruction waited for last.";
  return t;
}

bool overlaps_go(const KernelResult& k) {
  return k.core.issue.overlap_go && k.core.issue.policy == IssuePolicy::all_units_ready;
}

Table overlap_table(const Result& r, const RunFigures& f) {
  Table t;
  t.title = fmt::format("Products beside other work, cycles of a {}", step_word(f));
  t.columns = {{"kernel"}};
  for (const char* part : {"only a GO", "only other work", "both"}) {
    t.columns.push_back(number_column(part));
    t.columns.push_back(number_column("share"));
  }
  for (const KernelResult& k : r.kernels) {
    if (!overlaps_go(k)) continue;
    const GoOverlap o = go_overlap(k);
    t.rows.push_back({k.name});
    for (const double cycles : {o.go_only, o.other_only, o.both}) {
      t.rows.back().push_back(count(ratio(cycles, f.steps)));
      t.rows.back().push_back(percent(ratio(cycles, static_cast<double>(k.activity.cycles))));
    }
  }
  t.note = "How much of the other work the order of the instructions hides: mapping.schedule.";
  return t;
}

Table step_table(const Result& r, const RunFigures& f) {
  Table t;
  t.title = "Kernels";
  t.columns = {{"kernel"},
               number_column("clock"),
               number_column("mean step"),
               number_column("shortest"),
               number_column("longest"),
               number_column("starved"),
               number_column("of peak rate")};
  for (std::size_t i = 0; i < f.kernels.size(); ++i) {
    const KernelFigures& k = f.kernels[i];
    t.rows.push_back({kernel_label(k), si(r.kernels[i].core.clock.si(), "Hz"),
                      si(k.step.si(), "s", 4), si(k.step_min.si(), "s", 4),
                      si(k.step_max.si(), "s", 4),
                      si(ratio(r.kernels[i].activity.starved.si(), f.steps), "s"),
                      percent(ratio(k.attained_operations, k.peak_operations))});
  }
  t.note =
      "Starved: time in which the matrix unit had no weights to work on, hidden or not. Of peak "
      "rate: "
      "operations of the matrix unit per second, against one on every element in every cycle.";
  return t;
}

Table host_table(const Result& r, const RunFigures& f) {
  const double round = f.elapsed.si() / f.rounds;
  const LinkActivity& l = r.link;
  const auto share = [&](Time t) { return percent(ratio(t.si(), round), 2); };
  const auto number = [](std::uint64_t n) { return count(static_cast<double>(n)); };
  Table t;
  t.title = f.rounds > 1 ? "Host and link, one round" : "Host and link, whole run";
  t.columns = {{"figure"}, number_column("value"), number_column("of the time")};
  t.rows = {
      {"launches", number(r.host.launches), ""},
      {"ops run on the host", number(r.host.tasks), ""},
      {"host working", si(r.host.working.si(), "s"), share(r.host.working)},
      {"host waiting for the accelerator", si(r.host.waiting.si(), "s"), share(r.host.waiting)},
      {"link occupied", si(l.busy.si(), "s"), share(l.busy)},
      {"DMA transfers", number(l.transfers), ""},
      {"register writes", number(l.register_writes), ""},
      {"register reads (polls)", number(l.register_reads), ""},
      {"interrupts", number(l.interrupts), ""},
      {"beyond the slowest kernel", si(f.host_part.si() * f.steps, "s"),
       share(f.host_part * f.steps)}};
  return t;
}

/// The parts of the ops that the host offloads to a core, one by one.
Table call_table(const OffloadActivity& h) {
  Table t;
  t.title = "Ops that the host offloads to a core";
  t.columns = {{"part"}, number_column("mean per call"), number_column("share")};
  const auto row = [&](const char* name, Time time) {
    t.rows.push_back({name, si(ratio(time.si(), static_cast<double>(h.calls)), "s", 4),
                      percent(ratio(time.si(), h.total().si()))});
  };
  row("quantise and pack", h.pack);
  row("load", h.load);
  row("compute", h.compute);
  row("store", h.store);
  row("read back", h.read_back);
  row("total", h.total());
  t.last_is_total = true;
  t.note = fmt::format(
      "{} calls. Load, compute and store include the driver and the wait for completion.",
      count(static_cast<double>(h.calls)));
  return t;
}

/// What the host's time goes to, the longest part first.
Table part_table(const Result& r, const RunFigures& f) {
  Table t;
  t.title = fmt::format("Tasks and launches of a {}", step_word(f));
  t.columns = {{"op"}, {"part"}, number_column("time"), number_column("share")};
  std::vector<std::pair<std::string, Time>> parts(r.host.parts.begin(), r.host.parts.end());
  std::stable_sort(parts.begin(), parts.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  const double round = f.elapsed.si() / f.rounds;
  for (const auto& [name, time] : parts) {
    const std::size_t slash = name.rfind('/');
    const bool of_op = slash != std::string::npos;
    t.rows.push_back({of_op ? name.substr(0, slash) : "all launches",
                      of_op ? name.substr(slash + 1) : name, si(ratio(time.si(), f.steps), "s", 4),
                      percent(ratio(time.si(), round))});
  }
  t.note =
      "All layers together. A launch is that of its first op and those behind it, from the first "
      "register write until the host knows the end.";
  return t;
}

}  // namespace

Section time_section(const Result& r, const RunFigures& f) {
  Section s{"time", "Where the time went", "", {}};
  s.blocks = {{cause_chart(r, f), Block::Where::documents},
              {cause_table(r, f, shown_kernels(f, false)), Block::Where::terminal},
              {cause_table(r, f, shown_kernels(f, true)), Block::Where::documents},
              {step_table(r, f)},
              {unit_table(r, f)},
              {host_table(r, f)}};
  if (std::any_of(r.kernels.begin(), r.kernels.end(), overlaps_go)) {
    s.blocks.push_back({overlap_table(r, f)});
  }
  if (r.host.offload) s.blocks.push_back({call_table(*r.host.offload)});
  if (!r.host.parts.empty()) s.blocks.push_back({part_table(r, f)});
  return s;
}

}  // namespace tritsim
