// SPDX-License-Identifier: Apache-2.0
#include "arch/gguf.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>

#include <fmt/format.h>

#include "arch/gguf_blocks.hpp"
#include "arch/problems.hpp"

namespace tritsim {
namespace {

constexpr std::uint64_t i2_s_tail = 32;  ///< bytes behind the codes; the first four are the scale

struct TensorType {
  std::uint32_t number;
  ElementFormat format;
};

/// enum ggml_type of ggml.h and the blocks of ggml-common.h; I2_S is 36 in microsoft/BitNet.
constexpr std::array<TensorType, 17> types{{{0, {"F32", 1, 4, decode_f32}},
                                            {1, {"F16", 1, 2, decode_f16}},
                                            {2, {"Q4_0", 32, 18, decode_q4_0}},
                                            {3, {"Q4_1", 32, 20}},
                                            {6, {"Q5_0", 32, 22}},
                                            {7, {"Q5_1", 32, 24}},
                                            {8, {"Q8_0", 32, 34, decode_q8_0}},
                                            {10, {"Q2_K", 256, 84}},
                                            {11, {"Q3_K", 256, 110}},
                                            {12, {"Q4_K", 256, 144, decode_q4_k}},
                                            {13, {"Q5_K", 256, 176}},
                                            {14, {"Q6_K", 256, 210, decode_q6_k}},
                                            {24, {"I8", 1, 1, decode_i8}},
                                            {30, {"BF16", 1, 2, decode_bf16}},
                                            {34, {"TQ1_0", 256, 54, decode_tq1_0}},
                                            {35, {"TQ2_0", 256, 66, decode_tq2_0}},
                                            {36, {"I2_S", 128, 32, decode_i2_s}}}};

/// Bytes of a metadata value of a fixed size, by its type's number; 0: a text or an array.
constexpr std::array<std::uint64_t, 13> value_bytes{1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};
constexpr std::uint32_t text_value = 8;
constexpr std::uint32_t array_value = 9;

[[noreturn]] void damaged(const std::string& path, const std::string& where, std::string what,
                          std::string remedy = "the file is damaged; fetch it again") {
  Problems problems;
  problems.add({path, 0, 0}, where, std::move(what), std::move(remedy));
  problems.raise();
  throw ConfigError(path);
}

/// Reads the header front to back, a window at a time.
class Cursor {
 public:
  explicit Cursor(const MappedFile& file) : file_(file) {}

  [[nodiscard]] std::uint64_t at() const { return at_; }

  [[nodiscard]] std::uint64_t left() const { return file_.size() - at_; }

  /// What is being read, for messages.
  void now(std::string where) { where_ = std::move(where); }

  template <class T>
  T number() {
    T value;
    copy(&value, sizeof value);
    return value;
  }

  std::string text(std::uint64_t longest) {
    const auto length = number<std::uint64_t>();
    if (length > left()) fail(fmt::format("a text of {} bytes goes beyond the file", length));
    if (length > longest) fail(fmt::format("a text of {} bytes, more than {}", length, longest));
    std::string out(static_cast<std::size_t>(length), '\0');
    copy(out.data(), out.size());
    return out;
  }

  void pass(std::uint64_t bytes) {
    if (bytes > left()) {
      fail(fmt::format("needs {} bytes, the file has {} more", bytes, left()));
    }
    at_ += bytes;
  }

  [[noreturn]] void fail(std::string what) const { damaged(file_.path(), where_, std::move(what)); }

 private:
  static constexpr std::uint64_t window = 1 << 20;

  void copy(void* to, std::size_t bytes) {
    if (bytes > left()) {
      fail(fmt::format("needs {} bytes, the file has {} more", bytes, left()));
    }
    if (!part_ || at_ < begin_ || at_ + bytes > end_) {
      begin_ = at_;
      end_ = at_ + std::min(left(), std::max<std::uint64_t>(window, bytes));
      part_.reset(  // a window is made in place, it cannot be moved
          new MappedFile::Window(file_.window(begin_, static_cast<std::size_t>(end_ - begin_))));
    }
    if (bytes > 0) std::memcpy(to, part_->data() + (at_ - begin_), bytes);
    at_ += bytes;
  }

  const MappedFile& file_;
  std::unique_ptr<MappedFile::Window> part_;
  std::uint64_t begin_ = 0;
  std::uint64_t end_ = 0;
  std::uint64_t at_ = 0;
  std::string where_;
};

/// Passes over the items; returns how many there are.
std::uint64_t pass_array(Cursor& in, int depth) {
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
GgufValue integer(Cursor& in) {
  const T v = in.number<T>();
  GgufValue value;
  value.negative = v < T{};
  value.integer = static_cast<std::uint64_t>(v);
  return value;
}

GgufValue real(double v) {
  GgufValue value;
  value.kind = GgufValue::Kind::real;
  value.real = v;
  return value;
}

GgufValue read_value(Cursor& in) {
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

const TensorType* type_of(std::uint32_t number) {
  const auto it = std::find_if(types.begin(), types.end(),
                               [&](const TensorType& t) { return t.number == number; });
  return it == types.end() ? nullptr : &*it;
}

/// Name, shape and type of a tensor; begin and end count from the start of the data.
Tensor read_tensor(Cursor& in, std::uint64_t alignment) {
  Tensor tensor;
  in.now("tensor");
  tensor.name = in.text(GgufFile::longest_name);
  in.now(tensor.name);
  const auto dimensions = in.number<std::uint32_t>();
  if (dimensions == 0 || dimensions > 4) {
    in.fail(fmt::format("has {} dimensions, a tensor has 1 to 4", dimensions));
  }
  std::uint64_t elements = 1;
  for (std::uint32_t i = 0; i < dimensions; ++i) {
    tensor.shape.push_back(in.number<std::uint64_t>());
    if (__builtin_mul_overflow(elements, tensor.shape.back(), &elements)) {
      in.fail("the shape is larger than any file");
    }
  }
  const std::uint64_t row = tensor.shape.front();
  std::reverse(tensor.shape.begin(), tensor.shape.end());  // the file has neighbours first
  const auto number = in.number<std::uint32_t>();
  const TensorType* type = type_of(number);
  if (type == nullptr) in.fail(fmt::format("elements of an unknown type {}", number));
  tensor.type = type->format.name;
  tensor.begin = in.number<std::uint64_t>();
  if (row % type->format.elements != 0) {
    in.fail(fmt::format("rows of {} elements in blocks of {}", row, type->format.elements));
  }
  if (tensor.begin % alignment != 0) {
    in.fail(fmt::format("begins at byte {}, no multiple of {}", tensor.begin, alignment));
  }
  std::uint64_t bytes = 0;
  if (__builtin_mul_overflow(elements / type->format.elements, type->format.bytes, &bytes) ||
      __builtin_add_overflow(bytes, tensor.type == "I2_S" ? i2_s_tail : 0, &bytes) ||
      __builtin_add_overflow(tensor.begin, bytes, &tensor.end)) {
    in.fail("the shape is larger than any file");
  }
  return tensor;
}

}  // namespace

GgufFile::GgufFile(std::string path) : TensorFile(std::move(path)) {
  read_header();
}

const GgufValue* GgufFile::find(const std::string& key) const {
  const auto it = metadata_.find(key);
  return it == metadata_.end() ? nullptr : &it->second;
}

const ElementFormat* GgufFile::format_of(std::string_view type) const {
  const auto it = std::find_if(types.begin(), types.end(),
                               [&](const TensorType& t) { return t.format.name == type; });
  return it == types.end() ? nullptr : &it->format;
}

void GgufFile::read(const Tensor& tensor, const Use& use) const {
  if (tensor.type != "I2_S") {
    TensorFile::read(tensor, use);
    return;
  }
  float scale = 0;
  std::memcpy(&scale, file_.window(tensor.end - i2_s_tail, sizeof scale).data(), sizeof scale);
  std::vector<float> scaled;
  TensorFile::read(tensor, [&](std::span<const float> codes) {
    scaled.assign(codes.begin(), codes.end());
    for (float& w : scaled) w *= scale;
    use(scaled);
  });
}

void GgufFile::read_header() {
  Cursor in(file_);
  in.now("header");
  constexpr std::uint32_t magic = 0x46554747;  // "GGUF"
  if (file_.size() < 4 || in.number<std::uint32_t>() != magic) {
    damaged(path(), "", "is no GGUF file", "check the path");
  }
  const auto version = in.number<std::uint32_t>();
  if (version != 2 && version != 3) {
    damaged(path(), "version", fmt::format("{} is not supported", version),
            "versions 2 and 3 are, little-endian; convert the file");
  }
  const auto tensors = in.number<std::uint64_t>();
  const auto keys = in.number<std::uint64_t>();
  if (tensors > most_tensors) in.fail(fmt::format("says it has {} tensors", tensors));
  if (keys > most_keys) in.fail(fmt::format("says it has {} keys", keys));
  for (std::uint64_t i = 0; i < keys; ++i) {
    in.now("key");
    const std::string key = in.text(longest_name);
    in.now(key);
    if (!metadata_.try_emplace(key, read_value(in)).second) in.fail("key given twice");
  }
  std::uint64_t alignment = 32;
  if (const GgufValue* v = find("general.alignment")) {
    alignment = v->integer;
    if (v->kind != GgufValue::Kind::integer || alignment == 0 || alignment > (1 << 20)) {
      damaged(path(), "general.alignment", "is no alignment");
    }
  }
  std::vector<Tensor> found;
  for (std::uint64_t i = 0; i < tensors; ++i) found.push_back(read_tensor(in, alignment));
  const std::uint64_t data = (in.at() + alignment - 1) / alignment * alignment;
  const std::uint64_t bytes = file_.size() > data ? file_.size() - data : 0;
  Problems problems;
  const Mark mark{path(), 0, 0};
  const char* again = "the file is damaged; fetch it again";
  for (Tensor& tensor : found) {
    const std::string name = tensor.name;
    if (tensor.end > bytes) {
      problems.add(mark, name,
                   fmt::format("ends at byte {} of {} bytes of data", tensor.end, bytes),
                   "the file was cut; fetch it again");
      continue;
    }
    tensor.begin += data;
    tensor.end += data;
    if (!take(std::move(tensor))) problems.add(mark, name, "tensor given twice", again);
  }
  for (const auto& [tensor, other] : overlaps()) {
    problems.add(mark, tensor->name, fmt::format("shares bytes with '{}'", other->name), again);
  }
  problems.raise();
}

}  // namespace tritsim
