// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>

#include "arch/coefficient.hpp"

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

  bool operator==(const HostTaskSpec&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("per_call", per_call, "time of a call, whatever its size");
    io.required("per_work", per_work,
                "time per element (per weight for matrix ops) on one processor core");
  }
};

/// The host processor: launches programs, waits for them, and runs the ops mapped to it.
struct HostSpec {
  static constexpr std::string_view kind = "host";

  std::string name;
  std::string source;
  std::uint32_t cores = 1;
  Bandwidth memory_bandwidth;
  Completion completion = Completion::poll;
  std::map<std::string, HostTaskSpec> tasks;  ///< by op kind

  bool operator==(const HostSpec&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("name", name, "name of the processor");
    io.required("source", source, "where the description comes from");
    io.required("cores", cores, "processor cores that share a task", any_count);
    io.required("memory_bandwidth", memory_bandwidth, "bandwidth of its memory", any_rate);
    io.required("completion", completion, "how it learns that the card has finished");
    io.optional("tasks", tasks, "cost per kind of op that may be mapped to it");
  }

  void check(Checker& c) const;
};

}  // namespace tritsim
