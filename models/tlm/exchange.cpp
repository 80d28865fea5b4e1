// SPDX-License-Identifier: Apache-2.0
#include "models/tlm/exchange.hpp"

#include <algorithm>
#include <utility>

namespace tritsim {

Exchange::Exchange(const sc_core::sc_module_name& name, Law law, std::uint32_t kernels)
    : sc_module(name), law_(std::move(law)), kernels_(kernels) {}

Time Exchange::gather(Time start, std::uint64_t bytes) {
  last_ = std::max(last_, start);
  if (++arrived_ < kernels_) {
    for (const std::uint64_t round = round_; round == round_;) wait(complete_);
    return end_;
  }
  end_ = last_ + law_(bytes);
  arrived_ = 0;
  last_ = {};
  ++round_;
  complete_.notify();
  return end_;
}

}  // namespace tritsim
