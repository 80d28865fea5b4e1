// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "arch/base/schema.hpp"

namespace tritsim {

/// How the places of several kernels' data are spread over a memory.
enum class Stagger {
  none,
  automatic,  ///< n kernels of a channel begin in turn an n-th of its banks apart
};

template <>
struct EnumNames<Stagger> {
  static constexpr std::array<std::pair<Stagger, std::string_view>, 2> names{{
      {Stagger::none, "none"},
      {Stagger::automatic, "auto"},
  }};
};

/// Where the weights of each kernel begin in its channel. Lists have an entry for each kernel of a
/// card, in the order of the board's groups. Without `base`, a kernel's weights begin at the first
/// page behind those of the kernels before it that lies `offset` behind a multiple of `align`.
struct AddressSpec {
  std::vector<Bytes> base;
  std::vector<Bytes> offset;
  Bytes align{4096};
  Stagger stagger = Stagger::none;

  bool operator==(const AddressSpec&) const = default;

  template <class Io>
  void fields(Io& io) {
    io.optional("base", base, "address of each kernel's weights", between(0, 1099511627776.0));
    io.optional("offset", offset, "bytes from a multiple of align to each kernel's weights",
                between(0, 1099511627776.0));
    io.optional("align", align, "what offsets count from multiples of",
                Constraint{4096, false, 1099511627776.0, true});
    io.optional("stagger", stagger,
                "auto: the weights of n kernels on a channel begin an n-th of its banks apart");
  }

  void check(Checker& c) const {
    const int ways =
        (base.empty() ? 0 : 1) + (offset.empty() ? 0 : 1) + (stagger == Stagger::automatic ? 1 : 0);
    if (ways > 1) {
      c.fail("", "says in several ways where weights begin", "give one of base, offset, stagger");
    }
    check_pages(c, "base", base);
    check_pages(c, "offset", offset);
    for (std::size_t n = 0; n < offset.size(); ++n) {
      if (offset[n] < align) continue;
      c.fail("offset." + std::to_string(n), "is not below align", "give less, or a larger align");
    }
  }

 private:
  static void check_pages(Checker& c, const std::string& key, const std::vector<Bytes>& places) {
    for (std::size_t n = 0; n < places.size(); ++n) {
      if (std::fmod(places[n].si(), 4096) == 0) continue;
      c.fail(key + "." + std::to_string(n), "is not on a page", "give a multiple of 4 KiB");
    }
  }
};

}  // namespace tritsim
