// SPDX-License-Identifier: Apache-2.0
#include "arch/import/gguf_checkpoint.hpp"

#include <filesystem>

#include <fmt/format.h>

namespace tritsim {
namespace {

constexpr std::size_t most_problems = 20;  ///< the others are likely to be of the same kind

/// A whole number of the metadata; `absent` if there is none.
std::uint64_t number_of(const GgufFile& file, const char* key, std::uint64_t absent) {
  const GgufValue* v = file.find(key);
  const bool whole = v != nullptr && v->kind == GgufValue::Kind::integer && !v->negative;
  return whole ? v->integer : absent;
}

/// Behind the name of part `number` (from 0) of `count`.
std::string suffix(std::uint64_t number, std::uint64_t count) {
  return fmt::format("-{:05}-of-{:05}.gguf", number + 1, count);
}

constexpr const char* fetch_again = "the parts have to be of one checkpoint; fetch it again";

}  // namespace

GgufCheckpoint::GgufCheckpoint(const std::string& path) {
  auto file = std::make_unique<GgufFile>(path);
  const std::uint64_t count = number_of(*file, "split.count", 1);
  const std::uint64_t number = number_of(*file, "split.no", 0);
  parts_.push_back(std::move(file));
  if (count > 1) open_parts(path, number, count);
  take_tensors();
}

void GgufCheckpoint::open_parts(const std::string& path, std::uint64_t number,
                                std::uint64_t count) {
  Problems problems;
  if (number >= count || count > most_parts) {
    problems.add({path, 0, 0}, "split.no", fmt::format("part {} of {} is none", number + 1, count),
                 fetch_again);
    problems.raise();
  }
  if (!path.ends_with(suffix(number, count))) {
    problems.add(
        {path, 0, 0}, "split.count",
        fmt::format("is part {} of {}, and the others are found by their names", number + 1, count),
        fmt::format("give it back its name, which ends in {}", suffix(number, count)));
    problems.raise();
  }
  const std::string stem = path.substr(0, path.size() - suffix(number, count).size());
  auto given = std::move(parts_.front());
  parts_.clear();
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::string name = stem + suffix(i, count);
    if (i == number) {
      parts_.push_back(std::move(given));
    } else if (std::filesystem::exists(name)) {
      parts_.push_back(std::make_unique<GgufFile>(name));
      check_part(static_cast<std::size_t>(i), problems);
    } else if (problems.size() < most_problems) {
      problems.add({name, 0, 0}, "", fmt::format("is missing, part {} of {}", i + 1, count),
                   "fetch it");
    }
    if (!problems.empty() && parts_.size() <= i) parts_.push_back(nullptr);
  }
  problems.raise();
}

void GgufCheckpoint::check_part(std::size_t part, Problems& problems) const {
  const GgufFile& file = *parts_.back();
  if (number_of(file, "split.no", most_parts) != part && problems.size() < most_problems) {
    problems.add({file.path(), 0, 0}, "split.no", fmt::format("is not part {}", part + 1),
                 fetch_again);
  }
}

void GgufCheckpoint::take_tensors() {
  Problems problems;
  std::uint64_t found = 0;
  for (const auto& part : parts_) {
    for (const auto& [name, tensor] : part->tensors()) {
      ++found;
      const auto [it, is_new] = place_.try_emplace(name, part.get());
      if (!is_new && problems.size() < most_problems) {
        problems.add({part->path(), 0, 0}, name, "tensor is in " + it->second->path() + ", too",
                     fetch_again);
      }
    }
  }
  const std::uint64_t said = number_of(first(), "split.tensors.count", found);
  if (parts_.size() > 1 && said != found) {
    problems.add({first().path(), 0, 0}, "split.tensors.count",
                 fmt::format("says {}, the parts have {}", said, found), fetch_again);
  }
  problems.raise();
}

const GgufFile* GgufCheckpoint::file_of(const std::string& tensor) const {
  const auto it = place_.find(tensor);
  return it == place_.end() ? nullptr : it->second;
}

const Tensor* GgufCheckpoint::find(const std::string& tensor) const {
  const GgufFile* file = file_of(tensor);
  return file == nullptr ? nullptr : &file->tensors().at(tensor);
}

}  // namespace tritsim
