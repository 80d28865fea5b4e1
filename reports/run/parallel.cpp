// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "reports/run/sections.hpp"
#include "reports/text/number.hpp"

namespace tritsim {
namespace {

Table exchange_table(const Result& r, const RunFigures& f, const EnergyAccount& account) {
  const ParallelResult& p = *r.parallel;
  const auto number = [](std::uint32_t n) { return count(static_cast<double>(n)); };
  const double rounds = r.rounds;
  const auto joules = [&](const char* component) {
    return si(scaled(account.component(component), 1), "J");
  };
  Table t;
  t.title = "How the kernels share the model";
  t.columns = {{"figure"}, number_column("value")};
  t.rows = {{"cards", number(r.board.card_count())},
            {"copies of the model at work", number(p.pipelines)},
            {"pipeline stages of a copy", number(static_cast<std::uint32_t>(p.stages.size()))},
            {"kernels of a stage (tensor-parallel)", number(p.tensor)},
            {"groups of sequences in a pipeline", number(p.sequence_groups)}};
  const KernelResult& k = r.kernels[f.slowest];
  const double cycles = static_cast<double>(k.activity.cycles);
  if (p.tensor > 1) {
    t.rows.push_back({"time in exchange, " + k.name,
                      percent(ratio(static_cast<double>(k.shares[CycleCause::exchange]), cycles))});
  }
  if (p.stages.size() > 1) {
    t.rows.push_back({"time waiting for other stages, " + k.name,
                      percent(ratio(static_cast<double>(k.shares[CycleCause::pipeline]), cycles))});
  }
  if (r.board.exchange) {
    t.rows.push_back({"between kernels of one card, per token",
                      si(ratio(static_cast<double>(p.chip_bytes) * rounds, f.tokens), "B")});
    if (p.chip_bytes > 0) t.rows.push_back({"... energy of the run", joules("exchange")});
  }
  if (r.board.cards) {
    t.rows.push_back({"between cards, per token",
                      si(ratio(static_cast<double>(p.link_bytes) * rounds, f.tokens), "B")});
    if (p.link_bytes > 0) {
      t.rows.push_back({"... energy of the run", joules("links between cards")});
    }
  }
  return t;
}

Table stage_table(const Result& r) {
  const ParallelResult& p = *r.parallel;
  Table t;
  t.title = "Stages";
  t.columns = {{"stage"},
               {"blocks"},
               number_column("weights"),
               number_column("held by one kernel"),
               number_column("token step")};
  const bool hands_on = p.stages.size() > 1;
  if (hands_on) {
    t.columns.push_back(number_column("passed on"));
    t.columns.push_back(number_column("taking"));
  }
  for (std::size_t i = 0; i < p.stages.size(); ++i) {
    const StageResult& s = p.stages[i];
    t.rows.push_back({fmt::format("{}", i + 1), fmt::format("{} - {}", s.first_layer, s.last_layer),
                      si(static_cast<double>(s.weight_bytes), "B"),
                      si(static_cast<double>(s.memory_bytes), "B"), si(s.step.si(), "s", 4)});
    if (!hands_on) continue;
    t.rows.back().push_back(si(static_cast<double>(s.handed_on), "B"));
    t.rows.back().push_back(si(s.hop.si(), "s"));
  }
  t.note =
      "Weights: those of the ops on the core, over all kernels of the stage. Held by one kernel: "
      "weights, vectors and cache. Token step: of one group of sequences.";
  return t;
}

}  // namespace

Section parallel_section(const Result& r, const RunFigures& f, const EnergyAccount& account) {
  Section s{"parallel", "How the model is distributed", "", {}};
  s.blocks = {{exchange_table(r, f, account)}, {stage_table(r)}};
  return s;
}

}  // namespace tritsim
