// SPDX-License-Identifier: Apache-2.0
#include "arch/base/plain_text.hpp"

#include <cstddef>

#include <fmt/format.h>

namespace tritsim {
namespace {

struct Character {
  unsigned code = 0;
  std::size_t bytes = 1;
};

/// A UTF-8 character of at most three bytes; longer ones are represented by their first byte.
Character character_at(std::string_view text, std::size_t i) {
  const auto byte = [&](std::size_t k) {
    return i + k < text.size() ? static_cast<unsigned>(static_cast<unsigned char>(text[i + k]))
                               : 0U;
  };
  const auto follows = [&](std::size_t k) { return (byte(k) & 0xC0U) == 0x80U; };
  const unsigned lead = byte(0);
  if ((lead & 0xE0U) == 0xC0U && follows(1)) return {(lead & 0x1FU) << 6 | (byte(1) & 0x3FU), 2};
  if ((lead & 0xF0U) == 0xE0U && follows(1) && follows(2)) {
    return {(lead & 0x0FU) << 12 | (byte(1) & 0x3FU) << 6 | (byte(2) & 0x3FU), 3};
  }
  return {lead < 0x80U ? lead : 0xFFFDU, 1};
}

bool is_control(unsigned code, std::string_view rest) {
  if (code < 0x20U) return code != '\t' && code != '\n' && !rest.starts_with("\r\n");
  return (code >= 0x7FU && code < 0xA0U) || code == 0x2028U || code == 0x2029U ||
         (code >= 0x202AU && code <= 0x202EU) || (code >= 0x2066U && code <= 0x2069U);
}

}  // namespace

std::string control_character(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const Character c = character_at(text, i);
    if (is_control(c.code, text.substr(i))) return fmt::format("U+{:04X}", c.code);
    i += c.bytes;
  }
  return "";
}

std::string printable(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const Character c = character_at(text, i);
    out += is_control(c.code, text.substr(i)) ? fmt::format("\\u{:04x}", c.code)
                                              : std::string(text.substr(i, c.bytes));
    i += c.bytes;
  }
  return out;
}

}  // namespace tritsim
