// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

namespace tritsim {

/// Files that SQLite keeps beside a database. Left over from a deleted database, they would be
/// taken for those of the next.
void remove_remains(const std::string& file);

/// Removes what was being made for `file`, under names FILE.*.new, when something ended it: it
/// takes moments otherwise.
void remove_unfinished(const std::filesystem::path& file);

/// Gives a file its name; throws ConfigError if that is taken.
void give_name(const std::string& unfinished, const std::string& file);

}  // namespace tritsim
