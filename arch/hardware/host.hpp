// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <map>
#include <optional>

#include "arch/base/coefficient.hpp"

namespace tritsim {

/// How the host learns that the card has finished.
enum class Completion { poll, interrupt };

template <>
struct EnumNames<Completion> {
  static constexpr std::array<std::pair<Completion, std::string_view>, 2> names{{
      {Completion::poll, "poll"},
      {Completion::interrupt, "interrupt"},
  }};
};

/// Cost of one kind of op on the host: per call, per multiply-add or element of work, on one core.
struct HostTaskSpec {
  Coefficient<Time> per_call;
  Coefficient<Time> per_work;  ///< per element, or per weight for matrix ops
  std::uint32_t width = 1;     ///< elements that `per_work` handles at once
  std::uint32_t cores = 0;     ///< processor cores that share it; 0: all

  bool operator==(const HostTaskSpec&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("per_call", per_call, "time of a call, independent of its size");
    io.required("per_work", per_work,
                "time per element (per weight for matrix ops) on one processor core");
    io.optional("width", width, "elements handled in that time: SIMD lanes, or a wide access",
                any_count);
    io.optional("cores", cores, "processor cores that share the task; 0: all", between(0, 4096));
  }
};

/// What the host does around an op on the core whose input it prepares.
inline constexpr std::array<std::string_view, 3> offload_tasks{"quantise", "pack", "read_back"};

/// The host processor: launches programs, waits for them, and runs the ops mapped to it.
struct HostSpec {
  static constexpr std::string_view kind = "host";

  std::string name;
  std::string source;
  std::uint32_t cores = 1;
  Bandwidth memory_bandwidth;
  Completion completion = Completion::poll;
  std::map<std::string, HostTaskSpec> tasks;  ///< by op kind or task of an offload
  std::optional<Coefficient<Time>> command;   ///< driver's time of one launch
  bool shares_memory = false;                 ///< nothing is copied between host and card

  bool operator==(const HostSpec&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("name", name, "name of the processor");
    io.required("source", source, "where the description comes from");
    io.required("cores", cores, "processor cores that share a task", any_count);
    io.required("memory_bandwidth", memory_bandwidth, "bandwidth of its memory", any_rate);
    io.required("completion", completion, "how it learns that the card has finished");
    io.optional("tasks", tasks,
                "cost per kind of op that may be mapped to it, and of quantise, pack and "
                "read_back around an op on the core whose input it prepares");
    io.optional("command", command, "driver's time of one launch, besides its register write");
    io.optional("shares_memory", shares_memory,
                "host and card share one memory: nothing is copied over the link");
  }

  void check(Checker& c) const;
};

}  // namespace tritsim
