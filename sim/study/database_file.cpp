// SPDX-License-Identifier: Apache-2.0
#include "sim/study/database_file.hpp"

#include <chrono>
#include <system_error>

#include <fmt/format.h>

#include "arch/base/problems.hpp"

namespace tritsim {

void remove_remains(const std::string& file) {
  std::error_code error;
  for (const char* end : {"-journal", "-wal", "-shm"}) std::filesystem::remove(file + end, error);
}

void remove_unfinished(const std::filesystem::path& file) {
  std::error_code error;
  const auto directory = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
  const auto now = std::filesystem::file_time_type::clock::now();
  for (const auto& entry : std::filesystem::directory_iterator(directory, error)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(file.filename().string() + ".") || !name.ends_with(".new")) continue;
    if (now - entry.last_write_time(error) < std::chrono::minutes(1)) continue;
    std::filesystem::remove(entry.path(), error);
    remove_remains(entry.path().string());
  }
}

void give_name(const std::string& unfinished, const std::string& file) {
  std::error_code error;
  std::filesystem::create_hard_link(unfinished, file, error);
  if (error == std::errc::file_exists) {
    throw ConfigError(fmt::format("{}: is there already; add --resume", file));
  }
  if (error) {  // not every file system has links
    std::filesystem::rename(unfinished, file);
  } else {
    std::filesystem::remove(unfinished, error);
  }
}

}  // namespace tritsim
