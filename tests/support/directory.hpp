// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "arch/base/problems.hpp"

namespace tritsim::test {

/// A directory of its own, removed with the object.
class Directory {
 public:
  Directory() {
    std::string name = (std::filesystem::temp_directory_path() / "tritsim_XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }

  ~Directory() { std::filesystem::remove_all(path_); }

  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;

  [[nodiscard]] std::string path(const std::string& name = "") const {
    return (std::filesystem::path(path_) / name).string();
  }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(path(name), std::ios::binary) << text;
  }

 private:
  std::string path_;
};

/// The text of a refusal.
template <class F>
std::string message_of(F&& f) {
  try {
    f();
    return "accepted";
  } catch (const ConfigError& e) {
    return e.what();
  }
}

}  // namespace tritsim::test
