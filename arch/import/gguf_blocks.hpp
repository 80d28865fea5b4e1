// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "arch/import/tensor_file.hpp"

// Blocks of ggml: layouts of ggml-common.h, order and arithmetic of the dequantize_row_* functions
// of ggml-quants.c (github.com/ggml-org/ggml). I2_S is that of microsoft/BitNet,
// src/ggml-bitnet-mad.cpp, for x86.
namespace tritsim {

/// Half d, 32 codes of 4 bit: d (q - 8). Low nibbles first, then high ones.
void decode_q4_0(const unsigned char* from, std::span<float> to);

/// Half d, 32 int8: d q.
void decode_q8_0(const unsigned char* from, std::span<float> to);

/// Half d and dmin, eight 6-bit scales and minima in 12 bytes, 256 codes of 4 bit in eight groups:
/// d s q - dmin m.
void decode_q4_k(const unsigned char* from, std::span<float> to);

/// 256 codes of 6 bit (128 bytes of low nibbles, 64 of high pairs), sixteen int8 scales, half d:
/// d s (q - 32).
void decode_q6_k(const unsigned char* from, std::span<float> to);

/// 240 ternary codes five to a byte and 16 four to a byte, each byte a fraction of 256 in base
/// three, half d: d (q - 1).
void decode_tq1_0(const unsigned char* from, std::span<float> to);

/// 256 ternary codes four to a byte, half d: d (q - 1).
void decode_tq2_0(const unsigned char* from, std::span<float> to);

/// 128 ternary codes in 32 bytes, q - 1: byte k holds codes k, k + 32, k + 64, k + 96, the first in
/// its highest bits. The scale of the tensor lies behind all blocks.
void decode_i2_s(const unsigned char* from, std::span<float> to);

}  // namespace tritsim
