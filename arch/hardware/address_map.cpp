// SPDX-License-Identifier: Apache-2.0
#include "arch/hardware/address_map.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/algorithm/string.hpp>
#include <boost/range/adaptor/reversed.hpp>
#include <fmt/format.h>

namespace tritsim {
namespace {

constexpr std::array<std::string_view, 6> names{"row",    "bank", "group",
                                                "column", "rank", "channel"};
constexpr std::size_t row = 0;
constexpr std::size_t bank = 1;
constexpr std::size_t group = 2;
constexpr std::size_t column = 3;
constexpr std::size_t channel = 5;

[[noreturn]] void fail(const std::string& what, const std::string& remedy) {
  throw std::invalid_argument(what + "; " + remedy);
}

struct Word {
  std::size_t part = 0;
  bool hashed = false;
  int bits = -1;  ///< -1: all that are left
};

Word parse_word(const std::string& text) {
  const auto colon = text.find(':');
  std::string name = text.substr(0, colon);
  Word word;
  if (const auto hat = name.find('^'); hat != std::string::npos) {
    if (name.substr(hat) != "^row")
      fail("'" + text + "' is not understood", "write bank^row or group^row");
    name.resize(hat);
    word.hashed = true;
  }
  const auto* const known = std::find(names.begin(), names.end(), name);
  if (known == names.end()) {
    fail(fmt::format("has an unknown part '{}'", name),
         "use row, rank, bank, group, column, channel");
  }
  word.part = static_cast<std::size_t>(known - names.begin());
  if (word.hashed && word.part != bank && word.part != group) {
    fail(fmt::format("'{}' cannot be hashed", name), "write bank^row or group^row");
  }
  if (colon != std::string::npos) {
    const char* begin = text.data() + colon + 1;
    const char* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(begin, end, word.bits);
    if (error != std::errc{} || rest != end || word.bits < 1 || word.bits > 40) {
      fail(fmt::format("'{}' has no number of bits", text), "write e.g. column:3");
    }
  }
  return word;
}

std::vector<Word> parse_words(const std::string& expression, std::size_t most) {
  std::vector<std::string> texts;
  boost::split(texts, boost::trim_copy(expression), boost::is_space(), boost::token_compress_on);
  if (texts.size() > most) fail(fmt::format("has more than {} parts", most), "split fewer of them");
  std::vector<Word> words;
  words.reserve(texts.size());
  for (const std::string& text : texts) words.push_back(parse_word(text));
  if (std::count_if(words.begin(), words.end(), [](const Word& w) { return w.part == channel; }) >
      1) {
    fail("splits the channel", "write channel once");
  }
  return words;
}

/// Gives the words without bits what the others leave of their part.
void complete_bits(std::vector<Word>& words, const std::array<unsigned, names.size()>& width) {
  std::array<unsigned, names.size()> named{};
  std::array<Word*, names.size()> open{};
  for (Word& w : words) {
    if (w.bits >= 0) {
      named[w.part] += static_cast<unsigned>(w.bits);
    } else if (std::exchange(open[w.part], &w) != nullptr) {
      fail(fmt::format("names '{}' twice without bits", names[w.part]),
           fmt::format("write one of them as {}:n", names[w.part]));
    }
  }
  for (std::size_t p = 0; p < names.size(); ++p) {
    if (named[p] > width[p] || (named[p] < width[p] && open[p] == nullptr)) {
      fail(fmt::format("gives '{}' {} bits, the memory has {}", names[p], named[p], width[p]),
           named[p] > width[p] ? "give it fewer bits" : fmt::format("add '{}'", names[p]));
    }
    if (open[p] != nullptr) open[p]->bits = static_cast<int>(width[p] - named[p]);
  }
}

/// Bits of a burst's number.
struct Bits {
  std::size_t part = 0;
  unsigned shift = 0;  ///< their position in the number
  unsigned place = 0;  ///< their position in the part
  unsigned count = 0;

  [[nodiscard]] unsigned end() const { return shift + count; }
};

/// The bits of the words from the lowest on. Bursts are counted within their channel: its bits,
/// marked by their part, take no room in the number.
std::vector<Bits> lay_out(const std::vector<Word>& words) {
  std::vector<Bits> all;
  unsigned shift = 0;
  std::array<unsigned, names.size()> place{};
  for (const Word& w : words | boost::adaptors::reversed) {
    const auto count = static_cast<unsigned>(w.bits);
    if (count == 0) continue;
    all.push_back({w.part, shift, place[w.part], count});
    place[w.part] += count;
    if (w.part != channel) shift += count;
  }
  return all;
}

}  // namespace

AddressMap::AddressMap(const std::string& expression, const AddressWidths& widths) {
  const std::array<unsigned, parts> width{widths.row,    widths.bank, widths.group,
                                          widths.column, widths.rank, widths.channel};
  std::vector<Word> words = parse_words(expression, most_pieces);
  complete_bits(words, width);
  for (const Word& w : words) {
    if (!w.hashed) continue;
    (w.part == bank ? bank_hash_ : group_hash_) = (std::uint32_t{1} << width[w.part]) - 1;
  }

  const std::vector<Bits> all = lay_out(words);
  for (const Bits& b : all) {
    if (b.part != channel) continue;
    channel_shift_ = b.shift;
    channel_bits_ = b.count;
  }
  for (std::size_t p = 0; p < ends_.size(); ++p) {
    for (const Bits& b : all) {
      if (b.part != p) continue;
      pieces_.push_back({((std::uint64_t{1} << b.count) - 1) << b.shift, b.shift - b.place});
    }
    ends_[p] = pieces_.size();
  }

  for (const Bits& b : all) {
    if (b.part == row || b.part == column || b.part == channel) continue;
    bank_end_ = std::max(bank_end_, b.end());
  }
  if (channel_shift_ < bank_end_) bank_end_ += channel_bits_;

  // The block ends below the lowest row bit, and below the bank bits that no column bit stands
  // above; the rotation ends with the highest bank bit inside the block.
  unsigned lowest_row = ~0U;
  for (const Bits& b : all) {
    if (b.part == row) lowest_row = std::min(lowest_row, b.shift);
  }
  for (const Bits& b : all) {
    if (b.part == column && b.shift < lowest_row) block_shift_ = std::max(block_shift_, b.end());
  }
  for (const Bits& b : all) {
    if (b.part != column && b.part != channel && b.shift < block_shift_) {
      rotation_shift_ = std::max(rotation_shift_, b.end());
    }
  }
}

}  // namespace tritsim
