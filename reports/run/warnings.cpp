// SPDX-License-Identifier: Apache-2.0
// Inputs of a run that are likely mistakes, or that describe a design that cannot be built: one
// line each.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "arch/board/clock_range.hpp"
#include "reports/run/sections.hpp"
#include "reports/text/number.hpp"
#include "sim/result/run_fit.hpp"

namespace tritsim {
namespace {

/// Padding below this share of the products is normal: matrices rarely divide evenly by the unit.
constexpr double much_padding = 0.1;

void add_fit(const Result& r, std::vector<std::string>& notes) {
  if (const std::string misfits = fit_of(r).misfits(); !misfits.empty()) {
    notes.push_back(fmt::format(
        "The design does not fit: it takes {}. Its figures are those of a larger device of the "
        "same family.",
        misfits));
  }
  const auto& built = r.board.built;
  if (!built) return;
  std::uint64_t lanes = 0;
  for (const CoreGroup& g : r.board.cores) lanes += std::uint64_t{g.lanes} * g.kernels();
  if (lanes <= built->lanes) return;
  notes.push_back(fmt::format(
      "{} lanes are more than the {} of the largest design that its authors report ({}): routing "
      "and timing are not modelled.",
      lanes, built->lanes, built->source));
}

/// Kernels of the board, with those of all cards.
std::uint64_t kernels_of(const BoardSpec& board) {
  std::uint64_t all = 0;
  for (const CoreGroup& g : board.cores) all += std::uint64_t{g.kernels()} * board.card_count();
  return all;
}

void add_idle(const Result& r, std::vector<std::string>& notes) {
  if (!r.model) return;
  std::uint64_t working = 0;
  std::uint64_t lanes = 0;
  for (const KernelResult& k : r.kernels) {
    working += k.replicas;
    lanes += std::uint64_t{k.replicas} * k.lanes;
  }
  lanes /= r.board.mapping.tensor();
  const std::uint64_t kernels = kernels_of(r.board);
  const char* sequences = r.workload.batch == 1 ? "sequence" : "sequences";
  if (working < kernels) {
    notes.push_back(fmt::format(
        "{} of {} kernels have no work, and draw power: {} {} at a time do{} not fill them.",
        kernels - working, kernels, r.workload.batch, sequences,
        r.workload.batch == 1 ? "es" : ""));
  }
  if (lanes < r.board.lanes()) {
    notes.push_back(fmt::format("{} of {} lanes have no sequence (batch {}).",
                                r.board.lanes() - lanes, r.board.lanes(), r.workload.batch));
  }
}

/// Memory channels that no working kernel uses.
void add_channels(const Result& r, std::vector<std::string>& notes) {
  std::map<std::string, std::uint64_t> used;
  for (const MemoryResult& m : r.memories) {
    if (m.activity.reads + m.activity.writes > 0) used[m.group] += m.replicas;
  }
  for (const MemoryGroup& g : r.board.memories) {
    const std::uint64_t all = std::uint64_t{g.channels} * r.board.card_count();
    if (used[g.name] >= all) continue;
    notes.push_back(fmt::format("{} of {} channel{} of memory '{}' {} neither read nor written.",
                                all - used[g.name], all, all == 1 ? "" : "s", g.name,
                                all - used[g.name] == 1 ? "is" : "are"));
  }
}

void add_padding(const RunFigures& f, std::vector<std::string>& notes) {
  const RooflineFigures& roofline = f.roofline;
  const double padding = 1 - ratio(roofline.useful_operations, roofline.attained_operations);
  if (!f.of_model || !(padding > much_padding)) return;
  notes.push_back(fmt::format(
      "Padding is {} of the matrix unit's products: the model's matrices do not fill the tiles.",
      percent(padding, 0)));
}

/// A clock that its group's design does not reach, by the slowest path or by the family's limit.
struct ClockBeyond {
  const CoreGroup* group;
  Frequency reached;
  std::string why;
};

std::vector<ClockBeyond> clocks_beyond(const BoardSpec& board) {
  std::vector<ClockBeyond> out;
  const auto& limit = board.device.family.clock_limit;
  for (const CoreGroup& g : board.cores) {
    const auto path = clock_range(board, g);
    if (path && g.core.clock > path->high) {
      out.push_back({&g, path->high,
                     fmt::format("its slowest path allows ({} logic cells in its {})", path->levels,
                                 path->unit)});
    }
    if (!limit || g.core.clock <= limit->high) continue;
    out.push_back(
        {&g, limit->high,
         fmt::format("the family reaches ({}: {})", name_of(limit->confidence), limit->source)});
  }
  return out;
}

void add_clocks(const Result& r, std::vector<std::string>& notes) {
  for (const ClockBeyond& c : clocks_beyond(r.board)) {
    notes.push_back(fmt::format("The clock of '{}', {}, is beyond the {} that {}.", c.group->name,
                                si(c.group->core.clock.si(), "Hz"), si(c.reached.si(), "Hz"),
                                c.why));
  }
}

void add_rounds(const Result& r, std::vector<std::string>& notes) {
  if (r.rounds < 2) return;
  notes.push_back(
      fmt::format("{} sequences on {} lanes take {} rounds, one after the other; one was "
                  "simulated, and all are "
                  "taken to be like it.",
                  r.workload.batch, r.board.lanes(), r.rounds));
}

}  // namespace

Tile fit_tile(const Result& r) {
  const FitVerdict fit = fit_of(r);
  if (!fit.is_known()) return {"Device", "not known", "nothing is said of its resources"};
  if (fit.fits()) {
    return {"Device and memories", fit.is_tight() ? "tight" : "fits", fit.scarcest()->text()};
  }
  return {"Device and memories", "does not fit", fit.misfits()};
}

std::optional<Tile> clock_tile(const Result& r) {
  const std::vector<ClockBeyond> beyond = clocks_beyond(r.board);
  if (beyond.empty()) return {};
  const ClockBeyond& worst = *std::min_element(beyond.begin(), beyond.end(),
                                               [](const ClockBeyond& a, const ClockBeyond& b) {
                                                 return a.reached.si() / a.group->core.clock.si() <
                                                        b.reached.si() / b.group->core.clock.si();
                                               });
  return Tile{"Clock", "beyond its range",
              fmt::format("{} of '{}', at most {}", si(worst.group->core.clock.si(), "Hz"),
                          worst.group->name, si(worst.reached.si(), "Hz"))};
}

std::vector<std::string> warning_notes(const Result& r, const RunFigures& f) {
  std::vector<std::string> notes;
  add_fit(r, notes);
  add_rounds(r, notes);
  if (!r.kernels.empty()) {
    add_idle(r, notes);
    add_channels(r, notes);
    add_padding(f, notes);
  }
  add_clocks(r, notes);
  return notes;
}

}  // namespace tritsim
