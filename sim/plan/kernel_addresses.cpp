// SPDX-License-Identifier: Apache-2.0
#include "sim/plan/kernel_addresses.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

namespace tritsim {
namespace {

constexpr std::uint64_t page = 4096;

/// First address from `next` on that lies `offset` behind a multiple of `align`.
std::uint64_t aligned(std::uint64_t next, std::uint64_t align, std::uint64_t offset) {
  const std::uint64_t start = next / align * align + offset;
  return start < next ? start + align : start;
}

class AddressGiver {
 public:
  AddressGiver(const AddressSpec& spec, SystemPlan& plan, Problems& problems)
      : spec_(spec), plan_(plan), problems_(problems) {
    for (const KernelPlan& k : plan.kernels) {
      programs_.push_back(std::make_shared<Program>(*k.program));
    }
  }

  void give() {
    using enum Symbol::Kind;
    std::map<std::uint32_t, std::uint64_t> seen;  // kernels of a channel so far
    for (std::size_t k = 0; k < programs_.size(); ++k) {
      const std::uint32_t channel = plan_.kernels[k].weights;
      put(k, matrix, channel, start_of(k, seen[channel]++));
    }
    check_overlap();
    for (std::size_t k = 0; k < programs_.size(); ++k) {
      put(k, vector, plan_.kernels[k].vectors, next_[plan_.kernels[k].vectors]);
    }
    for (std::size_t k = 0; k < programs_.size(); ++k) {
      put(k, cache, plan_.kernels[k].cache, next_[plan_.kernels[k].cache]);
    }
    for (std::size_t k = 0; k < programs_.size(); ++k) plan_.kernels[k].program = programs_[k];
    plan_.own_places = true;
  }

 private:
  /// Where the weights of a kernel begin, the n-th of its channel.
  [[nodiscard]] std::uint64_t start_of(std::size_t k, std::uint64_t n) {
    const KernelPlan& kernel = plan_.kernels[k];
    const auto listed = [&](const std::vector<Bytes>& list) {
      return static_cast<std::uint64_t>(list.at(kernel.number).si());
    };
    if (!spec_.base.empty()) return listed(spec_.base);
    const std::uint64_t next = next_[kernel.weights];
    const auto align = static_cast<std::uint64_t>(spec_.align.si());
    if (!spec_.offset.empty()) return aligned(next, align, listed(spec_.offset));
    const auto& dram = plan_.channels[kernel.weights].group->memory.dram;
    if (spec_.stagger == Stagger::none || !dram) return aligned(next, align, 0);
    const auto sharers = static_cast<std::uint64_t>(
        std::count_if(plan_.kernels.begin(), plan_.kernels.end(),
                      [&](const KernelPlan& o) { return o.weights == kernel.weights; }));
    const std::uint64_t period = std::max(dram->bank_period(), page);
    return aligned(next, period, period / sharers * n / page * page);
  }

  /// Places a kernel's symbols of a kind from `start` on.
  void put(std::size_t k, Symbol::Kind kind, std::uint32_t channel, std::uint64_t start) {
    const KernelPlan& kernel = plan_.kernels[k];
    const std::uint64_t end = place_symbols(*programs_[k], *kernel.core, kernel.lanes, kind, start);
    if (kind == Symbol::Kind::matrix) weights_.push_back({channel, start, end, k});
    next_[channel] = std::max(next_[channel], end);
  }

  void check_overlap() {
    std::sort(weights_.begin(), weights_.end());
    for (std::size_t i = 1; i < weights_.size(); ++i) {
      const Region& before = weights_[i - 1];
      const Region& after = weights_[i];
      if (before.channel != after.channel || before.end <= after.begin) continue;
      problems_.add({}, "mapping.addresses.base",
                    fmt::format("the weights of '{}' end at {:#x}, those of '{}' begin at {:#x}",
                                plan_.kernels[before.kernel].name, before.end,
                                plan_.kernels[after.kernel].name, after.begin),
                    "move the bases further apart");
    }
  }

  struct Region {
    std::uint32_t channel = 0;
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    std::size_t kernel = 0;

    auto operator<=>(const Region&) const = default;
  };

  const AddressSpec& spec_;
  SystemPlan& plan_;
  Problems& problems_;
  std::vector<std::shared_ptr<Program>> programs_;
  std::map<std::uint32_t, std::uint64_t> next_;  ///< free address, by channel
  std::vector<Region> weights_;
};

}  // namespace

void give_addresses(const AddressSpec& spec, SystemPlan& plan, Problems& problems) {
  AddressGiver(spec, plan, problems).give();
}

}  // namespace tritsim
