// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "arch/base/input_file.hpp"

namespace tritsim {

/// A tensor of a checkpoint: where it lies and how it is stored.
struct Tensor {
  std::string name;
  std::string type;                  ///< as the file spells it: F32, BF16, Q4_K, ...
  std::vector<std::uint64_t> shape;  ///< rows first: the last number is that of neighbours
  std::uint64_t begin = 0;           ///< first byte, from the start of the file
  std::uint64_t end = 0;             ///< behind the last byte

  [[nodiscard]] std::uint64_t elements() const;
};

/// Numbers that one block of stored bytes stands for.
using Decoder = void (*)(const unsigned char* from, std::span<float> to);

/// How elements are stored: in blocks of equal size.
struct ElementFormat {
  std::string_view name;
  std::uint32_t elements = 1;  ///< of a block
  std::uint32_t bytes = 1;     ///< of a block
  Decoder decode = nullptr;    ///< null: the format is known by its size alone
};

/// IEEE 754 binary16.
[[nodiscard]] float half(std::uint16_t bits);

// Decoders of plain numbers, each a block of one.
void decode_f32(const unsigned char* from, std::span<float> to);
void decode_f16(const unsigned char* from, std::span<float> to);
void decode_bf16(const unsigned char* from, std::span<float> to);
void decode_i8(const unsigned char* from, std::span<float> to);
void decode_u8(const unsigned char* from, std::span<float> to);

/// A file of which parts are mapped into memory.
class MappedFile {
 public:
  /// A part of the file; unmaps itself.
  class Window {
   public:
    Window(int descriptor, std::uint64_t offset, std::size_t length);
    ~Window();
    Window(const Window&) = delete;
    Window& operator=(const Window&) = delete;

    [[nodiscard]] const unsigned char* data() const { return data_; }

   private:
    void* at_;
    std::size_t length_;
    const unsigned char* data_;
  };

  /// Throws ConfigError if there is no such file.
  explicit MappedFile(std::string path) : file_(std::move(path), largest_file::any) {}

  [[nodiscard]] const std::string& path() const { return file_.path(); }

  [[nodiscard]] std::uint64_t size() const { return file_.size(); }

  [[nodiscard]] Window window(std::uint64_t offset, std::size_t length) const {
    return {file_.descriptor(), offset, length};
  }

 private:
  InputFile file_;
};

/// A checkpoint file: tensors by name. The header is not trusted: it is checked that every tensor
/// lies inside the file, has as many bytes as its shape says, and shares none with another.
class TensorFile {
 public:
  static constexpr std::size_t window = 16 << 20;  ///< bytes mapped at a time

  using Use = std::function<void(std::span<const float>)>;

  virtual ~TensorFile() = default;

  [[nodiscard]] const std::string& path() const { return file_.path(); }

  [[nodiscard]] const std::map<std::string, Tensor>& tensors() const { return tensors_; }

  /// Whether the elements of a tensor can be read as numbers here.
  [[nodiscard]] bool readable(const Tensor& tensor) const;

  /// Hands the elements of a tensor to `use` in order, some thousands at a time. At most `window`
  /// bytes of the file are in memory at once.
  virtual void read(const Tensor& tensor, const Use& use) const;

 protected:
  explicit TensorFile(std::string path) : file_(std::move(path)) {}

  /// How elements of a type are stored; null if the type is not known.
  [[nodiscard]] virtual const ElementFormat* format_of(std::string_view type) const = 0;

  /// Takes a tensor whose begin and end count from the start of the file; false if there is one of
  /// its name.
  bool take(Tensor tensor);

  /// Each tensor that shares bytes with the one before it, and that one.
  [[nodiscard]] std::vector<std::pair<const Tensor*, const Tensor*>> overlaps() const;

  MappedFile file_;

 private:
  std::map<std::string, Tensor> tensors_;
};

}  // namespace tritsim
