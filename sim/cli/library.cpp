// SPDX-License-Identifier: Apache-2.0
#include "arch/study/library.hpp"

#include <algorithm>
#include <map>
#include <memory>

#include <fmt/format.h>

#include "arch/base/output_file.hpp"
#include "arch/base/reader.hpp"
#include "arch/base/writer.hpp"
#include "arch/import/import_map.hpp"
#include "arch/study/board_request.hpp"
#include "arch/study/kinds.hpp"
#include "reports/text/table.hpp"
#include "sim/cli/by_name.hpp"
#include "sim/cli/cli.hpp"
#include "sim/cli/terminal.hpp"

namespace tritsim {
namespace {

struct ListOptions {
  std::string kind;
  bool json = false;
  bool csv = false;
};

std::vector<std::string_view> all_kinds() {
  std::vector<std::string_view> kinds;
  for_each_kind([&](auto type) { kinds.emplace_back(decltype(type)::type::kind); });
  return kinds;
}

/// "boards" means "board", "memories" means "memory".
std::string kind_named(const std::string& text) {
  if (text.empty()) return text;
  std::vector<std::string> names;
  for (const std::string_view kind : all_kinds()) {
    const std::string name(kind);
    const std::string plural =
        name.ends_with('y') ? name.substr(0, name.size() - 1) + "ies" : name + "s";
    if (text == name || text == plural) return name;
    names.push_back(name);
  }
  throw ConfigError(fmt::format("'{}' is not a kind of description; {}", text,
                                suggestion(text, names, "the kinds are")));
}

Node entry_node(const LibraryEntry& e) {
  Node n;
  n.kind = Node::Kind::map;
  n.set("name", Node::of_text(e.name));
  n.set("kind", Node::of_text(e.kind));
  n.set("title", Node::of_text(e.title));
  n.set("source", Node::of_text(e.source));
  n.set("path", Node::of_text(e.path));
  return n;
}

/// The first words of a source: a line of a list has no place for all of it.
std::string beginning(const std::string& source) {
  constexpr std::size_t most = 90;
  if (source.size() <= most) return source;
  return source.substr(0, source.rfind(' ', most)) + " ...";
}

Table entry_table(const std::vector<LibraryEntry>& entries) {
  Table t;
  t.columns = {{"name"}, {"what it is"}, {"source"}};
  for (const LibraryEntry& e : entries) t.rows.push_back({e.name, e.title, beginning(e.source)});
  return t;
}

Table kind_table(const std::vector<LibraryEntry>& entries) {
  std::map<std::string, std::size_t> counts;
  for (const LibraryEntry& e : entries) ++counts[e.kind];
  Table t;
  t.columns = {{"kind"}, number_column("descriptions"), {"list them"}};
  for (const auto& [kind, n] : counts) {
    t.rows.push_back({kind, std::to_string(n), "tritsim list " + kind});
  }
  return t;
}

void list(const ListOptions& o) {
  const std::string kind = kind_named(o.kind);
  const std::vector<LibraryEntry> entries = Library::of_environment().entries(kind);
  if (o.json) {
    Node all;
    all.kind = Node::Kind::sequence;
    for (const LibraryEntry& e : entries) all.items.push_back(entry_node(e));
    fmt::print("{}", to_json(all));
    return;
  }
  const Table table = kind.empty() ? kind_table(entries) : entry_table(entries);
  fmt::print("{}", o.csv ? to_csv(table) : to_terminal(table, output_style()));
}

struct ShowOptions {
  std::string name;
  std::string output;
  BoardRequest board;
};

/// A description with all that it refers to in its own keys.
Node resolved(const ShowOptions& o, const std::string& kind) {
  if (kind == BoardSpec::kind) return Writer::write(prepare(o.board));
  BoardRequest unchanged;
  unchanged.board = o.name;
  if (o.board != unchanged) {
    throw ConfigError(
        fmt::format("{}: --set and the other changes are for boards; change the "
                    "values in the file that -o writes",
                    o.name));
  }
  if (kind == ModelSpec::kind) return Writer::write(self_contained(load<ModelSpec>(o.name)));
  Node out;
  for_each_kind([&](auto type) {
    using T = typename decltype(type)::type;
    if (kind == T::kind) out = Writer::write(load<T>(o.name));
  });
  return out;
}

void show(ShowOptions o) {
  const std::string kind = check_file(o.name);
  o.board.board = o.name;
  const std::string text = to_yaml(resolved(o, kind));
  if (o.output.empty()) {
    fmt::print("{}", text);
  } else {
    write_output(o.output, text);
  }
}

}  // namespace

void add_list_command(CLI::App& app) {
  auto options = std::make_shared<ListOptions>();
  CLI::App* command = app.add_subcommand("list", "List the boards, models ... that have a name");
  command
      ->add_option("kind", options->kind, "one of: " + kind_list() + "; left out: how many of each")
      ->type_name("KIND");
  CLI::Option* json = command->add_flag("--json", options->json, "print them as JSON, with paths");
  command->add_flag("--csv", options->csv, "print comma-separated values")->excludes(json);
  command->footer(
      "A name can stand wherever a board, processor, model, mapping or memory is asked for. It is\n"
      "looked for in the current directory, the directories of TRITSIM_PATH, your own\n"
      "(~/.local/share/tritsim) and what the program came with, and in the folders in them.\n"
      "Examples:\n"
      "  tritsim list\n"
      "  tritsim list boards\n"
      "  tritsim run --board u250_mmfree_48 --model mmfreelm_370m");
  command->callback([options] { list(*options); });
}

void add_show_command(CLI::App& app) {
  auto options = std::make_shared<ShowOptions>();
  CLI::App* command = app.add_subcommand(
      "show", "Print a description with all that it refers to, as one file to start from");
  command->add_option("name", options->name, "name, as 'tritsim list' has it, or file")
      ->required()
      ->type_name("NAME")
      ->transform(by_name(all_kinds()));
  add_board_options(*command, options->board);
  command->add_option("-o,--output", options->output, "file to write")->type_name("FILE");
  command->footer(
      "Examples:\n"
      "  tritsim show mmfreelm_370m\n"
      "  tritsim show u250_mmfree_48 --set cores.0.lanes=12 -o mine.yaml");
  command->callback([options] { show(*options); });
}

}  // namespace tritsim
