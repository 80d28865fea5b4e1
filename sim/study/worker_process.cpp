// SPDX-License-Identifier: Apache-2.0
#include "sim/study/worker_process.hpp"

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <exception>
#include <system_error>

#include <fmt/format.h>
#include <malloc.h>
#include <sys/prctl.h>
#include <sys/wait.h>

namespace tritsim {
namespace {

std::pair<Descriptor, Descriptor> make_pipe() {
  int ends[2];
  if (pipe(ends) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
  return {Descriptor(ends[0]), Descriptor(ends[1])};
}

/// Pieces of work need about the same memory: what one frees is kept for the next instead of
/// returned to the system, which would clear it again.
void keep_memory() {
  mallopt(M_TRIM_THRESHOLD, 1 << 29);
  mallopt(M_MMAP_THRESHOLD, 1 << 29);
  mallopt(M_TOP_PAD, 1 << 24);
}

[[noreturn]] void serve(int orders, int answers,
                        const std::function<std::string(std::size_t)>& work) {
  keep_memory();
  std::uint64_t item = 0;
  while (read_all(orders, &item, sizeof item)) {
    std::string text;
    try {
      text = work(item);
    } catch (const std::exception& e) {
      fmt::print(stderr, "worker: {}\n", e.what());
      _exit(1);
    } catch (...) {
      _exit(1);
    }
    const std::uint64_t size = text.size();
    if (!write_all(answers, &size, sizeof size) || !write_all(answers, text.data(), size)) break;
  }
  _exit(0);
}

}  // namespace

bool write_all(int fd, const void* data, std::size_t size) {
  const char* at = static_cast<const char*>(data);
  while (size > 0) {
    const ssize_t n = write(fd, at, size);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    at += n;
    size -= static_cast<std::size_t>(n);
  }
  return true;
}

bool read_all(int fd, void* data, std::size_t size) {
  char* at = static_cast<char*>(data);
  while (size > 0) {
    const ssize_t n = read(fd, at, size);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    at += n;
    size -= static_cast<std::size_t>(n);
  }
  return true;
}

Worker start_worker(std::vector<Worker>& others,
                    const std::function<std::string(std::size_t)>& work) {
  auto [orders_out, orders_in] = make_pipe();
  auto [answers_out, answers_in] = make_pipe();
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(0);
    // The terminal's interrupt reaches all processes; workers end with their parent.
    std::signal(SIGINT, SIG_IGN);
    orders_in = Descriptor();
    answers_out = Descriptor();
    others.clear();  // their pipes must not remain open here
    serve(orders_out.get(), answers_in.get(), work);
  }
  Worker w;
  w.pid = pid;
  w.orders = std::move(orders_in);
  w.answers = std::move(answers_out);
  return w;
}

std::string reason_of(int status) {
  if (WIFSIGNALED(status)) {
    return fmt::format("killed by signal {} ({})", WTERMSIG(status), strsignal(WTERMSIG(status)));
  }
  return fmt::format("ended with code {}", WEXITSTATUS(status));
}

int reap(pid_t pid) {
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

}  // namespace tritsim
