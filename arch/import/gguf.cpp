// SPDX-License-Identifier: Apache-2.0
#include "arch/import/gguf.hpp"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "arch/base/problems.hpp"
#include "arch/import/gguf_cursor.hpp"
#include "arch/import/gguf_types.hpp"

namespace tritsim {
namespace {

constexpr std::uint64_t i2_s_tail = 32;  ///< bytes after the codes; the first four are the scale

/// Name, shape and type of a tensor; begin and end count from the start of the data.
Tensor read_tensor(GgufCursor& in, std::uint64_t alignment, const std::string& architecture) {
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
  if (is_bitnet_table(architecture, number)) {
    in.fail(fmt::format("elements of type {}, TL2 of microsoft/BitNet, whose layout differs by "
                        "machine",
                        number),
            "convert the checkpoint to i2_s");
  }
  const GgufType* type = find_gguf_type(number);
  if (type == nullptr) {
    NoGgufType none = no_gguf_type(number);
    in.fail(std::move(none.what), std::move(none.remedy));
  }
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
  const GgufType* found = find_gguf_type(type);
  return found == nullptr ? nullptr : &found->format;
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
  GgufCursor in(file_);
  in.now("header");
  constexpr std::uint32_t magic = 0x46554747;  // "GGUF"
  if (file_.size() < 4 || in.number<std::uint32_t>() != magic) {
    refuse_gguf(path(), "", "is no GGUF file", "check the path");
  }
  const auto version = in.number<std::uint32_t>();
  if (version != 0 && (version & 0xffffU) == 0) {
    refuse_gguf(path(), "version", "the file is big-endian", "convert it to little-endian");
  }
  if (version != 2 && version != 3) {
    refuse_gguf(path(), "version", fmt::format("{} is not supported", version),
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
    if (!metadata_.try_emplace(key, read_gguf_value(in)).second) in.fail("key given twice");
  }
  std::uint64_t alignment = 32;
  if (const GgufValue* v = find("general.alignment")) {
    alignment = v->integer;
    if (v->kind != GgufValue::Kind::integer || alignment == 0 || alignment > (1 << 20)) {
      refuse_gguf(path(), "general.alignment", "is no alignment");
    }
  }
  const GgufValue* named = find("general.architecture");
  const std::string architecture = named != nullptr ? named->text : "";
  std::vector<Tensor> found;
  for (std::uint64_t i = 0; i < tensors; ++i) {
    found.push_back(read_tensor(in, alignment, architecture));
  }
  place(std::move(found), (in.at() + alignment - 1) / alignment * alignment);
}

void GgufFile::place(std::vector<Tensor> found, std::uint64_t data) {
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
