// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace tritsim {

/// Digest of the lines of a trace behind its header. FNV-1a, 64 bit: it detects a file that was cut
/// or edited, not one that was forged.
class TraceDigest {
 public:
  static constexpr std::uint64_t start = 14695981039346656037ULL;

  static std::uint64_t add(std::uint64_t digest, std::string_view line) {
    for (const char c : line) digest = step(digest, c);
    return step(digest, '\n');
  }

  static std::string text(std::uint64_t digest) { return fmt::format("fnv1a64:{:016x}", digest); }

 private:
  static std::uint64_t step(std::uint64_t digest, char c) {
    return (digest ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  }
};

}  // namespace tritsim
