// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "arch/file_ledger.hpp"
#include "arch/plain_text.hpp"
#include "sim/cli.hpp"

namespace tritsim {
namespace {

/// Says what went wrong. If standard error does not take it, the exit code must do.
void complain(const char* text) {
  std::fprintf(stderr, "%s\n", text);
}

/// What no value may be. Options are left out, never empty: an empty name is a variable of a script
/// that was not set.
std::string fault_of(const std::string& value) {
  if (value.empty()) return "is empty; give it a value, or leave it out";
  const std::string control = control_character(value);
  return control.empty() ? "" : fmt::format("holds the control character {}; remove it", control);
}

void check_values(CLI::App& app) {
  const CLI::Validator good([](std::string& value) { return fault_of(value); }, "");
  for (CLI::Option* option : app.get_options()) {
    if (option->get_items_expected_max() > 0) option->check(good);
  }
  for (CLI::App* command : app.get_subcommands({})) check_values(*command);
}

/// Names of the commands below one.
std::vector<std::string> commands_of(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands({})) names.push_back(command->get_name());
  return names;
}

/// Throws ConfigError if a word stands where a command is needed and is none.
void check_command(const CLI::App& app, int argc, char** argv) {
  if (app.get_require_subcommand_min() == 0 || argc < 2 || argv[1][0] == '-') return;
  for (const CLI::App* command : app.get_subcommands({})) {
    if (command->check_name(argv[1])) return check_command(*command, argc - 1, argv + 1);
  }
  throw ConfigError(fmt::format("{}: there is no such command; {}", argv[1],
                                suggestion(argv[1], commands_of(app), "the commands are")));
}

/// What CLI11 could not place, with the nearest option of its command.
std::string unexpected(const CLI::App& app) {
  const CLI::App* command = &app;
  while (!command->get_subcommands().empty()) command = command->get_subcommands().front();
  std::vector<std::string> options;
  for (const CLI::Option* o : command->get_options()) {
    for (const std::string& name : o->get_lnames()) options.push_back("--" + name);
  }
  std::vector<std::string> words = app.remaining(true);
  // What follows an option that is not known is its value, most likely.
  const auto is_option = [](const std::string& word) { return word.starts_with("-"); };
  if (std::any_of(words.begin(), words.end(), is_option)) {
    std::erase_if(words, std::not_fn(is_option));
  }
  const std::string& verb = command->get_name();
  std::string text;
  for (const std::string& word : words) {
    const std::string near =
        is_option(word) ? nearest(word.substr(0, word.find('=')), options) : "";
    text += fmt::format("{}{}: is not {} '{}'; ", text.empty() ? "" : "\n", word,
                        is_option(word) ? "an option of" : "expected by", verb);
    text += near.empty() ? fmt::format("'tritsim {} --help' lists what there is", verb)
                         : fmt::format("did you mean '{}'?", near);
  }
  return text;
}

int parse_and_run(CLI::App& app, int argc, char** argv) {
  const FileLedger ledger;
  try {
    check_values(app);
    check_command(app, argc, argv);
    app.parse(argc, argv);
    return exit_ok;
  } catch (const CLI::ExtrasError&) {
    complain(unexpected(app).c_str());
    return exit_bad_input;
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? exit_ok : exit_bad_input;
  } catch (const ConfigError& e) {
    complain(e.what());
    return exit_bad_input;
  } catch (const OutOfTolerance& e) {
    complain(e.what());
    return exit_outside;
  } catch (const std::filesystem::filesystem_error& e) {
    complain(fmt::format("{}: {}", e.path1().string(), e.code().message()).c_str());
    return exit_bad_input;
  } catch (const std::system_error& e) {
    // fmt throws it where a standard stream takes no more.
    if (std::ferror(stdout) == 0 && std::ferror(stderr) == 0) throw;
    errno = e.code().value();
    return exit_bad_input;
  }
}

}  // namespace

void reserve_standard_streams() {
  // Opened the wrong way round: what a command does with them fails as if they were still closed,
  // and no file that it opens takes their numbers.
  for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(standard, F_GETFD) >= 0) continue;
    ::open("/dev/null", standard == STDIN_FILENO ? O_WRONLY : O_RDONLY);  // the lowest number free
  }
  std::signal(SIGXFSZ, SIG_IGN);  // a limit on the size of files is an error of the write
}

int run_command_line(CLI::App& app, int argc, char** argv) {
  const int code = parse_and_run(app, argc, argv);
  int error = std::ferror(stdout) != 0 ? errno : 0;
  if (std::fflush(stdout) != 0) error = errno;
  if (error == 0) return code;
  complain(
      ("standard output: cannot be written: " + std::generic_category().message(error)).c_str());
  return exit_bad_input;
}

}  // namespace tritsim
