// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace tritsim {

/// Bytes of the largest file of each kind that is read; a larger one is refused unread. Shipped
/// files are a thousandth of it.
namespace largest_file {
inline constexpr std::uint64_t document = std::uint64_t{64} << 20;  ///< YAML; JSON of a result
inline constexpr std::uint64_t program = std::uint64_t{16} << 20;   ///< assembly, list of requests
inline constexpr std::uint64_t page = std::uint64_t{256} << 20;     ///< HTML of a run or a sweep
inline constexpr std::uint64_t profile = std::uint64_t{256} << 20;  ///< operators of a profiler
inline constexpr std::uint64_t any = ~std::uint64_t{0};             ///< read in parts, never whole
}  // namespace largest_file

/// An input, opened for reading: a regular file of at most so many bytes. Directories, devices,
/// FIFOs, sockets and terminals are refused before they are opened, because they may block, never
/// end, or have side effects.
class InputFile {
 public:
  /// Throws ConfigError with the path and the reason.
  InputFile(std::string path, std::uint64_t most);
  ~InputFile();
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  [[nodiscard]] int descriptor() const { return descriptor_; }

  [[nodiscard]] const std::string& path() const { return path_; }

  [[nodiscard]] std::uint64_t size() const { return size_; }

  /// All of it; throws ConfigError if reading fails, or it has grown beyond its limit.
  [[nodiscard]] std::string read() const;

 private:
  std::string path_;
  std::uint64_t most_;
  std::uint64_t size_ = 0;
  int descriptor_ = -1;
};

/// The bytes of a file. Throws ConfigError.
[[nodiscard]] std::string read_input(const std::string& path, std::uint64_t most);

/// The first `bytes` of a regular file, or as many as it has; none of anything else. Throws
/// ConfigError if it cannot be read.
[[nodiscard]] std::string beginning_of(const std::string& path, std::size_t bytes);

}  // namespace tritsim
