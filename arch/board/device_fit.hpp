// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "arch/board/area.hpp"

// Whether a design fits: one verdict for every command.
//
// - Of a board's device: device_fit(board). Nothing has to run for it.
// - Of a run: fit_of(result) (sim/result/run_fit.hpp), which has the memories' capacity too.
//
// A design that takes more logic, registers, DSP blocks or memory blocks than can be used of its
// device (UtilisationLimits of the family) is
// simulated all the same: its times are those of a larger device of the family, and everything that
// shows them says "does not fit". A model that takes more than its memories hold is not, as it
// would read addresses that do not exist: running it throws DoesNotFit, whose fit() is the verdict.
// So a caller that runs many points writes:
//
//   try { ... run_model(board, ...); fit_of(result).fits() ... }
//   catch (const DoesNotFit& e) { e.fit().text() ... }   // an outcome of its own, not a failure
namespace tritsim {

/// A resource: what a design takes of it, and what there is, less the shell's share.
struct ResourceUse {
  std::string name;   ///< "logic cells", "uram", "memory 'ddr'"
  AreaEstimate need;  ///< number; of a memory: bytes
  double have = 0;
  bool is_bytes = false;
  AreaEstimate limit{1, 1, 1};  ///< share of it that can be used: at ease, usually, at best

  bool operator==(const ResourceUse&) const = default;

  /// Of what there is; infinite where there is none.
  [[nodiscard]] double share() const;

  /// Whether the best designs use as much of it.
  [[nodiscard]] bool fits() const { return need.value <= have * limit.high; }

  /// Whether it fits, and either takes more than most designs use, or does not fit at the high end
  /// of its range.
  [[nodiscard]] bool is_tight() const {
    return fits() && (need.value > have * limit.low || need.high > have * limit.high);
  }

  /// "fits", "tight", "does not fit", "does not fit, even at the low end".
  [[nodiscard]] std::string verdict() const;

  /// "385 % of logic cells", "85 % of logic cells (70 % can be used)".
  [[nodiscard]] std::string text() const;

  template <class Io>
  void fields(Io& io) {
    io.required("name", name, "the resource");
    io.required("need", need, "what is needed of it");
    io.required("have", have, "what there is");
    io.optional("is_bytes", is_bytes, "whether both are bytes");
    io.optional("limit", limit, "share of it that can be used");
  }
};

/// Every resource whose size is known.
struct FitVerdict {
  std::vector<ResourceUse> resources;

  [[nodiscard]] bool is_known() const { return !resources.empty(); }

  /// True if every resource fits at its value.
  [[nodiscard]] bool fits() const;

  /// True if it fits and a resource is tight.
  [[nodiscard]] bool is_tight() const;

  /// The resource of which the largest share is taken; nothing if none is known.
  [[nodiscard]] std::optional<ResourceUse> scarcest() const;

  /// "385 % of logic cells, 120 % of bram36": what does not fit; empty if all does.
  [[nodiscard]] std::string misfits() const;

  /// "fits (63 % of logic cells)", "tight (...)", "does not fit (385 % of logic cells, 120 % of
  /// bram36)", "not known (nothing is said of the device's resources)".
  [[nodiscard]] std::string text() const;
};

/// Logic cells, registers, multipliers of DSP blocks, memory blocks (MLAB and LUTRAM are logic), as
/// far as the device's description has them; of a device of several regions the logic cells of the
/// fullest one too.
[[nodiscard]] FitVerdict device_fit(const BoardSpec& board);

/// How many lanes of a core a device has room for, over all kernels that there are.
struct LaneRoom {
  std::string core;
  std::uint64_t there = 0;
  AreaEstimate lanes;   ///< low: areas high and limits low; high: the other way round
  std::string binding;  ///< the resource that allows no more, at the values
};

/// For every core of the board. A lane is on one region of the device. Empty if the device's logic
/// is not known.
[[nodiscard]] std::vector<LaneRoom> room_for_lanes(const BoardSpec& board);

/// Weights, states and caches that are more than the memories hold.
class DoesNotFit : public ConfigError {
 public:
  DoesNotFit(std::vector<Problem> problems, FitVerdict fit)
      : ConfigError(std::move(problems)), fit_(std::move(fit)) {}

  /// Of the device and of the memories.
  [[nodiscard]] const FitVerdict& fit() const { return fit_; }

 private:
  FitVerdict fit_;
};

}  // namespace tritsim
