// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tritsim {

/// The files of a command's -o DIR. They are written together, at the end, so that a command that
/// fails leaves the older ones as they were; files left from an earlier run are then named.
class OutputDirectory {
 public:
  /// Creates the directory before anything is simulated, so that no long run ends without a place
  /// for its result. `names` are the files that the command may write. With an empty directory
  /// nothing is written. Throws ConfigError.
  OutputDirectory(std::string directory, std::span<const std::string_view> names);
  OutputDirectory(const OutputDirectory&) = delete;
  OutputDirectory& operator=(const OutputDirectory&) = delete;

  /// Names the files of an earlier run on standard error.
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
