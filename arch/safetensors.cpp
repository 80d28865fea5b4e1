// SPDX-License-Identifier: Apache-2.0
#include "arch/safetensors.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <tuple>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arch/json.hpp"
#include "arch/reader.hpp"

namespace tritsim {
namespace {

static_assert(std::endian::native == std::endian::little, "the format is little-endian");

struct Format {
  std::string_view name;
  std::uint32_t bytes;
};

constexpr std::array<Format, 14> formats{{{"F64", 8},
                                          {"F32", 4},
                                          {"F16", 2},
                                          {"BF16", 2},
                                          {"I64", 8},
                                          {"I32", 4},
                                          {"I16", 2},
                                          {"I8", 1},
                                          {"U64", 8},
                                          {"U32", 4},
                                          {"U16", 2},
                                          {"U8", 1},
                                          {"F8_E4M3", 1},
                                          {"BOOL", 1}}};

const Format* format_of(std::string_view name) {
  const auto it =
      std::find_if(formats.begin(), formats.end(), [&](const Format& f) { return f.name == name; });
  return it == formats.end() ? nullptr : &*it;
}

/// IEEE 754 binary16.
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

template <class T>
T load_as(const unsigned char* at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

/// Elements of a stored type as numbers.
using Decoder = void (*)(const unsigned char* from, std::span<float> to);

template <class Stored, auto convert>
void decode(const unsigned char* from, std::span<float> to) {
  for (float& out : to) {
    out = convert(load_as<Stored>(from));
    from += sizeof(Stored);
  }
}

float identity(float v) {
  return v;
}

/// bfloat16: the upper half of a binary32.
float brain(std::uint16_t bits) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
}

float integer(std::int8_t v) {
  return v;
}

/// The decoder of a type, none if its elements are not read.
Decoder decoder_of(std::string_view type) {
  if (type == "F32") return decode<float, identity>;
  if (type == "F16") return decode<std::uint16_t, half>;
  if (type == "BF16") return decode<std::uint16_t, brain>;
  if (type == "I8") return decode<std::int8_t, integer>;
  return nullptr;
}

/// Part of a file in memory.
class Mapping {
 public:
  Mapping(int descriptor, std::uint64_t offset, std::size_t length) : length_(length) {
    at_ = ::mmap(nullptr, length, PROT_READ, MAP_PRIVATE, descriptor, static_cast<off_t>(offset));
    if (at_ == MAP_FAILED) throw std::system_error(errno, std::generic_category(), "mmap");
    ::madvise(at_, length, MADV_SEQUENTIAL);
  }

  ~Mapping() { ::munmap(at_, length_); }

  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;

  [[nodiscard]] const unsigned char* data() const { return static_cast<unsigned char*>(at_); }

 private:
  void* at_;
  std::size_t length_;
};

/// Reads the entry of one tensor. Offsets are still those of the header.
class TensorReader {
 public:
  TensorReader(const Node::Entry& entry, Problems& problems) : entry_(entry), problems_(problems) {}

  bool read(Tensor& out) {
    out.name = entry_.key;
    if (entry_.value.kind != Node::Kind::map) return fail("", "expected a map", entry_.value.mark);
    const Node* type = entry_.value.find("dtype");
    if (type == nullptr || format_of(type->text) == nullptr) {
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
    std::uint64_t bytes = format_of(out.type)->bytes;
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

std::uint64_t Tensor::elements() const {
  std::uint64_t n = 1;
  for (const std::uint64_t d : shape) n *= d;
  return n;
}

SafetensorsFile::SafetensorsFile(std::string path) : path_(std::move(path)) {
  descriptor_ = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);

  struct stat status {};

  if (descriptor_ < 0 || ::fstat(descriptor_, &status) != 0 || !S_ISREG(status.st_mode)) {
    if (descriptor_ >= 0) ::close(descriptor_);
    throw ConfigError(fmt::format("{}: cannot open the file; check the path", path_));
  }
  size_ = static_cast<std::uint64_t>(status.st_size);
  try {
    read_header();
  } catch (...) {
    ::close(descriptor_);
    throw;
  }
}

SafetensorsFile::~SafetensorsFile() {
  ::close(descriptor_);
}

void SafetensorsFile::read_header() {
  Problems problems;
  const auto damaged = [&](std::string what, std::string remedy) {
    problems.add({path_, 0, 0}, "", std::move(what), std::move(remedy));
    problems.raise();
  };
  if (size_ < 8) damaged(fmt::format("{} bytes are no safetensors file", size_), "fetch it again");
  const auto length = load_as<std::uint64_t>(Mapping(descriptor_, 0, 8).data());
  if (length > size_ - 8) {
    damaged(fmt::format("the header says it has {} bytes, the file has {}", length, size_),
            "the file was cut or is no safetensors file; fetch it again");
  }
  if (length > longest_header) {
    damaged(fmt::format("the header has {} bytes, more than {}", length, longest_header),
            "split the checkpoint into shards");
  }
  const Mapping mapping(descriptor_, 0, static_cast<std::size_t>(8 + length));
  const std::string_view text(reinterpret_cast<const char*>(mapping.data()) + 8,
                              static_cast<std::size_t>(length));
  const Node header = parse_json(text, {path_, 1, 1}, problems, {8, 400'000});
  problems.raise();
  if (header.kind != Node::Kind::map) {
    damaged("the header is not a map of tensors", "fetch the file again");
  }
  const std::uint64_t data = size_ - 8 - length;
  std::vector<const Tensor*> order;
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
    const auto [it, fresh] = tensors_.try_emplace(entry.key, std::move(tensor));
    if (fresh) {
      order.push_back(&it->second);
    } else {
      problems.add(entry.mark, entry.key, "tensor given twice",
                   "the file is damaged; fetch it again");
    }
  }
  std::sort(order.begin(), order.end(), [](const Tensor* a, const Tensor* b) {
    return std::tie(a->begin, a->end) < std::tie(b->begin, b->end);
  });
  for (std::size_t i = 1; i < order.size(); ++i) {
    if (order[i]->begin >= order[i - 1]->end) continue;
    problems.add({path_, 1, 1}, order[i]->name,
                 fmt::format("shares bytes with '{}'", order[i - 1]->name),
                 "the file is damaged; fetch it again");
  }
  problems.raise();
}

bool SafetensorsFile::readable(const Tensor& t) {
  return decoder_of(t.type) != nullptr;
}

void SafetensorsFile::read(const Tensor& tensor,
                           const std::function<void(std::span<const float>)>& use) const {
  const Decoder decoder = decoder_of(tensor.type);
  if (decoder == nullptr) {
    throw ConfigError(
        fmt::format("{}: {}: elements of {} are not read", path_, tensor.name, tensor.type));
  }
  const std::uint32_t size = format_of(tensor.type)->bytes;
  const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  std::array<float, 16384> elements;
  for (std::uint64_t at = tensor.begin; at < tensor.end;) {
    // A window starts at a page, `ahead` bytes before the element wanted, and holds whole elements.
    const std::uint64_t ahead = at % page;
    const std::uint64_t bytes =
        std::min<std::uint64_t>(tensor.end - at, (window - page) / size * size);
    const Mapping mapping(descriptor_, at - ahead, static_cast<std::size_t>(ahead + bytes));
    const unsigned char* from = mapping.data() + ahead;
    for (std::uint64_t left = bytes / size; left > 0;) {
      const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(left, elements.size()));
      const std::span<float> part(elements.data(), n);
      decoder(from, part);
      use(part);
      from += n * size;
      left -= n;
    }
    at += bytes;
  }
}

}  // namespace tritsim
