// SPDX-License-Identifier: Apache-2.0
#include "tests/support/files.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>

namespace tritsim::test {

std::string source_dir() {
  return TRITSIM_SOURCE_DIR "/";
}

std::vector<std::string> files_below(const std::string& directory, const std::string& extension) {
  namespace fs = std::filesystem;
  std::vector<std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(source_dir() + directory)) {
    if (entry.is_regular_file() && entry.path().extension() == extension) {
      files.push_back(fs::relative(entry.path(), source_dir()).generic_string());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<std::string> board_names() {
  std::vector<std::string> names = files_below("configs/boards", ".yaml");
  for (std::string& name : names) name = std::filesystem::path(name).stem().string();
  return names;
}

std::string test_name(const std::string& text) {
  std::string name;
  for (const char c : text) {
    name += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  }
  return name;
}

}  // namespace tritsim::test
