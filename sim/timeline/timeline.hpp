// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "models/core/core_law.hpp"
#include "sim/result/result.hpp"
#include "sim/timeline/program_track.hpp"
#include "sim/timeline/timeline_output.hpp"
#include "sim/timeline/timeline_window.hpp"

namespace tritsim {

struct KernelPlan;
struct SystemPlan;

/// A finished instruction of a kernel; cycles of its clock from the start of the simulation.
struct InstructionEvent {
  std::size_t kernel = 0;  ///< index into SystemPlan::kernels
  std::uint32_t step = 0;
  const Instruction* instruction = nullptr;
  const OpcodeCost* cost = nullptr;
  Cycle start = 0;
  Cycle end = 0;
  Cycle exposed = 0;  ///< by how much it moved the end of everything before it
  Time data_end;      ///< of its memory stream
};

/// Something that the host or its link did; times from the start of the simulation.
struct CardEvent {
  enum class Row { working, waiting, link };
  Row row = Row::link;
  std::string_view name;
  Time from;
  Time to;
  std::uint32_t step = 0;  ///< with the host in the loop
  std::uint64_t bytes = 0;
  std::uint64_t count = 0;  ///< of polls
};

/// What happened in a part of a run, as trace events, as a VCD, or both. Events come from the
/// simulation in the order in which they end, each kernel's in that of its program. Trace events
/// are written as they come; the changes of a VCD are kept until the end, since they have to be
/// sorted.
class Timeline {
 public:
  struct Options {
    std::string events_file;  ///< empty: none
    std::string vcd_file;     ///< empty: none
    TimelineWindow window{};
    std::uint64_t most_events = 1'000'000;
  };

  /// Opens the files; throws ConfigError. Existing files stay until finish().
  explicit Timeline(Options options);

  /// Of a run of more than one simulation: the next one's name, and how long and how many steps
  /// behind the start of the run it begins.
  void set_phase(std::string_view name, Time offset, std::uint32_t first_step);

  /// A simulation of `plan` begins, which has to outlive it.
  void begin(const SystemPlan& plan);

  /// True if nothing that begins at `at` or later, in `step` or later, is to be shown.
  [[nodiscard]] bool past(std::uint32_t step, Time at) const;

  void add(const InstructionEvent& e);
  void add(const CardEvent& e);

  /// Ends the files; returns what was shown and what was not, a line each.
  [[nodiscard]] std::vector<std::string> finish(const Result& result);

 private:
  /// A kernel's tracks: of its units, whose signals come first, and of its program.
  struct KernelTrack {
    std::uint32_t group = 0;
    std::uint32_t first_signal = 0;
    ProgramTrack program;
  };

  struct CardTrack {
    std::uint32_t group = 0;
    std::uint32_t signal = 0;
  };

  /// Whether there is room for `n` more events; once false, it stays false.
  bool has_room(unsigned n, Time at);
  void show_program(KernelTrack& k, const InstructionEvent& e, std::uint32_t step);
  void show_stream(const InstructionEvent& e, std::string_view args);
  void begin_kernel(const KernelPlan& k, std::uint32_t group);
  [[nodiscard]] std::string shown(const Result& result) const;
  [[nodiscard]] std::string cut() const;

  Options options_;
  TimelineOutput out_;
  const SystemPlan* plan_ = nullptr;
  std::string phase_;
  Time offset_;
  std::uint32_t first_step_ = 0;
  std::uint32_t next_group_ = 1;
  std::vector<KernelTrack> kernels_;
  std::vector<CardTrack> channels_;
  std::vector<CardTrack> card_rows_;
  std::set<TraceEventFile::Track> named_;
  std::uint64_t events_ = 0;
  std::optional<Time> full_at_;  ///< when there was no more room
  bool behind_ = false;          ///< an instruction after the window was seen
  std::optional<Time> first_;    ///< of the instructions shown
  Time last_;
};

}  // namespace tritsim
