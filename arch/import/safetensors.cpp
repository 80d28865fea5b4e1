// SPDX-License-Identifier: Apache-2.0
#include "arch/import/safetensors.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include <fmt/format.h>

#include "arch/base/json.hpp"
#include "arch/base/reader.hpp"

namespace tritsim {
namespace {

constexpr std::array<ElementFormat, 14> formats{{{"F64", 1, 8},
                                                 {"F32", 1, 4, decode_f32},
                                                 {"F16", 1, 2, decode_f16},
                                                 {"BF16", 1, 2, decode_bf16},
                                                 {"I64", 1, 8},
                                                 {"I32", 1, 4},
                                                 {"I16", 1, 2},
                                                 {"I8", 1, 1, decode_i8},
                                                 {"U64", 1, 8},
                                                 {"U32", 1, 4},
                                                 {"U16", 1, 2},
                                                 {"U8", 1, 1, decode_u8},
                                                 {"F8_E4M3", 1, 1},
                                                 {"BOOL", 1, 1}}};

const ElementFormat* find_format(std::string_view name) {
  const auto it = std::find_if(formats.begin(), formats.end(),
                               [&](const ElementFormat& f) { return f.name == name; });
  return it == formats.end() ? nullptr : &*it;
}

/// Reads the entry of one tensor. Offsets are still those of the header.
class TensorReader {
 public:
  TensorReader(const Node::Entry& entry, Problems& problems) : entry_(entry), problems_(problems) {}

  bool read(Tensor& out) {
    out.name = entry_.key;
    if (entry_.value.kind != Node::Kind::map) return fail("", "expected a map", entry_.value.mark);
    const Node* type = entry_.value.find("dtype");
    if (type == nullptr || find_format(type->text) == nullptr) {
      return fail("dtype",
                  type == nullptr ? "is missing" : fmt::format("'{}' is not known", type->text),
                  entry_.mark);
    }
    out.type = type->text;
    std::vector<std::uint64_t> offsets;
    if (!list("shape", out.shape) || !list("data_offsets", offsets)) return false;
    if (offsets.size() != 2 || offsets[0] > offsets[1]) {
      return fail("data_offsets", "are not a begin and an end behind it", entry_.mark);
    }
    std::uint64_t bytes = find_format(out.type)->bytes;
    for (const std::uint64_t n : out.shape) {
      if (__builtin_mul_overflow(bytes, n, &bytes)) {
        return fail("shape", "is larger than any file", entry_.mark);
      }
    }
    if (bytes != offsets[1] - offsets[0]) {
      return fail("data_offsets",
                  fmt::format("hold {} bytes, the shape says {}", offsets[1] - offsets[0], bytes),
                  entry_.mark);
    }
    out.begin = offsets[0];
    out.end = offsets[1];
    return true;
  }

 private:
  bool fail(const std::string& key, std::string what, const Mark& mark) {
    problems_.add(mark, key.empty() ? entry_.key : entry_.key + "." + key, std::move(what),
                  "the file is damaged; fetch it again");
    return false;
  }

  bool list(const char* key, std::vector<std::uint64_t>& out) {
    const Node* node = entry_.value.find(key);
    if (node == nullptr || node->kind != Node::Kind::sequence) {
      return fail(key, "expected a list of whole numbers", entry_.mark);
    }
    if (node->items.size() > 8) return fail(key, "has more than 8 numbers", entry_.mark);
    for (const Node& item : node->items) {
      if (item.kind != Node::Kind::scalar || parse_scalar(item.text, out.emplace_back())) {
        return fail(key, fmt::format("'{}' is not a whole number", item.text), item.mark);
      }
    }
    return true;
  }

  const Node::Entry& entry_;
  Problems& problems_;
};

}  // namespace

SafetensorsFile::SafetensorsFile(std::string path) : TensorFile(std::move(path)) {
  read_header();
}

const ElementFormat* SafetensorsFile::format_of(std::string_view type) const {
  return find_format(type);
}

void SafetensorsFile::read_header() {
  Problems problems;
  const auto damaged = [&](std::string what, std::string remedy) {
    problems.add({path(), 0, 0}, "", std::move(what), std::move(remedy));
    problems.raise();
  };
  const std::uint64_t size = file_.size();
  if (size < 8) damaged(fmt::format("{} bytes are no safetensors file", size), "fetch it again");
  std::uint64_t length = 0;
  std::memcpy(&length, file_.window(0, 8).data(), 8);
  if (length > size - 8) {
    damaged(fmt::format("the header says it has {} bytes, the file has {}", length, size),
            "the file was cut or is no safetensors file; fetch it again");
  }
  if (length > longest_header) {
    damaged(fmt::format("the header has {} bytes, more than {}", length, longest_header),
            "split the checkpoint into shards");
  }
  const auto mapping = file_.window(0, static_cast<std::size_t>(8 + length));
  const std::string_view text(reinterpret_cast<const char*>(mapping.data()) + 8,
                              static_cast<std::size_t>(length));
  const Node header = parse_json(text, {path(), 1, 1}, problems, {8, 400'000});
  problems.raise();
  if (header.kind != Node::Kind::map) {
    damaged("the header is not a map of tensors", "fetch the file again");
  }
  const std::uint64_t data = size - 8 - length;
  for (const Node::Entry& entry : header.entries) {
    if (entry.key == "__metadata__") continue;
    Tensor tensor;
    if (!TensorReader(entry, problems).read(tensor)) continue;
    if (tensor.end > data) {
      problems.add(entry.mark, entry.key,
                   fmt::format("ends at byte {} of {} bytes of data", tensor.end, data),
                   "the file was cut; fetch it again");
      continue;
    }
    tensor.begin += 8 + length;
    tensor.end += 8 + length;
    if (!take(std::move(tensor))) {
      problems.add(entry.mark, entry.key, "tensor given twice",
                   "the file is damaged; fetch it again");
    }
  }
  for (const auto& [tensor, other] : overlaps()) {
    problems.add({path(), 1, 1}, tensor->name, fmt::format("shares bytes with '{}'", other->name),
                 "the file is damaged; fetch it again");
  }
  problems.raise();
}

}  // namespace tritsim
