// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

#include <boost/container/static_vector.hpp>

namespace tritsim {

/// Bits of each part of a DRAM address, in bursts.
struct AddressWidths {
  unsigned row = 0, bank = 0, group = 0, column = 0, channel = 0, rank = 0;
};

/// Where a burst of one channel lies.
struct DramAddress {
  std::uint32_t rank = 0;
  std::uint32_t group = 0;  ///< in its rank
  std::uint32_t bank = 0;   ///< in its group
  std::uint32_t row = 0;
  std::uint32_t column = 0;  ///< in bursts
};

/// How the number of a burst (its address over the bytes of a burst) is split, from a readable
/// expression, most significant part first:
///
///   row bank column group            consecutive bursts go round the bank groups
///   row column bank^row group^row    with the low row bits added to bank and group (XOR)
///   row bank column channel group:1 column:3 group:1    `:n` takes n bits of a part
///
/// The channel appears once. Every part that has bits appears; a part without `:n` takes its
/// remaining bits. Addresses beyond the last row wrap round.
class AddressMap {
 public:
  AddressMap() = default;
  /// Throws std::invalid_argument with what is wrong and what to do, separated by "; ".
  AddressMap(const std::string& expression, const AddressWidths& widths);

  /// Where a burst lies, by its number within its channel.
  [[nodiscard]] DramAddress decode(std::uint64_t burst) const {
    const Piece* piece = pieces_.data();
    const auto part = [&](std::size_t number) {
      std::uint64_t value = 0;
      for (const Piece* const end = pieces_.data() + ends_[number]; piece != end; ++piece) {
        value |= (burst & piece->mask) >> piece->down;
      }
      return static_cast<std::uint32_t>(value);
    };
    DramAddress p;
    p.row = part(0);
    p.bank = part(1) ^ (p.row & bank_hash_);
    p.group = part(2) ^ (p.row & group_hash_);
    p.column = part(3);
    p.rank = part(4);
    return p;
  }

  /// The bursts of a channel that lie below `burst` (of all channels): what a range of bursts
  /// means for one channel is the range between two of these.
  [[nodiscard]] std::uint64_t below(std::uint64_t burst, std::uint32_t channel) const {
    const std::uint64_t chunk = std::uint64_t{1} << channel_shift_;
    const std::uint64_t period = chunk << channel_bits_;
    const std::uint64_t rest = burst % period;
    const std::uint64_t begin = channel * chunk;
    return burst / period * chunk + (rest > begin ? std::min(rest - begin, chunk) : 0);
  }

  /// log2 of the bursts of a block: an aligned run of bursts that meets each of its banks in one
  /// row.
  [[nodiscard]] unsigned block_shift() const { return block_shift_; }

  /// log2 of the bursts, of all channels, below the first bit above all those of banks.
  [[nodiscard]] unsigned bank_end() const { return bank_end_; }

  /// log2 of the bursts after which the order of banks in a block repeats.
  [[nodiscard]] unsigned rotation_shift() const { return rotation_shift_; }

 private:
  static constexpr std::size_t parts = 6;
  static constexpr std::size_t most_pieces = 16;

  /// Adjacent bits of a burst's number that are adjacent in a part too.
  struct Piece {
    std::uint64_t mask = 0;  ///< of the number
    unsigned down = 0;       ///< from their place in the number to that in the part
  };

  boost::container::static_vector<Piece, most_pieces> pieces_;  ///< part by part
  std::array<std::size_t, parts - 1> ends_{};  ///< of each part's pieces; a burst is
                                               ///< counted within its channel
  unsigned channel_shift_ = 0;
  unsigned channel_bits_ = 0;
  std::uint32_t bank_hash_ = 0;
  std::uint32_t group_hash_ = 0;
  unsigned bank_end_ = 0;
  unsigned block_shift_ = 0;
  unsigned rotation_shift_ = 0;
};

}  // namespace tritsim
