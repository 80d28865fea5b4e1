// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/sweep_point.hpp"

#include "arch/base/json.hpp"
#include "reports/run/processor_report.hpp"
#include "reports/run/report.hpp"
#include "sim/run/processor_run.hpp"
#include "sim/run/run.hpp"
#include "sim/study/cell_text.hpp"

namespace tritsim {
namespace {

/// The value of a metric: `power_w_low` is in the map `power_w` under `low`.
Cell metric_of(const Node& summary, std::string_view name) {
  const Node* node = summary.find(name);
  std::string_view end = "value";
  for (const std::string_view e : {"low", "high"}) {
    const std::string suffix = "_" + std::string(e);
    if (node != nullptr || !name.ends_with(suffix)) continue;
    node = summary.find(name.substr(0, name.size() - suffix.size()));
    end = e;
  }
  if (node != nullptr && node->kind == Node::Kind::map) node = node->find(end);
  if (node == nullptr || node->kind != Node::Kind::scalar) return {};
  if (is_word(name)) return node->text;
  return std::stod(node->text);
}

/// The figures of a point as `tritsim run --json` prints them.
Node summary_of(const SweepBase& point, RunCache& cache) {
  if (point.processor) {
    return processor_metrics(run_processor(*point.processor, point.model, point.workload));
  }
  RunReport report;
  report.result = run_model(*point.board, point.model, point.workload, cache);
  report.figures = make_run_figures(report.result, price(report.result));
  return metrics(report);
}

std::vector<Cell> axes_of(const SweepGrid& grid, std::uint64_t point) {
  const auto index = grid.at(point);
  std::vector<Cell> cells;
  for (std::size_t i = 0; i < index.size(); ++i) {
    cells.push_back(axis_cell(grid.columns[i].values[index[i]]));
  }
  return cells;
}

}  // namespace

std::string run_point(const SweepBase& point, RunCache& cache) {
  try {
    const Node summary = summary_of(point, cache);
    std::vector<Cell> cells{std::string("ok"), to_json_line(*summary.find("components"))};
    for (const std::string& name : sweep_metrics()) cells.push_back(metric_of(summary, name));
    return pack(cells);
  } catch (const DoesNotFit& e) {
    // It cannot run, which is an outcome: the memories do not hold what has to be in them.
    std::vector<Cell> cells{std::string("unfit"), e.fit().text()};
    for (const std::string& name : sweep_metrics()) {
      Cell& cell = cells.emplace_back();
      if (name == "fits") cell = 0.0;
    }
    return pack(cells);
  } catch (const std::exception& e) {
    return failed_answer(e.what());
  }
}

std::string failed_answer(const std::string& reason) {
  return pack({std::string("failed"), reason});
}

void read_answer(const std::string& answer, SweepRow& row) {
  std::vector<Cell> cells = unpack(answer);
  row.status = std::get<std::string>(cells.at(0));
  (row.status == "ok" ? row.components : row.reason) = std::get<std::string>(cells.at(1));
  row.metrics.assign(cells.begin() + 2, cells.end());
}

SweepRow row_of(const PlannedPoint& planned, const SweepGrid& grid, const WorkOutcome& outcome) {
  SweepRow row;
  row.point = planned.point;
  row.digest = planned.digest;
  row.axes = axes_of(grid, planned.point);
  row.wall_s = outcome.wall_s;
  if (outcome.end == WorkOutcome::End::done) {
    read_answer(outcome.text, row);
  } else {
    row.status = outcome.end == WorkOutcome::End::crashed ? "crashed" : "timeout";
    row.reason = outcome.text;
  }
  return row;
}

}  // namespace tritsim
