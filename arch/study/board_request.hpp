// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "arch/base/reader.hpp"
#include "arch/board/board.hpp"
#include "arch/study/given_override.hpp"
#include "arch/workload/model.hpp"

namespace tritsim {

/// A board as a command asks for it. The files are read first: the mapping in place of the board's
/// own, the overlays in place of single coefficients. Then what `set` says, in any of them.
struct BoardRequest {
  std::string board;                        ///< file
  std::string mapping;                      ///< file; empty: the board's own
  std::vector<std::string> set;             ///< PATH=VALUE
  std::vector<std::string> overlays;        ///< files
  std::uint32_t dim = 0;                    ///< vector length of every core; 0: the board's own
  std::uint32_t memory_latency_cycles = 0;  ///< of every memory; 0: the board's own memories

  /// Each of them, for results and their names.
  [[nodiscard]] std::vector<GivenOverride> given() const;

  [[nodiscard]] bool operator==(const BoardRequest&) const = default;
};

/// What changes a board that has been read.
struct BoardChange {
  std::optional<HostSpec> host;
  std::optional<MappingSpec> mapping;
  std::vector<Override> overrides;
  std::uint32_t dim = 0;
  std::uint32_t memory_latency_cycles = 0;
};

/// The board, read and checked as one file would be. Throws ConfigError with every problem; an
/// override that changes nothing, because there is no such key or another override replaces it, is
/// a problem too.
[[nodiscard]] BoardSpec prepare(const BoardRequest& request);

/// The same for a board that has been read: host and mapping first, then the overrides, then its
/// cores built for vectors of `dim` elements and its memories replaced.
[[nodiscard]] BoardSpec prepare(BoardSpec board, const BoardChange& change);

/// The overrides of `--set path=value` and of the files of `--overlay`; for the same key `--set`
/// wins. Throws ConfigError.
[[nodiscard]] std::vector<Override> parse_overrides(const std::vector<std::string>& set,
                                                    const std::vector<std::string>& overlays = {});

/// What of a request is about its hardware: without the settings of the model, `model.PATH=VALUE`.
[[nodiscard]] BoardRequest hardware_of(const BoardRequest& request);

/// Reads a model with what `request` sets of it, `--set model.dimensions.hidden=2048`. Throws
/// ConfigError.
[[nodiscard]] ModelSpec prepare_model(const std::string& file, const BoardRequest& request);

/// Throws ConfigError if the request sets something of a model, where none is read.
void refuse_model_settings(const BoardRequest& request);

}  // namespace tritsim
