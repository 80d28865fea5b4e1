// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>
#include <set>
#include <string>
#include <utility>

struct stat;

namespace tritsim {

/// Throws ConfigError: what is wrong with a file as a whole, and what to do.
[[noreturn]] void refuse_file(const std::string& path, std::string what, std::string remedy);

/// Keeps a command from writing over what it reads. While one lives, every file that is read is
/// noted, and no output may go to a file that was read, to one that is already written, or to the
/// file behind standard output. The programs make one at start; code that links the library need
/// not.
class FileLedger {
 public:
  FileLedger();
  ~FileLedger();
  FileLedger(const FileLedger&) = delete;
  FileLedger& operator=(const FileLedger&) = delete;

  /// Notes an input. Does nothing without a ledger.
  static void note_input(const struct stat& status);
  /// The same for a file that something else opens, as SQLite opens a database.
  static void note_input(const std::string& path);

  /// Throws ConfigError if `path` may not be written. Does nothing without a ledger.
  static void check_output(const std::string& path);

  /// Checks an output, by its path without symbolic links, and notes it. Messages name `path`.
  static void note_output(const std::string& path, const std::string& place);

 private:
  std::mutex mutex_;  ///< shards of a checkpoint are opened side by side
  std::set<std::pair<unsigned long long, unsigned long long>> inputs_;  ///< device, inode
  std::set<std::string> outputs_;
};

}  // namespace tritsim
