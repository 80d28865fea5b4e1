// SPDX-License-Identifier: Apache-2.0
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "arch/file_ledger.hpp"
#include "arch/processor.hpp"
#include "sim/cli.hpp"

namespace tritsim {

namespace {

/// Says what went wrong. If standard error does not take it, the exit code must do.
void complain(const char* text) {
  std::fprintf(stderr, "%s\n", text);
}

int parse_and_run(CLI::App& app, int argc, char** argv) {
  const FileLedger ledger;
  try {
    app.parse(argc, argv);
    return exit_ok;
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? exit_ok : exit_bad_input;
  } catch (const ConfigError& e) {
    complain(e.what());
    return exit_bad_input;
  } catch (const OutOfTolerance& e) {
    complain(e.what());
    return exit_outside;
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

void add_workload_options(CLI::App& command, Workload& workload, std::uint32_t& context) {
  constexpr int most_tokens = 10'000'000;
  command.add_option("--prompt", workload.prompt, "prompt tokens of each sequence")
      ->capture_default_str()
      ->check(CLI::Range(0, most_tokens));
  command.add_option("--generate", workload.generate, "tokens to generate for each sequence")
      ->capture_default_str()
      ->check(CLI::Range(0, most_tokens));
  command
      .add_option("--batch", workload.batch,
                  "sequences; 0 fills every lane of the board once, and is one on a processor")
      ->capture_default_str()
      ->check(CLI::Range(0, 1'000'000));
  command.add_option("--context", context, "positions in the cache before the prompt")
      ->check(CLI::Range(0, most_tokens));
}

void make_output_directory(const std::string& directory) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error) {
    throw ConfigError(fmt::format("{}: cannot make the directory: {}", directory, error.message()));
  }
}

bool describes_processor(const std::string& file) {
  Problems problems;
  const Node node = load_document(file, problems);
  const Node* kind = node.kind == Node::Kind::map ? node.find("kind") : nullptr;
  return kind != nullptr && kind->text == ProcessorSpec::kind;
}

}  // namespace tritsim
