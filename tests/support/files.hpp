// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace tritsim::test {

/// The source directory, with a slash behind it.
[[nodiscard]] std::string source_dir();

/// Files below a directory of the source tree with this extension (".yaml"), sorted; their names
/// are relative to the source directory.
[[nodiscard]] std::vector<std::string> files_below(const std::string& directory,
                                                   const std::string& extension);

/// Names of the shipped boards, sorted.
[[nodiscard]] std::vector<std::string> board_names();

/// A text as the name of a parametrised test: letters, digits and underscores.
[[nodiscard]] std::string test_name(const std::string& text);

}  // namespace tritsim::test
