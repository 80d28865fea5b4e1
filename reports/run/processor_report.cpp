// SPDX-License-Identifier: Apache-2.0
#include "reports/run/processor_report.hpp"

#include <fmt/format.h>

#include "reports/run/processor_charts.hpp"
#include "reports/run/processor_phases.hpp"
#include "reports/run/sections.hpp"
#include "reports/text/number.hpp"
#include "sim/result/cost.hpp"

namespace tritsim {
namespace {

/// What was run, with what was overridden and the kernels of ternary weights.
std::string title_of(const ProcessorResult& r) {
  const std::string kernels = r.ternary_method();
  return fmt::format("{} on {}{}{}", r.model.name, r.processor_label(), kernels.empty() ? "" : ", ",
                     kernels);
}

/// Why these kernels were chosen; empty without ternary weights.
std::string kernels_note(const ProcessorResult& r) {
  if (r.ternary_method().empty()) return "";
  if (r.processor.ternary == TernaryChoice::faster) {
    return "Ternary weights: in each phase the faster of packed and unfused kernels; 'ternary' of "
           "the processor takes one of them always.";
  }
  if (!(r.fastest > Time{}) || r.fastest >= r.elapsed()) {
    return "Ternary weights: the kernels that 'ternary' of the processor names, here the faster "
           "ones.";
  }
  return fmt::format(
      "Ternary weights: the kernels that 'ternary' of the processor names; with the faster ones "
      "the run would take {}, {} of the time.",
      si(r.fastest.si(), "s"), percent(ratio(r.fastest.si(), r.elapsed().si())));
}

Range<double> power_of(const ProcessorResult& r,
                       EnergyAccount::Part part = EnergyAccount::Part::all) {
  return scaled(r.energy().over_time().total(part), 1 / r.elapsed().si());
}

/// " (512 - 530)", or nothing if no coefficient moves the time.
std::string rate_range(const ProcessorResult& r) {
  if (!r.time_ranges || r.time_ranges->movements.empty()) return "";
  const Range<double> time = r.time_ranges->range();
  const double rate = r.tokens() / r.elapsed().si();
  return fmt::format(" ({} - {})", significant(rate / time.high, 4),
                     significant(rate / time.low, 4));
}

Table headline(const ProcessorResult& r) {
  Table t;
  t.title = title_of(r);
  t.columns = {{"figure"}, number_column("value")};
  const Range<Energy> energy = r.energy().total();
  t.rows.push_back(
      {"Prompt, generated, batch",
       fmt::format("{}, {}, {}", r.workload.prompt, r.workload.generate, r.workload.batch)});
  if (r.processor.cards > 1) {
    t.rows.push_back({"Cards, each with its part of every matrix",
                      fmt::format("{}, by {}", r.processor.cards, r.processor.interconnect->name)});
  }
  if (r.workload.context > 0) {
    t.rows.push_back({"Context before the prompt", fmt::format("{}", r.workload.context)});
  }
  t.rows.push_back({"Time to first token", si(r.first_token.si(), "s", 4)});
  if (r.decode_steps > 0) {
    t.rows.push_back({"Latency per token", si(token_time(r).si(), "s", 4)});
    t.rows.push_back(
        {"Tokens/s while generating", significant(r.workload.batch / token_time(r).si(), 4)});
  }
  t.rows.push_back({"Time", si(r.elapsed().si(), "s", 4)});
  t.rows.push_back({"Tokens/s", significant(r.tokens() / r.elapsed().si(), 4) + rate_range(r)});
  t.rows.push_back({"Power", si(power_of(r), "W")});
  t.rows.push_back(
      {"... of work, over that without", si(power_of(r, EnergyAccount::Part::dynamic_part), "W")});
  t.rows.push_back({"Energy per token", si(scaled(energy, 1 / r.tokens()), "J")});
  t.rows.push_back({"Energy of a job", si(cost_of(r).job_energy(), "J")});
  t.note = r.workload.generate > 0 ? "Tokens are the generated ones of all sequences."
                                   : "Tokens are those of the prompts of all sequences.";
  t.note += " Job: one sequence, from its prompt to its last token.";
  if (const std::string note = kernels_note(r); !note.empty()) t.note += " " + note;
  return t;
}

Table phase_table(const ProcessorResult& r) {
  Table t;
  t.title = "What bounds a step";
  t.columns = {
      {"phase"}, number_column("steps"), number_column("time"), number_column("GPU kernels")};
  for (const TimePart& p : time_parts(r.decode)) {
    if (is_shown(p, r)) t.columns.push_back(number_column(p.name));
  }
  t.columns.push_back(number_column("power"));
  t.columns.push_back({"bound"});
  for (const ProcessorPhase& p : phases_of(r)) {
    const ProcessorActivity& a = *p.activity;
    std::vector<std::string> row{p.name, count(p.steps), si(a.elapsed.si() / p.steps, "s", 4),
                                 count(a.gpu_kernels / p.steps)};
    for (const TimePart& part : time_parts(a)) {
      if (is_shown(part, r)) row.push_back(percent(ratio(part.time.si(), a.elapsed.si())));
    }
    row.push_back(si(p.power().value, "W"));
    row.emplace_back(bound_of(a).name);
    t.rows.push_back(std::move(row));
  }
  t.note = "Time and kernels per step; the parts are shares of that time.";
  return t;
}

Table kind_table(const ProcessorResult& r) {
  const ProcessorActivity a = r.activity();
  Table t;
  t.title = "Time by kind of op";
  t.columns = {{"op"},
               number_column("kernels"),
               number_column("device time"),
               number_column("share"),
               number_column("bytes"),
               number_column("operations"),
               number_column("ternary weights")};
  const bool exchanges = r.processor.cards > 1;
  if (exchanges) t.columns.push_back(number_column("sent to other cards"));
  Time sum;
  for (const ProcessorActivity::Kind& k : a.kinds) sum += k.time();
  for (const ProcessorActivity::Kind& k : a.kinds) {
    t.rows.push_back({std::string(name_of(k.kind)), count(k.gpu_kernels), si(k.time().si(), "s"),
                      percent(ratio(k.time().si(), sum.si())), si(k.bytes.si(), "B"),
                      si(k.flops, ""), si(k.ternaries, "")});
    if (exchanges) t.rows.back().push_back(si(k.exchanged.si(), "B"));
  }
  t.note =
      "A fused kernel counts as its first op. Operations: fp16, padded rows included. Kernels that "
      "belong to no op are listed under embedding.";
  if (exchanges) t.note += " Counts and times are those of one card.";
  return t;
}

Table energy_table(const ProcessorResult& r) {
  Table t;
  t.title = "Energy";
  t.columns = {{"cause"}, number_column("energy"), number_column("per token"), {"coefficient"}};
  for (const EnergyTerm& term : r.energy().terms) {
    const Range<Energy> e = term.energy();
    t.rows.push_back({term.cause, si(scaled(e, 1), "J"), si(e.value.si() / r.tokens(), "J"),
                      fmt::format("{}, {}", term.coefficient(), name_of(term.confidence()))});
  }
  return t;
}

std::vector<Tile> tiles_of(const ProcessorResult& r) {
  const Range<Energy> energy = r.energy().total();
  std::vector<Tile> tiles{
      {"Tokens per second", significant(r.tokens() / r.elapsed().si(), 4) + rate_range(r),
       r.workload.generate > 0 ? "generated, over all sequences" : "of the prompts"},
      {"Time to first token", si(r.first_token.si(), "s", 4), ""}};
  if (r.decode_steps > 0)
    tiles.push_back({"Latency per token", si(token_time(r).si(), "s", 4), ""});
  tiles.push_back({"Power", si(energy.value.si() / r.elapsed().si(), "W"), si(power_of(r), "W")});
  tiles.push_back({"Energy per token", si(energy.value.si() / r.tokens(), "J"),
                   si(scaled(energy, 1 / r.tokens()), "J")});
  return tiles;
}

std::vector<Block> range_blocks(const ProcessorResult& r) {
  if (!r.time_ranges) return {};
  return time_range_blocks(*r.time_ranges, {r.elapsed(), "run", "processor and its memory", 0});
}

}  // namespace

Page processor_page(const ProcessorResult& r) {
  using enum Block::Where;
  Page page;
  page.title = title_of(r);
  page.subtitle =
      fmt::format("Prompt of {}, {} generated, batch {}", counted(r.workload.prompt, "token"),
                  r.workload.generate, r.workload.batch);
  page.tiles = tiles_of(r);
  page.notes = {
      "Time and energy are those of the processor with its memory, without the host.",
      "Kernels run one after the other, so a run is a sum: nothing is simulated in time."};
  if (const std::string note = kernels_note(r); !note.empty()) page.notes.push_back(note);
  page.sections = {
      {"headline", "Figures", "", {{headline(r)}}},
      {"bound",
       "What bounds it",
       "",
       {{phase_chart(r), documents}, {phase_table(r)}, {roofline_chart(r), documents}}},
      {"ops", "Time by kind of op", "", {{kind_chart(r), documents}, {kind_table(r)}}},
      {"energy", "Energy", "", {{energy_chart(r), documents}, {energy_table(r)}}}};
  if (r.token_bytes) page.sections[2].blocks.push_back({token_bytes_table(*r.token_bytes)});
  for (Block& b : range_blocks(r)) page.sections[1].blocks.push_back(std::move(b));
  page.footer = fmt::format(
      "Made by {}. All numbers derive from result.json beside this page; 'tritsim report' renders "
      "it again.",
      r.tool);
  return page;
}

std::vector<Table> processor_tables(const ProcessorResult& result) {
  std::vector<Table> tables{headline(result), phase_table(result)};
  for (const Block& b : range_blocks(result)) {
    if (b.where != Block::Where::documents) tables.push_back(std::get<Table>(b.content));
  }
  tables.push_back(kind_table(result));
  if (result.token_bytes) tables.push_back(token_bytes_table(*result.token_bytes));
  tables.push_back(energy_table(result));
  return tables;
}

}  // namespace tritsim
