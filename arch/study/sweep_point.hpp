// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>

#include "arch/base/document.hpp"
#include "arch/study/sweep_grid.hpp"

namespace tritsim {

struct Override;

/// Reads a sweep; its `directory` becomes relative to the working directory.
[[nodiscard]] SweepSpec load_sweep(const std::string& file);

/// The name of an axis's file from the working directory.
[[nodiscard]] std::string axis_file(const SweepSpec& sweep, const std::string& value);

/// The place of a key in the file of a sweep, or of the nearest key above it that is there.
using PlaceOf = std::function<Mark(const std::string& key)>;

/// Places in a file that can be read.
[[nodiscard]] PlaceOf places_in(const std::string& file);

/// The files that the base of a sweep's file names, relative to the working directory, by their
/// keys. Parts described in the file itself are left out.
[[nodiscard]] std::map<std::string, std::string> base_files(const std::string& file);

/// Makes points. The base is written to a tree once, each file of an axis is read once; a point is
/// that tree with its values inserted, and the overlay's where no axis sets the key, read as a file
/// would be.
class SweepBinder {
 public:
  /// Problems of an axis value are reported at its place.
  explicit SweepBinder(const SweepSpec& sweep, PlaceOf place = nowhere);

  [[nodiscard]] const SweepGrid& grid() const { return grid_; }

  [[nodiscard]] const PlaceOf& place() const { return place_; }

  /// Throws ConfigError with every problem, none of which names the point. The result has no
  /// mapping of its own: it is the board's, and an axis of either varies it.
  [[nodiscard]] SweepBase bind(std::uint64_t point);

 private:
  static Mark nowhere(const std::string& /*key*/) { return {}; }

  [[nodiscard]] SweepBase read(const std::vector<std::size_t>& index);
  [[nodiscard]] const Node& tree_with_files(const std::vector<std::size_t>& index);
  [[nodiscard]] Problem placed(Problem problem, const std::vector<std::size_t>& index) const;

  SweepGrid grid_;
  PlaceOf place_;
  std::string directory_;                           ///< of the files of axes
  Node base_;                                       ///< as the sweep's file has it
  Node tree_;                                       ///< what points start from, without files
  std::vector<Override> overlay_;                   ///< with paths from a point
  std::map<std::vector<std::size_t>, Node> trees_;  ///< by the indices of the files in it
};

/// Changes if any value that the run of a point depends on changes, or the sources of the tool.
[[nodiscard]] std::string digest_of(const SweepBase& point);

/// The same problems, each naming the point.
[[nodiscard]] std::vector<Problem> problems_of_point(const ConfigError& error,
                                                     const SweepGrid& grid, std::uint64_t point);

}  // namespace tritsim
