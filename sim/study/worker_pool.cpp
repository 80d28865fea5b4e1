// SPDX-License-Identifier: Apache-2.0
#include "sim/study/worker_pool.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <poll.h>

#include "sim/study/worker_process.hpp"

namespace tritsim {
namespace {

using Clock = std::chrono::steady_clock;

/// Writing to a worker that has died must not end this process.
class IgnorePipeSignal {
 public:
  IgnorePipeSignal() : before_(std::signal(SIGPIPE, SIG_IGN)) {}

  ~IgnorePipeSignal() { std::signal(SIGPIPE, before_); }

  IgnorePipeSignal(const IgnorePipeSignal&) = delete;
  IgnorePipeSignal& operator=(const IgnorePipeSignal&) = delete;

 private:
  void (*before_)(int);
};

class Pool {
 public:
  Pool(std::size_t items, const WorkerPoolOptions& options,
       const std::function<std::string(std::size_t)>& work,
       const std::function<void(const WorkOutcome&)>& done)
      : items_(items),
        options_(options),
        row_(std::clamp<std::size_t>(items / (4 * std::max(options.workers, 1U)), 1,
                                     std::max<std::size_t>(options.in_a_row, 1))),
        work_(work),
        done_(done) {}

  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  ~Pool() {
    for (Worker& w : workers_) {
      if (w.busy) kill(w.pid, SIGKILL);
      w.orders = Descriptor();
      reap(w.pid);
    }
  }

  void run(const std::function<void()>& waiting) {
    const std::size_t wanted = std::min<std::size_t>(std::max(options_.workers, 1U), items_);
    while (workers_.size() < wanted) workers_.push_back(start_worker(workers_, work_));
    for (std::size_t i = 0; i < workers_.size(); ++i) give(i);
    while (ended_ < items_) {
      wait_for_answers();
      stop_late_ones();
      if (waiting) waiting();
    }
  }

 private:
  void give(std::size_t i) {
    Worker& w = workers_[i];
    if (w.next == w.end) take_row(w);
    if (w.next == w.end) return;
    w.busy = true;
    w.item = w.next++;
    w.begin = Clock::now();
    const std::uint64_t item = w.item;
    // A failed write shows as the end of the worker's answers.
    static_cast<void>(write_all(w.orders.get(), &item, sizeof item));
  }

  /// A new row; when there are none, the later half of what is left of the longest.
  void take_row(Worker& w) {
    if (next_ < items_) {
      w.next = next_;
      w.end = next_ = std::min(items_, next_ + row_);
      return;
    }
    const auto left = [](const Worker& o) { return o.end - o.next; };
    Worker& longest =
        *std::max_element(workers_.begin(), workers_.end(),
                          [&](const Worker& a, const Worker& b) { return left(a) < left(b); });
    w.end = longest.end;
    w.next = longest.end -= (left(longest) + 1) / 2;
  }

  void wait_for_answers() {
    std::vector<pollfd> polled;
    std::vector<std::size_t> index;
    for (std::size_t i = 0; i < workers_.size(); ++i) {
      if (!workers_[i].busy) continue;
      polled.push_back({workers_[i].answers.get(), POLLIN, 0});
      index.push_back(i);
    }
    if (poll(polled.data(), polled.size(), 100) <= 0) return;
    for (std::size_t k = 0; k < polled.size(); ++k) {
      if (polled[k].revents != 0) take_answer(index[k]);
    }
  }

  /// Once its first byte arrives the whole answer follows, so reading it hardly blocks.
  void take_answer(std::size_t i) {
    Worker& w = workers_[i];
    std::uint64_t size = 0;
    std::string text;
    bool whole = read_all(w.answers.get(), &size, sizeof size);
    if (whole) {
      text.resize(size);
      whole = read_all(w.answers.get(), text.data(), size);
    }
    if (whole) {
      end(w, WorkOutcome::End::done, std::move(text));
    } else {
      const int status = reap(w.pid);
      end(w, WorkOutcome::End::crashed, reason_of(status));
      replace(i);
    }
    give(i);
  }

  void stop_late_ones() {
    for (std::size_t i = 0; i < workers_.size(); ++i) {
      Worker& w = workers_[i];
      const std::chrono::duration<double> taken = Clock::now() - w.begin;
      if (!w.busy || taken.count() <= options_.timeout_s) continue;
      kill(w.pid, SIGKILL);
      reap(w.pid);
      end(w, WorkOutcome::End::timed_out, fmt::format("not done after {:g} s", options_.timeout_s));
      replace(i);
      give(i);
    }
  }

  void end(Worker& w, WorkOutcome::End how, std::string text) {
    const std::chrono::duration<double> taken = Clock::now() - w.begin;
    w.busy = false;
    ++ended_;
    done_({w.item, how, std::move(text), taken.count()});
  }

  void replace(std::size_t i) {
    // Taken out first: it has been waited for.
    const std::size_t next = workers_[i].next;
    const std::size_t end = workers_[i].end;
    workers_.erase(workers_.begin() + static_cast<std::ptrdiff_t>(i));
    Worker w = start_worker(workers_, work_);
    w.next = next;
    w.end = end;
    workers_.insert(workers_.begin() + static_cast<std::ptrdiff_t>(i), std::move(w));
  }

  std::size_t items_;
  WorkerPoolOptions options_;
  std::size_t row_;  ///< length of a row
  const std::function<std::string(std::size_t)>& work_;
  const std::function<void(const WorkOutcome&)>& done_;
  std::vector<Worker> workers_;
  std::size_t next_ = 0;
  std::size_t ended_ = 0;
};

}  // namespace

void run_in_workers(std::size_t items, const WorkerPoolOptions& options,
                    const std::function<std::string(std::size_t)>& work,
                    const std::function<void(const WorkOutcome&)>& done,
                    const std::function<void()>& waiting) {
  if (items == 0) return;
  const IgnorePipeSignal ignore;
  Pool(items, options, work, done).run(waiting);
}

}  // namespace tritsim
