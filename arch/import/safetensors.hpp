// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "arch/import/tensor_file.hpp"

namespace tritsim {

/// A checkpoint file in the safetensors format: eight bytes with the length of a JSON header, the
/// header, the data.
class SafetensorsFile final : public TensorFile {
 public:
  static constexpr std::uint64_t longest_header = 16 << 20;

  /// Opens a file and reads its header; throws ConfigError with every problem.
  explicit SafetensorsFile(std::string path);

 private:
  [[nodiscard]] const ElementFormat* format_of(std::string_view type) const override;
  void read_header();
};

}  // namespace tritsim
