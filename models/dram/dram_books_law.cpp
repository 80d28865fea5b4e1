// SPDX-License-Identifier: Apache-2.0
#include "models/dram/dram_books_law.hpp"

#include <utility>

namespace tritsim {

void DramRowTimes::sift() {
  // Usually a few places; selecting between two values at each is cheaper than mispredicting where
  // to stop.
  Ticks at = closed_.back();
  Ticks* place = &closed_.back();
  for (std::size_t left = std::min<std::size_t>(4, closed_.size() - 1); left > 0; --left) {
    const Ticks before = place[-1];
    place[0] = std::max(before, at);
    *--place = at = std::min(before, at);
  }
  for (; place != closed_.data() && place[-1] > at; --place) std::swap(place[-1], place[0]);
}

void DramRowTimes::count(Ticks until) {
  const std::size_t pairs = std::min(opened_.size(), closed_.size());
  std::size_t n = 0;
  for (; n < pairs && opened_[n] <= until && closed_[n] <= until; ++n) {
    all_closed_ += std::max<Ticks>(0, opened_[n] - closed_[n]);
  }
  const auto done = static_cast<std::ptrdiff_t>(n);
  opened_.erase(opened_.begin(), opened_.begin() + done);
  closed_.erase(closed_.begin(), closed_.begin() + done);
}

}  // namespace tritsim
