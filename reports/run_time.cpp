// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "reports/number.hpp"
#include "reports/run_sections.hpp"

namespace tritsim {
namespace {

BarChart cause_chart(const RunFigures& f) {
  BarChart chart;
  chart.text = {fmt::format("Time of a {} by cause", step_word(f)), "s",
                "Simulated: time that each cause added to the kernel's run, over what ran at the "
                "same time. The hatched rest is waiting for the slowest kernel and for the host."};
  for (const Cause& c : causes) chart.series.push_back({c.name, c.colour, false});
  chart.series.push_back({"kernel idle", 8, true});
  chart.part_labels = true;
  for (const KernelFigures& k : f.kernels) {
    Bar bar{kernel_label(k), {}, si(f.step.si(), "s"), {}};
    for (const double share : k.shares) bar.parts.push_back(share * k.step.si());
    bar.parts.push_back(std::max(0.0, (f.step - k.step).si()));
    chart.bars.push_back(std::move(bar));
  }
  return chart;
}

Table cause_table(const Result& r, const RunFigures& f) {
  Table t;
  t.title = fmt::format("Cycles of a {} by cause", step_word(f));
  t.columns = {{"cause"}};
  for (const KernelFigures& k : f.kernels) {
    t.columns.push_back(number_column(k.name + " cycles"));
    t.columns.push_back(number_column("share"));
  }
  for (std::size_t i = 0; i < causes.size(); ++i) {
    std::vector<std::string> row{causes[i].name};
    for (std::size_t k = 0; k < f.kernels.size(); ++k) {
      const double cycles = static_cast<double>(r.kernels[k].shares.*causes[i].cycles);
      row.push_back(count(ratio(cycles, f.steps)));
      row.push_back(percent(f.kernels[k].shares[i]));
    }
    t.rows.push_back(std::move(row));
  }
  std::vector<std::string> total{"all"};
  for (const KernelFigures& k : f.kernels) {
    double sum = 0;
    for (const double share : k.shares) sum += share;
    total.push_back(count(k.cycles));
    total.push_back(percent(sum));
  }
  t.rows.push_back(std::move(total));
  t.last_is_total = true;
  t.note =
      "Cycles that an instruction added to the total: its duration less what ran under others.";
  return t;
}

Table unit_table(const Result& r, const RunFigures& f) {
  struct Row {
    const char* name;
    UnitActivity CoreActivity::*unit;
  };

  constexpr std::array rows{Row{"load/store", &CoreActivity::load_store},
                            Row{"row-wise", &CoreActivity::row_wise},
                            Row{"RMS", &CoreActivity::rms}, Row{"ternary", &CoreActivity::ternary}};
  Table t;
  t.title = fmt::format("Units, per {} and core", step_word(f));
  t.columns = {{"kernel"},
               {"unit"},
               number_column("instructions"),
               number_column("busy cycles"),
               number_column("busy"),
               number_column("issue waited for it"),
               number_column("share")};
  for (const KernelResult& k : r.kernels) {
    const double cycles = static_cast<double>(k.activity.cycles);
    for (const Row& row : rows) {
      const UnitActivity& u = k.activity.*row.unit;
      const double busy = static_cast<double>(u.busy_cycles);
      const double stall = static_cast<double>(u.issue_stall_cycles);
      t.rows.push_back({k.name, row.name,
                        count(ratio(static_cast<double>(u.instructions), f.steps)),
                        count(ratio(busy, f.steps)), percent(ratio(busy, cycles)),
                        count(ratio(stall, f.steps)), percent(ratio(stall, cycles))});
    }
  }
  t.note =
      "Units may be busy at the same time: shares do not sum to 100 %. An issue stall is put down "
      "to the unit that the instruction waited for last.";
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
               number_column("weights starved"),
               number_column("additions / peak")};
  for (std::size_t i = 0; i < f.kernels.size(); ++i) {
    const KernelFigures& k = f.kernels[i];
    t.rows.push_back({kernel_label(k), si(r.kernels[i].core.clock.si(), "Hz"),
                      si(k.step.si(), "s", 4), si(k.step_min.si(), "s", 4),
                      si(k.step_max.si(), "s", 4),
                      si(ratio(r.kernels[i].activity.starved.si(), f.steps), "s"),
                      percent(ratio(k.attained_additions, k.peak_additions))});
  }
  t.note = "Weights starved: time in which the adders had no weights, whether hidden or not.";
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
  t.rows = {{"launches", number(r.host.launches), ""},
            {"ops run on the host", number(r.host.tasks), ""},
            {"host working", si(r.host.working.si(), "s"), share(r.host.working)},
            {"host waiting for the card", si(r.host.waiting.si(), "s"), share(r.host.waiting)},
            {"link occupied", si(l.busy.si(), "s"), share(l.busy)},
            {"DMA transfers", number(l.transfers), ""},
            {"register writes", number(l.register_writes), ""},
            {"register reads (polls)", number(l.register_reads), ""},
            {"interrupts", number(l.interrupts), ""},
            {"elapsed beyond the longest kernel", si(f.host_part.si() * f.steps, "s"),
             share(f.host_part * f.steps)}};
  return t;
}

}  // namespace

Section time_section(const Result& r, const RunFigures& f) {
  Section s{"time", "Where the time went", "", {}};
  s.blocks = {{cause_chart(f), Block::Where::documents},
              {cause_table(r, f)},
              {step_table(r, f)},
              {unit_table(r, f)},
              {host_table(r, f)}};
  return s;
}

}  // namespace tritsim
