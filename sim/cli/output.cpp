// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/output.hpp"

#include <cstdio>
#include <filesystem>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "arch/base/document.hpp"
#include "sim/cli/cli.hpp"

namespace tritsim {
namespace {

std::string in(const std::string& directory, const std::string& name) {
  return (std::filesystem::path(directory) / name).string();
}

}  // namespace

OutputDirectory::OutputDirectory(std::string directory, std::span<const std::string_view> names)
    : directory_(std::move(directory)) {
  if (!is_wanted()) return;
  make_output_directory(directory_);
  for (const std::string_view name : names) {
    std::error_code error;
    if (std::filesystem::exists(in(directory_, std::string(name)), error)) {
      earlier_.emplace_back(name);
    }
  }
}

OutputDirectory::~OutputDirectory() {
  if (earlier_.empty()) return;
  const std::string text =
      fmt::format("{}: {} {} of an earlier run\n", directory_, fmt::join(earlier_, ", "),
                  earlier_.size() == 1 ? "is" : "are");
  std::fputs(text.c_str(), stderr);  // a failure to report here must not end the program
}

void OutputDirectory::add(std::string name, std::string text) {
  if (is_wanted()) files_.emplace_back(std::move(name), std::move(text));
}

void OutputDirectory::finish() {
  for (const auto& [name, text] : files_) {
    write_file(in(directory_, name), text);
    std::erase(earlier_, name);
  }
}

std::string OutputDirectory::written() const {
  std::vector<std::string> paths;
  for (const auto& [name, text] : files_) paths.push_back(in(directory_, name));
  return fmt::format("{}", fmt::join(paths, ", "));
}

}  // namespace tritsim
