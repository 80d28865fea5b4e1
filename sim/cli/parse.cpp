// SPDX-License-Identifier: Apache-2.0
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "arch/base/file_ledger.hpp"
#include "arch/base/plain_text.hpp"
#include "sim/cli/cli.hpp"
#include "sim/cli/help.hpp"

namespace tritsim {
namespace {

/// Reports a problem. If standard error does not take it, the exit code has to suffice.
void complain(const char* text) {
  std::fprintf(stderr, "%s\n", text);
}

/// Values that no option may have. Options are left out, never empty: an empty name is usually an
/// unset variable of a script.
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

int parse_and_run(CLI::App& app, int argc, char** argv) {
  const FileLedger ledger;
  try {
    check_values(app);
    app.parse(argc, argv);
    return exit_ok;
  } catch (const CLI::ParseError& e) {
    const std::string unknown = e.get_exit_code() == 0 ? "" : unknown_words(app);
    if (unknown.empty()) return app.exit(e) == 0 ? exit_ok : exit_bad_input;
    complain(unknown.c_str());
    return exit_bad_input;
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
    // fmt throws it when a standard stream takes no more.
    if (std::ferror(stdout) == 0 && std::ferror(stderr) == 0) throw;
    errno = e.code().value();
    return exit_bad_input;
  }
}

}  // namespace

void reserve_standard_streams() {
  // Opened for the wrong direction: their use fails as if they were still closed, and no file that
  // is opened later takes their numbers.
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
