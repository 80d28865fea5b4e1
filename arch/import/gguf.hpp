// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "arch/import/tensor_file.hpp"

namespace tritsim {

/// One value of a file's metadata. Of an array its length is kept, not its items.
struct GgufValue {
  enum class Kind { integer, real, boolean, text, array };

  Kind kind = Kind::integer;
  std::uint64_t integer = 0;  ///< also of a boolean; the length of an array
  bool negative = false;      ///< an integer below zero, which no size is
  double real = 0;
  std::string text;
};

/// A checkpoint file in the format of ggml, docs/gguf.md of its repository: magic, version, numbers
/// of tensors and keys, the keys, the tensors' names, shapes, types and offsets, the data.
/// Versions 2 and 3, little-endian.
class GgufFile final : public TensorFile {
 public:
  static constexpr std::uint64_t most_keys = 100'000;
  static constexpr std::uint64_t most_tensors = 1'000'000;
  static constexpr std::uint64_t longest_name = 4096;
  static constexpr std::uint64_t longest_text = 1 << 20;  ///< longer ones are skipped
  static constexpr int deepest_array = 4;
  static constexpr std::uint64_t longest_header = 256 << 20;  ///< bytes ahead of the data

  /// Opens a file and reads its header; throws ConfigError.
  explicit GgufFile(std::string path);

  /// The value of a key, null if there is none.
  [[nodiscard]] const GgufValue* find(const std::string& key) const;

  /// I2_S keeps one scale for the whole tensor after its codes.
  void read(const Tensor& tensor, const Use& use) const override;

 private:
  [[nodiscard]] const ElementFormat* format_of(std::string_view type) const override;
  void read_header();
  /// Takes the tensors, whose places count from the start of the data.
  void place(std::vector<Tensor> found, std::uint64_t data);

  std::map<std::string, GgufValue> metadata_;
};

}  // namespace tritsim
