// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace tritsim {

/// A tensor of a safetensors file: where it lies and how it is stored.
struct Tensor {
  std::string name;
  std::string type;  ///< as the file spells it: F32, F16, BF16, I8, ...
  std::vector<std::uint64_t> shape;
  std::uint64_t begin = 0;  ///< first byte, from the start of the file
  std::uint64_t end = 0;    ///< behind the last byte

  [[nodiscard]] std::uint64_t elements() const;
};

/// A checkpoint file in the safetensors format: eight bytes with the length of a JSON header, the
/// header, the data. The header of a stranger is not believed: every tensor has to lie inside the
/// file, have as many bytes as its shape says, and share none with another.
class SafetensorsFile {
 public:
  static constexpr std::uint64_t longest_header = 16 << 20;
  static constexpr std::size_t window = 16 << 20;  ///< bytes mapped at a time

  /// Opens a file and reads its header; throws ConfigError with every problem.
  explicit SafetensorsFile(std::string path);
  ~SafetensorsFile();
  SafetensorsFile(const SafetensorsFile&) = delete;
  SafetensorsFile& operator=(const SafetensorsFile&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }

  [[nodiscard]] const std::map<std::string, Tensor>& tensors() const { return tensors_; }

  /// Whether the elements of a tensor can be read as numbers here.
  [[nodiscard]] static bool readable(const Tensor& tensor);

  /// Hands the elements of a tensor to `use` in order, some thousands at a time. At most `window`
  /// bytes of the file are in memory at once.
  void read(const Tensor& tensor, const std::function<void(std::span<const float>)>& use) const;

 private:
  void read_header();

  std::string path_;
  int descriptor_ = -1;
  std::uint64_t size_ = 0;
  std::map<std::string, Tensor> tensors_;
};

}  // namespace tritsim
