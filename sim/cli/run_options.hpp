// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>

#include "arch/study/board_request.hpp"
#include "arch/workload/model.hpp"

namespace tritsim {

/// What `tritsim run` is told.
struct RunOptions {
  std::string from;
  std::optional<std::uint64_t> point;
  BoardRequest board;
  std::string model;
  std::string program;
  std::string trace;
  Workload workload{0, 16, 0};
  std::string output;
  bool json = false;
  std::uint32_t monte_carlo = 0;
  std::uint64_t seed = 1;
  std::size_t power_bins = 1000;
  std::string timeline;
  std::string vcd;
  std::string window = "0..2";
  std::uint64_t timeline_events = 1'000'000;
  std::string transactions;
  bool no_what_if = false;
  bool no_time_ranges = false;
  CLI::App* command = nullptr;

  /// A trace has a context of its own, which the option replaces, zero included.
  [[nodiscard]] std::optional<std::uint32_t> given_context() const {
    return command->count("--context") > 0 ? std::optional(workload.context) : std::nullopt;
  }
};

/// Runs what the options ask for, prints it and writes its files. Throws ConfigError.
void run_as_told(const RunOptions& options);

/// Throws ConfigError for options of `run` that have no effect beside the others.
void refuse_idle_options(const CLI::App& run, bool on_processor);

}  // namespace tritsim
