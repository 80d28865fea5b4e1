// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "arch/base/coefficient.hpp"
#include "arch/base/uncertain.hpp"

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
/// A task may do a run of consecutive ops at once, by their kinds, and it may be done by a unit of
/// the card for which the host waits.
struct HostTaskSpec {
  Coefficient<Time> per_call;
  Coefficient<Time> per_work;        ///< per element, or per weight for matrix ops
  std::uint32_t width = 1;           ///< elements that `per_work` handles at once
  std::uint32_t cores = 0;           ///< processor cores that share it; 0: all
  std::vector<std::string> fuses{};  ///< kinds of consecutive ops that it does at once
  bool on_card = false;              ///< by a unit of the card, on the core's own results

  bool operator==(const HostTaskSpec&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("per_call", per_call, "time of a call, independent of its size");
    io.required("per_work", per_work,
                "time per element (per weight for matrix ops) on one processor core");
    io.optional("width", width, "elements handled in that time: SIMD lanes, or a wide access",
                any_count);
    io.optional("cores", cores, "processor cores that share the task; 0: all", between(0, 4096));
    io.optional("fuses", fuses,
                "kinds of consecutive ops on the host that this task does at once, instead of one "
                "by one; its work is the elements that the last of them makes; the task has a name "
                "of its own then");
    io.optional("on_card", on_card,
                "done by a unit of the card that the host starts and waits for: it reads the "
                "core's sums and writes the core's next input itself, so read_back and quantise "
                "fall away");
  }
};

/// What the host does around an op on the core whose input it prepares: `accumulate` for each tile
/// of a product that it calls tile by tile, the last two for one whose best outputs it computes
/// again.
inline constexpr std::array<std::string_view, 6> offload_tasks{"quantise",   "pack",   "read_back",
                                                               "accumulate", "select", "rescore"};

/// What the processor draws above its idle power.
struct HostPower {
  Coefficient<Power> working;
  Coefficient<Power> waiting;

  bool operator==(const HostPower&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("working", working, "while it runs tasks, above its idle power", any_power);
    io.required("waiting", waiting, "while it waits for the card, above its idle power", any_power);
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
  std::map<std::string, HostTaskSpec> tasks;  ///< by op kind or task of an offload
  std::optional<Coefficient<Time>> command;   ///< driver's time of one launch
  bool shares_memory = false;                 ///< nothing is copied between host and card
  std::optional<HostPower> power{};           ///< absent: outside the boundary of energies
  UncertainNumbers uncertain{};

  bool operator==(const HostSpec&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("name", name, "name of the processor");
    io.required("source", source, "where the description comes from");
    io.required("cores", cores, "processor cores that share a task", any_count);
    io.required("memory_bandwidth", memory_bandwidth, "bandwidth of its memory", any_rate);
    io.required("completion", completion, "how it learns that the card has finished");
    io.optional(
        "tasks", tasks,
        "cost per kind of op that may be mapped to it, of quantise, pack and read_back "
        "around an op on the core whose input it prepares, of accumulate for each tile of a "
        "product that it calls tile by tile, and of select and rescore behind one that has "
        "a coarse copy");
    io.optional("command", command, "driver's time of one launch, besides its register write");
    io.optional("shares_memory", shares_memory,
                "host and card share one memory: nothing is copied over the link");
    io.optional("power", power,
                "what the processor draws above its idle power; left out: it is outside the "
                "boundary of energies");
    io.optional("uncertain", uncertain, uncertain_doc);
  }

  void check(Checker& c) const;
};

}  // namespace tritsim
