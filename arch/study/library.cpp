// SPDX-License-Identifier: Apache-2.0
#include "arch/study/library.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <optional>
#include <sstream>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "arch/base/document.hpp"
#include "arch/base/problems.hpp"

namespace tritsim {
namespace {

namespace fs = std::filesystem;

std::string text_of(const Node& node, std::string_view key) {
  const Node* found = node.kind == Node::Kind::map ? node.find(std::string(key)) : nullptr;
  return found != nullptr && found->kind == Node::Kind::scalar ? found->text : "";
}

/// What a file says that it is; nothing if it is no description.
std::optional<LibraryEntry> entry_of(const fs::path& file) {
  try {
    Problems problems;
    const Node node = load_document(file.string(), problems);
    LibraryEntry entry{file.stem().string(), text_of(node, "kind"), text_of(node, "name"),
                       text_of(node, "source"), file.string()};
    if (entry.kind.empty()) return {};
    return entry;
  } catch (const ConfigError&) {
    return {};  // no YAML, or not to be read: somebody else's
  }
}

/// A folder of the library and those in it.
std::vector<fs::path> with_folders_in(const fs::path& folder) {
  std::vector<fs::path> out;
  std::error_code error;
  for (const auto& inner : fs::directory_iterator(folder, error)) {
    const bool hidden = inner.path().filename().string().starts_with('.');
    if (!hidden && inner.is_directory(error)) out.push_back(inner.path());
  }
  std::sort(out.begin(), out.end());
  out.insert(out.begin(), folder);
  return out;
}

/// The shipped descriptions; empty if they are not there.
std::string found_configs() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error).parent_path();
  for (const fs::path& folder :
       {fs::path("configs"), program / "../share/tritsim/configs", program / "../../configs"}) {
    if (fs::is_directory(folder / "measurements", error)) return folder.lexically_normal().string();
  }
  return {};
}

bool is_one_of(std::string_view kind, const std::vector<std::string_view>& kinds) {
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

}  // namespace

std::vector<std::string> yaml_files_in(const std::string& folder, std::error_code& error) {
  std::vector<std::string> out;
  std::error_code of_file;
  for (const auto& file : fs::directory_iterator(folder, error)) {
    if (file.path().extension() == ".yaml" && file.is_regular_file(of_file)) {
      out.push_back(file.path().string());
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::string shipped_configs() {
  std::string configs = found_configs();
  if (!configs.empty()) return configs;
  throw ConfigError(
      "the shipped descriptions are neither in ./configs nor beside the program; name files, or "
      "start the program where configs/ is");
}

Library Library::of_environment() {
  std::vector<std::string> folders{"."};
  const auto variable = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string(value != nullptr ? value : "");
  };
  std::istringstream given(variable("TRITSIM_PATH"));
  for (std::string folder; std::getline(given, folder, ':');) {
    if (!folder.empty()) folders.push_back(folder);
  }
  if (const std::string data = variable("XDG_DATA_HOME"); !data.empty()) {
    folders.push_back(data + "/tritsim");
  } else if (const std::string home = variable("HOME"); !home.empty()) {
    folders.push_back(home + "/.local/share/tritsim");
  }
  if (std::string shipped = found_configs(); !shipped.empty()) {
    folders.push_back(std::move(shipped));
  }
  return Library(std::move(folders));
}

std::string Library::find(const std::string& text,
                          const std::vector<std::string_view>& kinds) const {
  const fs::path path(text);
  std::error_code error;
  // Names have dots, as in mmfreelm_1.3b.
  const bool is_path = path.has_parent_path() || path.extension() == ".yaml";
  if (text.empty() || is_path || fs::exists(path, error)) return text;
  for (const std::string& folder : folders_) {
    for (const fs::path& inner : with_folders_in(folder)) {
      const fs::path file = inner / (text + ".yaml");
      if (!fs::is_regular_file(file, error)) continue;
      const auto entry = entry_of(file);
      if (entry && is_one_of(entry->kind, kinds)) return file.lexically_normal().string();
    }
  }
  std::vector<std::string> names;
  for (const LibraryEntry& e : entries()) {
    if (is_one_of(e.kind, kinds)) names.push_back(e.name);
  }
  const std::string near = tritsim::nearest(text, names);
  throw ConfigError(fmt::format("'{}' is neither a file nor the name of a {} in {}; {}", text,
                                fmt::join(kinds, " or "), fmt::join(folders_, ", "),
                                near.empty() ? fmt::format("'tritsim list {}' names all", kinds[0])
                                             : fmt::format("did you mean '{}'?", near)));
}

std::vector<LibraryEntry> Library::entries(std::string_view kind) const {
  std::map<std::pair<std::string, std::string>, LibraryEntry> found;
  std::error_code unreadable;  // such a folder has no descriptions
  for (const std::string& folder : folders_) {
    for (const fs::path& inner : with_folders_in(folder)) {
      for (const std::string& file : yaml_files_in(inner.string(), unreadable)) {
        const auto entry = entry_of(file);
        if (!entry || (!kind.empty() && entry->kind != kind)) continue;
        found.try_emplace({entry->kind, entry->name}, *entry);
      }
    }
  }
  std::vector<LibraryEntry> out;
  out.reserve(found.size());
  for (auto& [key, entry] : found) out.push_back(std::move(entry));
  return out;
}

}  // namespace tritsim
