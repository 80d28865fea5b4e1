// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/format.h>

#include "reports/arithmetic.hpp"
#include "reports/number.hpp"
#include "reports/run_sections.hpp"

namespace tritsim {
namespace {

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
      "compute: the matrix or attention unit at work. memory: waiting for weights or the cache, "
      "moving vectors to and from memory. vector units: element-wise and norm units, inputs and "
      "sums of the matrix unit. issue: start, finish and issue. host: elapsed time beyond the "
      "slowest kernel. exchange, other stages: kernels that share a model. Work that overlaps is "
      "counted once, for whatever takes longest.";
  return t;
}

Table roofline_table(const Result& result, const RunFigures& f) {
  const Arithmetic does = arithmetic_of(result);
  const RooflineFigures& r = f.roofline;
  const double peak = r.peak_bandwidth.si();
  const double moved = r.attained_bandwidth.si();
  Table t;
  t.title = "Rates and limits, all working kernels";
  t.columns = {{"figure"},
               number_column("attained"),
               number_column("limit"),
               number_column("attained / limit")};
  t.rows = {{does.operations, si(r.attained_additions, does.rate), si(r.peak_additions, does.rate),
             percent(ratio(r.attained_additions, r.peak_additions))},
            {"... of these, useful", si(r.useful_additions, does.rate), "",
             percent(ratio(r.useful_additions, r.peak_additions))},
            {"memory traffic, whole bursts", si(moved, "B/s"), peak > 0 ? si(peak, "B/s") : "none",
             percent(ratio(moved, peak))},
            {fmt::format("{} per byte moved (limit: ridge)", does.brief), significant(r.intensity),
             significant(r.ridge), significant(ratio(r.intensity, r.ridge))}};
  t.note =
      "Peak rate: lanes x weights per cycle x clock. Peak traffic: bus width x data rate of the "
      "channels in use. Not useful: padding of edge tiles, and lanes without a sequence in the "
      "last round. Additions skipped because of zeros count as neither.";
  if (!f.of_model) t.rows.erase(t.rows.begin() + 1);
  return t;
}

Table floor_table(const Result& result, const RunFigures& f) {
  const RooflineFigures& r = f.roofline;
  Table t;
  t.title = fmt::format("Least time of a {}", step_word(f));
  t.columns = {
      {"if only this took time"}, number_column("time"), number_column("of the time taken")};
  const auto row = [&](const std::string& name, Time time) {
    if (f.kernels.empty()) time = Time{ratio(0, 0)};
    t.rows.push_back({name, si(time.si(), "s", 4), percent(ratio(time.si(), f.step.si()))});
  };
  row(fmt::format("the {}", arithmetic_of(result).units), r.compute_floor);
  row("the memory channels, at peak", r.memory_floor);
  row("the kernels' memory ports, at peak", r.port_floor);
  row("time taken", f.step);
  t.last_is_total = true;
  return t;
}

RooflineChart roofline_chart(const Result& result, const RunFigures& f) {
  const RooflineFigures& r = f.roofline;
  const Arithmetic does = arithmetic_of(result);
  RooflineChart chart;
  chart.text = {
      fmt::format("Roofline: {} and memory", does.units), does.rate,
      fmt::format("Peaks follow from the board description. Large point: {} and DRAM bursts of the "
                  "run over its elapsed time. Small points: one op each, its {} over the time that "
                  "it added to the slowest kernel (scaled to all kernels) and over the bytes that "
                  "it requested; ops without either are left out.",
                  does.operations, does.brief),
      time_boundary(result), "Matrix units"};
  chart.operation = does.operations;
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
              {roofline_table(result, f)},
              {floor_table(result, f)}};
  return s;
}

}  // namespace tritsim
