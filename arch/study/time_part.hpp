// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "arch/base/schema.hpp"

// Parts of a run's time that measurements are about.
namespace tritsim {

/// The parts of an op that the host offloads to a core.
enum class CallPart { pack, load, compute, store, read_back };

template <>
struct EnumNames<CallPart> {
  static constexpr std::array<std::pair<CallPart, std::string_view>, 5> names{{
      {CallPart::pack, "pack"},
      {CallPart::load, "load"},
      {CallPart::compute, "compute"},
      {CallPart::store, "store"},
      {CallPart::read_back, "read_back"},
  }};
};

/// Share of a part in the time of such ops.
struct CallShare {
  CallPart part = CallPart::compute;
  double share = 0;

  bool operator==(const CallShare&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("part", part, "part of the call");
    io.required("share", share, "its share of the time, 0 to 1", between(0, 1));
  }
};

/// Time that a token step spends on parts of the host's schedule: tasks and launches.
struct StepPart {
  std::vector<std::string> parts;  ///< patterns of keys of HostActivity::parts
  Time time;

  bool operator==(const StepPart&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.required("parts", parts,
                "patterns of parts, in which * stands for any text: op/task without the layer of "
                "the op, op/launch for a launch that begins with the op, command");
    io.required("time", time, "time of them in a token step", positive_up_to(3600));
  }

  void check(Checker& c) const {
    if (parts.empty()) c.fail("parts", "is empty", "list at least one pattern, e.g. '*/launch'");
  }
};

}  // namespace tritsim
