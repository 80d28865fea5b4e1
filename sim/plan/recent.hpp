// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <list>
#include <memory>
#include <utility>

namespace tritsim {

/// A cache of the most recently used values, at most `capacity` of them.
template <class Key, class Value>
class Recent {
 public:
  explicit Recent(std::size_t capacity) : capacity_(capacity) {}

  /// The value whose key `matches`; if there is none, that of the entry which `make` returns.
  template <class Matches, class Make>
  std::shared_ptr<const Value> get(Matches&& matches, Make&& make) {
    const auto at = std::find_if(entries_.begin(), entries_.end(),
                                 [&](const Entry& e) { return matches(e.first); });
    if (at != entries_.end()) {
      entries_.splice(entries_.begin(), entries_, at);
      return entries_.front().second;
    }
    std::pair<Key, Value> made = make();
    entries_.emplace_front(std::move(made.first),
                           std::make_shared<const Value>(std::move(made.second)));
    if (entries_.size() > capacity_) entries_.pop_back();
    return entries_.front().second;
  }

 private:
  using Entry = std::pair<Key, std::shared_ptr<const Value>>;

  std::size_t capacity_;
  std::list<Entry> entries_;
};

}  // namespace tritsim
