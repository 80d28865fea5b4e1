// SPDX-License-Identifier: Apache-2.0
#include "arch/import/tensor_file.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <tuple>

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include "arch/base/problems.hpp"

namespace tritsim {
namespace {

static_assert(std::endian::native == std::endian::little, "checkpoints are little-endian");

std::uint64_t page_size() {
  return static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

template <class Stored, auto convert>
void decode(const unsigned char* from, std::span<float> to) {
  for (float& out : to) {
    Stored stored;
    std::memcpy(&stored, from, sizeof stored);
    out = convert(stored);
    from += sizeof stored;
  }
}

float number(auto v) {
  return static_cast<float>(v);
}

/// bfloat16: the upper half of a binary32.
float brain(std::uint16_t bits) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
}

}  // namespace

std::uint64_t Tensor::elements() const {
  std::uint64_t n = 1;
  for (const std::uint64_t d : shape) n *= d;
  return n;
}

float half(std::uint16_t bits) {
  const std::uint32_t sign = static_cast<std::uint32_t>(bits & 0x8000U) << 16;
  const std::uint32_t exponent = (bits >> 10) & 0x1fU;
  const std::uint32_t fraction = bits & 0x3ffU;
  if (exponent == 0) {
    const float magnitude = static_cast<float>(fraction) * 0x1p-24F;
    return sign != 0 ? -magnitude : magnitude;
  }
  const std::uint32_t wide = exponent == 31 ? 255 : exponent + 112;
  return std::bit_cast<float>(sign | (wide << 23) | (fraction << 13));
}

void decode_f32(const unsigned char* from, std::span<float> to) {
  std::memcpy(to.data(), from, to.size_bytes());
}

void decode_f16(const unsigned char* from, std::span<float> to) {
  decode<std::uint16_t, half>(from, to);
}

void decode_bf16(const unsigned char* from, std::span<float> to) {
  decode<std::uint16_t, brain>(from, to);
}

void decode_i8(const unsigned char* from, std::span<float> to) {
  decode<std::int8_t, number<std::int8_t>>(from, to);
}

void decode_u8(const unsigned char* from, std::span<float> to) {
  decode<std::uint8_t, number<std::uint8_t>>(from, to);
}

// A mapping starts at a page boundary, some bytes before the wanted part.
MappedFile::Window::Window(int descriptor, std::uint64_t offset, std::size_t length)
    : length_(length + offset % page_size()) {
  const std::uint64_t ahead = offset % page_size();
  at_ = ::mmap(nullptr, length_, PROT_READ, MAP_PRIVATE, descriptor,
               static_cast<off_t>(offset - ahead));
  if (at_ == MAP_FAILED) throw std::system_error(errno, std::generic_category(), "mmap");
  ::madvise(at_, length_, MADV_SEQUENTIAL);
  data_ = static_cast<const unsigned char*>(at_) + ahead;
}

MappedFile::Window::~Window() {
  ::munmap(at_, length_);
}

bool TensorFile::readable(const Tensor& tensor) const {
  const ElementFormat* format = format_of(tensor.type);
  return format != nullptr && format->decode != nullptr;
}

void TensorFile::read(const Tensor& tensor, const Use& use) const {
  if (!readable(tensor)) {
    throw ConfigError(
        fmt::format("{}: {}: elements of {} are not read", path(), tensor.name, tensor.type));
  }
  const ElementFormat& format = *format_of(tensor.type);
  std::array<float, 16384> elements;
  const std::uint64_t most = elements.size() / format.elements;  // blocks at a time
  std::uint64_t left = tensor.elements() / format.elements;
  for (std::uint64_t at = tensor.begin; left > 0;) {
    const std::uint64_t here = std::min<std::uint64_t>(left, window / format.bytes);
    const auto part = file_.window(at, here * format.bytes);
    const unsigned char* from = part.data();
    for (std::uint64_t blocks = here; blocks > 0;) {
      const std::uint64_t n = std::min(blocks, most);
      const std::span<float> to(elements.data(), n * format.elements);
      format.decode(from, to);
      use(to);
      from += n * format.bytes;
      blocks -= n;
    }
    at += here * format.bytes;
    left -= here;
  }
}

bool TensorFile::take(Tensor tensor) {
  const std::string name = tensor.name;
  return tensors_.try_emplace(name, std::move(tensor)).second;
}

std::vector<std::pair<const Tensor*, const Tensor*>> TensorFile::overlaps() const {
  std::vector<const Tensor*> order;
  for (const auto& [name, tensor] : tensors_) order.push_back(&tensor);
  std::sort(order.begin(), order.end(), [](const Tensor* a, const Tensor* b) {
    return std::tie(a->begin, a->end) < std::tie(b->begin, b->end);
  });
  std::vector<std::pair<const Tensor*, const Tensor*>> found;
  for (std::size_t i = 1; i < order.size(); ++i) {
    if (order[i]->begin < order[i - 1]->end) found.emplace_back(order[i], order[i - 1]);
  }
  return found;
}

}  // namespace tritsim
