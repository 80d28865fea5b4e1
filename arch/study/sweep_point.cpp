// SPDX-License-Identifier: Apache-2.0
#include "arch/study/sweep_point.hpp"

#include <filesystem>

#include <fmt/format.h>

#include "arch/base/build_id.hpp"
#include "arch/base/digest.hpp"
#include "arch/base/reader.hpp"
#include "arch/base/writer.hpp"
#include "arch/board/processor.hpp"

namespace tritsim {
namespace {

namespace fs = std::filesystem;

/// The base as a document whose board has the mapping beside it.
Node tree_of(SweepBase base) {
  if (base.mapping && base.board) base.board->mapping = std::move(*base.mapping);
  base.mapping.reset();
  return Writer::write(base);
}

fs::path beside(const fs::path& directory, const std::string& file) {
  return fs::path(file).is_absolute() ? fs::path(file) : (directory / file).lexically_normal();
}

bool is_hardware(const std::string& path) {
  return path == "board" || path == "processor";
}

/// The key that a file of hardware is for: an axis may have boards and processors.
std::string hardware_key(const std::string& path, const std::string& file) {
  Problems problems;
  const Node node = load_document(file, problems);
  const Node* kind = node.kind == Node::Kind::map ? node.find("kind") : nullptr;
  if (kind == nullptr) return path;  // its reader reports what is wrong with it
  return kind->text == ProcessorSpec::kind ? "processor" : "board";
}

}  // namespace

std::map<std::string, std::string> base_files(const std::string& file) {
  Problems problems;
  const Node sweep = load_document(file, problems);
  problems.raise();
  std::map<std::string, std::string> out;
  const Node* base = sweep.kind == Node::Kind::map ? sweep.find("base") : nullptr;
  if (base == nullptr) return out;
  for (const auto& entry : base->entries) {
    if (entry.value.kind != Node::Kind::scalar) continue;
    out[entry.key] = beside(fs::path(file).parent_path(), entry.value.text).string();
  }
  return out;
}

SweepSpec load_sweep(const std::string& file) {
  auto sweep = load<SweepSpec>(file);
  sweep.directory = beside(fs::path(file).parent_path(), sweep.directory).string();
  return sweep;
}

std::string axis_file(const SweepSpec& sweep, const std::string& value) {
  return beside(sweep.directory, value).string();
}

PlaceOf places_in(const std::string& file) {
  Problems problems;
  auto root = std::make_shared<Node>(load_document(file, problems));
  problems.raise();
  return [root](const std::string& key) { return root->nearest(key).mark; };
}

SweepBinder::SweepBinder(const SweepSpec& sweep, PlaceOf place)
    : grid_(make_grid(sweep)),
      place_(std::move(place)),
      directory_(sweep.directory),
      base_(Writer::write(sweep.base)),
      tree_(tree_of(sweep.base)) {
  if (sweep.overlay) overlay_ = overrides_of(*sweep.overlay, "overlay");
  const char* hardware = sweep.base.processor ? "processor." : "board.";
  for (Override& o : overlay_) o.path = hardware + o.path;
  for (SweepColumn& column : grid_.columns) {
    for (std::string& path : column.paths) {
      const bool of_mapping = path == "mapping" || path.rfind("mapping.", 0) == 0;
      if (of_mapping && !(column.files && sweep.base.mapping)) path = "board." + path;
    }
  }
}

const Node& SweepBinder::tree_with_files(const std::vector<std::size_t>& index) {
  std::vector<std::size_t> chosen;
  std::vector<Override> files;
  for (std::size_t i = 0; i < grid_.columns.size(); ++i) {
    const SweepColumn& column = grid_.columns[i];
    if (!column.files) continue;
    chosen.push_back(index[i]);
    const std::string file = beside(directory_, column.values[index[i]]).string();
    for (const std::string& path : column.paths) {
      files.push_back({is_hardware(path) ? hardware_key(path, file) : path, file});
    }
  }
  if (files.empty()) return tree_;
  if (const auto it = trees_.find(chosen); it != trees_.end()) return it->second;
  Node base = base_;
  for (const Override& o : files) {
    // In the place of the hardware of the base, of whichever kind that is.
    if (!is_hardware(o.path)) continue;
    std::erase_if(base.entries,
                  [&](const auto& e) { return is_hardware(e.key) && e.key != o.path; });
  }
  ReadContext context;
  context.overrides = std::move(files);
  return trees_[chosen] = tree_of(read_document<SweepBase>(base, context));
}

SweepBase SweepBinder::bind(std::uint64_t point) {
  const auto index = grid_.at(point);
  try {
    return read(index);
  } catch (const ConfigError& e) {
    std::vector<Problem> problems;
    for (const Problem& p : e.problems()) problems.push_back(placed(p, index));
    throw ConfigError(problems);
  }
}

Problem SweepBinder::placed(Problem problem, const std::vector<std::size_t>& index) const {
  for (std::size_t i = 0; i < grid_.columns.size(); ++i) {
    const SweepColumn& column = grid_.columns[i];
    for (std::size_t k = 0; k < column.paths.size(); ++k) {
      if (problem.mark.file != Override{column.paths[k], ""}.mark().file) continue;
      // A problem without a key concerns the path: it leads nowhere.
      std::string key = fmt::format("{}.{}", column.files ? "files" : "values", index[i]);
      if (problem.path.empty()) {
        problem.path = column.paths[k];
        key = column.paths.size() == 1 ? "path" : fmt::format("paths.{}", k);
      }
      if (const Mark mark = place_(column.key + "." + key); !mark.file.empty()) {
        problem.mark = mark;
      }
      return problem;
    }
  }
  return problem;
}

SweepBase SweepBinder::read(const std::vector<std::size_t>& index) {
  const Node& tree = tree_with_files(index);
  ReadContext context;
  for (std::size_t i = 0; i < grid_.columns.size(); ++i) {
    const SweepColumn& column = grid_.columns[i];
    if (column.files) continue;
    const std::string& text = column.values[index[i]];
    for (const std::string& path : column.paths) context.overrides.push_back({path, text});
  }
  for (const Override& o : overlay_) {
    const auto same = [&](const Override& axis) { return axis.path == o.path; };
    const auto& set = context.overrides;
    if (std::none_of(set.begin(), set.end(), same)) context.overrides.push_back(o);
  }
  return read_document<SweepBase>(tree, context);
}

std::string digest_of(const SweepBase& point) {
  Digest digest;
  digest.add(build_id());
  digest.add(point);
  return fmt::format("{:016x}", digest.value());
}

std::vector<Problem> problems_of_point(const ConfigError& error, const SweepGrid& grid,
                                       std::uint64_t point) {
  std::vector<Problem> out = error.problems();
  for (Problem& p : out) {
    p.what = fmt::format("{} [point {}: {}]", p.what, point, grid.label(point));
  }
  return out;
}

}  // namespace tritsim
