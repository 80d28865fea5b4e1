// SPDX-License-Identifier: Apache-2.0
#include "models/tlm/byte_store.hpp"

#include <algorithm>

namespace tritsim {

void ByteStore::write(std::uint64_t address, const unsigned char* data, std::uint64_t bytes) {
  while (bytes > 0) {
    const std::uint64_t offset = address % page_bytes;
    const std::uint64_t part = std::min(bytes, page_bytes - offset);
    std::unique_ptr<Page>& page = pages_[address / page_bytes];
    if (page == nullptr) page = std::make_unique<Page>();
    std::copy_n(data, part, page->begin() + static_cast<std::ptrdiff_t>(offset));
    address += part;
    data += part;
    bytes -= part;
  }
}

void ByteStore::read(std::uint64_t address, unsigned char* data, std::uint64_t bytes) const {
  while (bytes > 0) {
    const std::uint64_t offset = address % page_bytes;
    const std::uint64_t part = std::min(bytes, page_bytes - offset);
    const auto page = pages_.find(address / page_bytes);
    if (page == pages_.end()) {
      std::fill_n(data, part, static_cast<unsigned char>(0));
    } else {
      std::copy_n(page->second->begin() + static_cast<std::ptrdiff_t>(offset), part, data);
    }
    address += part;
    data += part;
    bytes -= part;
  }
}

}  // namespace tritsim
