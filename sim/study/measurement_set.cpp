// SPDX-License-Identifier: Apache-2.0
#include "sim/study/measurement_set.hpp"

#include <algorithm>
#include <filesystem>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <fnmatch.h>

#include "arch/base/reader.hpp"
#include "arch/study/library.hpp"

namespace tritsim {
namespace {

std::string stem(const std::string& file) {
  return std::filesystem::path(file).stem().string();
}

std::vector<std::string> shipped_files() {
  const std::string directory = shipped_configs() + "/measurements";
  std::error_code error;
  std::vector<std::string> files = yaml_files_in(directory, error);
  if (error) throw ConfigError(fmt::format("{}: {}", directory, error.message()));
  return files;
}

/// Whether a file says that it has synthesised parts; what else is wrong with it is found later.
bool has_parts(const std::string& file) {
  Problems problems;
  const Node document = load_document(file, problems);
  const Node* kind = document.kind == Node::Kind::map ? document.find("kind") : nullptr;
  return kind != nullptr && kind->text == SynthesisFile::kind;
}

/// The file that a case of a document names as its board, processor or memory, without directory
/// and ending; empty if it is described inline.
std::string named_subject(const Node& node) {
  for (const char* key : {"board", "processor", "memory"}) {
    const Node* named = node.find(key);
    if (named != nullptr && named->kind == Node::Kind::scalar) return stem(named->text);
  }
  return {};
}

bool matches(const std::string& pattern, const std::string& name) {
  const bool glob = pattern.find_first_of("*?[") != std::string::npos;
  const std::string whole = glob ? pattern : "*" + pattern + "*";
  return fnmatch(whole.c_str(), name.c_str(), FNM_CASEFOLD) == 0;
}

std::vector<std::string> subject_names(const MeasurementCase& c) {
  return {c.subject, subject_name(c.measurement)};
}

std::vector<std::string> all_names(const MeasurementCase& c) {
  return {c.file, c.subject, subject_name(c.measurement), c.measurement.name};
}

using Names = std::vector<std::string> (*)(const MeasurementCase&);

/// For a pattern that matches no name: the nearest name of each kind.
[[noreturn]] void refuse(const std::string& pattern, const std::vector<MeasurementCase>& cases,
                         Names names) {
  std::vector<std::vector<std::string>> by_kind;
  for (const MeasurementCase& c : cases) {
    const std::vector<std::string> own = names(c);
    by_kind.resize(own.size());
    for (std::size_t k = 0; k < own.size(); ++k) by_kind[k].push_back(own[k]);
  }
  std::vector<std::string> near;
  for (const auto& kind : by_kind) {
    const std::string one = nearest(pattern, kind);
    if (!one.empty() && std::find(near.begin(), near.end(), one) == near.end()) {
      near.push_back(one);
    }
  }
  const std::set<std::string> known(by_kind.front().begin(), by_kind.front().end());
  throw ConfigError(near.empty() ? fmt::format("'{}' matches no measurement; there are: {}",
                                               pattern, fmt::join(known, ", "))
                                 : fmt::format("'{}' matches no measurement; did you mean '{}'?",
                                               pattern, fmt::join(near, "' or '")));
}

std::vector<MeasurementCase> select(const std::vector<MeasurementCase>& cases,
                                    const std::vector<std::string>& patterns, Names names) {
  std::vector<bool> taken(cases.size());
  for (const std::string& pattern : patterns) {
    bool any = false;
    for (std::size_t i = 0; i < cases.size(); ++i) {
      const std::vector<std::string> own = names(cases[i]);
      if (std::any_of(own.begin(), own.end(),
                      [&](const std::string& name) { return matches(pattern, name); })) {
        taken[i] = any = true;
      }
    }
    if (!any) refuse(pattern, cases, names);
  }
  std::vector<MeasurementCase> out;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    if (taken[i]) out.push_back(cases[i]);
  }
  return out;
}

}  // namespace

const std::string& subject_name(const MeasurementSpec& m) {
  return m.board ? m.board->name : m.processor ? m.processor->name : m.memory->name;
}

std::vector<MeasurementCase> load_measurements(const std::vector<std::string>& files) {
  std::vector<MeasurementCase> cases;
  for (const std::string& file : files.empty() ? shipped_files() : files) {
    if (has_parts(file)) continue;
    const auto read = load<MeasurementFile>(file);
    Problems problems;
    const Node document = load_document(file, problems);
    const Node* nodes = document.find("cases");
    for (std::size_t i = 0; i < read.cases.size(); ++i) {
      std::string subject = named_subject(nodes->items.at(i));
      if (subject.empty()) subject = subject_name(read.cases[i]);
      cases.push_back({read.cases[i], read.source, stem(file), std::move(subject)});
    }
  }
  return cases;
}

std::vector<SynthesisFile> load_syntheses(const std::vector<std::string>& files) {
  std::vector<SynthesisFile> parts;
  for (const std::string& file : files.empty() ? shipped_files() : files) {
    if (has_parts(file)) parts.push_back(load<SynthesisFile>(file));
  }
  return parts;
}

std::vector<MeasurementCase> matching(const std::vector<MeasurementCase>& cases,
                                      const std::vector<std::string>& patterns) {
  return patterns.empty() ? cases : select(cases, patterns, all_names);
}

std::vector<MeasurementCase> matching_subject(const std::vector<MeasurementCase>& cases,
                                              const std::string& pattern) {
  return select(cases, {pattern}, subject_names);
}

}  // namespace tritsim
