// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/help.hpp"

#include <algorithm>
#include <memory>
#include <regex>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "arch/base/problems.hpp"
#include "reports/text/table.hpp"
#include "sim/cli/terminal.hpp"

namespace tritsim {
namespace {

constexpr std::size_t left_column = 28;

/// "10000000" -> "10,000,000"; anything but a plain whole number stays as it is.
std::string grouped(std::string number) {
  if (number.empty() || number.find_first_not_of("0123456789") != std::string::npos) return number;
  for (std::ptrdiff_t at = static_cast<std::ptrdiff_t>(number.size()) - 3; at > 0; at -= 3) {
    number.insert(static_cast<std::size_t>(at), ",");
  }
  return number;
}

/// The type before the checks that the library appends: "UINT:0 to 10000000".
std::string placeholder(const CLI::Option& option) {
  if (option.get_type_size() == 0) return "";  // a flag
  const std::string type = option.get_type_name();
  const std::string name = type.substr(0, type.find(':'));
  if (name == "UINT" || name == "INT") return "N";
  return name == "FLOAT" ? "X" : name;
}

/// What the checks of an option allow: "0 to 10,000,000", "one of lanes, width".
std::string allowed(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  std::smatch found;
  if (std::regex_search(type, found, std::regex(R"(:(\S+) to (\S+)$)"))) {
    return fmt::format("{} to {}", grouped(found[1]), grouped(found[2]));
  }
  if (std::regex_search(type, found, std::regex(R"(:\{([^}]*)\})"))) {
    return "one of " + std::regex_replace(found[1].str(), std::regex(","), ", ");
  }
  return "";
}

std::string listed(const std::set<CLI::Option*>& options) {
  std::vector<std::string> names;
  for (const CLI::Option* o : options) names.push_back(o->get_name());
  return fmt::format("{}", fmt::join(names, ", "));
}

/// The description with the allowed values and the default.
std::string description(const CLI::Option& option) {
  std::vector<std::string> more;
  if (option.get_type_size() != 0) {
    if (option.get_required()) more.emplace_back("required");
    if (const std::string range = allowed(option); !range.empty()) more.push_back(range);
    if (const std::string text = option.get_default_str(); !text.empty()) {
      more.push_back("default " + grouped(text));
    }
  }
  if (!option.get_needs().empty()) more.push_back("only with " + listed(option.get_needs()));
  if (!option.get_excludes().empty()) more.push_back("not with " + listed(option.get_excludes()));
  if (more.empty()) return option.get_description();
  return fmt::format("{} ({})", option.get_description(), fmt::join(more, "; "));
}

/// Two columns; the right one is wrapped.
std::string two_columns(const std::string& left, const std::string& right) {
  std::string text = wrap(right, output_style().text_width(), std::string(left_column, ' '));
  const std::string name = "  " + left;
  if (text_width(name) + 2 > left_column) return name + '\n' + text;
  return text.empty() ? name + '\n' : name + text.substr(name.size());
}

class HelpFormatter : public CLI::Formatter {
 public:
  HelpFormatter() {
    label("SUBCOMMAND", "COMMAND");
    label("Positionals", "Arguments");
  }

  std::string make_option(const CLI::Option* option, bool is_positional) const override {
    std::string left = make_option_name(option, is_positional);
    const std::string value = placeholder(*option);
    if (!value.empty() && !(is_positional && value == "TEXT")) left += " " + value;
    return two_columns(left, description(*option));
  }

  std::string make_subcommand(const CLI::App* command) const override {
    return two_columns(command->get_name(), command->get_description());
  }
};

/// The command that the arguments belong to: the last one named.
const CLI::App& command_of(const CLI::App& app) {
  const auto named = app.get_subcommands();
  return named.empty() ? app : command_of(*named.back());
}

std::vector<std::string> options_of(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    for (const std::string& name : option->get_snames()) names.push_back("-" + name);
  }
  return names;
}

}  // namespace

void style_help(CLI::App& app) {
  app.formatter(std::make_shared<HelpFormatter>());
  for (CLI::App* command : app.get_subcommands({})) {
    command->group("Commands");
    style_help(*command);
  }
}

std::string unknown_words(const CLI::App& app) {
  const std::vector<std::string> words = app.remaining(true);
  if (words.empty()) return "";
  const CLI::App& command = command_of(app);
  std::string path = command.get_name();
  for (const CLI::App* a = command.get_parent(); a != nullptr; a = a->get_parent()) {
    path = a->get_name() + " " + path;
  }
  // What follows an unknown option is most likely its value.
  const auto option = std::find_if(words.begin(), words.end(), [](const std::string& w) {
    return w.size() > 1 && w.front() == '-';
  });
  if (option != words.end()) {
    const std::string name = option->substr(0, option->find('='));
    const std::string near = nearest(name, options_of(command));
    return fmt::format("{}: '{}' has no such option; {}", name, path,
                       near.empty() ? fmt::format("'{} --help' lists them", path)
                                    : fmt::format("did you mean '{}'?", near));
  }
  std::vector<std::string> commands;
  for (const CLI::App* sub : command.get_subcommands({})) commands.push_back(sub->get_name());
  if (commands.empty()) {
    return fmt::format("'{}' is one word too many for '{}'; '{} --help' shows what it takes",
                       words.front(), path, path);
  }
  const std::string near = nearest(words.front(), commands);
  return fmt::format("'{}' is not a command of '{}'; {}", words.front(), path,
                     near.empty() ? fmt::format("there are {}", fmt::join(commands, ", "))
                                  : fmt::format("did you mean '{}'?", near));
}

}  // namespace tritsim
