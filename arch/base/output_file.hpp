// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tritsim {

/// A file that a command writes. Every output goes through one.
///
/// A regular file, or none, at `path`: the text goes to a new file beside it, which takes its name
/// (and the permissions of the old one) in commit(); so no reader sees half a file, and a run that
/// is refused or fails leaves what was there and no fragment. A symbolic link stays and the file
/// that it leads to is written. A character device, or a FIFO with a reader, is written through,
/// never replaced. Directories, block devices and sockets are refused; so is what FileLedger
/// forbids.
class OutputFile {
 public:
  /// Throws ConfigError with path and reason if nothing can be written there.
  explicit OutputFile(std::string path);
  /// Without commit() nothing has been written.
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  /// Errors here (a full disk) are reported by commit(), so that a simulation that writes goes on.
  void write(std::string_view text);

  /// All that was written is at `path` when this returns. Throws ConfigError.
  void commit();

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  void open_beside();
  void open_through(bool fifo);
  void flush();
  void take_name();
  void close();
  [[noreturn]] void fail(int error) const;

  std::string path_;       ///< as it was given
  std::string place_;      ///< the same without symbolic links
  std::string temporary_;  ///< name beside it; empty while the file has none, or is a device
  std::string buffer_;
  std::uint32_t mode_ = 0;  ///< of the file that is replaced
  int descriptor_ = -1;
  int error_ = 0;  ///< of the first write that failed
  bool beside_ = false;
};

/// Writes a whole file: OutputFile, write, commit. Throws ConfigError.
void write_output(const std::string& path, std::string_view text);

}  // namespace tritsim
