// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <unordered_map>

namespace tritsim {

/// The contents of a memory: zero where nothing was written. Takes space for the pages that were.
class ByteStore {
 public:
  void write(std::uint64_t address, const unsigned char* data, std::uint64_t bytes);

  void read(std::uint64_t address, unsigned char* data, std::uint64_t bytes) const;

 private:
  static constexpr std::uint64_t page_bytes = 4096;
  using Page = std::array<unsigned char, page_bytes>;

  std::unordered_map<std::uint64_t, std::unique_ptr<Page>> pages_;
};

}  // namespace tritsim
