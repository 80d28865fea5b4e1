// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "arch/base/writer.hpp"
#include "reports/text/metric.hpp"
#include "reports/text/number.hpp"
#include "reports/text/table.hpp"
#include "sim/cli/by_name.hpp"
#include "sim/cli/cli.hpp"
#include "sim/cli/number.hpp"
#include "sim/cli/terminal.hpp"
#include "sim/plan/context.hpp"
#include "sim/study/speculation.hpp"

namespace tritsim {
namespace {

struct SpeculateOptions {
  BoardRequest board;
  std::string model;
  std::string draft;
  std::uint32_t length = 4;
  std::vector<double> acceptance{0.7};
  Workload workload{0, 1, 1};
  bool csv = false;
  bool json = false;
};

/// What was found.
struct Study {
  std::string board;
  std::string model;
  std::string draft;  ///< name of the model; empty: look-up in the prompt
  std::vector<PassCost> passes;
  Drafting drafting;
  std::vector<DraftFigures> drafts;

  [[nodiscard]] const DraftFigures& best() const {
    return *std::max_element(
        drafts.begin(), drafts.end(),
        [](const DraftFigures& a, const DraftFigures& b) { return a.speedup < b.speedup; });
  }
};

Study study(const SpeculateOptions& o) {
  const BoardSpec board = prepare(hardware_of(o.board));
  const ModelSpec model = prepare_model(o.model, o.board);
  Workload workload = o.workload;
  check_context(model.name, expand(model), workload.context);
  Study out{
      board.name + override_suffix(o.board.given(), workload.context), model.name, "", {}, {}, {}};
  out.drafting.acceptance = o.acceptance;
  if (!o.draft.empty()) {
    const auto draft = load<ModelSpec>(o.draft);
    out.draft = draft.name;
    Workload own = workload;
    if (!has_attention(expand(draft))) own.context = 0;
    check_both_fit(board, model, draft, workload);
    out.drafting.step = pass_costs(board, draft, 1, own).front();
  }
  out.passes = pass_costs(board, model, o.length + 1, workload);
  out.drafts = draft_figures(out.passes, out.drafting);
  return out;
}

std::string verdict(const Study& s) {
  const DraftFigures& best = s.best();
  const std::string drafted = s.draft.empty() ? "looked up in the prompt" : "drafted by " + s.draft;
  const double alone = 1 / s.passes.front().time.si();
  if (best.speedup > 1) {
    return fmt::format(
        "Drafting pays: with {} {}, {} tokens/s in place of {}, {} times as many. It breaks even "
        "at an acceptance of {}.",
        counted(best.length, "token"), drafted, significant(best.tokens_per_s()),
        significant(alone), significant(best.speedup), percent(*best.break_even));
  }
  const std::string why =
      best.break_even
          ? fmt::format("it would from an acceptance of {} on", percent(*best.break_even))
          : std::string("nor would it if every token were accepted");
  return fmt::format("Drafting does not pay: with {} {}, {} tokens/s in place of {}; {}.",
                     counted(best.length, "token"), drafted, significant(best.tokens_per_s()),
                     significant(alone), why);
}

Table table_of(const Study& s) {
  Table t{
      "Drafts",
      {number_column("draft"), number_column("pass over"), number_column("pass"),
       number_column("drafts"), number_column("tokens kept"), number_column("tokens/s"),
       number_column("energy a token"), number_column("speed-up"), number_column("breaks even at")},
      {},
      ""};
  const PassCost& alone = s.passes.front();
  t.rows.push_back({"none", "1", si(alone.time.si(), "s"), "-", "1",
                    significant(1 / alone.time.si()), si(alone.energy.si(), "J"), "1", "-"});
  for (const DraftFigures& f : s.drafts) {
    t.rows.push_back({std::to_string(f.length), std::to_string(f.length + 1),
                      si(s.passes[f.length].time.si(), "s"),
                      si(s.drafting.step.time.si() * f.length, "s"), significant(f.tokens),
                      significant(f.tokens_per_s()), si(f.energy_per_token.si(), "J"),
                      significant(f.speedup), f.break_even ? percent(*f.break_even) : "never"});
  }
  return t;
}

Node draft_node(const DraftFigures& f) {
  Node n;
  n.set("length", number_node(f.length));
  n.set("tokens", number_node(f.tokens));
  n.set("time_s", number_node(f.time.si()));
  n.set("tokens_per_s", number_node(f.tokens_per_s()));
  n.set("energy_per_token_j", number_node(f.energy_per_token.si()));
  n.set("speedup", number_node(f.speedup));
  n.set("break_even", f.break_even ? number_node(*f.break_even) : Node{});
  return n;
}

Node pass_node(const PassCost& p) {
  Node n;
  n.set("positions", number_node(p.positions));
  n.set("time_s", number_node(p.time.si()));
  n.set("energy_j", number_node(p.energy.si()));
  return n;
}

void print_json(const Study& s) {
  const auto list = [](const auto& items, auto&& node_of) {
    Node n;
    n.kind = Node::Kind::sequence;
    for (const auto& item : items) n.items.push_back(node_of(item));
    return n;
  };
  Node n;
  n.set("board", Node::of_text(s.board));
  n.set("model", Node::of_text(s.model));
  n.set("draft", s.draft.empty() ? Node{} : Node::of_text(s.draft));
  n.set("acceptance", list(s.drafting.acceptance, number_node));
  n.set("draft_step", pass_node(s.drafting.step));
  n.set("passes", list(s.passes, pass_node));
  n.set("drafts", list(s.drafts, draft_node));
  n.set("best_length", number_node(s.best().speedup > 1 ? s.best().length : 0));
  fmt::print("{}", to_json(n));
}

/// Plain numbers, under the keys of the JSON.
void print_csv(const Study& s) {
  Table t;
  for (const DraftFigures& f : s.drafts) {
    const Node n = draft_node(f);
    if (t.columns.empty()) {
      for (const Node::Entry& e : n.entries) t.columns.push_back({e.key});
    }
    std::vector<std::string>& row = t.rows.emplace_back();
    for (const Node::Entry& e : n.entries) row.push_back(e.value.text);
  }
  fmt::print("{}", to_csv(t));
}

void speculate(const SpeculateOptions& o) {
  const Study s = study(o);
  if (o.json) return print_json(s);
  if (o.csv) {
    print_csv(s);
    return;
  }
  fmt::print("{}", wrap(fmt::format("{} on {}. {}", s.model, s.board, verdict(s)),
                        output_style().text_width()));
  fmt::print("\n{}", to_terminal(table_of(s), output_style()));
}

void add_drafts(CLI::App& command, SpeculateOptions& o) {
  command
      .add_option("--draft", o.draft,
                  "model that drafts on the same board; left out: tokens are looked up in the "
                  "prompt, which costs nothing")
      ->type_name("FILE")
      ->transform(by_name({ModelSpec::kind}));
  command.add_option("--length", o.length, "longest draft, in tokens")
      ->capture_default_str()
      ->check(number_in(1, 64));
  command
      .add_option("--accept", o.acceptance,
                  "probability that a token of a draft is kept if those before it are: one for "
                  "all, or one for each place, e.g. 0.8,0.7,0.6")
      ->delimiter(',')
      ->capture_default_str()
      ->check(number_in(0.0, 1.0));
}

}  // namespace

void add_speculate_command(CLI::App& app) {
  auto o = std::make_shared<SpeculateOptions>();
  CLI::App* command = app.add_subcommand(
      "speculate",
      "Tell whether speculative decoding pays on a board, and from what acceptance on");
  command->add_option("--board", o->board.board, "board description")
      ->required()
      ->type_name("FILE")
      ->transform(by_name({BoardSpec::kind}));
  command->add_option("--model", o->model, "model description")
      ->required()
      ->type_name("FILE")
      ->transform(by_name({ModelSpec::kind}));
  add_drafts(*command, *o);
  add_board_options(*command, o->board);
  command->add_option("--context", o->workload.context, "positions already in the cache")
      ->check(number_in(0, 10'000'000));
  command
      ->add_option("--simulate-layers", o->workload.simulate_layers,
                   "simulate only N blocks, which stand for the others; by default every block")
      ->check(number_in(2, 10'000));
  CLI::Option* csv = command->add_flag("--csv", o->csv, "print comma-separated values");
  command->add_flag("--json", o->json, "print JSON, nothing else")->excludes(csv);
  command->footer(
      "One sequence: a draft of n tokens, then a simulated pass of the model over n + 1 "
      "positions.\n"
      "An engine that takes two vectors in a pass over the weights pays twice for three.\n"
      "Examples:\n"
      "  tritsim speculate --board configs/boards/k26_bitnet.yaml \\\n"
      "    --model configs/models/bitnet_2b_4t.yaml --accept 0.8,0.7,0.6 --simulate-layers 2\n"
      "  tritsim speculate --board configs/boards/u250_dense.yaml \\\n"
      "    --model configs/models/transformer_1.3b_int8.yaml \\\n"
      "    --draft configs/models/transformer_370m_int8.yaml --length 6 --context 512");
  command->callback([o] { speculate(*o); });
}

}  // namespace tritsim
