// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "reports/run/sections.hpp"
#include "reports/text/number.hpp"

namespace tritsim {
namespace {

/// The run with each resource twice as fast.
struct Worth {
  Relief relief;
  double rate;           ///< tokens/s; of a program: runs/s
  Range<double> energy;  ///< joules of a token; of a program: of the run
};

std::vector<Worth> worths_of(const WhatIf& what_if, const RunFigures& f) {
  const double rate = f.of_model ? f.tokens_per_s : ratio(1, f.elapsed.si());
  std::vector<Worth> out;
  for (const Relief& r : what_if.reliefs) {
    Range<double> energy = f.of_model ? f.per_token(f.energy) : scaled(f.energy, 1);
    for (double* end : {&energy.low, &energy.value, &energy.high}) *end *= r.energy_ratio;
    out.push_back({r, rate * r.speedup, energy});
  }
  std::stable_sort(out.begin(), out.end(), [](const Worth& a, const Worth& b) {
    return a.relief.speedup > b.relief.speedup;
  });
  return out;
}

/// "+13.7 %", "-0.2 %", "0.0 %".
std::string gain(double factor) {
  return fmt::format("{}{}", factor > 1.0005 ? "+" : "", percent(factor - 1));
}

std::string how_run_again(const WhatIf& w, const Result& r) {
  std::vector<std::string> parts;
  if (w.layers) parts.push_back(fmt::format("{} blocks stand for all", *w.layers));
  if (w.steps < r.steps) {
    parts.push_back(
        fmt::format("{} token steps at {} positions stand for all", w.steps, w.context));
  }
  if (parts.empty()) return "";
  return fmt::format(" In these runs {}.", fmt::join(parts, " and "));
}

/// `explained`: with the meaning of "twice as fast", for which a terminal has no room.
Table what_if_table(const Result& r, const RunFigures& f, bool explained) {
  Table t;
  t.title = "What if one resource were twice as fast";
  t.columns = {{"resource"},
               number_column(f.of_model ? "tokens/s" : "runs/s"),
               number_column("change"),
               number_column(f.of_model ? "energy per token" : "energy"),
               number_column("change")};
  if (explained) t.columns.push_back({"twice as fast means"});
  for (const Worth& w : worths_of(*r.what_if, f)) {
    const ResourceText& text = text_of(w.relief.resource);
    t.rows.push_back({text.name, significant(w.rate, 4), gain(w.relief.speedup),
                      si(w.energy.value, "J"), gain(w.relief.energy_ratio)});
    if (explained) t.rows.back().push_back(text.relieved);
  }
  t.note =
      "Each row is a simulation with that one change. Power without work stays as it is, so that a "
      "shorter time saves energy; what the faster part itself would draw more is not in it." +
      how_run_again(*r.what_if, r);
  return t;
}

}  // namespace

BarChart what_if_chart(const Result& r, const RunFigures& f) {
  BarChart chart;
  const char* unit = f.of_model ? "tokens/s" : "runs/s";
  chart.text = {
      fmt::format("{} with one resource twice as fast",
                  f.of_model ? "Tokens a second" : "Runs a second"),
      unit,
      "Each bar is a simulation of its own, with that one change." + how_run_again(*r.what_if, r),
      time_boundary(r), "What bounds a run"};
  chart.series = {{"as it is", 8}, {"gained", 1}};
  const double now = f.of_model ? f.tokens_per_s : ratio(1, f.elapsed.si());
  for (const Worth& w : worths_of(*r.what_if, f)) {
    chart.bars.push_back({text_of(w.relief.resource).name,
                          {std::min(now, w.rate), std::max(0.0, w.rate - now)},
                          gain(w.relief.speedup),
                          {}});
  }
  return chart;
}

namespace {

Table floor_table(const RunFigures& f) {
  Table t;
  t.title = fmt::format("Least time of a {}", step_word(f));
  t.columns = {{"if nothing else took time but"},
               {"where"},
               number_column("time"),
               number_column("of the time taken")};
  const auto row = [&](const char* name, const std::string& where, Time time) {
    t.rows.push_back({name, where, si(time.si(), "s", 4), percent(ratio(time.si(), f.step.si()))});
  };
  for (const Floor& floor : f.floors) row(text_of(floor.resource).name, floor.where, floor.time);
  row("time taken", "", f.step);
  t.last_is_total = true;
  t.note =
      "Counts of the run over the resource's peak rate: the busiest kernel, unit or channel. What "
      "runs one after the other adds up, so the largest is not always what bounds the run.";
  return t;
}

}  // namespace

std::string bound_names(const WhatIf& w) {
  std::vector<const char*> names;
  for (const Resource r : w.bound) names.push_back(text_of(r).name);
  if (names.empty()) return "nothing";
  const std::string last = names.back();
  names.pop_back();
  return names.empty() ? last : fmt::format("{} and {}", fmt::join(names, ", "), last);
}

std::string bound_words(const Result& r, const RunFigures& f) {
  if (r.what_if) return bound_names(*r.what_if);
  const Floor* most = f.largest_floor();
  return most == nullptr ? "-" : fmt::format("{} (largest floor)", text_of(most->resource).name);
}

std::string bound_sentence(const Result& r, const RunFigures& f) {
  if (f.kernels.empty()) return "";
  if (!r.what_if) {
    const Floor* most = f.largest_floor();
    if (most == nullptr) return "";
    return fmt::format(
        "The largest floor is that of {}: {} of a {}. Whether relief would help was not tried; "
        "leave out --no-what-if for that.",
        text_of(most->resource).name, percent(ratio(most->time.si(), f.step.si())), step_word(f));
  }
  const WhatIf& w = *r.what_if;
  if (w.bound.empty()) return "No resource that is twice as fast makes the run faster.";
  if (w.bound.size() == 1) {
    return fmt::format(
        "The run is bound by {0}: doubling the speed of {0} alone makes it {1} faster, and no "
        "other "
        "resource is worth more.",
        bound_names(w), percent(w.bound_speedup - 1));
  }
  return fmt::format(
      "The run is bound by {} together: doubling the speed of the first alone makes it {} faster, "
      "of all {}.",
      bound_names(w), percent(w.find(w.bound.front())->speedup - 1), percent(w.bound_speedup - 1));
}

Tile bound_tile(const Result& r, const RunFigures& f) {
  if (f.kernels.empty()) return {"Bound by", "-", "nothing ran"};
  if (!r.what_if) {
    const Floor* most = f.largest_floor();
    if (most == nullptr) return {"Largest floor", "-", "no resource has one"};
    return {
        "Largest floor", text_of(most->resource).name,
        fmt::format("{} of a {}", percent(ratio(most->time.si(), f.step.si()), 0), step_word(f))};
  }
  const WhatIf& w = *r.what_if;
  if (w.bound.empty()) return {"Bound by", "nothing", "no faster resource helps"};
  std::vector<std::string> parts;
  const Time floor = f.floor(w.bound.front());
  if (floor > Time{} && w.bound.size() == 1) {
    parts.push_back(fmt::format("at work for {} of a {}",
                                percent(ratio(floor.si(), f.step.si()), 0), step_word(f)));
  }
  if (w.bound.size() > 1) {
    parts.push_back(fmt::format("a tie: alone at most {}", gain(w.find(w.bound.front())->speedup)));
  }
  const double faster = f.of_model ? f.tokens_per_s * w.bound_speedup : 0;
  parts.push_back(
      fmt::format("twice as fast: {}{}", gain(w.bound_speedup),
                  f.of_model ? fmt::format(", {} tokens/s", significant(faster, 4)) : ""));
  return {"Bound by", bound_names(w), fmt::format("{}", fmt::join(parts, "; "))};
}

Section bound_section(const Result& result, const RunFigures& f) {
  Section s{"bound", "What bounds it", bound_sentence(result, f), {}};
  if (result.what_if) {
    s.blocks.push_back({what_if_chart(result, f), Block::Where::documents});
    s.blocks.push_back({what_if_table(result, f, false), Block::Where::terminal});
    s.blocks.push_back({what_if_table(result, f, true), Block::Where::documents});
  }
  s.blocks.push_back({floor_table(f)});
  s.blocks.push_back({roofline_chart(result, f), Block::Where::documents});
  s.blocks.push_back({roofline_table(result, f)});
  return s;
}

}  // namespace tritsim
