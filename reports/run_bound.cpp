// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/format.h>

#include "reports/number.hpp"
#include "reports/run_sections.hpp"

namespace tritsim {
namespace {

constexpr const char* additions = "add/s";

Table bound_table(const RunFigures& f) {
  Table t;
  t.title = fmt::format("Share of a {} by what it waits for", step_word(f));
  t.columns = {{"kernel"}, {"bound by"}};
  const auto is_shown = [&](std::size_t bound) {
    return static_cast<Bound>(bound) <= Bound::host ||
           std::any_of(f.kernels.begin(), f.kernels.end(),
                       [&](const KernelFigures& k) { return k.bounds[bound] > 0; });
  };
  for (const auto& [bound, name] : EnumNames<Bound>::names) {
    if (!is_shown(static_cast<std::size_t>(bound))) continue;
    t.columns.push_back(number_column(std::string(name)));
  }
  for (const KernelFigures& k : f.kernels) {
    std::vector<std::string> row{kernel_label(k), std::string(name_of(k.bound))};
    for (std::size_t b = 0; b < k.bounds.size(); ++b) {
      if (is_shown(b)) row.push_back(percent(k.bounds[b]));
    }
    t.rows.push_back(std::move(row));
  }
  t.note =
      "compute: adders at work. memory: waiting for weights, moving vectors to and from memory. "
      "vector units: row-wise and RMS units, inputs and sums of the ternary unit. issue: start, "
      "finish and issue. host: elapsed time beyond the longest kernel. exchange, other stages: of "
      "kernels that share a "
      "model. Of what runs at the same "
      "time, only what lasts longest counts.";
  return t;
}

Table roofline_table(const RunFigures& f) {
  const RooflineFigures& r = f.roofline;
  const double peak = r.peak_bandwidth.si();
  const double moved = r.attained_bandwidth.si();
  Table t;
  t.title = "Rates and limits, all working kernels";
  t.columns = {{"figure"},
               number_column("attained"),
               number_column("limit"),
               number_column("attained / limit")};
  t.rows = {
      {"ternary additions", si(r.attained_additions, additions), si(r.peak_additions, additions),
       percent(ratio(r.attained_additions, r.peak_additions))},
      {"... of these, useful", si(r.useful_additions, additions), "",
       percent(ratio(r.useful_additions, r.peak_additions))},
      {"memory traffic, whole bursts", si(moved, "B/s"), peak > 0 ? si(peak, "B/s") : "none",
       percent(ratio(moved, peak))},
      {"additions per byte moved (limit: ridge)", significant(r.intensity), significant(r.ridge),
       significant(ratio(r.intensity, r.ridge))}};
  t.note =
      "Peak additions: lanes x ternaries per cycle x clock. Peak traffic: bus width x data rate of "
      "the channels in use. Not useful: what fills up edge tiles, and lanes that the last round "
      "leaves without a sequence. Additions that zeros spare count as neither.";
  if (!f.of_model) t.rows.erase(t.rows.begin() + 1);
  return t;
}

Table floor_table(const RunFigures& f) {
  const RooflineFigures& r = f.roofline;
  Table t;
  t.title = fmt::format("Least time of a {}", step_word(f));
  t.columns = {
      {"if nothing else took time but"}, number_column("time"), number_column("of the time taken")};
  const auto row = [&](const char* name, Time time) {
    if (f.kernels.empty()) time = Time{ratio(0, 0)};
    t.rows.push_back({name, si(time.si(), "s", 4), percent(ratio(time.si(), f.step.si()))});
  };
  row("the adders", r.compute_floor);
  row("the memory channels, at peak", r.memory_floor);
  row("the kernels' memory ports, at peak", r.port_floor);
  row("time taken", f.step);
  t.last_is_total = true;
  return t;
}

RooflineChart roofline_chart(const Result& result, const RunFigures& f) {
  const RooflineFigures& r = f.roofline;
  RooflineChart chart;
  chart.text = {
      "Roofline: where the run stands between adders and memory", additions,
      "Peaks are arithmetic on the board description; the point is additions and DRAM "
      "bursts counted over the run, divided by elapsed time. Small points: every op, its "
      "additions over the time that it added to the slowest kernel, as if all kernels were "
      "like it, and over the bytes that it asked for; ops without additions or bytes have "
      "none.",
      time_boundary(result), "Matrix units"};
  chart.operation = "ternary additions";
  chart.peak = r.peak_additions;
  chart.roofs.push_back({"memory channels", r.peak_bandwidth.si()});
  chart.points.push_back(
      {result.model ? result.model->name : "this run", r.intensity, r.attained_additions, ""});
  if (result.kernels.empty()) return chart;
  const KernelResult& kernel = result.kernels[f.slowest];
  double lanes = 0;
  for (const KernelResult& k : result.kernels) lanes += double{1} * k.replicas * k.lanes;
  for (const OpCycles& op : kernel.ops) {
    const double sums = static_cast<double>(op.ternaries) * kernel.lanes;
    const double time = static_cast<double>(op.exposed) / kernel.core.clock.si();
    if (!(sums > 0) || op.memory_bytes == 0 || !(time > 0)) continue;
    chart.points.push_back({op.name, sums / static_cast<double>(op.memory_bytes),
                            sums / time * lanes / kernel.lanes, op.kind});
  }
  return chart;
}

std::string bound_sentence(const RunFigures& f) {
  if (f.kernels.empty()) return "";
  const RooflineFigures& r = f.roofline;
  std::string text =
      fmt::format("{} of a {} on {}{} goes to {}; the rest is not hidden behind it.",
                  percent(f.bound_share), step_word(f), kernel_label(f.kernels[f.slowest]),
                  f.kernels.size() > 1 ? ", the slowest kernel," : "", name_of(f.bound));
  const double used = ratio(r.attained_bandwidth.si(), r.peak_bandwidth.si());
  if (f.bound == Bound::memory && used < 0.5) {
    text += fmt::format(
        " The memory channels move {} of what they could: the latency of requests holds the kernel "
        "back, not bandwidth.",
        percent(used));
  }
  return text;
}

}  // namespace

Section bound_section(const Result& result, const RunFigures& f) {
  Section s{"bound", "What bounds it", bound_sentence(f), {}};
  s.blocks = {{bound_table(f)},
              {roofline_chart(result, f), Block::Where::documents},
              {roofline_table(f)},
              {floor_table(f)}};
  return s;
}

}  // namespace tritsim
