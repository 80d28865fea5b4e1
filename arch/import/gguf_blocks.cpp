// SPDX-License-Identifier: Apache-2.0
#include "arch/import/gguf_blocks.hpp"

#include <array>
#include <cstring>

namespace tritsim {
namespace {

float half_at(const unsigned char* at) {
  std::uint16_t bits = 0;
  std::memcpy(&bits, at, sizeof bits);
  return half(bits);
}

float signed_at(const unsigned char* at) {
  std::int8_t v = 0;
  std::memcpy(&v, at, sizeof v);
  return v;
}

/// Calls f(block, its numbers) for each block.
template <std::size_t elements, std::size_t bytes, class F>
void each_block(const unsigned char* from, std::span<float> to, F&& f) {
  for (std::size_t at = 0; at + elements <= to.size(); at += elements, from += bytes) {
    f(from, to.data() + at);
  }
}

/// Scale and minimum of group j of a Q4_K block: six bits each; those of the last four groups have
/// their upper two bits beside the first four.
std::pair<float, float> scale_and_minimum(const unsigned char* s, std::size_t j) {
  const auto six = [](unsigned v) { return static_cast<float>(v & 63U); };
  if (j < 4) return {six(s[j]), six(s[j + 4])};
  return {six((s[j + 4] & 0xFU) | ((s[j - 4] >> 6U) << 4U)),
          six((s[j + 4] >> 4U) | ((s[j] >> 6U) << 4U))};
}

/// Digit `n` of a byte that holds a fraction in base three.
float trit(unsigned byte, std::size_t n) {
  constexpr std::array<unsigned, 5> power{1, 3, 9, 27, 81};
  const unsigned shifted = (byte * power[n]) & 0xFFU;
  return static_cast<float>((shifted * 3) >> 8U) - 1;
}

}  // namespace

void decode_q4_0(const unsigned char* from, std::span<float> to) {
  each_block<32, 18>(from, to, [](const unsigned char* b, float* y) {
    const float d = half_at(b);
    for (std::size_t j = 0; j < 16; ++j) {
      y[j] = d * (static_cast<float>(b[2 + j] & 0xFU) - 8);
      y[j + 16] = d * (static_cast<float>(b[2 + j] >> 4U) - 8);
    }
  });
}

void decode_q8_0(const unsigned char* from, std::span<float> to) {
  each_block<32, 34>(from, to, [](const unsigned char* b, float* y) {
    const float d = half_at(b);
    for (std::size_t j = 0; j < 32; ++j) y[j] = d * signed_at(b + 2 + j);
  });
}

void decode_q4_k(const unsigned char* from, std::span<float> to) {
  each_block<256, 144>(from, to, [](const unsigned char* b, float* y) {
    const float d = half_at(b);
    const float dmin = half_at(b + 2);
    for (std::size_t j = 0; j < 8; ++j) {
      const auto [scale, minimum] = scale_and_minimum(b + 4, j);
      const unsigned char* q = b + 16 + j / 2 * 32;
      for (std::size_t l = 0; l < 32; ++l) {
        const unsigned code = j % 2 == 0 ? q[l] & 0xFU : q[l] >> 4U;
        y[32 * j + l] = d * scale * static_cast<float>(code) - dmin * minimum;
      }
    }
  });
}

void decode_q6_k(const unsigned char* from, std::span<float> to) {
  each_block<256, 210>(from, to, [](const unsigned char* b, float* y) {
    const float d = half_at(b + 208);
    for (std::size_t k = 0; k < 256; ++k) {
      const std::size_t part = k / 128;  // of 128 numbers: 64 low bytes, 32 high ones, 8 scales
      const std::size_t quarter = k % 128 / 32;
      const std::size_t l = k % 32;
      const unsigned low = b[64 * part + 32 * (quarter % 2) + l] >> (quarter < 2 ? 0U : 4U);
      const unsigned high = b[128 + 32 * part + l] >> (2 * quarter);
      const unsigned code = (low & 0xFU) | ((high & 3U) << 4U);
      const float scale = signed_at(b + 192 + 8 * part + 2 * quarter + l / 16);
      y[k] = d * scale * (static_cast<float>(code) - 32);
    }
  });
}

void decode_tq1_0(const unsigned char* from, std::span<float> to) {
  each_block<256, 54>(from, to, [](const unsigned char* b, float* y) {
    const float d = half_at(b + 52);
    const auto digits = [&](std::size_t first, std::size_t bytes, std::size_t count) {
      for (std::size_t n = 0; n < count; ++n) {
        for (std::size_t m = 0; m < bytes; ++m) *y++ = d * trit(b[first + m], n);
      }
    };
    digits(0, 32, 5);
    digits(32, 16, 5);
    digits(48, 4, 4);
  });
}

void decode_tq2_0(const unsigned char* from, std::span<float> to) {
  each_block<256, 66>(from, to, [](const unsigned char* b, float* y) {
    const float d = half_at(b + 64);
    for (std::size_t k = 0; k < 256; ++k) {
      const unsigned code = b[k / 128 * 32 + k % 32] >> (2 * (k % 128 / 32));
      y[k] = d * (static_cast<float>(code & 3U) - 1);
    }
  });
}

void decode_i2_s(const unsigned char* from, std::span<float> to) {
  each_block<128, 32>(from, to, [](const unsigned char* b, float* y) {
    for (std::size_t k = 0; k < 128; ++k) {
      const unsigned code = b[k % 32] >> (6 - 2 * (k / 32));
      y[k] = static_cast<float>(code & 3U) - 1;
    }
  });
}

}  // namespace tritsim
