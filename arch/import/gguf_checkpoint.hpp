// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "arch/base/problems.hpp"
#include "arch/import/gguf.hpp"

namespace tritsim {

/// A GGUF file, or the parts that gguf-split made of one: NAME-00001-of-00003.gguf and so on, of
/// which the first has the metadata.
class GgufCheckpoint {
 public:
  static constexpr std::uint64_t most_parts = 1000;

  /// Opens a file and, if it is part of a split one, those beside it. Throws ConfigError with every
  /// part that is missing or of another checkpoint.
  explicit GgufCheckpoint(const std::string& path);

  /// The file with the metadata.
  [[nodiscard]] const GgufFile& first() const { return *parts_.front(); }

  /// The file that holds a tensor; null if none does.
  [[nodiscard]] const GgufFile* file_of(const std::string& tensor) const;

  [[nodiscard]] bool contains(const std::string& tensor) const { return place_.contains(tensor); }

  /// A tensor; null if there is none of the name.
  [[nodiscard]] const Tensor* find(const std::string& tensor) const;

  [[nodiscard]] std::size_t size() const { return place_.size(); }

 private:
  void open_parts(const std::string& path, std::uint64_t number, std::uint64_t count);
  void check_part(std::size_t part, Problems& problems) const;
  void take_tensors();

  std::vector<std::unique_ptr<GgufFile>> parts_;
  std::map<std::string, const GgufFile*> place_;
};

}  // namespace tritsim
