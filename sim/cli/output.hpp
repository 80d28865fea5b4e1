// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tritsim {

/// The files of a command's -o DIR. They are put there together, at the end, so that a command that
/// fails leaves the older ones as they were; which of them are of an earlier run is then said.
class OutputDirectory {
 public:
  /// Makes the directory, before anything is simulated: nobody waits for a result that has no
  /// place. `names` are the files that the command may write. An empty directory takes nothing.
  /// Throws ConfigError.
  OutputDirectory(std::string directory, std::span<const std::string_view> names);
  OutputDirectory(const OutputDirectory&) = delete;
  OutputDirectory& operator=(const OutputDirectory&) = delete;

  /// Names on standard error what is there of an earlier run.
  ~OutputDirectory();

  [[nodiscard]] bool is_wanted() const { return !directory_.empty(); }

  void add(std::string name, std::string text);

  /// Writes what was added. Throws ConfigError.
  void finish();

  /// "out/result.json, out/report.md": what finish() wrote.
  [[nodiscard]] std::string written() const;

 private:
  std::string directory_;
  std::vector<std::string> earlier_;  ///< files that are not of this run
  std::vector<std::pair<std::string, std::string>> files_;
};

}  // namespace tritsim
