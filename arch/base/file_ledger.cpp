// SPDX-License-Identifier: Apache-2.0
#include "arch/base/file_ledger.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include "arch/base/problems.hpp"

namespace tritsim {
namespace {

FileLedger* active = nullptr;

std::pair<unsigned long long, unsigned long long> identity(const struct stat& status) {
  return {status.st_dev, status.st_ino};
}

}  // namespace

void refuse_file(const std::string& path, std::string what, std::string remedy) {
  throw ConfigError({Problem{{path, 0, 0}, "", std::move(what), std::move(remedy)}});
}

FileLedger::FileLedger() {
  active = this;
}

FileLedger::~FileLedger() {
  active = nullptr;
}

void FileLedger::note_input(const struct stat& status) {
  if (active == nullptr) return;
  const std::lock_guard lock(active->mutex_);
  active->inputs_.insert(identity(status));
}

void FileLedger::note_input(const std::string& path) {
  struct stat status {};

  if (::stat(path.c_str(), &status) == 0) note_input(status);
}

void FileLedger::check_output(const std::string& path) {
  if (active == nullptr) return;

  struct stat there {};

  if (::stat(path.c_str(), &there) != 0 || !S_ISREG(there.st_mode)) return;
  const std::lock_guard lock(active->mutex_);
  if (active->inputs_.contains(identity(there))) {
    refuse_file(path, "is an input of this command", "name another file for the output");
  }

  struct stat standard_output {};

  if (::fstat(STDOUT_FILENO, &standard_output) == 0 &&
      identity(standard_output) == identity(there)) {
    refuse_file(path, "is where standard output goes", "name another file for one of them");
  }
}

void FileLedger::note_output(const std::string& path, const std::string& place) {
  check_output(path);
  if (active == nullptr) return;
  const std::lock_guard lock(active->mutex_);
  if (!active->outputs_.insert(place).second) {
    refuse_file(path, "is already an output of this command", "name another file for one of them");
  }
}

}  // namespace tritsim
