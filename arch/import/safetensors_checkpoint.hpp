// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>

#include "arch/import/safetensors.hpp"

namespace tritsim {

/// The safetensors of a directory: one file, or the shards of an index.
class SafetensorsCheckpoint {
 public:
  /// Empty if the directory has none. Throws ConfigError with every shard that is missing, tensor
  /// that is not where the index says, or shards without an index.
  explicit SafetensorsCheckpoint(const std::string& directory);

  [[nodiscard]] bool empty() const { return files_.empty(); }

  /// The file that holds a tensor; null if none does.
  [[nodiscard]] const SafetensorsFile* file_of(const std::string& tensor) const;

 private:
  const SafetensorsFile& open(const std::string& name);
  void read_index(const std::string& path);

  std::string directory_;
  std::map<std::string, std::unique_ptr<SafetensorsFile>> files_;
  std::map<std::string, const SafetensorsFile*> place_;
};

/// Which weights a directory without safetensors has instead, and the remedy; empty if it has none.
[[nodiscard]] std::string other_weights(const std::string& directory);

}  // namespace tritsim
