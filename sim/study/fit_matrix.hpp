// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "arch/base/schema.hpp"
#include "arch/workload/model.hpp"

namespace tritsim {

/// Whether a model runs on a board.
enum class FitOutcome {
  fits,
  fits_with,  ///< with settings of the board
  unfit,
};

template <>
struct EnumNames<FitOutcome> {
  static constexpr std::array<std::pair<FitOutcome, std::string_view>, 3> names{{
      {FitOutcome::fits, "fits"},
      {FitOutcome::fits_with, "fits with"},
      {FitOutcome::unfit, "does not fit"},
  }};
};

/// A board and a model.
struct FitPair {
  std::string board;  ///< files
  std::string model;
  FitOutcome outcome = FitOutcome::unfit;
  std::string why;               ///< the scarcest resource; else what is missing, or too small
  std::vector<std::string> set;  ///< PATH=VALUE that make it fit; empty: it does, or nothing helps
  std::string then;              ///< the scarcest resource with them; else why they do not help

  template <class Io>
  void fields(Io& io) {
    io.required("board", board, "file of the board");
    io.required("model", model, "file of the model");
    io.required("outcome", outcome, "fits, fits with (the settings of `set`), does not fit");
    io.required("why", why, "the scarcest resource, or what is missing");
    io.required("set", set, "settings of the board with which it fits");
    io.required("then", then, "the scarcest resource with them, or why none help");
  }
};

/// Every model on every board, without a simulation: what an op needs of the core, what the design
/// needs of the device, what weights, states and caches need of the memories. Where something is
/// missing, settings are looked for that mend it, and tried:
/// - an op that the core cannot do moves to the host, unless more than half of all weights would;
/// - a memory gets the capacity of the next power of two;
/// - a design that its device does not hold gets as many lanes as it does.
/// `progress`: pairs done, pairs in all. Throws ConfigError for files that cannot be read.
[[nodiscard]] std::vector<FitPair> fit_matrix(
    const std::vector<std::string>& boards, const std::vector<std::string>& models,
    const Workload& workload, const std::function<void(std::size_t, std::size_t)>& progress = {});

}  // namespace tritsim
