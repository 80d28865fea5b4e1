// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "reports/run/sections.hpp"
#include "reports/text/arithmetic.hpp"
#include "reports/text/number.hpp"

namespace tritsim {

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
  t.rows = {
      {does.operations, si(r.attained_operations, does.rate), si(r.peak_operations, does.rate),
       percent(ratio(r.attained_operations, r.peak_operations))},
      {"... of these, useful", si(r.useful_operations, does.rate), "",
       percent(ratio(r.useful_operations, r.peak_operations))},
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
  chart.peak = r.peak_operations;
  chart.roofs.push_back({"memory channels", r.peak_bandwidth.si()});
  chart.points.push_back(
      {result.model ? result.model->name : "this run", r.intensity, r.attained_operations, ""});
  if (result.kernels.empty()) return chart;
  const KernelResult& kernel = result.kernels[f.slowest];
  double lanes = 0;
  for (const KernelResult& k : result.kernels) lanes += double{1} * k.replicas * k.lanes;
  for (const OpCycles& op : kernel.ops) {
    const double sums = static_cast<double>(op.matrix_operations) * kernel.lanes;
    const double time = static_cast<double>(op.exposed) / kernel.core.clock.si();
    if (!(sums > 0) || op.memory_bytes == 0 || !(time > 0)) continue;
    chart.points.push_back({op.name, sums / static_cast<double>(op.memory_bytes),
                            sums / time * lanes / kernel.lanes, op.kind});
  }
  return chart;
}

}  // namespace tritsim
