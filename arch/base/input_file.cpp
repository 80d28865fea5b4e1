// SPDX-License-Identifier: Apache-2.0
#include "arch/base/input_file.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arch/base/file_ledger.hpp"
#include "arch/base/problems.hpp"

namespace tritsim {
namespace {

[[noreturn]] void cannot(const std::string& path, const char* what) {
  const std::string reason = std::generic_category().message(errno);
  refuse_file(path, fmt::format("cannot {} the file: {}", what, reason),
              "check the path and its permissions");
}

const char* kind_of(mode_t mode) {
  if (S_ISDIR(mode)) return "is a directory";
  if (S_ISFIFO(mode)) return "is a pipe";
  if (S_ISSOCK(mode)) return "is a socket";
  return "is a device";
}

void check_kind(const std::string& path, const struct stat& status) {
  if (S_ISREG(status.st_mode)) return;
  refuse_file(
      path, kind_of(status.st_mode),
      S_ISDIR(status.st_mode) ? "name a file" : "write what it gives to a file, and name that");
}

void check_size(const std::string& path, std::uint64_t size, std::uint64_t most) {
  if (size <= most) return;
  refuse_file(path, fmt::format("has more than {} MiB", most >> 20),
              "no file of this kind is so large; check that it is the one you mean");
}

}  // namespace

InputFile::InputFile(std::string path, std::uint64_t most) : path_(std::move(path)), most_(most) {
  if (path_.find('\0') != std::string::npos) {
    refuse_file(path_, "holds a null character, which no path does", "remove it");
  }

  // Opening some devices is enough to change them, so the kind of file is checked first.
  struct stat status {};

  if (::stat(path_.c_str(), &status) != 0) cannot(path_, "open");
  check_kind(path_, status);
  descriptor_ = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  if (descriptor_ < 0 || ::fstat(descriptor_, &status) != 0) cannot(path_, "open");
  try {
    check_kind(path_, status);
    size_ = static_cast<std::uint64_t>(status.st_size);
    check_size(path_, size_, most_);
  } catch (...) {
    ::close(descriptor_);
    throw;
  }
  FileLedger::note_input(status);
}

InputFile::~InputFile() {
  ::close(descriptor_);
}

std::string InputFile::read() const {
  std::string text;
  std::size_t held = 0;
  for (;;) {
    if (held == text.size()) text.resize(std::max<std::size_t>(held + size_ + 1, 2 * held));
    const ssize_t n = ::read(descriptor_, text.data() + held, text.size() - held);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) cannot(path_, "read");
    if (n == 0) break;
    held += static_cast<std::size_t>(n);
    check_size(path_, held, most_);  // it may grow while it is read
  }
  text.resize(held);
  return text;
}

std::string read_input(const std::string& path, std::uint64_t most) {
  return InputFile(path, most).read();
}

std::string beginning_of(const std::string& path, std::size_t bytes) {
  struct stat status {};

  if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return "";
  const InputFile file(path, largest_file::any);
  std::string begin(bytes, '\0');
  const ssize_t n = ::pread(file.descriptor(), begin.data(), bytes, 0);
  if (n < 0) cannot(path, "read");
  begin.resize(static_cast<std::size_t>(n));
  return begin;
}

}  // namespace tritsim
