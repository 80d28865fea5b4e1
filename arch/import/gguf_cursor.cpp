// SPDX-License-Identifier: Apache-2.0
#include "arch/import/gguf_cursor.hpp"

#include <array>

#include <fmt/format.h>

#include "arch/base/problems.hpp"

namespace tritsim {
namespace {

/// Bytes of a metadata value of a fixed size, by its type's number; 0: a text or an array.
constexpr std::array<std::uint64_t, 13> value_bytes{1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};
constexpr std::uint32_t text_value = 8;
constexpr std::uint32_t array_value = 9;

/// Skips the items; returns how many there are.
std::uint64_t pass_array(GgufCursor& in, int depth) {
  if (depth > GgufFile::deepest_array) in.fail("arrays are nested too deep");
  const auto type = in.number<std::uint32_t>();
  const auto length = in.number<std::uint64_t>();
  if (type >= value_bytes.size()) in.fail(fmt::format("items of an unknown type {}", type));
  if (length > in.left()) in.fail(fmt::format("{} items go beyond the file", length));
  if (value_bytes[type] != 0) {
    in.pass(length * value_bytes[type]);
    return length;
  }
  for (std::uint64_t i = 0; i < length; ++i) {
    if (type == text_value) {
      in.pass(in.number<std::uint64_t>());
    } else {
      pass_array(in, depth + 1);
    }
  }
  return length;
}

template <class T>
GgufValue integer(GgufCursor& in) {
  const T v = in.number<T>();
  GgufValue value;
  value.negative = v < T{};
  value.integer = static_cast<std::uint64_t>(static_cast<std::int64_t>(v));
  return value;
}

GgufValue real(double v) {
  GgufValue value;
  value.kind = GgufValue::Kind::real;
  value.real = v;
  return value;
}

}  // namespace

GgufValue read_gguf_value(GgufCursor& in) {
  switch (const auto type = in.number<std::uint32_t>()) {
    case 0:
      return integer<std::uint8_t>(in);
    case 1:
      return integer<std::int8_t>(in);
    case 2:
      return integer<std::uint16_t>(in);
    case 3:
      return integer<std::int16_t>(in);
    case 4:
      return integer<std::uint32_t>(in);
    case 5:
      return integer<std::int32_t>(in);
    case 6:
      return real(in.number<float>());
    case 7: {
      GgufValue value = integer<std::uint8_t>(in);
      value.kind = GgufValue::Kind::boolean;
      return value;
    }
    case text_value: {
      GgufValue value;
      value.kind = GgufValue::Kind::text;
      value.text = in.text(GgufFile::longest_text);
      return value;
    }
    case array_value: {
      GgufValue value;
      value.kind = GgufValue::Kind::array;
      value.integer = pass_array(in, 1);
      return value;
    }
    case 10:
      return integer<std::uint64_t>(in);
    case 11:
      return integer<std::int64_t>(in);
    case 12:
      return real(in.number<double>());
    default:
      in.fail(fmt::format("a value of an unknown type {}", type));
  }
}

void refuse_gguf(const std::string& path, const std::string& where, std::string what,
                 std::string remedy) {
  Problems problems;
  problems.add({path, 0, 0}, where, std::move(what), std::move(remedy));
  problems.raise();
  throw ConfigError(path);
}

std::string GgufCursor::text(std::uint64_t longest) {
  const auto length = number<std::uint64_t>();
  if (length > left()) fail(fmt::format("a text of {} bytes goes beyond the file", length));
  if (length > longest) fail(fmt::format("a text of {} bytes, more than {}", length, longest));
  std::string out(static_cast<std::size_t>(length), '\0');
  copy(out.data(), out.size());
  return out;
}

void GgufCursor::pass(std::uint64_t bytes) {
  check(bytes);
  at_ += bytes;
}

void GgufCursor::check(std::uint64_t bytes) const {
  if (bytes > left()) {
    fail(fmt::format("needs {} bytes, the file has {} more", bytes, left()));
  }
  if (at_ + bytes > GgufFile::longest_header) {
    fail(fmt::format("the header goes beyond {} bytes", GgufFile::longest_header));
  }
}

void GgufCursor::copy(void* to, std::size_t bytes) {
  check(bytes);
  if (!part_ || at_ < begin_ || at_ + bytes > end_) {
    begin_ = at_;
    end_ = at_ + std::min(left(), std::max<std::uint64_t>(window, bytes));
    part_.reset(  // NOLINTNEXTLINE(modernize-make-unique): a window cannot be moved
        new MappedFile::Window(file_.window(begin_, static_cast<std::size_t>(end_ - begin_))));
  }
  if (bytes > 0) std::memcpy(to, part_->data() + (at_ - begin_), bytes);
  at_ += bytes;
}

}  // namespace tritsim
