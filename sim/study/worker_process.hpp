// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <sys/types.h>
#include <unistd.h>

namespace tritsim {

/// A file descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}

  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }

  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }

  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

/// A process that does pieces of work, one after the other.
struct Worker {
  pid_t pid = -1;
  Descriptor orders;   ///< numbers of pieces go in
  Descriptor answers;  ///< length and text come out
  bool busy = false;
  std::size_t item = 0;
  std::size_t next = 0;  ///< what is left of its row: next ... end - 1
  std::size_t end = 0;
  std::chrono::steady_clock::time_point begin;
};

/// Forks a process that does `work` until its orders end. `others`: whose pipes it must not hold.
[[nodiscard]] Worker start_worker(std::vector<Worker>& others,
                                  const std::function<std::string(std::size_t)>& work);

/// Moves all bytes; false at the end of the pipe, or on an error.
[[nodiscard]] bool write_all(int fd, const void* data, std::size_t size);
[[nodiscard]] bool read_all(int fd, void* data, std::size_t size);

/// Waits for the end of a process; returns how it ended.
int reap(pid_t pid);

/// That, in words.
[[nodiscard]] std::string reason_of(int status);

}  // namespace tritsim
