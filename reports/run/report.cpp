// SPDX-License-Identifier: Apache-2.0
#include "reports/run/report.hpp"

#include <fmt/format.h>

#include "reports/run/inputs.hpp"
#include "reports/run/sections.hpp"
#include "reports/text/number.hpp"

namespace tritsim {
namespace {

std::string subtitle_of(const Result& r, const RunFigures& f) {
  if (!r.model) return "An assembly program, run once on one kernel";
  const Workload& w = r.workload;
  const std::string prompt =
      w.prompt == 0 ? "No prompt" : "Prompt of " + counted(w.prompt, "token");
  std::string text = fmt::format("{}, {} generated; {} on {}", prompt, counted(w.generate, "token"),
                                 counted(w.batch, "sequence"), counted(f.lanes, "lane"));
  if (r.rounds > 1) text += fmt::format(", in {} rounds one after the other", r.rounds);
  return text;
}

Page make_page(const Result& r, const RunFigures& f, const EnergyAccount& account) {
  Page page;
  page.title = fmt::format("{} on {}", r.model ? r.model->name : "Program", r.board_label());
  page.subtitle = subtitle_of(r, f);
  page.tiles = headline_tiles(r, f);
  page.overview = overview_charts(r, f);
  page.notes = boundary_notes(r, f);
  if (f.of_model) {
    page.finding =
        fmt::format("{}: {} tokens a second over {}, at {} a token ({} to {}). {}", page.title,
                    significant(f.tokens_per_s, 4), counted(r.workload.batch, "sequence"),
                    si(f.per_token(f.energy).value, "J"), si(f.per_token(f.energy).low, "J"),
                    si(f.per_token(f.energy).high, "J"), bound_sentence(r, f));
  }
  page.footer = fmt::format(
      "Made by {}. All numbers derive from result.json beside this page. The page contains the "
      "resolved board, model and workload: 'tritsim run --from report.html -o again/' repeats the "
      "run.",
      r.tool);
  page.inputs = inputs_text(r);
  if (r.kernels.empty()) return page;
  page.sections.push_back(bound_section(r, f));
  page.sections.push_back(time_section(r, f));
  if (r.time_ranges) {
    const RangedTime time{f.step, step_word(f), time_boundary(r), r.steps};
    for (Block& b : time_range_blocks(*r.time_ranges, time)) {
      page.sections.back().blocks.push_back(std::move(b));
    }
  }
  if (r.parallel) page.sections.push_back(parallel_section(r, f, account));
  page.sections.push_back(r.model ? op_section(r, f) : instruction_section(r, f));
  page.sections.push_back(bytes_section(r, f));
  page.sections.push_back(energy_section(f, account, energy_boundary(r)));
  for (Block& b : multiplier_blocks(r, f, account)) {
    page.sections.back().blocks.push_back(std::move(b));
  }
  if (r.elapsed > Time{}) {
    page.sections.push_back(power_section(r, account));
    page.sections.push_back(traffic_section(r));
  }
  page.sections.push_back(area_section(r));
  return page;
}

}  // namespace

RunReport make_run_report(const Result& result, const EnergyAccount& account) {
  RunReport report{result, make_run_figures(result, account), account.sensitivities(), {}};
  report.page = make_page(report.result, report.figures, account);
  return report;
}

std::string to_terminal(const RunReport& report, const TerminalStyle& style) {
  return to_terminal(report.page, style);
}

std::string to_markdown(const RunReport& report) {
  return to_markdown(report.page);
}

std::string to_html(const RunReport& report) {
  return to_html(report.page);
}

}  // namespace tritsim
