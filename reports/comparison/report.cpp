// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "reports/comparison/comparison.hpp"
#include "reports/comparison/gaps.hpp"
#include "reports/text/number.hpp"

namespace tritsim {
namespace {

using Runs = std::vector<ComparedRun>;

/// Figures in rows, runs from `first` on in columns.
Table table_of(const Runs& runs, std::size_t first, const std::string& title,
               const std::vector<std::vector<ComparedFigure>>& figures) {
  Table t;
  t.title = title;
  t.columns = {{"figure"}};
  for (std::size_t i = first; i < runs.size(); ++i) t.columns.push_back(number_column(letter(i)));
  for (std::size_t row = 0; row < figures.front().size(); ++row) {
    if (figures.front()[row].label.empty()) continue;
    std::vector<std::string> cells{figures.front()[row].label};
    for (const auto& of_run : figures) cells.push_back(of_run[row].text());
    t.rows.push_back(std::move(cells));
  }
  return t;
}

Table side_by_side(const Runs& runs) {
  std::vector<std::vector<ComparedFigure>> figures;
  for (const ComparedRun& r : runs) figures.push_back(figures_of(r));
  Table t = table_of(runs, 0, "Side by side", figures);
  t.note = "Energies: value (low - high), from the ranges of the energy coefficients.";
  return t;
}

Table ratio_table(const Runs& runs) {
  std::vector<std::vector<ComparedFigure>> figures;
  for (std::size_t i = 1; i < runs.size(); ++i) {
    figures.push_back(figures_of(runs.front(), runs[i]));
  }
  Table t = table_of(runs, 1, "Against A", figures);
  t.note =
      "Speed and tokens/s above 1: more than A; energy and bytes below 1: less. A coefficient that "
      "both runs share moves in both at once.";
  return t;
}

Table built_of(const Runs& runs) {
  Table t;
  t.title = "The runs";
  t.columns = {{""}, {"model"}, {"hardware"}, {"job"}, {"batch"}, {"built of"}};
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const ComparedRun& r = runs[i];
    std::string job = text_of(r.request);
    if (r.simulated_layers) job += fmt::format(", {} blocks simulated", *r.simulated_layers);
    const std::string settings = r.settings.empty() ? "" : fmt::format(" ({})", r.settings);
    t.rows.push_back({letter(i), r.model, r.hardware + settings, job, count(r.job.sequences),
                      fmt::format("{}", fmt::join(r.resources, "; "))});
  }
  return t;
}

/// The parts of the runs by cause, each over `divisor` of its run.
Table parts_table(const Runs& runs, const char* title, const char* unit,
                  std::vector<CostPart> ComparedRun::*parts,
                  double (*divisor)(const ComparedRun&)) {
  Table t;
  t.title = title;
  t.columns = {{"cause"}};
  for (std::size_t i = 0; i < runs.size(); ++i) t.columns.push_back(number_column(letter(i)));
  for (std::size_t i = 0; i < runs.size(); ++i) {
    for (const CostPart& p : runs[i].*parts) {
      std::size_t row = 0;
      while (row < t.rows.size() && t.rows[row][0] != p.cause) ++row;
      if (row == t.rows.size()) {
        t.rows.emplace_back(runs.size() + 1, "-");
        t.rows[row][0] = p.cause;
      }
      t.rows[row][i + 1] = si(p.value / divisor(runs[i]), unit);
    }
  }
  return t;
}

std::string speed_text(double speed) {
  if (std::abs(speed - 1) < 0.005) return "as fast";
  return speed > 1 ? significant(speed) + " x faster" : significant(1 / speed) + " x slower";
}

std::string range_text(const Range<double>& r) {
  return fmt::format("{} x ({} - {})", significant(r.value), significant(r.low),
                     significant(r.high));
}

/// "x against y", of B and of A.
std::string against(const std::string& of_b, const std::string& of_a) {
  return fmt::format("{} against {}", of_b, of_a);
}

std::string rate_text(const Cost& c, const char* unit) {
  return fmt::format("{}{} at batch {}", significant(c.tokens_per_second(), 4), unit,
                     count(c.sequences));
}

/// Three ratios, each of time and of energy.
void add_tiles(const ComparedRun& a, const ComparedRun& b, const std::string& name, Page& page) {
  const Ratios r = ratios_of(a, b);
  const auto add = [&](const char* figure, std::string value, std::string detail) {
    page.tiles.push_back(
        {fmt::format("{}, {} against A", figure, name), std::move(value), std::move(detail)});
  };
  const auto times = [](double x, double y) { return against(si(x, "s", 4), si(y, "s", 4)); };
  const auto add_energy = [&](const char* figure, const Range<double>& e, const Range<double>& x,
                              const Range<double>& y) {
    add(figure, significant(e.value) + " x",
        fmt::format("{} to {}; {}", significant(e.low), significant(e.high),
                    against(si(x.value, "J"), si(y.value, "J"))));
  };
  // Without a prompt and without rounds a job consists of its tokens only.
  const bool alike = a.request.prompt == 0 && r.job && r.token &&
                     std::abs(r.job->speed / r.token->speed - 1) < 1e-9;
  if (r.job) {
    std::string batches;
    if (a.job.sequences != b.job.sequences) {
      batches = "; batch " + against(count(b.job.sequences), count(a.job.sequences));
    }
    add(alike ? "Job and token time" : "Job time", speed_text(r.job->speed),
        times(b.job.elapsed.si(), a.job.elapsed.si()) + batches);
    add_energy(alike ? "Job and token energy" : "Job energy", r.job->energy, b.job.job_energy(),
               a.job.job_energy());
  }
  if (r.token && !alike) {
    const Cost& x = *b.generation;
    const Cost& y = *a.generation;
    add("Token time", speed_text(r.token->speed), times(x.token_time(), y.token_time()));
    add_energy("Token energy", r.token->energy, x.token_energy(), y.token_energy());
  }
  if (r.throughput) {
    add("Best throughput", significant(r.throughput->speed) + " x",
        against(rate_text(*b.best, " tokens/s"), rate_text(*a.best, "")));
    add_energy("Energy at best batch", r.throughput->energy, b.best->token_energy(),
               a.best->token_energy());
  }
  if (!r.job) page.tiles.push_back({name + " against A", "no ratio", "the notes say why"});
  for (const std::string& why : r.refused) page.notes.push_back(why + ".");
}

std::string finding_of(const ComparedRun& a, const ComparedRun& b) {
  const Ratios r = ratios_of(a, b);
  if (!r.job) return r.refused.front() + ".";
  std::string text = fmt::format("{} against {}: the job {} at {} the energy", b.label(), a.label(),
                                 speed_text(r.job->speed), range_text(r.job->energy));
  if (r.throughput) {
    text += fmt::format(
        ", {} x the tokens a second at {} the energy of a token, each at its best "
        "batch",
        significant(r.throughput->speed), range_text(r.throughput->energy));
  }
  return text + ".";
}

bool differ(const Runs& runs, std::string ComparedRun::*field) {
  for (const ComparedRun& r : runs) {
    if (r.*field != runs.front().*field) return true;
  }
  return false;
}

void add_notes(const Runs& runs, Page& page) {
  page.notes.emplace_back(
      "Job: a request from its prompt to its last token. Its time lasts until its batch is done, "
      "its energy is its share of the batch's. Generated token: generation alone, after the "
      "prompt. Throughput: generated tokens of all sequences over the time of their jobs (prompt "
      "tokens where none is generated), each side at its best batch.");
  if (differ(runs, &ComparedRun::boundary)) {
    page.notes.emplace_back(
        "Energies have the boundary of each description (card, module, rail), which differ: they "
        "compare only as far as that allows.");
  }
}

}  // namespace

Page comparison_page(const Runs& runs) {
  Page page;
  page.title = "Comparison";
  for (std::size_t i = 0; i < runs.size(); ++i) {
    page.subtitle += fmt::format("{}{}: {}, batch {}", i > 0 ? "; " : "", letter(i),
                                 runs[i].label(), count(runs[i].job.sequences));
  }
  for (std::size_t i = 1; i < runs.size(); ++i) {
    page.finding += (i > 1 ? " " : "") + finding_of(runs.front(), runs[i]);
    add_tiles(runs.front(), runs[i], letter(i), page);
  }
  add_notes(runs, page);
  const auto add_gaps = [&](bool pictures) {
    for (std::size_t i = 1; i < runs.size(); ++i) {
      if (auto s = gap_section(runs, i, pictures)) page.sections.push_back(std::move(*s));
    }
  };
  add_gaps(true);
  page.sections.push_back(
      {"figures", "Figures", "", {{ratio_table(runs)}, {side_by_side(runs)}, {built_of(runs)}}});
  page.sections.push_back(
      {"causes",
       "Time and energy by cause",
       "What the time of a job and the energy of its work go to.",
       {{parts_table(runs, "Time of a job", "s", &ComparedRun::time,
                     [](const ComparedRun&) { return 1.0; })},
        {parts_table(runs, "Energy of work of a job", "J", &ComparedRun::dynamic,
                     [](const ComparedRun& r) { return r.job.sequences; })}}});
  add_gaps(false);
  return page;
}

}  // namespace tritsim
