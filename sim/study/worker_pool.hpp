// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <string>

namespace tritsim {

/// How a piece of work ended.
struct WorkOutcome {
  enum class End { done, crashed, timed_out };

  std::size_t item = 0;
  End end = End::done;
  std::string text;  ///< what the work returned, or why it did not
  double wall_s = 0;
};

struct WorkerPoolOptions {
  unsigned workers = 1;
  double timeout_s = 600;  ///< of one piece of work
  /// Pieces that are near each other go to one worker: so many in a row at most.
  std::size_t in_a_row = 1;
};

/// Does work(0) ... work(items - 1) in forked processes, each taking the next piece when it is done
/// with one; calls `done` in this process for every item, in the order in which they end. A worker
/// that dies, or takes too long and is killed, is replaced. Workers die with this process. Call it
/// while the process has a single thread and no state that a fork must not share.
void run_in_workers(std::size_t items, const WorkerPoolOptions& options,
                    const std::function<std::string(std::size_t)>& work,
                    const std::function<void(const WorkOutcome&)>& done,
                    const std::function<void()>& waiting = {});

}  // namespace tritsim
