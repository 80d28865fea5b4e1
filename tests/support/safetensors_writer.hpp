// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace tritsim::test {

/// Writes safetensors files.
class SafetensorsWriter {
 public:
  SafetensorsWriter& tensor(const std::string& name, const std::string& type,
                            const std::vector<std::uint64_t>& shape, const std::string& bytes) {
    if (!header_.empty()) header_ += ",";
    header_ += fmt::format(R"("{}":{{"dtype":"{}","shape":[{}],"data_offsets":[{},{}]}})", name,
                           type, fmt::join(shape, ","), data_.size(), data_.size() + bytes.size());
    data_ += bytes;
    return *this;
  }

  /// Zeros of a type whose width its name says: F32, I8, F8_E4M3.
  SafetensorsWriter& zeros(const std::string& name, const std::string& type,
                           const std::vector<std::uint64_t>& shape) {
    const std::string digits = type.substr(type.find_first_of("0123456789"));
    std::uint64_t n = static_cast<std::uint64_t>(std::stoi(digits)) / 8;
    for (const std::uint64_t d : shape) n *= d;
    return tensor(name, type, shape, std::string(n, '\0'));
  }

  [[nodiscard]] std::string file() const {
    const std::string header = "{" + header_ + "}";
    std::string out(8, '\0');
    const std::uint64_t length = header.size();
    std::memcpy(out.data(), &length, 8);
    return out + header + data_;
  }

 private:
  std::string header_;
  std::string data_;
};

}  // namespace tritsim::test
