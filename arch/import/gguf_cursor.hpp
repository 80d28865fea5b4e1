// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>

#include "arch/import/gguf.hpp"
#include "arch/import/tensor_file.hpp"

namespace tritsim {

/// Throws ConfigError about a place in a GGUF file.
[[noreturn]] void refuse_gguf(const std::string& path, const std::string& where, std::string what,
                              std::string remedy = "the file is damaged; fetch it again");

/// Reads the header of a GGUF file front to back, a window at a time.
class GgufCursor {
 public:
  explicit GgufCursor(const MappedFile& file) : file_(file) {}

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

  [[nodiscard]] std::string text(std::uint64_t longest);

  void pass(std::uint64_t bytes);

  [[noreturn]] void fail(std::string what) const {
    refuse_gguf(file_.path(), where_, std::move(what));
  }

  [[noreturn]] void fail(std::string what, std::string remedy) const {
    refuse_gguf(file_.path(), where_, std::move(what), std::move(remedy));
  }

 private:
  static constexpr std::uint64_t window = 1 << 20;

  void copy(void* to, std::size_t bytes);
  void check(std::uint64_t bytes) const;

  const MappedFile& file_;
  std::unique_ptr<MappedFile::Window> part_;
  std::uint64_t begin_ = 0;
  std::uint64_t end_ = 0;
  std::uint64_t at_ = 0;
  std::string where_;
};

/// A value of the metadata, its type's number ahead of it.
[[nodiscard]] GgufValue read_gguf_value(GgufCursor& in);

}  // namespace tritsim
