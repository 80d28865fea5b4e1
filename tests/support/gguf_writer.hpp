// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

namespace tritsim::test {

/// Bytes of a value as they lie in memory.
template <class T>
std::string raw(const T& value) {
  std::string out(sizeof value, '\0');
  std::memcpy(out.data(), &value, sizeof value);
  return out;
}

/// Writes GGUF files, version 3, as docs/gguf.md of ggml describes them.
class GgufWriter {
 public:
  static std::string text(const std::string& s) { return raw<std::uint64_t>(s.size()) + s; }

  GgufWriter& key(const std::string& name, std::uint32_t type, const std::string& value) {
    keys_ += text(name) + raw(type) + value;
    ++key_count_;
    return *this;
  }

  GgufWriter& u32(const std::string& name, std::uint32_t v) { return key(name, 4, raw(v)); }

  GgufWriter& word(const std::string& name, const std::string& v) { return key(name, 8, text(v)); }

  /// `shape` has rows first; the file has them last.
  GgufWriter& tensor(const std::string& name, const std::vector<std::uint64_t>& shape,
                     std::uint32_t type, const std::string& data) {
    infos_ += text(name) + raw(static_cast<std::uint32_t>(shape.size()));
    for (std::size_t i = shape.size(); i-- > 0;) infos_ += raw(shape[i]);
    infos_ += raw(type) + raw<std::uint64_t>(data_.size());
    ++tensor_count_;
    data_ += data;
    pad(data_);
    return *this;
  }

  [[nodiscard]] std::string bytes() const {
    std::string out =
        "GGUF" + raw<std::uint32_t>(3) + raw(tensor_count_) + raw(key_count_) + keys_ + infos_;
    pad(out);
    return out + data_;
  }

 private:
  static void pad(std::string& s) { s.resize((s.size() + 31) / 32 * 32); }

  std::string keys_;
  std::string infos_;
  std::string data_;
  std::uint64_t key_count_ = 0;
  std::uint64_t tensor_count_ = 0;
};

/// A Llama of one block, four channels wide heads of eight, whose matrices are all F32 ones but for
/// the first `k` elements of matrix k, which are zero.
inline std::string tiny_gguf(const std::string& architecture = "llama") {
  GgufWriter w;
  w.word("general.architecture", architecture).word("general.name", "Tiny");
  w.u32(architecture + ".block_count", 1).u32(architecture + ".embedding_length", 8);
  w.u32(architecture + ".feed_forward_length", 12).u32(architecture + ".context_length", 16);
  w.u32(architecture + ".attention.head_count", 2);
  w.u32(architecture + ".attention.head_count_kv", 1);
  // Two texts and a list of numbers, as tokenizers have them.
  w.key("tokenizer.ggml.tokens", 9,
        raw<std::uint32_t>(8) + raw<std::uint64_t>(2) + GgufWriter::text("a") +
            GgufWriter::text("bc"));
  w.key("tokenizer.ggml.scores", 9,
        raw<std::uint32_t>(6) + raw<std::uint64_t>(2) + raw(1.0F) + raw(2.0F));
  std::size_t k = 0;
  const auto matrix = [&](const std::string& name, std::uint64_t rows, std::uint64_t columns) {
    std::string data;
    for (std::size_t i = 0; i < rows * columns; ++i) data += raw(i < k ? 0.0F : 1.0F);
    ++k;
    w.tensor(name, {rows, columns}, 0, data);
  };
  matrix("token_embd.weight", 10, 8);
  matrix("blk.0.attn_q.weight", 8, 8);
  matrix("blk.0.attn_k.weight", 4, 8);
  matrix("blk.0.attn_v.weight", 4, 8);
  matrix("blk.0.attn_output.weight", 8, 8);
  matrix("blk.0.ffn_gate.weight", 12, 8);
  matrix("blk.0.ffn_up.weight", 12, 8);
  matrix("blk.0.ffn_down.weight", 8, 12);
  return w.bytes();
}

}  // namespace tritsim::test
