// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace tritsim {

/// The directory of the shipped descriptions: `configs` of the working directory, else the one that
/// was installed with the program, else that of the source tree the program was built in. Throws
/// ConfigError if there is none.
[[nodiscard]] std::string shipped_configs();

/// The YAML files in a folder, sorted; not those of folders in it. `error`: why it cannot be read.
[[nodiscard]] std::vector<std::string> yaml_files_in(const std::string& folder,
                                                     std::error_code& error);

/// A description that can be named without its path.
struct LibraryEntry {
  std::string name;    ///< of the file, without folder and ending
  std::string kind;    ///< "board", "model", ...
  std::string title;   ///< its key `name`; empty: it has none
  std::string source;  ///< its key `source`, likewise
  std::string path;

  bool operator==(const LibraryEntry&) const = default;
};

/// Folders in which descriptions are found by name: their YAML files, and those of the folders in
/// them. Where a name occurs twice, the earlier folder wins.
class Library {
 public:
  explicit Library(std::vector<std::string> folders) : folders_(std::move(folders)) {}

  /// The current directory, those of TRITSIM_PATH (separated by colons), the user's own
  /// ($XDG_DATA_HOME/tritsim, else ~/.local/share/tritsim), and the shipped ones, if they are
  /// there.
  [[nodiscard]] static Library of_environment();

  [[nodiscard]] const std::vector<std::string>& folders() const { return folders_; }

  /// The path of what `text` means: itself if it is a path (it has a slash or ends in .yaml, or
  /// there is such a file), else that of the description of one of the `kinds` with that name.
  /// Throws ConfigError that names those that are alike, and where it looked.
  [[nodiscard]] std::string find(const std::string& text,
                                 const std::vector<std::string_view>& kinds) const;

  /// All descriptions of a kind, or of all with an empty `kind`, by kind and name.
  [[nodiscard]] std::vector<LibraryEntry> entries(std::string_view kind = {}) const;

 private:
  std::vector<std::string> folders_;
};

}  // namespace tritsim
