// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <limits>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "arch/base/units.hpp"
#include "reports/comparison/comparison.hpp"
#include "reports/text/metric.hpp"
#include "reports/text/number.hpp"

namespace tritsim {
namespace {

using Part = Cost::Part;
using Figures = std::vector<ComparedFigure>;

constexpr double none = std::numeric_limits<double>::quiet_NaN();
constexpr Range<double> no_range{none, none, none};

std::string ratio_text(double value) {
  return std::isfinite(value) ? significant(value) + " x" : "-";
}

std::string ratio_text(const Range<double>& r) {
  if (!std::isfinite(r.value)) return "-";
  return fmt::format("{} x ({} - {})", significant(r.value), significant(r.low),
                     significant(r.high));
}

/// What the run is.
void add_names(const ComparedRun& r, Figures& f) {
  f.push_back({"name", "", "", r.label()});
  f.push_back({"model", "", "", r.model});
  f.push_back({"hardware", "", "", r.hardware});
  f.push_back({"settings", "", "", r.settings});
  f.push_back({"ternary_kernels", "", "", r.ternary_method});
  f.push_back({"prompt_tokens", "", "", double{1} * r.request.prompt});
  f.push_back({"generated_tokens", "", "", double{1} * r.request.generate});
  f.push_back({"context", "", "", r.request.context ? double{1} * *r.request.context : none});
  f.push_back({"misfit", "", "", r.misfit});
}

void add_job(const ComparedRun& r, Figures& f) {
  f.push_back({"batch", "Batch", "", r.job.sequences});
  f.push_back({"rounds", "Rounds", "", r.job.rounds});
  f.push_back({"job_time_s", "Job: time", "s", r.job.elapsed.si()});
  f.push_back({"time_to_first_token_s", "... to the first token", "s", r.first_token.si()});
  f.push_back({"job_energy_j", "Job: energy", "J", r.job.job_energy()});
  f.push_back(
      {"job_dynamic_energy_j", "... of work alone", "J", r.job.job_energy(Part::dynamic_part)});
  f.push_back({"job_static_energy_j", "... drawn while time passes", "J",
               r.job.job_energy(Part::static_part)});
  f.push_back({"job_memory_bytes", "Job: memory bytes", "B", r.bytes / r.job.sequences});
}

void add_rates(const ComparedRun& r, Figures& f) {
  f.push_back({"token_time_s", "Generated token: time", "s",
               r.generation ? r.generation->token_time() : none});
  f.push_back({"token_energy_j", "Generated token: energy", "J",
               r.generation ? r.generation->token_energy() : no_range});
  f.push_back({"tokens_per_s", "Tokens/s at this batch", "/s", r.job.tokens_per_second()});
  f.push_back({"best_batch", "Best batch", "", r.best ? r.best->sequences : none});
  f.push_back({"best_tokens_per_s", "Throughput: tokens/s at the best batch", "/s",
               r.best ? r.best->tokens_per_second() : none});
  f.push_back({"best_energy_per_token_j", "... energy per token", "J",
               r.best ? r.best->token_energy() : no_range});
  f.push_back({"power_w", "Average power", "W", r.job.power()});
  f.push_back({"bound", "Bound by", "", r.bound});
  f.push_back({"boundary", "Energy boundary", "", r.boundary});
}

void add_ratio(const std::string& key, const std::string& label, const char* speed,
               const std::optional<CostRatio>& ratio, Figures& f) {
  f.push_back({key + "_speed_ratio", fmt::format("{}: {}", label, speed), "x",
               ratio ? ratio->speed : none});
  f.push_back({key + "_energy_ratio", fmt::format("{}: energy", label), "x",
               ratio ? ratio->energy : no_range});
}

}  // namespace

std::string letter(std::size_t i) {
  return i < 26 ? std::string(1, static_cast<char>('A' + i)) : fmt::format("#{}", i + 1);
}

std::string ComparedFigure::text() const {
  if (const auto* text = std::get_if<std::string>(&value)) return text->empty() ? "-" : *text;
  if (const auto* range = std::get_if<Range<double>>(&value)) {
    return unit == "x" ? ratio_text(*range) : si(*range, unit);
  }
  const double number = std::get<double>(value);
  if (unit == "x") return ratio_text(number);
  if (unit == "/s") return significant(number, 4);
  return unit.empty() ? count(number) : si(number, unit, 4);
}

std::vector<ComparedFigure> figures_of(const ComparedRun& run) {
  Figures f;
  add_names(run, f);
  add_job(run, f);
  add_rates(run, f);
  return f;
}

std::vector<ComparedFigure> figures_of(const ComparedRun& a, const ComparedRun& b) {
  const Ratios r = ratios_of(a, b);
  Figures f;
  add_ratio("job", "Job", "speed", r.job, f);
  // What a job takes is compared only where jobs are the same.
  const auto of_jobs = [&](double x, double y) { return r.job ? ratio(y, x) : none; };
  f.push_back({"job_dynamic_energy_ratio", "... of work alone", "x",
               of_jobs(a.job.job_energy(Part::dynamic_part).value,
                       b.job.job_energy(Part::dynamic_part).value)});
  f.push_back({"job_bytes_ratio", "Job: memory bytes", "x",
               of_jobs(a.bytes / a.job.sequences, b.bytes / b.job.sequences)});
  add_ratio("token", "Generated token", "speed", r.token, f);
  add_ratio("throughput", "Throughput", "tokens/s", r.throughput, f);
  return f;
}

namespace {

Node node_of(const ComparedFigure& f) {
  if (const auto* text = std::get_if<std::string>(&f.value)) return Node::of_text(*text);
  if (const auto* range = std::get_if<Range<double>>(&f.value)) return range_node(*range);
  return number_node(std::get<double>(f.value));
}

Node parts_node(const std::vector<CostPart>& parts, double divisor) {
  Node n;
  n.kind = Node::Kind::map;
  for (const CostPart& p : parts) n.set(p.cause, number_node(p.value / divisor));
  return n;
}

Node waterfall_node(const Waterfall& w) {
  Node n;
  n.set("from", number_node(w.first));
  n.set("steps", parts_node(w.steps, 1));
  n.set("to", number_node(w.last));
  return n;
}

Node texts_node(const std::vector<std::string>& texts) {
  Node n;
  n.kind = Node::Kind::sequence;
  for (const std::string& text : texts) n.items.push_back(Node::of_text(text));
  return n;
}

void add_cells(const ComparedFigure& f, bool first, Table& t, std::vector<std::string>& row) {
  const auto cell = [&](const std::string& key, const std::string& text) {
    if (first) t.columns.push_back({key});
    row.push_back(text);
  };
  const auto number = [](double v) { return std::isfinite(v) ? format_number(v) : ""; };
  if (const auto* text = std::get_if<std::string>(&f.value)) {
    cell(f.key, *text);
  } else if (const auto* range = std::get_if<Range<double>>(&f.value)) {
    cell(f.key, number(range->value));
    cell(f.key + "_low", number(range->low));
    cell(f.key + "_high", number(range->high));
  } else {
    cell(f.key, number(std::get<double>(f.value)));
  }
}

}  // namespace

Node comparison_metrics(const std::vector<ComparedRun>& runs) {
  Node list;
  list.kind = Node::Kind::sequence;
  const ComparedRun& a = runs.front();
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const ComparedRun& r = runs[i];
    Node n;
    n.set("run", Node::of_text(letter(i)));
    for (const ComparedFigure& f : figures_of(r)) n.set(f.key, node_of(f));
    for (const ComparedFigure& f : figures_of(a, r)) n.set(f.key, node_of(f));
    const Ratios ratios = ratios_of(a, r);
    n.set("refused", texts_node(ratios.refused));
    n.set("resources", texts_node(r.resources));
    n.set("job_time_by_cause_s", parts_node(r.time, 1));
    n.set("job_dynamic_energy_by_cause_j", parts_node(r.dynamic, r.job.sequences));
    if (i > 0 && ratios.job) {
      n.set("job_time_waterfall_s", waterfall_node(time_waterfall(a, r)));
      n.set("job_energy_waterfall_j", waterfall_node(energy_waterfall(a, r)));
    }
    list.items.push_back(std::move(n));
  }
  Node all;
  all.set("runs", std::move(list));
  return all;
}

std::string comparison_csv(const std::vector<ComparedRun>& runs) {
  Table t;
  t.columns = {{"run"}};
  for (std::size_t i = 0; i < runs.size(); ++i) {
    std::vector<std::string> row{letter(i)};
    for (const ComparedFigure& f : figures_of(runs[i])) add_cells(f, i == 0, t, row);
    for (const ComparedFigure& f : figures_of(runs.front(), runs[i])) add_cells(f, i == 0, t, row);
    row.push_back(fmt::format("{}", fmt::join(runs[i].resources, "; ")));
    t.rows.push_back(std::move(row));
  }
  t.columns.push_back({"resources"});
  return to_csv(t);
}

}  // namespace tritsim
