// SPDX-License-Identifier: Apache-2.0
#include "arch/base/output_file.hpp"

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arch/base/file_ledger.hpp"
#include "arch/base/problems.hpp"

namespace tritsim {
namespace {

constexpr std::size_t buffer_bytes = 1 << 16;
constexpr std::uint32_t permissions = 0777;

/// Where a path leads when it, or what it leads to, is a symbolic link; the end need not exist.
std::string place_of(const std::string& path) {
  std::filesystem::path place = path;
  std::error_code error;
  for (int links = 0; links < 40 && std::filesystem::is_symlink(place, error); ++links) {
    const auto target = std::filesystem::read_symlink(place, error);
    if (error) break;
    place = target.is_absolute() ? target : place.parent_path() / target;
  }
  const auto directory = std::filesystem::canonical(
      place.has_parent_path() ? place.parent_path() : std::filesystem::path("."), error);
  return error ? place.string() : (directory / place.filename()).string();
}

/// The file that a descriptor stands for, as a path that takes a name.
std::string path_of(int descriptor) {
  return fmt::format("/proc/self/fd/{}", descriptor);
}

/// Tries names beside `place` until `make` takes one; empty, with errno, if it fails otherwise.
template <class F>
std::string name_beside(const std::string& place, F&& make) {
  const auto directory = std::filesystem::path(place).parent_path();
  for (int i = 0;; ++i) {
    std::string name = (directory / fmt::format(".tritsim-{}-{}", ::getpid(), i)).string();
    if (make(name.c_str())) return name;
    if (errno != EEXIST) return "";
  }
}

}  // namespace

OutputFile::OutputFile(std::string path) : path_(std::move(path)), place_(place_of(path_)) {
  if (path_.empty()) refuse_file("", "the name of an output file is empty", "give it a name");
  if (path_.back() == '/') refuse_file(path_, "is a directory", "name a file in it");

  struct stat there {};

  if (::stat(path_.c_str(), &there) != 0) {
    if (errno != ENOENT) fail(errno);
  } else if (S_ISCHR(there.st_mode) || S_ISFIFO(there.st_mode)) {
    open_through(S_ISFIFO(there.st_mode));
    return;
  } else if (!S_ISREG(there.st_mode)) {
    refuse_file(path_,
                S_ISDIR(there.st_mode)   ? "is a directory"
                : S_ISBLK(there.st_mode) ? "is a block device"
                                         : "is a socket",
                "name a file");
  } else {
    if (::access(path_.c_str(), W_OK) != 0) fail(errno);
    mode_ = there.st_mode & permissions;
  }
  FileLedger::note_output(path_, place_);
  open_beside();
}

OutputFile::~OutputFile() {
  close();
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

void OutputFile::open_through(bool fifo) {
  // Without O_NONBLOCK a FIFO without a reader would block the command for ever.
  descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY | (fifo ? O_NONBLOCK : 0));
  if (descriptor_ < 0 && fifo && errno == ENXIO) {
    refuse_file(path_, "is a pipe that nobody reads", "start its reader first, or name a file");
  }
  if (descriptor_ < 0) fail(errno);
  ::fcntl(descriptor_, F_SETFL, O_WRONLY);
}

void OutputFile::open_beside() {
  beside_ = true;
  const std::string directory = std::filesystem::path(place_).parent_path().string();
  const char* const where = directory.empty() ? "." : directory.c_str();
  // A nameless file is gone with the process, however that ends. Some file systems lack them.
  descriptor_ = ::open(where, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666);
  if (descriptor_ >= 0 && ::access(path_of(descriptor_).c_str(), F_OK) != 0) close();
  if (descriptor_ >= 0) return;
  temporary_ = name_beside(place_, [&](const char* name) {
    descriptor_ = ::open(name, O_CREAT | O_EXCL | O_NOFOLLOW | O_WRONLY | O_CLOEXEC, 0666);
    return descriptor_ >= 0;
  });
  if (descriptor_ < 0) fail(errno);
}

void OutputFile::write(std::string_view text) {
  buffer_ += text;
  if (buffer_.size() >= buffer_bytes) flush();
}

void OutputFile::flush() {
  std::string_view left = buffer_;
  while (!left.empty() && error_ == 0) {
    const ssize_t n = ::write(descriptor_, left.data(), left.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      error_ = errno;
      break;
    }
    left.remove_prefix(static_cast<std::size_t>(n));
  }
  buffer_.clear();
}

void OutputFile::commit() {
  flush();
  if (error_ != 0) fail(error_);
  if (beside_) take_name();
  if (const int descriptor = descriptor_; descriptor >= 0) {
    descriptor_ = -1;
    if (::close(descriptor) != 0) fail(errno);
  }
  if (!beside_) return;
  FileLedger::check_output(path_);  // it may have been read since

  struct stat there {};

  if (::lstat(place_.c_str(), &there) == 0 && !S_ISREG(there.st_mode)) {
    refuse_file(path_, "is no longer a regular file", "name another file");
  }
  if (std::rename(temporary_.c_str(), place_.c_str()) != 0) fail(errno);
  temporary_.clear();
}

void OutputFile::take_name() {
  if (mode_ != 0 && ::fchmod(descriptor_, mode_) != 0) fail(errno);
  if (!temporary_.empty()) return;
  const std::string file = path_of(descriptor_);
  temporary_ = name_beside(place_, [&](const char* name) {
    return ::linkat(AT_FDCWD, file.c_str(), AT_FDCWD, name, AT_SYMLINK_FOLLOW) == 0;
  });
  if (temporary_.empty()) fail(errno);
}

void OutputFile::close() {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

void OutputFile::fail(int error) const {
  refuse_file(path_,
              fmt::format("cannot write the file: {}", std::generic_category().message(error)), "");
}

void write_output(const std::string& path, std::string_view text) {
  OutputFile out(path);
  out.write(text);
  out.commit();
}

}  // namespace tritsim
